"""How the service ends: it says that it is not ready, goes on answering for a while, lets what is under way end, and is gone.

SIGTERM and SIGINT reach the process that started the server. It tells the serving process by SIGUSR1, waits `drain` seconds (a second signal cuts that
short), takes no new connections, and gives requests under way `grace` seconds. A change that is cut off then leaves the release as it was.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import Any

from granian.server.mp import MPServer


class Leaving:
    """Whether this process is about to end."""

    def __init__(self) -> None:
        self.begun = False

    def __call__(self) -> bool:
        """Whether it is."""
        return self.begun

    def _begin(self) -> None:
        self.begun = True

    def listen(self) -> None:
        """Lets the starting process tell, from now on; where signals do not reach the event loop there is no such process."""
        with suppress(NotImplementedError, ValueError, RuntimeError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._begin)


class DrainingServer(MPServer):
    """A server that drains before it shuts down; `drain` in seconds."""

    def __init__(self, *arguments: Any, drain: float, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._drain = drain

    def shutdown(self, exit_code: int = 0) -> None:
        """Tells the serving processes, waits, and ends them."""
        if self._drain > 0:
            self.main_loop_interrupt.clear()
            for worker in self.wrks:
                with suppress(ProcessLookupError, TypeError):
                    os.kill(worker.inner.pid, signal.SIGUSR1)
            self.main_loop_interrupt.wait(self._drain)
        super().shutdown(exit_code)  # type: ignore[no-untyped-call]  # granian tells no types here
