"""Kills the service 200 times (or as often as told) while clients write and read: `make torture`, `make torture KILLS=50`.

Exit status 1 where an acknowledged write is lost, a refused one is there, anybody saw half of one, or something is left over. Loopback only.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

from torturing import Torture


def main(kills: int) -> int:
    """The exit status."""
    with tempfile.TemporaryDirectory() as folder:
        torture = Torture(Path(folder))
        torture.run(kills)
        seen, wrong = torture.seen, torture.verdict()
        print(f"killed {torture.kills}; {len(seen.kept)} writes acknowledged, {len(seen.refused)} refused, {len(seen.unheard)} unheard; {seen.reads} reads")
        print("\n".join(wrong) or "nothing lost, nothing by halves, nothing left over")
        return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
