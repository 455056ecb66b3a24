"""What the shapes find is explained."""

import re
from collections import Counter

from paths import ROOT

from graph.releases import Home


def test_every_result_of_the_real_graph_is_explained(home: Home) -> None:
    """docs/findings.md names each shape that fires, with the number of its results, and no other."""
    release = home.current()
    assert release
    fired = Counter((r["severity"], r["shape"].rpartition("/")[2]) for r in release.manifest.report)
    page = (ROOT / "docs/findings.md").read_text("utf-8")
    told = {}
    for part in page.split("\n## ")[1:3]:
        severity = part.partition("\n")[0].removesuffix("s")
        told |= {(severity, shape): int(number) for shape, number in re.findall(r"^\| `(\w+)` \| (\d+) \|", part, re.MULTILINE)}
    assert told == dict(fired)


def test_every_message_is_there_in_both_languages(home: Home) -> None:
    """A result can be read in Swedish and in English."""
    release = home.current()
    assert release
    assert all({"sv", "en"} <= set(r["messages"]) for r in release.manifest.report)
