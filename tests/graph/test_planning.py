"""The overview of a plan, against plain Python over the same facts: goals in chapters, what is below them, dates, outcomes, and who is responsible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import NotFoundError
from graph.namespaces import SG, expand
from graph.planning import Line, plan, planned
from graph.store import Literal, NamedNode, Quad, Store, Term

E: Final = "http://e/"
GRAPH: Final = NamedNode(f"{E}graph")
TODAY: Final = date(2026, 6, 15)
RANKS: Final = ("Goal", "Deliverable", "AreaOfWork", "Task")
BODIES: Final = ("mine", "other")
DAYS: Final = st.dates(date(2026, 6, 12), date(2026, 6, 18)).map(str)
PARTIES: Final = st.sampled_from(["a", "b", "c"])
SEEN: Final = st.dictionaries(st.integers(2015, 2030), st.integers(0, 100), max_size=3)


@dataclass(frozen=True)
class Said:
    """A goal, or an activity, task, deliverable or area of work: `of` is a goal's chapter or what it is below, None for neither."""

    iri: str
    kind: str
    of: int | None
    bearer: str
    number: int | None
    responsible: frozenset[str]
    dates: tuple[tuple[str, str], ...]  # how it is said, and the day
    indicators: tuple[tuple[dict[int, int], int | None], ...] = ()  # what was seen by year, and the target


@dataclass(frozen=True)
class World:
    """Chapters, each in one before it or, with None, first in the plan of a body; goals in chapters; and all else."""

    chapters: tuple[tuple[int | None, str], ...]
    goals: tuple[Said, ...]
    others: tuple[Said, ...]

    def holder(self, chapter: int) -> str:
        """Whose plan a chapter is in."""
        above, body = self.chapters[chapter]
        return body if above is None else self.holder(above)

    def mine(self) -> list[Said]:
        """What the overview of the first body shows."""
        goals = [g for g in self.goals if g.of is not None and self.holder(g.of) == "mine"]
        below = [s for s in self.others if s.kind == "PlannedActivity" and s.of is not None and self.goals[s.of] in goals]
        return [*goals, *below, *(s for s in self.others if s.kind != "PlannedActivity" and s.bearer in ("mine", "seat"))]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Small plans of two bodies."""
    chapters = tuple((draw(st.none() | st.integers(0, n - 1)) if n else None, draw(st.sampled_from(BODIES))) for n in range(draw(st.integers(1, 4))))

    def said(n: int, kind: str, of: int | None) -> Said:
        dates = draw(st.lists(st.tuples(st.sampled_from(["date", "notAfter", "deadline"]), DAYS), max_size=3, unique=True))
        measured = draw(st.lists(st.tuples(SEEN, st.none() | st.integers(0, 100)), max_size=2)) if kind == "Goal" else []
        responsible = draw(st.frozensets(PARTIES, max_size=2)) if kind in ("Goal", "PlannedActivity") else frozenset[str]()
        bearer = draw(st.sampled_from([*BODIES, "seat"]))
        return Said(f"{E}line/{n:02}", kind, of, bearer, draw(st.none() | st.integers(1, 3)), responsible, tuple(dates), tuple(measured))

    goals = tuple(said(n, "Goal", draw(st.integers(0, len(chapters) - 1))) for n in range(draw(st.integers(0, 3))))
    ends = st.integers(0, len(goals) - 1) if goals else st.nothing()
    kinds = draw(st.lists(st.sampled_from(["PlannedActivity", *RANKS[1:]] if goals else RANKS[1:]), max_size=5))
    others = (said(len(goals) + n, kind, draw(ends if kind == "PlannedActivity" else st.none() | ends)) for n, kind in enumerate(kinds))
    return World(chapters, goals, tuple(others))


def triples(world: World) -> Iterator[tuple[str, str, Term]]:
    """The same world as statements."""
    for body in BODIES:
        yield from [(f"{E}plan/{body}", "sg:planOf", node(body)), (f"{E}{body}", "rdf:type", NamedNode(f"{SG}GovernanceGroup"))]
    yield f"{E}seat", "sg:roleIn", node("mine")
    for n, (above, body) in enumerate(world.chapters):
        yield f"{E}chapter/{n}", *(("sg:chapterOf", node(f"plan/{body}")) if above is None else ("sg:subchapterOf", node(f"chapter/{above}")))
    for said in (*world.goals, *world.others):
        yield said.iri, "rdf:type", NamedNode(SG + said.kind)
        if said.number is not None:
            yield said.iri, "sg:number", whole(said.number)
        if said.of is not None:
            yield said.iri, *(("sg:inChapter", node(f"chapter/{said.of}")) if said.kind == "Goal" else ("sg:forGoal", NamedNode(world.goals[said.of].iri)))
        if said.kind in RANKS[1:]:
            yield said.iri, "sg:bearer", node(said.bearer)
        yield from about(said)


def about(said: Said) -> Iterator[tuple[str, str, Term]]:
    """Who is responsible, when, and with what outcome."""
    here = NamedNode(said.iri)
    for party in said.responsible:
        role = "sg:responsibilityFor" if said.kind == "Goal" else "sg:forActivity"
        yield from [(f"{said.iri}/{party}", role, here), (f"{said.iri}/{party}", "sg:responsibleParty", node(party))]
    for n, (how, day) in enumerate(said.dates):
        told = Literal(day, datatype=NamedNode(expand("xsd:date")))
        if how == "deadline":
            yield from [(f"{said.iri}/limit/{n}", "sg:deadlineFor", here), (f"{said.iri}/limit/{n}", "sg:notAfter", told)]
        else:
            yield said.iri, f"sg:{how}", told
    for n, (seen, target) in enumerate(said.indicators):
        one = f"{said.iri}/indicator/{n}"
        yield from [(one, "rdf:type", NamedNode(f"{SG}Indicator")), (one, "sg:forGoal", here)]
        for year, value in seen.items():
            yield from [(f"{one}/{year}", "rdf:type", NamedNode(f"{SG}IndicatorObservation")), (f"{one}/{year}", "sg:ofIndicator", NamedNode(one))]
            yield from [(f"{one}/{year}", "sg:value", whole(value)), (f"{one}/{year}", "sg:year", Literal(str(year), datatype=NamedNode(expand("xsd:gYear"))))]
        if target is not None:
            yield from [(f"{one}/target", "rdf:type", NamedNode(f"{SG}Target")), (f"{one}/target", "sg:ofIndicator", NamedNode(one))]
            yield f"{one}/target", "sg:value", whole(target)


def node(name: str) -> NamedNode:
    return NamedNode(E + name)


def whole(number: int) -> Literal:
    return Literal(str(number), datatype=NamedNode(expand("xsd:integer")))


def stored(world: World) -> Store:
    """A store of the world alone, without ontology and kinds of gap."""
    store = Store.memory()
    store.add(Quad(NamedNode(s), NamedNode(expand(p)), o, GRAPH) for s, p, o in triples(world))
    return store


def expected(world: World) -> list[tuple[object, ...]]:
    """The lines in order: by kind, then number (none goes first), then IRI, each with what is below it."""
    mine = sorted(world.mine(), key=lambda s: (s.number or 0, s.iri))
    above = {s.iri: world.goals[s.of].iri for s in mine if s.kind != "Goal" and s.of is not None}
    shown = {s.iri for s in mine}
    tops = sorted((s for s in mine if above.get(s.iri) not in shown), key=lambda s: RANKS.index(s.kind))
    return [told(s, above.get(s.iri, "")) for top in tops for s in (top, *(s for s in mine if above.get(s.iri) == top.iri))]


def told(said: Said, above: str) -> tuple[object, ...]:
    days = sorted(day for _, day in said.dates)
    ahead = [day for day in days if day >= str(TODAY)]
    due = ahead[0] if ahead else days[-1] if days else ""
    who = {f"{E}{p}" for p in said.responsible} | ({E + said.bearer} if said.kind in RANKS[1:] else set())
    outcomes = [(str(seen[max(seen)]), str(max(seen))) if seen else ("", "") for seen, _ in said.indicators]
    targets = ["" if target is None else str(target) for _, target in said.indicators]
    number = "" if said.number is None else str(said.number)
    return said.iri, SG + said.kind, number, above, who, due, bool(days) and not ahead, outcomes, targets


def shown(line: Line) -> tuple[object, ...]:
    """The same of a line."""
    outcomes, targets = [(o.observed, o.year) for o in line.outcomes], [o.target for o in line.outcomes]
    who, above = {r.iri for r in line.responsible}, line.above.iri if line.above else ""
    return line.thing.iri, line.kind.iri, line.number, above, who, line.due, line.passed, outcomes, targets


@given(worlds())
def test_an_overview_is_what_plain_python_makes_of_the_same_facts(world: World) -> None:
    """All lines and no other, in order, with dates held against the day, the latest outcome, and who is responsible; a body without lines is refused."""
    store, want = stored(world), expected(world)
    if not want:
        with pytest.raises(NotFoundError):
            plan(store, f"{E}mine", TODAY)
        return
    assert [shown(line) for line in plan(store, f"{E}mine", TODAY).lines] == want


@given(worlds())
def test_whoever_bears_something_is_listed(world: World) -> None:
    """Both have a plan; nobody else is named, whatever the tasks, and no role stands for its body."""
    assert {name.iri for name in planned(stored(world))} == {f"{E}{body}" for body in BODIES}


@given(worlds(), st.integers(-4, 4))
def test_a_day_moves_what_has_passed_and_nothing_else(world: World, days: int) -> None:
    """The lines stay in place; a later day makes none of them due earlier, and none that has passed is to come again."""
    if not expected(world):
        return
    later = date.fromordinal(TODAY.toordinal() + abs(days))
    now, then = (plan(stored(world), f"{E}mine", day).lines for day in (TODAY, later))
    assert [line.thing for line in now] == [line.thing for line in then]
    assert all(a.due <= b.due and b.passed >= a.passed for a, b in zip(now, then, strict=True))
