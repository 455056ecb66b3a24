"""The process that makes a view: killable, limited in memory and time, and giving way to all others.

`python -m service.processes.viewing MEGABYTES HOME AUDIENCE RELEASE DAY` makes an audience's view of a release on a day, and tells on
standard output why it could not.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Final

from graph import views
from graph.errors import StyrgrafError
from graph.releases import Home
from graph.views import View
from service.processes.endings import ended, memory_told
from service.processes.lane import SLOW
from service.processes.worker import limit
from service.processes.writer import error
from service.views.keeping import FEW, Line
from service.web.refusals import RefusalError

REFUSED: Final = 3  # exit status of a view that could not be made, for a reason that is told


class Making:
    """Makes views one at a time; few may wait. `megabytes` is the memory that one may take, `seconds` the time."""

    def __init__(self, home: Path, megabytes: int, seconds: float) -> None:
        self._command = (sys.executable, "-m", "service.processes.viewing", str(megabytes), str(home))
        self._seconds = seconds
        self._line = Line(FEW)

    def __call__(self, view: View) -> None:
        """Makes a view, and waits for it. Raises StyrgrafError where it cannot be made, RefusalError where it takes too much or too many wait."""
        with self._line:
            if view.period and not view.made:
                self._run(view.audience, view.release.id, view.period.first)

    def _run(self, audience: str, release: str, day: date) -> None:
        try:
            done = subprocess.run([*self._command, audience, release, str(day)], capture_output=True, timeout=self._seconds, check=False)  # noqa: S603 (ours)
        except subprocess.TimeoutExpired as late:
            told = f"{self._seconds:g}"
            raise RefusalError(504, f"Vyn tog längre tid än {told} sekunder att göra.", f"The view took longer than {told} seconds to make.") from late
        if done.returncode == REFUSED:
            raise error(json.loads(done.stdout))
        if done.returncode:
            raise ended(done.returncode, "Vyn", "The view")


def main(arguments: list[str]) -> int:
    """Makes one view."""
    megabytes, home, audience, release, day = arguments
    limit(int(megabytes))
    os.nice(SLOW)
    state = Home(Path(home), audience)
    try:
        views.make(state, views.on(state.find(release), date.fromisoformat(day)))
    except StyrgrafError as refusal:
        sys.stdout.write(json.dumps({"error": type(refusal).__name__, "sv": refusal.sv, "en": refusal.en}))
        return REFUSED
    return 0


if __name__ == "__main__":
    with memory_told():
        sys.exit(main(sys.argv[1:]))
