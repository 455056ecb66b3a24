"""What the public sees of a release: as if its internal graphs had never been."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import backup, build, changes, history, patches, publishing, updates, views, visibility
from graph.changes import Why
from graph.errors import ForbiddenError, InputError, NotFoundError
from graph.ledger import Ledger
from graph.namespaces import BASE, INFERRED_GRAPH, expand
from graph.releases import PUBLIC, Home, Release
from graph.store import UNNAMED, DefaultGraph, Literal, NamedNode, Quad, Store
from graph.views import View

CALM = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
A, B, OPEN = "urn:graph:a", "urn:graph:b", "urn:graph:open"
NAMES = st.sampled_from(["urn:x", "urn:y", "urn:z"])
TYPE, SUBCLASS = NamedNode(expand("rdf:type")), NamedNode(expand("rdfs:subClassOf"))


def quad(s: str, p: NamedNode, o: str, graph: str = OPEN) -> Quad:
    """A quad of IRIs; UNNAMED is the default graph."""
    return Quad(NamedNode(s), p, NamedNode(o), NamedNode(graph) if graph else DefaultGraph())


def adding(*quads: Quad) -> Callable[[Ledger], None]:
    """An edit that adds quads."""
    return lambda ledger: ledger.add(quads)


def removing(*quads: Quad) -> Callable[[Ledger], None]:
    """An edit that removes quads."""
    return lambda ledger: ledger.remove(quads)


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    """An instance without the package's data."""
    build.empty(Home(tmp_path / "home"))
    return Home(tmp_path / "home")


def seen(home: Home) -> Release:
    """The current release as the public sees it."""
    release = home.seen_by(PUBLIC).current()
    assert release
    return release


def said(store: Store) -> set[Quad]:
    """What a store says and infers, but of visibility itself."""
    return {q for q in store if not q.predicate.value.endswith("/visibility")}


def test_without_an_internal_graph_the_release_serves_both(empty: Home) -> None:
    """No folder, no other id, no cost."""
    release = changes.apply(empty, adding(quad("urn:x", TYPE, "urn:C")))
    assert seen(empty) == release
    assert not (release.path / "public").exists()
    assert View(seen(empty)).id == release.id


SAID = st.lists(st.tuples(NAMES, st.sampled_from([TYPE, SUBCLASS]), NAMES, st.sampled_from([A, B, OPEN, UNNAMED])), max_size=6)


@CALM
@given(SAID, SAID, st.sets(st.sampled_from([A, B, UNNAMED]), min_size=1))
def test_the_public_sees_what_it_would_without_them(tmp_path_factory: pytest.TempPathFactory, first: list, second: list, hidden: set[str]) -> None:  # type: ignore[type-arg]
    """The store of the public side, its inferences and counts are those of an instance in which the internal graphs never were; its patches lead to it."""
    whole, never = (Home(tmp_path_factory.mktemp("home") / name) for name in ("whole", "never"))
    build.empty(whole)
    build.empty(never)
    steps = [[quad(*parts) for parts in part] for part in (first, second)]
    changes.apply(whole, adding(quad("urn:x", TYPE, "urn:C", A), quad("urn:x", TYPE, "urn:C", B), quad("urn:x", TYPE, "urn:C", UNNAMED)))
    changes.apply(never, adding(*(quad("urn:x", TYPE, "urn:C", g) for g in (A, B, UNNAMED) if g not in hidden)))
    changes.apply(whole, lambda ledger: [visibility.declare(ledger, g, "internal") for g in sorted(hidden)] and None)
    for step in steps:
        changes.apply(whole, adding(*step))
        changes.apply(never, adding(*(q for q in step if (q.graph_name.value if isinstance(q.graph_name, NamedNode) else "") not in hidden)))
        public, wanted = seen(whole), never.current()
        assert wanted
        assert said(public.open()) == said(wanted.open())
        assert publishing.counts(public.open()) == public.manifest.graphs
        assert not {*public.open().graph_names()} & hidden
        known = history.change(public)
        if known and public.manifest.parent:
            before = set(whole.seen_by(PUBLIC).find(public.manifest.parent).open())
            for patch in (known.said, known.inferred or patches.Patch()):
                before = (before - patch.removed) | patch.added
            assert before == set(public.open())


def test_what_follows_from_both_stays_and_what_follows_from_it_alone_goes(empty: Home) -> None:
    """An inference is shown where public premises suffice for it."""
    shared = [quad("urn:C", SUBCLASS, "urn:D"), quad("urn:x", TYPE, "urn:C")]
    changes.apply(empty, adding(*shared, quad("urn:y", TYPE, "urn:C", A), quad("urn:x", TYPE, "urn:C", A)))
    changes.apply(empty, lambda ledger: visibility.declare(ledger, A, "internal"))
    inferred = {str(q.subject) for q in seen(empty).open().graph(INFERRED_GRAPH)}
    assert inferred == {"<urn:x>"}


def test_of_a_change_that_touches_one_the_public_learns_nothing(empty: Home) -> None:
    """Neither quads nor their number, neither by whom nor why; what touches public graphs alone is told whole."""
    changes.apply(empty, adding(quad("urn:x", TYPE, "urn:C")), Why("anna", "first"))
    changes.apply(empty, visibility.settle(adding(quad("urn:secret", TYPE, "urn:Secret", A)), "internal"), Why("secret author", "secret reason"))
    assert str(seen(empty).manifest).count("secret") == 0
    assert seen(empty).manifest.changed == {"added": 0, "removed": 0}
    changes.apply(empty, adding(quad("urn:z", TYPE, "urn:C")), Why("anna", "third"))
    told = [(r.id, r.manifest.author, r.manifest.reason) for r in history.chain(empty.seen_by(PUBLIC))]
    assert told == [("000004", "anna", "third"), ("000003", "", ""), ("000002", "anna", "first"), ("000001", "", "")]
    found = history.difference(empty.seen_by(PUBLIC), "000002", "000004")
    assert found.said.added == {quad("urn:z", TYPE, "urn:C")}
    assert "secret" not in str(history.blame(empty.seen_by(PUBLIC), None, TYPE))


def test_what_becomes_internal_is_shown_in_no_older_release_either(empty: Home) -> None:
    """A release that still shows the graph is not shown; one from before it was there is."""
    changes.apply(empty, adding(quad("urn:x", TYPE, "urn:C")))
    changes.apply(empty, adding(quad("urn:y", TYPE, "urn:C", A)))
    changes.apply(empty, lambda ledger: visibility.declare(ledger, A, "internal"))
    public = empty.seen_by(PUBLIC)
    with pytest.raises(NotFoundError):
        public.find("000003")
    assert public.find("000002").id == "000002"
    assert [r.id for r in history.chain(public)] == ["000004"]
    assert empty.find("000003").id == "000003"


def test_what_becomes_public_comes_into_the_history_then(empty: Home) -> None:
    """The public's patch of that release brings the whole graph, and what follows from it."""
    changes.apply(empty, adding(quad("urn:C", SUBCLASS, "urn:D")))
    changes.apply(empty, visibility.settle(adding(quad("urn:x", TYPE, "urn:C", A)), "internal"))
    changes.apply(empty, lambda ledger: visibility.declare(ledger, A, "public"))
    step = history.change(seen(empty))
    assert step
    assert step.inferred
    assert step.said.added == {quad("urn:x", TYPE, "urn:C", A)}
    assert step.inferred.added == {quad("urn:x", TYPE, "urn:D", INFERRED_GRAPH)}
    changes.apply(empty, adding(quad("urn:z", TYPE, "urn:C")))
    assert seen(empty) == empty.current()


def test_a_graph_that_is_made_again_is_as_internal_as_it_was(empty: Home) -> None:
    """Dropping it and writing it anew makes nothing public."""
    secret = quad("urn:x", TYPE, "urn:C", A)
    changes.apply(empty, visibility.settle(adding(secret), "internal"))
    changes.apply(empty, lambda ledger: ledger.drop_graph(A))
    changes.apply(empty, adding(secret))
    assert secret not in seen(empty).open()


def test_clearing_everything_makes_nothing_public(empty: Home) -> None:
    """What is said of who may see a graph is written by saying so alone."""
    secret = quad("urn:x", TYPE, "urn:C", A)
    changes.apply(empty, visibility.settle(adding(secret), "internal"))
    with pytest.raises(ForbiddenError):
        changes.apply(empty, lambda ledger: ledger.drop_graph(visibility.LOCAL_CATALOG))
    changes.apply(empty, lambda ledger: updates.run("DROP ALL", ledger))
    changes.apply(empty, adding(secret))
    assert secret not in seen(empty).open()


def test_going_back_makes_nothing_public(empty: Home) -> None:
    """A rollback to where a graph was public leaves it internal, and its patches lead there."""
    secret = quad("urn:x", TYPE, "urn:C", A)
    changes.apply(empty, adding(secret))
    changes.apply(empty, lambda ledger: visibility.declare(ledger, A, "internal"))
    before = set(changes.current(empty).open())
    release = history.rollback(empty, "000002")
    assert secret in release.open()
    assert secret not in seen(empty).open()
    step = history.change(release)
    assert step
    assert (before - step.said.removed) | step.said.added == set(release.open())
    assert publishing.counts(release.open()) == release.manifest.graphs


def test_a_day_is_settled_by_what_the_public_may_see(empty: Home) -> None:
    """An end that an internal graph tells neither hides a public statement on a day, nor shows by a boundary that there is one."""
    begin, end = NamedNode(expand("sg:validFrom")), NamedNode(expand("sg:validTo"))
    date = NamedNode(expand("xsd:date"))
    open_ = Quad(NamedNode("urn:s"), begin, Literal("2020-01-01", datatype=date), NamedNode(OPEN))
    closed = Quad(NamedNode("urn:s"), end, Literal("2021-05-05", datatype=date), NamedNode(A))
    changes.apply(empty, visibility.settle(adding(open_), ""))
    changes.apply(empty, visibility.settle(adding(closed), "internal"))
    view, whole = (views.on(release, views.day("2022-01-01")) for release in (seen(empty), changes.current(empty)))
    for made in (view, whole):
        views.make(empty, made)
    assert (view.id, whole.id) == ("000003@public@2020-01-01", "000003@2021-05-06")
    assert open_ in view.open()
    assert open_ not in whole.open()
    assert view.path.is_relative_to(seen(empty).path)


def test_new_graphs_are_as_the_setting_says(empty: Home) -> None:
    """The default one too; a graph that was there stays as it was, and what is told goes before."""
    changes.apply(empty, adding(quad("urn:x", TYPE, "urn:C")))
    more = adding(*(quad("urn:y", TYPE, "urn:C", g) for g in (OPEN, A, UNNAMED)))
    assert changes.apply(empty, visibility.settle(more, "", "internal")).manifest.internal == ["", A]
    assert changes.apply(empty, visibility.settle(adding(quad("urn:z", TYPE, "urn:C", B)), "public", "internal")).manifest.internal == ["", A]
    assert {q.graph_name for q in seen(empty).open() if q.subject.value != A} == {NamedNode(OPEN), NamedNode(B)}


def test_what_is_no_graph_or_visibility_is_refused(empty: Home) -> None:
    """A graph that is not there, what is no IRI, and another word are told."""
    changes.apply(empty, adding(quad("urn:x", TYPE, "urn:C")))
    for graph, word, error in (
        ("urn:none", "internal", NotFoundError),
        ("none", "internal", NotFoundError),
        (OPEN, "secret", InputError),
        (INFERRED_GRAPH, "internal", NotFoundError),
    ):
        with pytest.raises(error):
            changes.apply(empty, lambda ledger, graph=graph, word=word: visibility.declare(ledger, graph, word))  # type: ignore[misc]


def test_nobody_makes_the_package_internal(home: Home) -> None:
    """What a user says of a graph of the package counts for nothing."""
    release = home.current()
    assert release
    store = Store.memory()
    store.add(visibility.declared([f"{BASE}graph/ontology", A]))
    assert visibility.internal(store, release.manifest.owned or []) == {A}
    with pytest.raises(ForbiddenError):
        visibility.declare(Ledger(release.open(), changes.protected(release.manifest)), f"{BASE}graph/ontology", "internal")


def test_pruning_and_backup_keep_both_sides(empty: Home, tmp_path: Path) -> None:
    """What the public sees of a release, and of its history when it is pruned, is the same after a restore."""
    changes.apply(empty, visibility.settle(adding(quad("urn:x", TYPE, "urn:C", A)), "internal"))
    changes.apply(empty, adding(quad("urn:x", TYPE, "urn:C")))
    changes.apply(empty, removing(quad("urn:x", TYPE, "urn:C", A)))
    changes.apply(empty, adding(quad("urn:y", TYPE, "urn:C")))
    history.prune(empty, 1)
    backup.backup(empty, tmp_path / "copy.tar.gz")
    backup.restore(tmp_path / "copy.tar.gz", Home(tmp_path / "restored"))
    for home in (empty, Home(tmp_path / "restored")):
        assert set(seen(home).open()) == {quad("urn:x", TYPE, "urn:C"), quad("urn:y", TYPE, "urn:C")}
        found = history.difference(home.seen_by(PUBLIC), "000003", "000005")
        assert found.said.added == {quad("urn:y", TYPE, "urn:C")}
        with pytest.raises(NotFoundError):
            home.seen_by(PUBLIC).find("000002").open()


def test_a_side_that_is_missing_is_not_replaced_by_the_whole(empty: Home) -> None:
    """Where the public side is gone, the public is shown nothing."""
    release = changes.apply(empty, visibility.settle(adding(quad("urn:x", TYPE, "urn:C", A)), "internal"))
    (release.path / "public" / "manifest.json").unlink()
    with pytest.raises(NotFoundError):
        empty.seen_by(PUBLIC).current()
