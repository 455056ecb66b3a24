"""Whether the service can answer, and if not, why and what to do about it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graph.errors import StateError, StyrgrafError
from graph.releases import Home

LITTLE: Final = 64 << 20  # bytes of room on disk below which a change may not find place


@dataclass(frozen=True)
class Reason:
    """Why not: a word for programs, and what to do in Swedish and English."""

    code: str
    sv: str
    en: str

    def as_json(self) -> dict[str, str]:
        """As plain values."""
        return {"reason": self.code, "sv": self.sv, "en": self.en}


@dataclass(frozen=True)
class Readiness:
    """Looks at a state directory and the processes for queries.

    `served` opens what is served now and tells its number, `alive` tells whether queries can run, `leaving` whether the service is about to end.
    """

    home: Home
    served: Callable[[], str]
    alive: Callable[[], bool]
    leaving: Callable[[], bool]

    def told(self) -> tuple[int, dict[str, Any]]:
        """The status, 200 or 503, and what is told with it; `warnings` keep nobody from reading."""
        against, warnings = list(self._against()), [r.as_json() for r in self._warnings()]
        if against:
            shown = {"detail": against[0].en, "reasons": [r.as_json() for r in against]}
            return 503, shown | ({"warnings": warnings} if warnings else {})
        return 200, {"status": "ready", "release": self.served(), "buildFailed": self._failed(), "warnings": warnings}

    def _failed(self) -> str | None:
        failed = self.home.failure()
        return failed.en if failed else None

    def _against(self) -> Iterator[Reason]:
        if self.leaving():
            yield Reason("leaving", "Tjänsten avslutas. Vänd dig till en annan.", "The service is shutting down. Ask another one.")
        try:
            self.served()
        except StateError as error:
            yield self._missing() if self.home.pointer() is None else Reason("corrupt", error.sv, error.en)
        except StyrgrafError as error:
            yield Reason("release", error.sv, error.en)
        if not self.alive():
            yield Reason(
                "workers",
                "Processerna som svarar på frågor kan inte startas. Se loggen; ofta är minnet eller antalet processer slut. Starta om tjänsten.",
                "The processes that answer queries cannot be started. See the log; often memory or the number of processes is exhausted. Restart the service.",
            )

    def _missing(self) -> Reason:
        if writing(self.home.path):
            return Reason("building", "Den första utgåvan byggs. Vänta.", "The first release is being built. Wait.")
        return Reason("no-release", "Det finns ingen utgåva ännu; kör 'styrgraf build'.", "There is no release yet; run 'styrgraf build'.")

    def _warnings(self) -> Iterator[Reason]:
        path = next((p for p in (self.home.path, *self.home.path.parents) if p.exists()), Path("/"))
        if shutil.disk_usage(path).free < LITTLE:
            yield Reason(
                "disk-full",
                f"Disken med {path} är nästan full: läsa går, ändra inte. Frigör utrymme, till exempel med 'styrgraf release prune --keep 3'.",
                f"The disk with {path} is almost full: reading works, changing does not. Make room, for example with 'styrgraf release prune --keep 3'.",
            )
        elif self.home.path.exists() and not os.access(self.home.path, os.W_OK):
            yield Reason("read-only", f"{path} kan inte skrivas: läsa går, ändra inte.", f"{path} cannot be written: reading works, changing does not.")


def writing(home: Path) -> bool:
    """Whether somebody writes in a state directory at the moment."""
    try:
        with (home / "lock").open() as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


__all__ = ["Readiness", "Reason", "writing"]
