"""How a process of ours ended, told to those who waited for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from service.web.refusals import RefusalError

MEMORY: Final = 75  # exit status of one that was given no more memory
_SHORT: Final = {MEMORY, -signal.SIGABRT}  # libraries end themselves where they get no memory
_KILLED: Final = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}  # by the system, which has no memory left, or by somebody
AGAIN: Final = "1"  # seconds after which it may be tried again


@contextmanager
def memory_told() -> Iterator[None]:
    """Ends this process with MEMORY where it is given no more of it."""
    try:
        yield
    except MemoryError:
        os._exit(MEMORY)


def ended(status: int, sv: str, en: str) -> RefusalError:
    """What is told where a process ended with this status (negative: by this signal) before it had answered; `sv` and `en` name what it did."""
    if status in _SHORT:
        return RefusalError(
            503,
            f"{sv} behövde mer minne än den får ha och stoppades. Dela upp den.",
            f"{en} needed more memory than it may have and was stopped. Send it in parts.",
            Retry_After=AGAIN,
        )
    if status in _KILLED:
        return RefusalError(
            503,
            f"{sv} stoppades utifrån, kanske för att minnet tog slut, och gjordes inte. Försök igen, i delar om den är stor.",
            f"{en} was stopped from outside, perhaps for want of memory, and was not made. Try again, in parts if it is large.",
            Retry_After=AGAIN,
        )
    return RefusalError(
        500,
        f"{sv} stötte på ett fel i tjänsten ({_how(status)}) och gjordes inte. Felet står i tjänstens logg; rapportera det.",
        f"{en} met a fault of the service ({_how(status)}) and was not made. The service's log has the fault; please report it.",
    )


def _how(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"
