"""History: whatever is done, the current content is what the patches from the first release on give, and nothing is lost."""

from __future__ import annotations

import shutil
import tempfile
from functools import reduce
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from graph import build, changes, history, reasoner
from graph.errors import InputError, NotFoundError, ReleaseRefusedError
from graph.namespaces import INFERRED_GRAPH, expand
from graph.patches import Patch
from graph.releases import Home
from graph.store import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

TYPE, SUB = NamedNode(expand("rdf:type")), NamedNode(expand("rdfs:subClassOf"))
A, B, C, D, P, G, H = (NamedNode(f"urn:{n}") for n in "abcdpgh")
INFERRED = NamedNode(INFERRED_GRAPH)
SHAPE = [
    Quad(NamedNode("urn:shape"), TYPE, NamedNode(expand("sh:NodeShape")), NamedNode("urn:shapes")),
    Quad(NamedNode("urn:shape"), NamedNode(expand("sh:targetClass")), D, NamedNode("urn:shapes")),
    Quad(NamedNode("urn:shape"), NamedNode(expand("sh:property")), BlankNode("maximum"), NamedNode("urn:shapes")),
    Quad(BlankNode("maximum"), NamedNode(expand("sh:path")), P, NamedNode("urn:shapes")),
    Quad(BlankNode("maximum"), NamedNode(expand("sh:maxCount")), Literal(1), NamedNode("urn:shapes")),
]
POOL = [
    *(Quad(s, TYPE, o, g) for s, o, g in product((A, B), (C, D), (G, H))),
    *(
        Quad(s, P, o, g)
        for s, o, g in product((A, B), (Literal("01", datatype=NamedNode(expand("xsd:integer"))), Literal("två", language="sv")), (G, DefaultGraph()))
    ),
    Quad(C, SUB, D, H),
    Quad(BlankNode("n"), P, A, G),
]
PICKED = st.frozensets(st.sampled_from(POOL), max_size=4)
GRAPHS = st.sampled_from([G.value, H.value, "urn:empty"])
Content = tuple[frozenset[Quad], frozenset[str]]


def said(store: Store) -> Content:
    """What a store holds beside the inferred graph: quads and graphs."""
    return frozenset(q for q in store if q.graph_name != INFERRED), frozenset(store.graph_names()) - {INFERRED_GRAPH}


def after(content: Content, patch: Patch) -> Content:
    """What a patch makes of some content."""
    quads, graphs = content
    return (quads - patch.removed) | patch.added, (graphs - patch.dropped) | patch.made


class Histories(RuleBasedStateMachine):
    """Changes, refused ones among them, rollbacks, pruning and opening anew, in any order."""

    @initialize()
    def begin(self) -> None:
        """An instance with one shape: what is a D has at most one p."""
        self.folder = tempfile.mkdtemp()
        self.home = Home(Path(self.folder) / "home")
        build.empty(self.home)
        changes.apply(self.home, lambda ledger: ledger.add(SHAPE))
        self.contents = {r.id: said(r.open()) for r in history.chain(self.home)}

    def teardown(self) -> None:
        """Removes the state directory."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def current(self) -> str:
        """The number of the current release."""
        return self.home.pointer() or ""

    def make(self, edit: changes.Edit) -> None:
        """Makes a change; where it is refused, nothing is other than it was."""
        before = self.current
        try:
            release = changes.apply(self.home, edit)
        except ReleaseRefusedError:
            assert self.current == before
        else:
            assert (release.id == before) == (said(release.open()) == self.contents[before])
        self.contents[self.current] = said(self.home.find(self.current).open())

    @rule(added=PICKED, removed=PICKED)
    def change(self, added: frozenset[Quad], removed: frozenset[Quad]) -> None:
        """Some quads go and some come."""

        def edit(ledger: changes.Ledger) -> None:
            ledger.remove(removed)
            ledger.add(added)

        self.make(edit)

    @rule(name=GRAPHS, drop=st.booleans())
    def graph(self, name: str, drop: bool) -> None:
        """A graph is made or dropped."""
        self.make(lambda ledger: ledger.drop_graph(name) if drop else ledger.make_graph(name))

    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        """Any release, pruned or not, is brought back."""
        goal = data.draw(st.sampled_from(sorted(self.contents)))
        release = history.rollback(self.home, goal)
        self.contents[release.id] = said(release.open())
        assert self.contents[release.id] == self.contents[goal]
        assert release.manifest.graphs == self.home.find(goal).manifest.graphs

    @precondition(lambda self: len(self.contents) > 3)
    @rule(keep=st.integers(1, 3))
    def prune(self, keep: int) -> None:
        """Old stores go; one that is gone does not come back."""
        before = [r.id for r in history.chain(self.home) if not r.pruned]
        history.prune(self.home, keep)
        assert [r.id for r in history.chain(self.home) if not r.pruned][:keep] == before[:keep]

    @rule(data=st.data())
    def compare(self, data: st.DataObject) -> None:
        """The difference of two releases leads from one to the other."""
        a, b = (data.draw(st.sampled_from(sorted(self.contents))) for _ in "ab")
        assert after(self.contents[a], history.difference(self.home, a, b).said) == self.contents[b]

    @invariant()
    def current_is_what_the_patches_give(self) -> None:
        """Replayed from the first release on, they give the content; manifests count right; what is inferred is what a full run infers."""
        releases = list(history.chain(self.home))[::-1]
        assert [r.id for r in releases] == sorted(self.contents)
        steps = [step.said for r in releases if (step := history.change(r))]
        store = releases[-1].open()
        assert reduce(after, steps, (frozenset[Quad](), frozenset[str]())) == said(store)
        assert releases[-1].manifest.graphs == build.counts(store)
        anew = Store.memory()
        anew.add(said(store)[0])
        reasoner.reason(anew)
        assert set(anew.graph(INFERRED_GRAPH)) == set(store.graph(INFERRED_GRAPH))


Histories.TestCase.settings = settings(max_examples=12, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck))
TestHistories = Histories.TestCase


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Three releases: nothing, one quad, another one in its place."""
    made = Home(tmp_path / "home")
    build.empty(made)
    changes.apply(made, lambda ledger: ledger.add([Quad(A, P, Literal(1), G)]), changes.Why("anna", "first"))
    changes.apply(made, lambda ledger: (ledger.remove([Quad(A, P, Literal(1), G)]), ledger.add([Quad(A, P, Literal(2), G)])), changes.Why("bo", "second"))  # type: ignore[func-returns-value,arg-type]
    return made


def test_blame_goes_past_a_rollback_to_where_it_came_from(home: Home) -> None:
    """What a rollback brought back has its first author."""
    history.rollback(home, "000002", changes.Why("cia", "back"))
    changes.apply(home, lambda ledger: ledger.add([Quad(A, P, Literal(3), H)]), changes.Why("dag"))
    found = {o.quad.object.value: o for o in history.blame(home, A, P)}
    assert {v: (o.release.manifest.author, o.certain) for v, o in found.items()} == {"1": ("anna", True), "3": ("dag", True)}
    assert found["3"].graph == "urn:h"
    assert history.blame(home, B) == []


def test_where_a_patch_is_missing_stores_are_compared(home: Home) -> None:
    """A state directory from before there were patches has its differences all the same, and blame says that it is not sure."""
    for name in ("patch.rdfp", "inferences.rdfp"):
        (home.releases / "000003" / name).unlink()
    assert history.difference(home, "000002", "000003").said.added == {Quad(A, P, Literal(2), G)}
    assert not history.blame(home, A)[0].certain
    assert history.prune(home, 1) == ["000001"]
    assert history.rollback(home, "000001").manifest.graphs == {}


def test_pruned_releases_say_so(home: Home) -> None:
    """A release whose store is gone cannot be opened, and the message tells how to have it back; fewer than one cannot be kept."""
    history.prune(home, 1)
    with pytest.raises(NotFoundError, match="rollback 000002"):
        home.find("000002").open()
    with pytest.raises(InputError, match="--keep 0"):
        history.prune(home, 0)
    with pytest.raises(NotFoundError):
        history.rollback(home, "000009")
    assert history.find(home, "2").id == "000002"
    assert history.find(home, "current").id == "000003"


def test_a_rollback_is_not_undone_by_the_next_start(home: Home) -> None:
    """The release counts as made from the files as they are now; only changed files are built anew."""
    release = history.rollback(home, "000002", changes.Why("anna", "wrong"))
    assert release.manifest.files_hash == home.find("000003").manifest.files_hash
    assert (release.manifest.parent, release.manifest.restores, release.manifest.reason) == ("000003", "000002", "wrong")
    assert history.rollback(home, release.id).id == release.id
