"""Changes: whole or not at all, whatever happens; the ledger, patches, previews and files."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import build, changefiles, changes, files, history, patches
from graph.errors import ConflictError, ForbiddenError, FullError, InputError, ReleaseRefusedError, StateError
from graph.namespaces import INFERRED_GRAPH, expand
from graph.patches import Patch
from graph.preview import preview
from graph.releases import Home, room
from graph.store import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store
from graph.wording import sentences

A, B, P, G = (NamedNode(f"urn:{n}") for n in "abpg")
LABEL, TYPE = NamedNode(expand("rdfs:label")), NamedNode(expand("rdf:type"))


def quad(n: int, graph: NamedNode | DefaultGraph = G) -> Quad:
    return Quad(A, P, Literal(n), graph)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty instance."""
    made = Home(tmp_path / "home")
    build.empty(made)
    return made


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package's ontology and shapes, with hardly any data."""
    made = tmp_path_factory.mktemp("root")
    for folder in ("ontology", "shapes"):
        shutil.copytree(files.root() / folder, made / folder)
    (made / "data/reference").mkdir(parents=True)
    (made / "data/reference/mine.ttl").write_text('<urn:file> <urn:says> "one" , [ <urn:in> "a blank node" ] .')
    return made


def test_numbers_are_kept_as_the_store_tells_them(home: Home) -> None:
    """A number that is written with zeros before it goes again when it is removed without them: the patches cancel each other."""
    first = changes.apply(home, lambda ledger: ledger.add([Quad(A, P, Literal("01", datatype=NamedNode(expand("xsd:integer"))), G)]))
    second = changes.apply(home, lambda ledger: ledger.remove([quad(1)]))
    assert second.id > first.id
    assert not history.difference(home, "000001", second.id).said.added


def test_what_is_added_and_removed_again_is_no_change(home: Home) -> None:
    """The ledger keeps the net change, graphs included; without one there is no release."""

    def nothing(ledger: changes.Ledger) -> None:
        ledger.add([quad(1)])
        ledger.drop_graph(G.value)
        ledger.make_graph("urn:h")
        ledger.drop_graph("urn:h")

    assert changes.apply(home, nothing).id == "000001"


def test_an_empty_graph_is_a_change_and_stands_in_the_patch(home: Home) -> None:
    """A graph without quads is made, kept, told by the patch, and dropped."""
    made = changes.apply(home, lambda ledger: ledger.make_graph("urn:h"))
    assert made.open().graph_names() == ["urn:h"]
    assert patches.load(made.path, "patch") == Patch(made=frozenset({"urn:h"}))
    assert changes.apply(home, lambda ledger: ledger.drop_graph("urn:h")).open().graph_names() == []


def test_a_failed_change_leaves_nothing_behind(home: Home) -> None:
    """No folder, no release, and the next change of the same process goes through."""
    with pytest.raises(ForbiddenError):
        changes.apply(home, lambda ledger: ledger.add([quad(1, NamedNode(INFERRED_GRAPH))]))
    assert sorted(p.name for p in home.releases.iterdir()) == ["000001"]
    assert changes.apply(home, lambda ledger: ledger.add([quad(1)])).id == "000002"


def test_a_change_for_another_release_is_refused(home: Home) -> None:
    """The release that is expected and the one that is current are both named."""
    with pytest.raises(ConflictError, match=r"000001.*000007"):
        changes.apply(home, lambda ledger: ledger.add([quad(1)]), changes.Why(expected="000007"))


def test_the_manifest_tells_who_why_and_how_much(home: Home) -> None:
    """Author, reason, parent, counts of quads and of graphs."""
    m = changes.apply(home, lambda ledger: ledger.add([quad(1), quad(2), quad(3, DefaultGraph())]), changes.Why("anna", "ett prov")).manifest
    assert (m.author, m.reason, m.parent, m.changed, m.graphs) == ("anna", "ett prov", "000001", {"added": 3, "removed": 0}, {"urn:g": 2})


FULL = """
import resource, sys
from pathlib import Path
from graph import changes
from graph.errors import FullError
from graph.releases import Home
from graph.store import Literal, NamedNode, Quad
home = Home(Path(sys.argv[1]))
quads = [Quad(NamedNode(f"urn:{n}"), NamedNode("urn:p"), Literal("x" * 500 + str(n)), NamedNode("urn:g")) for n in range(20_000)]
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    changes.apply(home, lambda ledger: ledger.add(quads))
except FullError as error:
    print(error.en)
"""


def test_a_full_disk_is_told_and_survived(home: Home) -> None:
    """A process that may write no more says so in clear words; the release is as it was, and the next change goes through."""
    told = subprocess.run([sys.executable, "-c", FULL, str(home.path)], capture_output=True, text=True, check=False, cwd=files.root())
    assert "is full. Nothing was changed" in told.stdout, told.stderr
    assert home.pointer() == "000001"
    assert sorted(p.name for p in home.releases.iterdir()) == ["000001"]
    assert changes.apply(home, lambda ledger: ledger.add([quad(1)])).id == "000002"


def test_other_faults_of_the_disk_are_told(tmp_path: Path) -> None:
    """What the system says is passed on, and that nothing was changed; a full device is told as such."""
    with pytest.raises(StateError, match="Nothing was changed"), room(tmp_path):
        (tmp_path / "none/none").write_text("x")
    with pytest.raises(FullError), room(tmp_path), Path("/dev/full").open("w", buffering=1) as full:
        full.write("x\n")


def test_a_corrupt_release_names_the_one_to_go_back_to(home: Home) -> None:
    """A damaged store and a damaged manifest: the message tells the newest whole release, and a rollback to it works."""
    good = changes.apply(home, lambda ledger: ledger.add([quad(1)]))
    for file in ("store/CURRENT", "manifest.json"):
        bad = changes.apply(home, lambda ledger: ledger.add([quad(int(home.next_number()))]))
        (bad.path / file).write_text("nonsense\n")
        with pytest.raises(StateError, match="release rollback 0"):
            changes.apply(home, lambda ledger: ledger.add([quad(9)]))
        release = history.rollback(home, good.id)
        assert set(release.open()) == set(good.open())
        assert changes.apply(home, lambda ledger: ledger.add([quad(9)])).manifest.parent == release.id
        changes.apply(home, lambda ledger: ledger.remove([quad(9)]))


def test_a_preview_says_what_the_change_then_does(home: Home) -> None:
    """Quads, inferences and report of the preview are those of the release that the same edit makes."""
    axiom = Quad(B, NamedNode(expand("rdfs:subClassOf")), P, G)
    told = preview(home, lambda ledger: ledger.add([axiom, Quad(A, TYPE, B, G)]))
    assert home.pointer() == "000001"
    release = changes.apply(home, lambda ledger: ledger.add([axiom, Quad(A, TYPE, B, G)]))
    step = history.change(release)
    assert step
    assert (told.said, told.inferred) == (step.said, step.inferred)
    assert Quad(A, TYPE, P, NamedNode(INFERRED_GRAPH)) in told.inferred.added


@pytest.mark.parametrize("few", [-1, 20_000])
def test_both_ways_of_following_a_change_up_agree(home: Home, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """Step by step or all anew: the same quads, the same counts."""
    monkeypatch.setattr(changes, "FEW", few)
    sub = NamedNode(expand("rdfs:subClassOf"))
    changes.apply(home, lambda ledger: ledger.add([Quad(B, sub, P, G), Quad(A, TYPE, B, G), Quad(P, sub, G, G)]))
    release = changes.apply(home, lambda ledger: ledger.remove([Quad(P, sub, G, G)]))
    assert {q.object for q in release.open().quads(A, TYPE)} == {B, P}
    assert release.manifest.graphs == build.counts(release.open())


@pytest.mark.parametrize(
    ("name", "text", "graph", "count"),
    [
        ("x.ttl", "<urn:a> <urn:p> 1, 2 .", "urn:g", 2),
        ("x.nt", "<urn:a> <urn:p> <urn:b> .", "urn:g", 1),
        ("x.trig", "<urn:g> { <urn:a> <urn:p> 1 }", None, 1),
        ("x.nq", "<urn:a> <urn:p> <urn:b> <urn:g> .", None, 1),
        ("x.rdfp", "A <urn:a> <urn:p> <urn:b> <urn:g> .\nA <urn:a> <urn:p> <urn:c> <urn:g> .", None, 2),
        ("x.ru", "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } }", None, 1),
    ],
)
def test_a_file_is_a_change(home: Home, tmp_path: Path, name: str, text: str, graph: str | None, count: int) -> None:
    """RDF is joined, a patch is applied, an update is run."""
    path = tmp_path / name
    path.write_text(text)
    assert changes.apply(home, changefiles.edit(path, graph)).manifest.graphs == {"urn:g": count}


@pytest.mark.parametrize("name", ["x.ttl", "x.trig", "x.ttl.gz", "x.ru", "x.rdfp"])
@pytest.mark.parametrize("graph", [None, "urn:g"])
def test_a_file_that_is_missing_is_told_before_all_else(tmp_path: Path, name: str, graph: str | None) -> None:
    """Whatever its kind, and whether a graph is named or not."""
    with pytest.raises(InputError, match=rf"^There is no file .*{name}\.$"):
        changefiles.edit(tmp_path / name, graph)


@pytest.mark.parametrize(("name", "told"), [("x.xyz", "unknown kind"), ("x.ru.gz", "cannot be read"), ("x.ru", "cannot be read")])
def test_a_file_that_is_no_change_is_told(tmp_path: Path, name: str, told: str) -> None:
    """A suffix that says nothing, a file that is not packed as it says, one that is no text."""
    (tmp_path / name).write_bytes(b"\xff\xfe")
    with pytest.raises(InputError) as wrong:
        changefiles.edit(tmp_path / name)
    assert told in wrong.value.en


def test_triples_need_a_graph(tmp_path: Path) -> None:
    """A file that names none is told how to name one."""
    (tmp_path / "x.ttl").touch()
    with pytest.raises(InputError, match="--graph"):
        changefiles.edit(tmp_path / "x.ttl")


def test_a_correction_is_no_change_over_time(home: Home) -> None:
    """What takes back, what tells an end, what only adds, and a rollback, which is what it restores."""
    ends = Quad(A, NamedNode(expand("sg:validTo")), Literal("2026-12-31", datatype=NamedNode(expand("xsd:date"))), G)
    made = [
        changes.apply(home, lambda ledger: ledger.add([quad(1)])),
        changes.apply(home, lambda ledger: ledger.add([ends])),
        changes.apply(home, lambda ledger: ledger.take(Patch(frozenset({quad(2)}), frozenset({quad(1)})))),
        changes.apply(home, lambda ledger: ledger.take(Patch(frozenset({quad(3)}), frozenset({ends})))),
        history.rollback(home, "000002"),
    ]
    assert [r.manifest.nature for r in made] == [["addition"], ["turn"], ["correction"], ["correction"], []]


TERMS = st.sampled_from([A, B, BlankNode("n1"), BlankNode("n2")])
OBJECTS = (
    TERMS | st.builds(Literal, st.text(max_size=5)) | st.builds(lambda t: Literal(t, language="sv"), st.text(max_size=5)) | st.builds(Literal, st.integers())
)
QUADS = st.builds(Quad, TERMS, st.just(P), OBJECTS, st.sampled_from([G, DefaultGraph()]))
SETS = st.frozensets(QUADS, max_size=6)


@given(SETS, SETS)
def test_a_patch_is_read_as_it_was_written(before: frozenset[Quad], after: frozenset[Quad]) -> None:
    """Any text, blank nodes by their names, and both graphs."""
    patch = patches.between(before, after, ["urn:x"], ["urn:y"])
    assert patches.read(patch.text({"release": "1"})) == patch


@given(SETS, SETS, SETS)
def test_patches_can_be_put_together_and_turned(a: frozenset[Quad], b: frozenset[Quad], c: frozenset[Quad]) -> None:
    """A to B and B to C is A to C; the inverse leads back."""
    assert patches.between(a, b).then(patches.between(b, c)) == patches.between(a, c)
    assert patches.between(a, b).inverse == patches.between(b, a)


def test_a_patch_of_others_is_read() -> None:
    """Prefixes, blank nodes in angle brackets, transactions that were aborted, and rows of the same quad one after another."""
    text = (
        'H id <uuid:1> .\nPA "ex" "http://e/" .\nTX .\nA ex:a ex:p "x:y"@en ex:g .\nD <_:n> ex:p ex:q .\nA ex:z ex:p ex:z .\nD ex:z ex:p ex:z .\n'
        "TC .\nTX .\nA ex:no ex:p ex:p .\nTA .\n"
    )
    z, node = NamedNode("http://e/z"), [NamedNode(f"http://e/{n}") for n in "apgq"]
    added = {Quad(node[0], node[1], Literal("x:y", language="en"), node[2])}
    assert patches.read(text) == Patch(frozenset(added), frozenset({Quad(BlankNode("n"), node[1], node[3]), Quad(z, node[1], z)}))


@pytest.mark.parametrize(("text", "line"), [("TX .\nA <urn:a> .", 2), ("\n\nX <urn:a> .", 3), ("A <urn:a> <urn:b> <urn:c>\nTC .", 1)])
def test_a_wrong_patch_names_its_line(text: str, line: int) -> None:
    """Unknown rows and rows that are no quad."""
    with pytest.raises(InputError, match=rf"patch:{line}:"):
        patches.read(text)


def test_a_difference_is_told_in_words() -> None:
    """New things by class and name, edges as sentences, values old and new; what has no name is told with what it belongs to."""
    sg = {n: NamedNode(expand(f"sg:{n}")) for n in ("reportsTo", "responsibleFor", "Topic", "note", "evidence")}

    def named(thing: NamedNode, sv: str, en: str) -> list[Quad]:
        return [Quad(thing, LABEL, Literal(sv, language="sv"), G), Quad(thing, LABEL, Literal(en, language="en"), G)]

    words = [*named(sg["reportsTo"], "rapporterar till", "reports to"), *named(sg["responsibleFor"], "ansvarig för", "responsible for")]
    words += [*named(sg["Topic"], "sakfråga", "topic"), *named(A, "RAG", "RAG"), *named(B, "RPO", "RPO")]
    store = Store.memory()
    store.add(words)
    new, part = NamedNode("urn:new"), BlankNode()
    added = {Quad(new, TYPE, sg["Topic"], G), *named(new, "cancer", "cancer"), Quad(new, sg["evidence"], part, G), Quad(part, P, Literal(1), G)}
    added |= {Quad(A, sg["reportsTo"], B, G), Quad(A, P, Literal("ny"), G)}
    patch = Patch(frozenset(added), frozenset({Quad(A, sg["responsibleFor"], B, G), Quad(B, sg["reportsTo"], A, G), Quad(A, P, Literal("gammal"), G)}))
    told = {lang: {s.words[lang] for s in sentences(patch, None, store)} for lang in ("sv", "en")}
    assert told["sv"] == {
        "Tillkommer: sakfråga ”cancer”.",
        "RAG rapporterar till RPO.",
        "RAG är inte längre ansvarig för RPO.",
        "RPO rapporterar inte längre till RAG.",
        "RAG: urn:p: ”gammal” → ”ny”.",
    }
    assert {"RPO no longer reports to RAG.", "RAG is no longer responsible for RPO.", "New: topic “cancer”."} <= told["en"]


def test_what_is_local_outlives_an_upgrade(root: Path, tmp_path: Path) -> None:
    """Named graphs, empty ones, the default graph and blank nodes stay when files change; the patch tells what the upgrade changed, and no more."""
    home, upgraded = Home(tmp_path / "home"), tmp_path / "root"
    build.build(home, root)
    local = [quad(1), quad(2, DefaultGraph()), Quad(BlankNode("mine"), P, A, G)]

    def edit(ledger: changes.Ledger) -> None:
        ledger.add(local)
        ledger.make_graph("urn:empty")

    before = changes.apply(home, edit, root=root)
    shutil.copytree(root, upgraded)
    (upgraded / "data/reference/mine.ttl").write_text('<urn:file> <urn:says> "two" , [ <urn:in> "a blank node" ] .')
    after = build.build(home, upgraded, author="bo")
    store = after.open()
    assert all(q in store for q in local)
    assert "urn:empty" in store.graph_names()
    assert not set(after.manifest.owned or []) & {"urn:g", "urn:empty"}
    step = history.change(after)
    assert step
    assert {(q.object.value) for q in step.said.added | step.said.removed} == {"one", "two"}
    assert (after.manifest.author, after.manifest.changed, after.manifest.parent) == ("bo", {"added": 1, "removed": 1}, before.id)
    with pytest.raises(ForbiddenError):
        changes.apply(home, lambda ledger: ledger.add([quad(3, NamedNode("https://w3id.org/styrgraf/graph/reference/mine"))]), root=upgraded)


def test_an_upgrade_that_local_data_break_is_refused_and_nothing_happens(root: Path, tmp_path: Path) -> None:
    """A new shape that what is local does not fit stops the build with the report; all names that both want are told at once."""
    home, upgraded = Home(tmp_path / "home"), tmp_path / "root"
    build.build(home, root)
    before = changes.apply(home, lambda ledger: ledger.add([quad(1), quad(1, NamedNode("https://w3id.org/styrgraf/graph/reference/new"))]), root=root)
    shutil.copytree(root, upgraded)
    shape = "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:shape> a sh:NodeShape ; sh:targetNode <urn:a> ; sh:property [ sh:path <urn:p> ; sh:maxCount 0 ] ."
    (upgraded / "shapes/new.ttl").write_text(shape)
    with pytest.raises(ReleaseRefusedError) as refused:
        build.build(home, upgraded)
    assert {r.focus for r in refused.value.report.results if r.severity == "Violation"} == {"urn:a"}
    (upgraded / "data/reference/new.ttl").write_text("<urn:file> <urn:says> 1 .")
    with pytest.raises(ConflictError, match="reference/new"):
        build.build(home, upgraded)
    assert home.pointer() == before.id


def test_a_build_of_the_same_files_changes_nothing(root: Path, tmp_path: Path) -> None:
    """Blank nodes keep their names, so the patch is empty."""
    home = Home(tmp_path)
    build.build(home, root)
    again = history.change(build.build(home, root))
    assert again is not None
    assert not again.said
    assert not again.inferred
