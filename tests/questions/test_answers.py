"""Each question's answer, on the real documents and in a made-up world, against rows that were checked by hand."""

from collections import Counter
from pathlib import Path

import pytest
from expected import read, shown

from graph import files, reasoner
from graph.evidence import Texts, check, documents_of_versions, spans
from graph.questions import answer, catalogue, find
from graph.store import Store
from graph.validator import validate

HERE = Path(__file__).parent
NAMES = sorted(p.stem for p in (files.root() / "ontology/questions").glob("*.ttl") if p.stem != "prefixes")
AT_MOST = 25


def compare(store: Store, path: Path) -> None:
    """The rows of the file are rows of the answer, as often, and there are as many in all."""
    want = read(path)
    found = answer(store, find(store, path.stem), want.given)
    rows = shown(found)
    assert tuple(c.name for c in found.question.columns) == want.columns
    assert not Counter(want.rows) - Counter(rows), "expected and not found"
    assert len(rows) == want.total


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_on_the_real_documents(store: Store, name: str) -> None:
    """The documents say this and no more."""
    compare(store, HERE / "real" / f"{name}.csv")


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_in_the_made_up_world(made_up: Store, name: str) -> None:
    """The question answers of other bodies what it answers of ours: nothing in it is wired to one document."""
    compare(made_up, HERE / "synthetic" / f"{name}.csv")


# What is looked for is nowhere to be found: no governance runs in a circle in the documents, and no made-up body has two principals.
NOT_FOUND = {("real", "governance-circles"), ("synthetic", "several-principals")}


@pytest.mark.parametrize("folder", ["real", "synthetic"])
def test_each_question_and_no_other_has_an_expected_answer(folder: str) -> None:
    """One file each, with rows unless there is nothing to find."""
    paths = list((HERE / folder).glob("*.csv"))
    assert sorted(p.stem for p in paths) == NAMES
    assert {(folder, p.stem) for p in paths if not read(p).rows} == {(f, name) for f, name in NOT_FOUND if f == folder}


@pytest.mark.parametrize("folder", ["real", "synthetic"])
def test_a_short_answer_is_expected_as_a_whole(folder: str) -> None:
    """Only an answer of more than twenty-five rows is told by its first ones."""
    expected = {p.stem: read(p) for p in (HERE / folder).glob("*.csv")}
    assert [name for name, e in expected.items() if e.total <= AT_MOST and len(e.rows) < e.total] == []


def test_a_question_with_parameters_is_asked_with_one(store: Store) -> None:
    """Else nothing would show that a parameter narrows the answer."""
    unasked = [q.id for q in catalogue(store).values() if q.parameters and not read(HERE / "real" / f"{q.id}.csv").given]
    assert unasked == []


def test_the_made_up_world_is_valid(made_up: Store) -> None:
    """It contradicts neither the ontology nor the shapes."""
    assert reasoner.clashes(made_up) == []
    assert validate(made_up, files.rdf_files("shapes"), "sparql").counts()["Violation"] == 0


def test_the_made_up_world_rests_on_its_texts(made_up: Store) -> None:
    """Each range hashes to what was recorded."""
    found = list(check(spans(made_up), Texts.read(HERE / "texts"), documents_of_versions(made_up)))
    assert found
    assert [v for v in found if v.problem] == []


# A body of a kind, or a role, may be known from the frame alone and stand on no statement.
WITHOUT_STATEMENT = {"bodies-of-kind", "groups-by-level", "roles-in", "chairs-and-conveners"}


@pytest.mark.parametrize("name", [n for n in NAMES if n not in WITHOUT_STATEMENT])
def test_every_row_rests_on_a_passage(store: Store, name: str) -> None:
    """Each row carries the document and range, or the source, of what it says or of what it follows from."""
    question = find(store, name)
    assert all(row.citations for row in answer(store, question, read(HERE / "real" / f"{name}.csv").given).rows)
