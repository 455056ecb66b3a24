"""The fifty competency questions: each can be asked in a few lines with our own terms, and the documents answer."""

from pathlib import Path
from typing import Final

import pytest

from graph import build, files, reasoner
from graph.store import Store

QUESTIONS = sorted((Path(__file__).parent / "competency").glob("*.rq"))
SILENT: Final = {"49-revisions": "each document is there in one version; the links (prov:wasRevisionOf) come with a second one"}
LINES: Final = 15


@pytest.fixture(scope="module")
def reasoned() -> Store:
    """Ontology and data with what follows from them."""
    store = Store.memory()
    build.load(store, files.root())
    reasoner.reason(store)
    return store


def test_there_are_fifty() -> None:
    """They are numbered from 1 to 50."""
    assert [int(path.name[:2]) for path in QUESTIONS] == list(range(1, 51))


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda p: p.stem)
def test_the_question_is_short_and_answered(reasoned: Store, path: Path) -> None:
    """The first line is the question; the query takes at most fifteen lines; rows come back unless the documents are silent."""
    question, *query = path.read_text(encoding="utf-8").splitlines()
    assert question.startswith("# ")
    assert question.endswith("?")
    assert len(query) <= LINES
    rows = reasoned.select("\n".join(query))
    assert bool(rows) != (path.stem in SILENT), SILENT.get(path.stem, "no row")
