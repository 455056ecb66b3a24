"""Gaps: what is found on the real documents was read against them; on made-up graphs it is what brute force finds."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import files, reasoner
from graph.gaps import SEVERITIES, Finding, Places, Value, Wanted, gaps, kinds, matrix
from graph.namespaces import BASE, ONTOLOGY_GRAPH, VOCAB, expand
from graph.questions import catalogue
from graph.store import Literal, NamedNode, Quad, Store, parse

TODAY = date(2026, 11, 22)
WITHOUT_RESPONSIBLE = {1, 3, 4, 8, 14, 19, 21, 26, 27, 29, 30, 32, *range(34, 41), 43, 44, *range(46, 50)}
SILENT = {"area-not-documented", "region-without-document"}  # what no document says has no passage


def of(found: tuple[Finding, ...], kind: str) -> dict[str, Finding]:
    """The findings of a kind, by what they are about."""
    return {" ".join(s.iri.removeprefix(BASE) for s in f.subject): f for f in found if f.kind.id == kind}


@pytest.fixture(scope="module")
def found(store: Store) -> tuple[Finding, ...]:
    """All findings of the real graph on a day."""
    return gaps(store, today=TODAY)


def test_the_goals_without_a_responsible_party(found: tuple[Finding, ...]) -> None:
    """The twenty-five of Kronoberg's plan, 44 among them, whose responsibility the plan says is not distributed."""
    assert set(of(found, "goal-without-responsible")) == {f"id/goal/krg-{n}" for n in WITHOUT_RESPONSIBLE}
    assert set(of(found, "responsibility-undistributed")) == {"id/responsibility/krg-44-ej-fordelat"}


def test_targets_and_indicators(found: tuple[Finding, ...]) -> None:
    """The lead-time target is missed, inclusion has no outcome, fourteen indicators and the seven goals that they measure have no target."""
    (missed,) = of(found, "target-missed").values()
    assert missed.subject[0].iri.endswith("indicator/krg-21-ledtid")
    assert "32 %" in missed.why["sv"]
    assert "80 %" in missed.why["en"]
    assert set(of(found, "target-without-observation")) == {"id/target/krg-21-inklusion"}
    assert len(of(found, "indicator-without-target")) == 14
    assert set(of(found, "goal-without-target")) == {f"id/goal/krg-{n}" for n in (5, 7, 9, 10, 12, 20, 31)}
    assert len(of(found, "goal-without-indicator")) == 49 - 8


def test_disagreements(found: tuple[Finding, ...]) -> None:
    """Whom the convener keeps contact with, and the two cadences of the structured dialogue, each with the passages of both sides."""
    differ = of(found, "disagreement")
    contact, cadence = differ["id/disagreement/sammankallandes-kontakt"], differ["id/disagreement/takt-for-strukturerad-dialog"]
    assert {"id/contact-assignment/barn-sammankallande-processtod", "id/contact-assignment/onk-sammankallande-verksamhetschef"} <= {
        s.removeprefix(BASE) for s in contact.statements
    }
    assert {"halvår", "termin"} <= set(re.findall(r"halvår|termin", cadence.why["sv"]))
    assert {c.document.iri.rpartition("/")[2] for c in cadence.citations if c.document} == {"uppdrag-rag-onkologi", "motesanteckningar-rag-onkologi"}


def test_what_has_passed(found: tuple[Finding, ...], store: Store) -> None:
    """Times are held against the day; an unknown year stays unknown; what is said to be done has not run out."""
    passed = of(found, "deadline-passed")
    assert "id/deadline/krg-36-tillganglighetsmodell" in passed
    assert "id/deadline/krg-12-fullt-infort" not in passed
    assert not any("krg-14-workshop" in s for s in passed)
    assert set(of(found, "date-without-year")) >= {"id/deadline/mote-svar-inne", "id/meeting/mote-nasta"}
    assert not set(of(found, "date-without-year")) & set(passed)
    assert len(of(found, "money-passed")) == 4
    early, late = (of(gaps(store, today=day, only=["deadline-passed"]), "deadline-passed") for day in (date(2024, 1, 1), date(2028, 1, 1)))
    assert not early
    assert set(late) == set(passed) | {"id/deadline/krg-12-fullt-infort", "id/deadline/krg-6-dos-2"}


def test_other_findings_of_the_real_graph(found: tuple[Finding, ...]) -> None:
    """Counts of each kind as they were read against the documents; docs/gaps.md tells the same."""
    counts = Counter(f.kind.id for f in found)
    page = (files.root() / "docs/gaps.md").read_text("utf-8")
    told = {kind: int(n) for kind, n in re.findall(r"^\| `([\w-]+)` \|[^|]*\| (\d+) \|", page, re.MULTILINE)}
    assert told == {k: counts.get(k, 0) for k in told}
    assert set(counts) <= set(told)


def test_each_finding_is_told_in_full(found: tuple[Finding, ...], store: Store) -> None:
    """Every hole in the words is filled, in both languages; the question is one of the catalogue and takes its parameters."""
    known = catalogue(store)
    for f in found:
        for words in (*f.why.values(), *f.closing.words.values()):
            assert "{?" not in words
            assert "ej angivet" not in words
        assert set(f.closing.parameters) <= {p.name for p in known[f.closing.question].parameters}
        assert f.kind.severity in SEVERITIES
        assert f.citations or f.kind.id in SILENT
    assert len({f.id for f in found}) == len(found)


def test_filters(store: Store, found: tuple[Finding, ...]) -> None:
    """A filter gives findings of the whole report, none of another region, area or body, and none that it should have kept is lost."""
    ids = {f.id for f in found}
    kronoberg, vgr = (Wanted(region=f"{BASE}id/region/{r}") for r in ("kronoberg", "vastra-gotaland"))
    of_kronoberg, of_vgr = ({f.id for f in gaps(store, w, TODAY)} for w in (kronoberg, vgr))
    assert of_kronoberg < ids
    assert not of_kronoberg & of_vgr
    assert len([i for i in of_kronoberg if i.startswith("goal-without-responsible")]) == 25
    screening = gaps(store, Wanted(area=f"{VOCAB}area/screening"), TODAY)
    assert {f.id for f in screening} == {f.id for f in found if any(a.iri.endswith("/screening") for a in f.areas)}
    rag = gaps(store, Wanted(body=f"{BASE}id/group/rag-onkologi"), TODAY)
    assert "deliverable-without-recipient/id/deliverable/onk-gap-analys" in {f.id for f in rag}
    assert not any("krg-" in f.id or "vgr-" in f.id for f in rag)


def test_the_matrix_tells_three_things_and_no_document(store: Store) -> None:
    """Skåne has no document here; Kronoberg has somebody for screening and nobody said for radiotherapy; the documents searched are named."""
    found = matrix(store)
    value = {(c.region.iri.rpartition("/")[2], c.area.iri.rpartition("/")[2]): c for c in found.cells}
    assert value["skane", "screening"].value is Value.NO_DOCUMENT
    assert value["kronoberg", "screening"].value is Value.ASSIGNED
    assert value["kronoberg", "stralterapi"].value is Value.SILENT
    assert value["kronoberg", "rehabilitering"].none == (f"{BASE}id/responsibility/krg-44-ej-fordelat",)
    assert [d.iri.rpartition("/")[2] for d in found.searched[f"{BASE}id/region/kronoberg"]] == ["handlingsplan-cancer-kronoberg"]
    assert {"Region Östergötland"} == {h.text("sv") for h in value["ostergotland", "vardprogram-och-remiss"].holders if "region/" in h.iri}


@pytest.fixture(scope="module")
def made_up() -> Store:
    """The made-up world of the questions."""
    world = Store.memory()
    for path in files.rdf_files("ontology"):
        world.add(parse(path, ONTOLOGY_GRAPH))
    world.add(parse(Path(__file__).parents[1] / "questions/synthetic.trig"))
    reasoner.engine("sparql")(world)
    return world


def test_the_made_up_world(made_up: Store) -> None:
    """Nothing is wired to one document: these and no others are the gaps of another world, found by hand."""
    lines = {f.id.replace("/id/", " ").replace("/doc/", " ") for f in gaps(made_up, today=TODAY) if f.kind.id not in SILENT}
    assert lines == {
        "target-missed indicator/plan-1",
        "goal-without-responsible goal/plan-2",
        "goal-without-responsible goal/plan-3",
        "responsibility-undistributed responsibility/plan-2",
        "stated-lack circumstance/plan-3-saknas",
        "stated-lack status-report/mote-vast-ej",
        "disagreement disagreement/lykta-moten",
        "goal-without-indicator goal/plan-2",
        "goal-without-indicator goal/plan-3",
        "date-without-year deadline/mote-svar",
        "date-without-year meeting/mote-nasta",
        "body-without-line group/rag-lykta",
        "undated-source handlingsplan-ljus",
        "undated-source motesanteckningar-rag-lampa",
        "undated-source uppdrag-rag-lykta",
    }


GRAPH = NamedNode(BASE + "graph/source/random")
TRIPLES = list[tuple[str, str, str]]


def quads(triples: TRIPLES) -> list[Quad]:
    """Triples as quads: numbers, days and booleans as literals, all else as things."""
    return [Quad(_node(s), _node(p), _term(o), GRAPH) for s, p, o in triples]


def _node(name: str) -> NamedNode:
    return NamedNode(expand(name) if re.match(r"(sg|rdf|oa|rdfs|schema):", name) else BASE + name)


def _term(value: str) -> NamedNode | Literal:
    kind = next((k for k, shape in (("decimal", r"-?\d+"), ("date", r"\d{4}-\d\d-\d\d"), ("boolean", "true|false")) if re.fullmatch(shape, value)), "")
    return Literal(value, datatype=NamedNode(expand(f"xsd:{kind}"))) if kind else _node(value)


class Plan:
    """A random plan: for each goal who is responsible, its indicators with target and observations by year, and its deadlines."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.responsible = {g: draw(st.sets(st.integers(0, 2), max_size=2)) for g in range(draw(st.integers(1, 4)))}
        self.indicators = {(g, i): draw(st.tuples(st.none() | st.integers(0, 9), st.dictionaries(st.integers(2020, 2023), st.integers(0, 9), max_size=3)))
                           for g in self.responsible for i in range(draw(st.integers(0, 2)))}  # fmt: skip
        self.deadlines = {(g, d): draw(st.tuples(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.booleans()))
                          for g in self.responsible for d in range(draw(st.integers(0, 2)))}  # fmt: skip

    def triples(self) -> TRIPLES:
        """The plan as triples."""
        found: TRIPLES = [("id/chapter/1", "rdf:type", "sg:Chapter")]
        for g, who in self.responsible.items():
            found += [(f"id/goal/{g}", "rdf:type", "sg:Goal"), (f"id/goal/{g}", "sg:number", str(g)), (f"id/goal/{g}", "sg:inChapter", "id/chapter/1")]
            for w in who:
                found += [(f"id/r/{g}-{w}", "sg:responsibilityFor", f"id/goal/{g}"), (f"id/r/{g}-{w}", "sg:responsibleParty", f"id/group/{w}")]
        for (g, i), (target, seen) in self.indicators.items():
            one = f"id/indicator/{g}-{i}"
            found += [(one, "rdf:type", "sg:Indicator"), (one, "sg:forGoal", f"id/goal/{g}")]
            if target is not None:
                aim = f"id/target/{g}-{i}"
                found += [(aim, "rdf:type", "sg:Target"), (aim, "sg:ofIndicator", one), (aim, "sg:value", str(target))]
            for year, value in seen.items():
                o = f"id/observation/{g}-{i}-{year}"
                found += [(o, "rdf:type", "sg:IndicatorObservation"), (o, "sg:ofIndicator", one), (o, "sg:value", str(value)), (o, "sg:year", str(year))]
        for (g, d), (day, done) in self.deadlines.items():
            limit, what = f"id/deadline/{g}-{d}", f"id/activity/{g}-{d}"
            found += [(limit, "rdf:type", "sg:Deadline"), (limit, "sg:deadlineFor", what), (limit, "sg:notAfter", str(day))]
            found += [(what, "sg:activityStatus", f"vocab/activity-status/{'genomford' if done else 'pagar'}")]
        return found

    def brute(self) -> dict[str, set[str]]:
        """The findings of each kind, by looping over all that was drawn."""
        seen = {k: max(v[1]) for k, v in self.indicators.items() if v[1]}
        measured = {g for g, _ in self.indicators}
        aimed = {g for (g, _), (target, _) in self.indicators.items() if target is not None}
        return {
            "goal-without-responsible": {f"id/goal/{g}" for g, who in self.responsible.items() if not who},
            "shared-responsibility": {f"id/goal/{g}" for g, who in self.responsible.items() if len(who) > 1},
            "goal-without-indicator": {f"id/goal/{g}" for g in self.responsible if g not in measured},
            "goal-without-target": {f"id/goal/{g}" for g in measured - aimed},
            "indicator-without-target": {f"id/indicator/{g}-{i}" for (g, i), (target, _) in self.indicators.items() if target is None},
            "target-without-observation": {f"id/target/{g}-{i}" for (g, i), (target, vs) in self.indicators.items() if target is not None and not vs},
            "target-missed": {f"id/indicator/{g}-{i}" for (g, i), (t, vs) in self.indicators.items() if t is not None and vs and vs[seen[g, i]] < t},
            "deadline-passed": {f"id/deadline/{g}-{d}" for (g, d), (day, done) in self.deadlines.items() if day < TODAY and not done},
        }


@given(st.composite(Plan)())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_random_plan_has_the_gaps_that_brute_force_finds(bare: Store, plan: Plan) -> None:
    """Eight kinds against plain loops over what was drawn."""
    said, want = quads(plan.triples()), plan.brute()
    bare.add(said)
    try:
        seen = gaps(bare, today=TODAY, only=want)
    finally:
        bare.remove(said)
    assert {k: set(of(seen, k)) for k in want} == want


ASSIGNMENTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.sampled_from(["Task", "Responsibility", "none"]), st.integers(0, 1)), max_size=8)


@given(st.lists(st.integers(0, 2), min_size=3, max_size=3), ASSIGNMENTS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_random_matrix_is_what_brute_force_finds(bare: Store, homes: list[int], said: list[tuple[int, int, str, int]]) -> None:
    """Three regions, the first two in a healthcare region; three groups, each in a region, which have a document each; parties 0–2 are the groups, 3 the
    healthcare region's, 4 a region, 5 one that lies nowhere.
    """
    party = ["id/group/0", "id/group/1", "id/group/2", "id/group/wide", "id/region/1", "id/group/nowhere"]
    where = [{homes[0]}, {homes[1]}, {homes[2]}, {0, 1}, {1}, None]
    areas = ["screening", "lakemedel"]
    triples: TRIPLES = [("id/healthcare-region/h", "rdf:type", "sg:HealthcareRegion"), ("id/group/wide", "sg:belongsTo", "id/healthcare-region/h")]
    triples += [t for r in range(3) for t in [(f"id/region/{r}", "rdf:type", "sg:Region")]]
    triples += [(f"id/region/{r}", "sg:memberOf", "id/healthcare-region/h") for r in (0, 1)]
    for g in range(3):
        triples += [
            (f"id/group/{g}", "sg:belongsTo", f"id/region/{homes[g]}"),
            (f"doc/{g}", "sg:mandateOf", f"id/group/{g}"),
            (f"doc/{g}/v", "sg:versionOf", f"doc/{g}"),
        ]
    want: dict[tuple[int, int], Value] = {(r, a): Value.SILENT if r in homes else Value.NO_DOCUMENT for r in range(3) for a in range(2)}
    for n, (who, document, kind, area) in enumerate(said):
        s = f"id/statement/{n}"
        role = "sg:responsibleParty" if kind == "Responsibility" else "sg:bearer"
        triples += [
            (s, "sg:area", f"vocab/area/{areas[area]}"),
            (s, "sg:evidence", f"{s}/e"),
            (f"{s}/e", "oa:hasSource", f"doc/{document}/v"),
            (s, role, party[who]),
        ]
        triples += [(s, "rdf:type", "sg:Prohibition" if kind == "none" else f"sg:{kind}")]
        triples += [(s, "sg:normStrength", "vocab/norm-strength/far-inte")] if kind == "none" else []
        place = where[who]
        for r in {homes[document]} if place is None else place & {homes[document]}:
            if kind != "none" or want[r, area] is Value.SILENT:
                want[r, area] = Value.NONE if kind == "none" else Value.ASSIGNED
    bare.add(quads(triples))
    try:
        cells = {(c.region.iri, c.area.iri): c.value for c in matrix(bare).cells}
    finally:
        bare.remove(quads(triples))
    assert {(r, a): cells[f"{BASE}id/region/{r}", f"{VOCAB}area/{areas[a]}"] for r in range(3) for a in range(2)} == want


def test_the_matrix_tells_where_documents_disagree(store: Store) -> None:
    """A cell names the disagreements of its area in its region, and those of the statements that it rests on; where none is, it names none."""
    cells = {(c.region.iri.rpartition("/")[2], c.area.iri.rpartition("/")[2]): {d.iri.rpartition("/")[2] for d in c.disagreements} for c in matrix(store).cells}
    assert {"ordforande", "sammankallandes-kontakt", "rapportering"} <= cells["sydostra", "styrning-och-ledning"]
    assert cells["ostergotland", "samverkan-och-dialog"] == {"takt-for-strukturerad-dialog"}
    assert cells["vastra-gotaland", "styrning-och-ledning"] == {"frame-undertecknare-samordningsrad"}  # names no area: a statement of the cell disagrees
    assert not any(unlike for (region, _), unlike in cells.items() if region in ("kronoberg", "skane"))


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=4), st.booleans())
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_disagreement_counts_where_one_of_its_statements_does(bare: Store, said: list[tuple[bool, bool, bool]], named: bool) -> None:
    """Two regions with a document each. Of each statement: whose it is, whether it is a task that its cell rests on, and whether it is among those that
    disagree; `named` is whether the disagreement names the area. It changes no value.
    """
    area = "vocab/area/screening"
    triples: TRIPLES = [("id/disagreement/d", "rdf:type", "sg:Disagreement"), *([("id/disagreement/d", "sg:area", area)] if named else [])]
    for r in range(2):
        triples += [(f"id/region/{r}", "rdf:type", "sg:Region"), (f"doc/{r}", "sg:planOf", f"id/region/{r}"), (f"doc/{r}/v", "sg:versionOf", f"doc/{r}")]
    for n, (region, task, disagrees) in enumerate(said):
        s = f"id/statement/{n}"
        triples += [(s, "rdf:type", "sg:Task" if task else "sg:CadenceRule"), (s, "sg:area", area), (s, "sg:bearer", f"id/region/{int(region)}")]
        triples += [(s, "sg:evidence", f"{s}/e"), (f"{s}/e", "oa:hasSource", f"doc/{int(region)}/v")]
        triples += [("id/disagreement/d", "sg:disagreeing", s)] if disagrees else []
    bare.add(quads(triples))
    try:
        cells = {c.region.iri: c for c in matrix(bare).cells if c.area.iri == BASE + area}
    finally:
        bare.remove(quads(triples))
    marked = {region for region, task, disagrees in said if disagrees and (named or task)}
    assert {r: bool(cells[f"{BASE}id/region/{r}"].disagreements) for r in range(2)} == {r: r in marked for r in range(2)}
    held = {region for region, task, _ in said if task}
    assert {r: cells[f"{BASE}id/region/{r}"].value for r in range(2)} == {r: Value.ASSIGNED if r in held else Value.SILENT for r in range(2)}


def test_every_kind_is_complete(bare: Store) -> None:
    """Each file of a kind is read: two languages, a question that closes it, and one way of finding."""
    made = kinds(bare)
    assert {k.id for k in made} == {p.stem for p in files.rdf_files("ontology/gaps")}
    for k in made:
        assert {"sv", "en"} == set(k.labels) == set(k.notes) == set(k.words) == set(k.closing)
        assert k.closed_by in catalogue(bare)
        assert bool(k.select) != bool(k.cell)


def test_places(store: Store) -> None:
    """A role lies in its group, its group's region and no other; a party of a healthcare region lies in all its regions."""
    places = Places.of(store)
    assert f"{BASE}id/healthcare-region/sydostra" in places.within(f"{BASE}id/role/onk-ordforande")
    assert places.regions_of(f"{BASE}id/role/krg-sjukhuschef") == {f"{BASE}id/region/kronoberg"}
    assert f"{BASE}id/region/kalmar-lan" in places.regions_of(f"{BASE}id/group/rag-onkologi")
