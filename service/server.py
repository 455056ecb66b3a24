"""The HTTP server: granian, with room for clients that hold connections open and little time for those that never finish asking."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import sys
import threading
from typing import Final

from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels

from service.operation.leaving import DrainingServer
from service.settings import Settings

HEADER_SECONDS: Final = 15  # within which a request's headers must have come
MALLOC: Final = ((-8, 2), (-3, 1 << 18))  # M_ARENA_MAX, M_MMAP_THRESHOLD: glibc gives large answers back when they leave the cache
COLLECTED: Final = (2_000, 10, 1_000)  # gc.set_threshold: a look at what is new takes a millisecond or so, and one at all kept answers comes seldom
SWITCH: Final = 0.0005  # sys.setswitchinterval: while a thread computes, who waits for the next request gets its turn soon
LEAVE_SECONDS: Final = 1.0
CONNECTIONS: Final = 16_384  # open at the same time; granian's own limit is 1 024, which idle ones would use up


def run(settings: Settings) -> None:
    """Serves until it is interrupted."""
    _tune_memory()
    sys.setswitchinterval(SWITCH)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    DrainingServer(
        "service.app:from_environment",
        settings.host,
        settings.port,
        interface=Interfaces.ASGI,
        factory=True,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=1 << 16),
        websockets=False,
        runtime_mode=RuntimeModes.st,
        backlog=4096,
        backpressure=CONNECTIONS,
        log_level=LogLevels.warning,
        workers_kill_timeout=max(1, int(settings.grace)),
        drain=settings.drain,
    ).serve()


def leave() -> None:
    """Ends a process that has shut down: under uvloop anyio's idle threads are not told, and would keep it for ever."""
    timer = threading.Timer(LEAVE_SECONDS, os._exit, (0,))
    timer.daemon = True
    timer.start()


def _tune_memory() -> None:
    """For processes that are forked from this one: memory that is freed goes back, and the collector never keeps clients waiting for long."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        for parameter, value in MALLOC:
            getattr(libc, "mallopt", lambda *_: 0)(parameter, value)
    gc.set_threshold(*COLLECTED)
