"""Erasure: the name is nowhere in the state directory, what is left is valid and true, and the name stays away."""

import json
import shutil
import unicodedata
from pathlib import Path

import pytest
from dying import NAME, found, pair, template
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import backup, build, changes, erased, erasure, files, history, statistics, updates
from graph.changes import Why
from graph.erased import Erasing, Names
from graph.errors import ForbiddenError, GoneError, InputError, NotFoundError, StateError
from graph.namespaces import BASE, expand
from graph.releases import Home, Release
from graph.store import Literal, NamedNode, Quad
from graph.validator import validate

SG = "PREFIX sg: <https://w3id.org/styrgraf/def/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
PERSON, LABEL, TYPE = NamedNode(expand("sg:Person")), NamedNode(expand("rdfs:label")), NamedNode(expand("rdf:type"))
HOLDER = NamedNode(f"{BASE}def/roleHolder")


def change(home: Home, text: str, reason: str = "") -> Release:
    """Makes a change."""
    return changes.apply(home, lambda ledger: updates.run(SG + text, ledger), Why("test", reason))


@pytest.fixture(scope="module")
def lived(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A state directory with the real graph and a history: a name in a label, in a reason, in a source text, in what was removed again; one release pruned."""
    made = Home(tmp_path_factory.mktemp("lived") / "home")
    shutil.copytree(home.path, made.path, symlinks=True)
    change(made, 'INSERT DATA { GRAPH <urn:own> { <urn:x> rdfs:label "leds av Lejon, Tommy" } }', "on behalf of Tommy Lejon")
    change(made, 'DELETE DATA { GRAPH <urn:own> { <urn:x> rdfs:label "leds av Lejon, Tommy" } }')
    history.prune(made, 2)
    made.sources.mkdir()
    (made.sources / "a.txt").write_text("Närvarande: Tommy\nLejon", "utf-8")
    (made.sources / "b.txt").write_text("Närvarande: Karin", "utf-8")
    (made.path / "tokens.json").write_text('[{"name": "Tommy Lejon"}]', "utf-8")
    (made.path / ".tokens.json").write_text('[{"name": "Tommy Lejon"', "utf-8")
    (made.path / "audit.1.jsonl").write_text('{"name": "lejon, tommy", "status": 1}\n{"name": "x"}\n{"name": "Tommy Lejon', "utf-8")
    (made.path / "refusals.jsonl").write_text('{"name": "tommy.lejon@example.org", "door": "/id/person/Tommy_Lejon"}\n', "utf-8")
    return made


@pytest.fixture
def copy(lived: Home, tmp_path: Path) -> Home:
    """A copy of it."""
    shutil.copytree(lived.path, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def test_no_byte_of_the_state_directory_has_the_name(copy: Home) -> None:
    """Stores, write-ahead logs, patches, manifests, tokens and texts: the full name and the surname are gone, and they were there before."""
    assert found(copy.path, "Lejon")
    made = erasure.erase(copy, "tommy  LEJON", "somebody")
    assert found(copy.path, "Lejon", "LEJON", "lejon") == []
    assert made.files == ["audit.1.jsonl", "refusals.jsonl", "tokens.json"]
    assert (made.texts, len(made.releases), made.release) == (1, 3, copy.pointer())
    told = (copy.path / erased.FILE).read_text("utf-8")
    assert "somebody" in told
    assert made.releases == erased.read(copy.path)[0].releases


def test_tokens_and_the_log_keep_all_but_the_name(copy: Home) -> None:
    """Each line, token and mode of a file stays, and "någon" stands where the name stood, in an address too; half a line does no harm."""
    (copy.path / "refusals.jsonl").chmod(0o600)
    erasure.erase(copy, "Tommy Lejon")
    assert json.loads((copy.path / "tokens.json").read_text("utf-8")) == [{"name": "någon"}]
    assert (copy.path / "audit.1.jsonl").read_text("utf-8") == '{"name": "någon", "status": 1}\n{"name": "x"}\n{"name": "någon'
    assert json.loads((copy.path / "refusals.jsonl").read_text("utf-8")) == {"name": "någon", "door": "någon"}
    assert (copy.path / "refusals.jsonl").stat().st_mode & 0o777 == 0o600


def test_who_wrote_here_can_be_erased_too(tmp_path: Path) -> None:
    """An author or the bearer of a token whom no document names; a group that things are called by is no person, whoever wrote in its name."""
    home = Home(tmp_path / "home")
    template(home)
    changes.apply(home, lambda ledger: updates.run("INSERT DATA { GRAPH <urn:own> { <urn:x> <urn:y> 1 } }", ledger), Why("Sara Ström"))
    change(home, 'INSERT DATA { GRAPH <urn:own> { <urn:z> rdfs:label "Team Data" } }')
    (home.path / "tokens.json").write_text('[{"name": "Ola Ny (test)"}, {"name": "Team Data"}]', "utf-8")
    erasure.erase(home, "Sara Ström")
    assert erasure.erase(home, "Ola Ny").files == ["tokens.json"]
    assert found(home.path, "Ström", "Ola Ny") == []
    with pytest.raises(NotFoundError):
        erasure.erase(home, "Team Data")


@pytest.mark.parametrize("person", ["Tommy Lejon", "Karolina Wernmark", "id/person/p-7", "Jonas Claesson"])
def test_what_is_left_is_as_valid_as_before(copy: Home, person: str) -> None:
    """The report that the new manifest carries is what the shapes say of the new store; the roles are held by somebody without a name."""
    before = copy.current()
    assert before
    held = len(list(before.open().quads(None, HOLDER)))
    erasure.erase(copy, person)
    after = copy.current()
    assert after
    assert validate(after.open(), files.rdf_files("shapes")).as_json() == after.manifest.report
    assert after.manifest.validation == before.manifest.validation
    assert len(list(after.open().quads(None, HOLDER))) == held


def test_patches_replay_over_the_rewritten_history(copy: Home) -> None:
    """From nothing, patch after patch leads to the newest release, and a pruned one can be brought back."""
    erasure.erase(copy, "Tommy Lejon")
    quads: frozenset[Quad] = frozenset()
    chain = list(reversed(list(history.chain(copy))))
    for release in chain:
        step = history.change(release)
        assert step
        quads = (quads - step.said.removed) | step.said.added
    assert quads == {q for q in chain[-1].open() if q.graph_name != history._INFERRED and not statistics.counted(q)}
    assert chain[0].pruned
    assert history.rollback(copy, chain[0].id).manifest.graphs == chain[0].manifest.graphs


def test_old_numbers_are_gone(copy: Home) -> None:
    """The number of a rewritten release is never given again, and says why it is gone."""
    old = copy.numbers()
    erasure.erase(copy, "Tommy Lejon")
    assert set(copy.numbers()).isdisjoint(old)
    for number in old:
        with pytest.raises(GoneError):
            copy.find(number)


def test_the_name_stays_out_of_builds_changes_and_copies(copy: Home, tmp_path: Path) -> None:
    """A build from the same files changes nothing, a change that has the name is refused, and a restored backup remembers."""
    erasure.erase(copy, "Tommy Lejon")
    again = build.build(copy)
    assert again.manifest.changed == {"added": 0, "removed": 0}
    for text in ("Tommy Lejon", "enligt TOMMY LEJONS förslag", "Lejon, Tommy", unicodedata.normalize("NFD", "Tommy Lejon")):
        with pytest.raises(ForbiddenError):
            change(copy, f'INSERT DATA {{ GRAPH <urn:own> {{ <urn:y> rdfs:label "{text}"@sv }} }}')
    with pytest.raises(ForbiddenError):
        change(copy, "INSERT DATA { GRAPH <urn:own> { <https://example.org/Tommy_Lejon> a <urn:C> } }")
    with pytest.raises(ForbiddenError):
        change(copy, "INSERT DATA { GRAPH <urn:own> { <urn:y> a <urn:C> } }", "asked for by Tommy Lejon")
    backup.backup(copy, tmp_path / "backup.tar.gz")
    restored = Home(tmp_path / "restored")
    backup.restore(tmp_path / "backup.tar.gz", restored)
    with pytest.raises(ForbiddenError):
        change(restored, 'INSERT DATA { GRAPH <urn:own> { <urn:y> rdfs:label "Tommy Lejon" } }')
    assert found(copy.path, "Lejon") == []


def test_it_can_be_asked_for_again(copy: Home) -> None:
    """Erasing twice changes nothing the second time; another person can follow, and the first one stays erased."""
    first = erasure.erase(copy, "Tommy Lejon")
    assert erasure.erase(copy, "Tommy Lejon") == erasure.Erasure(first.release, {}, 0)
    (copy.path / "audit.jsonl").write_text('{"name": "Tommy Lejon"}\n', "utf-8")  # put back from elsewhere
    assert erasure.erase(copy, "Tommy Lejon").files == ["audit.jsonl"]
    erasure.erase(copy, "Karolina Wernmark")
    assert found(copy.path, "Lejon", "Wernmark") == []
    with pytest.raises(GoneError):
        copy.find("000001")


@pytest.mark.parametrize(
    ("person", "error", "told"),
    [
        ("Jonas Claeson", NotFoundError, "Jonas Claesson"),
        ("Tommy", InputError, "surname"),
        ("RAG onkologi", NotFoundError, "no release has"),
        ("id/group/rag-onkologi", NotFoundError, "no person"),
    ],
)
def test_who_is_nobody_is_told(lived: Home, person: str, error: type[InputError], told: str) -> None:
    """Nothing is changed for a misspelt name, a first name alone, or what is no person."""
    before = lived.numbers()
    with pytest.raises(error, match=f"(?i){told}"):
        erasure.erase(lived, person)
    assert lived.numbers() == before


def test_a_damaged_old_release_is_no_end_of_it(tmp_path: Path) -> None:
    """The message says how to do without the store that cannot be read; after that the person can be erased, from what the patches tell too."""
    home = Home(tmp_path / "home")
    template(home)
    (home.releases / "000002/store/CURRENT").write_text("?")
    with pytest.raises(StateError, match="prune --keep 2"):
        erasure.erase(home, NAME)
    assert history.prune(home, 2) == ["000002", "000001"]
    assert len(erasure.erase(home, NAME).releases) == 4
    assert found(home.path, "Ekdahl", "Maja") == []


def test_namesakes_stay_two(tmp_path: Path) -> None:
    """Two persons of one name are both erased, and do not become one; what hangs on one alone goes, and so does a link to elsewhere."""
    home = Home(tmp_path)
    build.empty(home)
    same = '<http://www.w3.org/2004/02/skos/core#exactMatch> <https://example.org/x> ; <urn:at> [ <urn:mail> "secret" ] .'
    change(home, f'INSERT DATA {{ GRAPH <urn:g> {{ <urn:1> a sg:Person ; rdfs:label "Eva Berg" ; {same} <urn:2> a sg:Person ; rdfs:label "Eva Berg" }} }}')
    pair(home, 1)
    erasure.erase(home, "urn:1")
    release = home.current()
    assert release
    assert len({q.subject for q in release.open().quads(None, TYPE, PERSON)}) == 2
    assert found(tmp_path, "secret", "example.org/x", "Eva") == []


WORDS = st.sampled_from(["Eva", "Berg", "eva", "BERG", "Bergs", "Lund", "och", "Eva-Lena", ",", "  ", "1", "\u00a0", "."])


@settings(max_examples=200)
@given(st.lists(WORDS, max_size=8), st.sampled_from([None, "sv", "en"]))
def test_no_text_keeps_an_erased_name(parts: list[str], lang: str | None) -> None:
    """Whatever stands around it: afterwards no text has the name, and one that never had it is as it was."""
    names = _eva_berg()
    text = " ".join(parts)
    quad = Quad(NamedNode("urn:s"), LABEL, Literal(text, language=lang), NamedNode("urn:g"))
    (after,) = Erasing(names, [quad]).after
    assert isinstance(after.object, Literal)
    assert not names.names(after.object.value)
    assert names.names(text) or after == quad


def _eva_berg(known: list[Names] = []) -> Names:  # noqa: B006 (hashed once: it is made to be slow)
    if not known:
        known.append(Names("00" * 16, frozenset({erased.hashed("Eva Berg", "00" * 16)})))
    return known[0]
