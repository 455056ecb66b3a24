"""The part of requirements.lock that is installed beside the wheel: what the package needs, and what that needs; without tools of development.

`python tests/support/shipped.py` writes it to standard output.
"""

from __future__ import annotations

import re
import sys
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from paths import ROOT

ENTRY = re.compile(r"^(?P<name>[\w.-]+)==.*\n(?:    --hash=.*\n)+", re.MULTILINE)


def needed(name: str = "styrgraf") -> set[str]:
    """The names of the packages that one needs on this machine, directly or not."""
    found: set[str] = set()
    ahead: list[tuple[str, frozenset[str]]] = [(name, frozenset())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while ahead:
        at = ahead.pop()
        if at in seen:
            continue
        seen.add(at)
        for text in metadata.requires(at[0]) or []:
            wanted = Requirement(text)
            if not wanted.marker or any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *at[1])):
                found.add(canonicalize_name(wanted.name))
                ahead.append((wanted.name, frozenset(wanted.extras)))
    return found


def requirements(lock: str) -> str:
    """The entries of the lock that are needed, with their hashes."""
    names = needed()
    return "".join(re.sub(r" \\\n\Z", "\n", m[0]) for m in ENTRY.finditer(lock) if canonicalize_name(m["name"]) in names)


if __name__ == "__main__":
    sys.stdout.write(requirements((ROOT / "requirements.lock").read_text("utf-8")))
