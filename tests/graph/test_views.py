"""Views against an independent brute force: filter in Python, then reason in full."""

from __future__ import annotations

import shutil
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import build, deriving, reasoner, views
from graph.deriving import without
from graph.errors import InputError, NotFoundError
from graph.explain import explain
from graph.namespaces import BASE, INFERRED_GRAPH, PREFIXES, expand
from graph.releases import Home, Manifest, Release
from graph.store import BlankNode, Literal, NamedNode, Quad, Store, Triple, parse
from graph.views import Period, View

INFERRED = NamedNode(INFERRED_GRAPH)
CALM = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
PARTS = {NamedNode(expand(p)) for p in ("sg:evidence", "oa:hasSelector")}
RULES = """
sg:reportsTo owl:propertyChainAxiom ( [ owl:inverseOf sg:lineFrom ] sg:lineTo ) ; rdfs:subPropertyOf sg:reportsToTransitively .
sg:reportsToTransitively a owl:TransitiveProperty .
sg:lineFrom rdfs:domain sg:ReportingLine ; rdfs:range sg:Party ; rdfs:subPropertyOf sg:concerns .
sg:lineTo rdfs:range sg:Party ; rdfs:subPropertyOf sg:concerns . sg:disagreeing rdfs:range sg:Statement . sg:ReportingLine rdfs:subClassOf sg:Statement .
"""


def node(name: str) -> NamedNode:
    """A prefixed name, or a thing of ours."""
    return NamedNode(expand(name) if ":" in name else f"{BASE}id/{name}")


def day_literal(day: date) -> Literal:
    """An xsd:date."""
    return Literal(str(day), datatype=node("xsd:date"))


def axioms(folder: Path) -> list[Quad]:
    """The rules, as a graph of their own."""
    path = folder / "rules.ttl"
    path.write_text("".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + RULES, "utf-8")
    return list(parse(path, BASE + "graph/ontology"))


DAYS = [date(2026, 1, 1) + timedelta(days=n) for n in range(6)]
GRAPHS = st.sampled_from([node("g1"), node("g2")])
STATEMENTS = st.sampled_from([node(f"s{n}") for n in range(4)])
PARTIES = st.sampled_from([node(p) for p in "abc"])
NAMELESS = st.sampled_from([BlankNode(f"b{n}") for n in range(3)])
SPANS = st.sampled_from([node(f"span{n}") for n in range(2)])
SELECTORS = st.sampled_from([node(f"selector{n}") for n in range(2)])


def said(s: st.SearchStrategy[NamedNode] | st.SearchStrategy[BlankNode], properties: list[str], o: st.SearchStrategy[object]) -> st.SearchStrategy[Quad]:
    """Random quads of some properties."""
    return st.builds(Quad, s, st.sampled_from([node(p) for p in properties]), o, GRAPHS)


QUADS = st.sets(
    st.one_of(
        said(STATEMENTS, ["sg:lineFrom", "sg:lineTo"], PARTIES),
        said(STATEMENTS, ["sg:validFrom", "sg:validTo"], st.sampled_from([day_literal(d) for d in DAYS])),
        said(STATEMENTS, ["sg:validTo"], st.sampled_from([Literal("soon"), Literal("2026-02-30", datatype=node("xsd:date")), node("a")])),
        said(STATEMENTS, ["sg:disagreeing"], STATEMENTS),
        said(STATEMENTS, ["sg:evidence"], SPANS),
        said(SPANS, ["oa:hasSelector"], SELECTORS),
        said(SELECTORS, ["oa:start"], st.just(Literal(1))),
        said(STATEMENTS, ["sg:area"], NAMELESS),
        said(NAMELESS, ["sg:area"], st.one_of(NAMELESS, PARTIES)),
        said(PARTIES, ["sg:area"], st.one_of(NAMELESS, SPANS)),
    ),
    max_size=22,
)


def whole(quads: set[Quad]) -> Store:
    """The quads with all that follows from them."""
    store = Store.memory()
    store.add(quads)
    reasoner.reason(store)
    return store


def hidden(quads: set[Quad], day: date) -> set[object]:
    """Brute force: the statements none of whose stretches, taken together, has the day in it; days are compared as text."""
    readable = [q for q in quads if isinstance(q.object, Literal) and q.object.value in {str(d) for d in DAYS}]

    def ends(s: object, predicate: str) -> list[str]:
        return [q.object.value for q in readable if q.subject == s and q.predicate == node(predicate) and isinstance(q.object, Literal)]

    return {
        q.subject
        for q in quads
        if any(min(f) > str(day) for f in [ends(q.subject, "sg:validFrom")] if f) or any(max(t) < str(day) for t in [ends(q.subject, "sg:validTo")] if t)
    }


def filtered(quads: set[Quad], day: date) -> set[Quad]:
    """Brute force: what is left when the statements go that do not hold, with the parts to which nothing leads that stays."""
    gone = hidden(quads, day)

    def is_part(q: Quad) -> bool:
        return isinstance(q.object, BlankNode) or q.predicate in PARTS

    below: set[object] = set(gone)
    for _ in quads:
        below |= {q.object for q in quads if q.subject in below and is_part(q)}
    parts = below - gone
    kept: set[object] = {q.object for q in quads if q.object in parts and q.subject not in below}
    for _ in quads:
        kept |= {q.object for q in quads if q.subject in kept and is_part(q)}
    gone |= parts - kept
    return {q for q in quads if q.subject not in gone and q.object not in gone}


ENDS = said(st.sampled_from([node("s0"), node("s1")]), ["sg:validFrom", "sg:validTo"], st.sampled_from([day_literal(d) for d in DAYS]))
HANGING = st.one_of(
    said(st.sampled_from([node("s0")]), ["sg:evidence"], SPANS),
    said(st.sampled_from([node("s0"), node("a")]), ["sg:area"], NAMELESS),
    said(NAMELESS, ["sg:area"], NAMELESS),
    said(SPANS, ["oa:hasSelector"], SELECTORS),
    said(st.sampled_from([node("s1")]), ["sg:evidence"], SPANS),
)


@settings(max_examples=300)
@given(ends=st.sets(ENDS, max_size=8), day=st.sampled_from(DAYS))
def test_of_several_ends_the_widest_counts(ends: set[Quad], day: date) -> None:
    """A statement whose ends are told more than once holds from the first to the last of them."""
    store = Store.memory()
    store.add(ends)
    assert {s for s, held in views.validity(store).items() if day not in held} == hidden(ends, day)


@settings(max_examples=300)
@given(quads=st.sets(HANGING, min_size=4, max_size=14))
def test_parts_go_with_the_last_that_has_them(quads: set[Quad]) -> None:
    """Passages and nodes without a name go with their statement, in circles too, but for those to which something else leads."""
    ended = Quad(node("s0"), node("sg:validTo"), day_literal(DAYS[0]), node("g1"))
    store = Store.memory()
    store.add(quads | {ended})
    assert set(store) - views.withdrawn(store, [node("s0")]) == filtered(quads | {ended}, DAYS[1])


def test_a_note_about_what_a_statement_says_goes_with_it() -> None:
    """RDF 1.2: a triple term names the statement, so whoever reifies it would tell of it."""
    noted, other = (Triple(node(s), node("sg:lineTo"), node("b")) for s in ("s", "t"))
    notes = [Quad(node(n), node("rdf:reifies"), t, node("g1")) for n, t in (("note", noted), ("other", other))]
    store = Store.memory()
    store.add([*notes, Quad(node("note"), node("sg:readingNote"), Literal("x"), node("g1"))])
    assert set(store) - views.withdrawn(store, [node("s")]) == {notes[1]}


@CALM
@given(quads=QUADS, day=st.sampled_from(DAYS))
def test_a_view_is_what_is_left_reasoned_in_full(tmp_path_factory: pytest.TempPathFactory, quads: set[Quad], day: date) -> None:
    """Step by step or anew, a view is what a release would be that never knew what does not hold."""
    folder = tmp_path_factory.mktemp("view")
    known = quads | set(axioms(folder))
    expected, store = set(whole(filtered(known, day))), whole(known)
    gone = views.withdrawn(store, [s for s, held in views.validity(store).items() if day not in held])
    assert set(without(store, gone)) == expected
    reasoner.revise(store, set(), gone)
    assert set(store) == expected
    shutil.rmtree(folder)


@CALM
@given(quads=QUADS, day=st.sampled_from(DAYS))
def test_no_inference_rests_on_what_did_not_hold(tmp_path_factory: pytest.TempPathFactory, quads: set[Quad], day: date) -> None:
    """Each inferred triple of a view has a proof without a statement that does not hold, and each that has none is absent."""
    folder = tmp_path_factory.mktemp("proofs")
    known = whole(quads | set(axioms(folder)))
    gone = views.withdrawn(known, [s for s, held in views.validity(known).items() if day not in held])
    view = whole({q for q in known if q.graph_name != INFERRED} - gone)
    absent = hidden(quads, day)
    for q in view.quads(None, None, None, INFERRED):
        assert isinstance(q.subject, NamedNode | BlankNode)
        proofs = explain(known, q.subject, q.predicate, q.object, 50)  # type: ignore[arg-type]
        leaves = [[leaf.triple for leaf in proof.leaves()] for proof in proofs]
        assert any(not {x for t in told for x in (t.subject, t.object)} & absent for told in leaves), Triple(q.subject, q.predicate, q.object)
    shutil.rmtree(folder)


PERIODS = st.lists(st.builds(lambda a, b: Period(a or date.min, b or date.max), *[st.sampled_from([None, *DAYS, date.min, date.max])] * 2), max_size=5)


@given(periods=PERIODS, first=st.sampled_from([*DAYS, date.min, date.max]), second=st.sampled_from([*DAYS, date.min, date.max]))
def test_within_a_stretch_of_time_the_same_holds(periods: list[Period], first: date, second: date) -> None:
    """Between two days that have no first day of a stretch between them nothing begins or ends."""
    starts = views.starts(periods)
    assert starts[0] == date.min
    if not any(min(first, second) < s <= max(first, second) for s in starts):
        assert [first in p for p in periods] == [second in p for p in periods]


def released(home: Home, quads: set[Quad]) -> Release:
    """A release of some quads."""
    number = home.next_number()
    with home.writing(), home.candidate(number) as folder:
        build.write(whole(quads), folder / "store")
        return home.publish(folder, Manifest(number, datetime.now(UTC).isoformat(), "", {}, 0, {}, {}))


def line(name: str, begins: date | None, ends: date | None) -> set[Quad]:
    """A reporting line with its validity."""
    told = [("sg:validFrom", begins), ("sg:validTo", ends)]
    return {Quad(node(name), node("sg:lineTo"), node("b"), node("g1")), *(Quad(node(name), node(p), day_literal(d), node("g1")) for p, d in told if d)}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A state directory of its own."""
    return Home(tmp_path / "home")


def test_both_ends_are_days_on_which_it_holds(home: Home) -> None:
    """From the first day to the last; the day before and the day after are of other views."""
    release = released(home, line("s", DAYS[1], DAYS[3]))
    for day, held in [(DAYS[0], False), (DAYS[1], True), (DAYS[3], True), (DAYS[4], False)]:
        view = views.on(release, day)
        views.make(home, view)
        assert any(True for _ in view.open().quads(node("s"))) is held


@pytest.mark.parametrize("many", [0, 10**9])
def test_both_ways_of_making_write_the_same(home: Home, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """A copy that is revised, and a full run that is written: on disk the store of a release without what does not hold."""
    monkeypatch.setattr(deriving, "MANY", many)
    known = line("s", DAYS[1], DAYS[3]) | line("t", None, None) | set(axioms(home.path.parent))
    view = views.on(released(home, known), DAYS[4])
    views.make(home, view)
    assert set(view.open()) == set(whole(filtered(known, DAYS[4])))


def test_days_of_one_period_share_a_view(home: Home) -> None:
    """The same id and folder, made once; days beyond a change have another."""
    release = released(home, line("s", DAYS[1], DAYS[3]))
    first, second, other = (views.on(release, DAYS[n]) for n in (1, 3, 4))
    assert first == second != other
    views.make(home, first)
    made = first.path.stat().st_ino
    views.make(home, second)
    assert first.path.stat().st_ino == made
    assert (first.id, other.id) == ("000001@2026-01-02", "000001@2026-01-05")


def test_a_statement_may_hold_for_ever(home: Home) -> None:
    """Ends at the edge of the calendar are open ends."""
    release = released(home, line("s", date.min, date.max))
    assert views.on(release, date.max).period == Period()


def test_all_of_a_release_needs_no_making(home: Home) -> None:
    """Without a period the view is the release's own store."""
    view = View(released(home, line("s", None, DAYS[0])))
    views.make(home, view)
    assert view.path == view.release.path
    assert not (view.release.path / "views").exists()


def test_a_change_and_a_correction(home: Home) -> None:
    """A change is a new period in the newest release; a correction is another release that says something else of the same days."""
    first = released(home, line("old", None, None))
    changed = released(home, line("old", None, DAYS[2]) | line("new", DAYS[3], None))
    corrected = released(home, line("old", None, DAYS[1]) | line("new", DAYS[2], None))

    def lines(release: Release, day: date) -> set[str]:
        view = views.on(release, day)
        views.make(home, view)
        return {q.subject.value.rpartition("/")[2] for q in view.open().quads(None, node("sg:lineTo")) if isinstance(q.subject, NamedNode)}

    assert [lines(first, day) for day in DAYS[2:4]] == [{"old"}, {"old"}]
    assert [lines(changed, day) for day in DAYS[2:4]] == [{"old"}, {"new"}]
    assert [lines(corrected, day) for day in DAYS[2:4]] == [{"new"}, {"new"}]


def test_those_least_recently_asked_for_go(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than KEPT views of a state directory lie on disk, over all releases; what a crash left half made goes, too."""
    monkeypatch.setattr(views, "KEPT", 2)
    releases = [released(home, line("s", DAYS[1], DAYS[3])) for _ in range(2)]
    left = releases[0].path / "views" / ".half"
    first, second, third = views.on(releases[0], DAYS[0]), views.on(releases[0], DAYS[1]), views.on(releases[1], DAYS[0])
    views.make(home, first)
    left.mkdir()
    views.make(home, second)
    views.touch(first)
    views.make(home, third)
    assert (first.made, second.made, third.made) == (True, False, True)
    assert not left.exists()


def test_a_release_that_has_gone_leaves_no_trace(home: Home) -> None:
    """Its views are not found, and making one does not bring back its folder."""
    view = views.on(released(home, line("s", DAYS[1], None)), DAYS[0])
    shutil.rmtree(view.release.path)
    with pytest.raises(NotFoundError):
        views.make(home, view)
    assert not view.release.path.exists()


def test_it_is_made_once_however_many_ask(home: Home) -> None:
    """Threads that want the same view at the same time get the same one."""
    view = views.on(released(home, line("s", DAYS[1], None)), DAYS[0])
    asking = [threading.Thread(target=views.make, args=(home, view)) for _ in range(4)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert [p.name for p in view.path.parent.iterdir()] == [str(date.min)]


@pytest.mark.parametrize("text", ["", "2026", "2026-1-1", "2026-02-29", "20260101", "2026-W01-1", " 2026-01-01", "２０２６-01-01"])
def test_what_is_no_day_is_told(text: str) -> None:
    """Only YYYY-MM-DD is a day."""
    with pytest.raises(InputError, match="2026-12-31"):
        views.day(text)
