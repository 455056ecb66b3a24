"""The data itself: the counts that matter, and what must never be there."""

import re
from pathlib import Path

import pytest
from paths import ROOT

from graph.evidence import Texts
from graph.files import rdf_files
from graph.store import Store

RESPONSIBLE = {2, 5, 6, 7, 9, 10, 11, 12, 13, 15, 16, 17, 18, 20, 22, 23, 24, 25, 28, 31, 33, 41, 42, 45}
PLAN = "<https://w3id.org/styrgraf/doc/handlingsplan-cancer-kronoberg>"


def count(store: Store, pattern: str) -> int:
    return int(store.select(f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")[0]["n"].value)


@pytest.mark.parametrize(("pattern", "number"), [
    ("?x a sg:SourceDocument", 5),
    ("?x a sg:DocumentVersion", 5),
    ("?x a sg:Goal", 49),
    ("?x a sg:Region", 21),
    ("?x a sg:HealthcareRegion", 6),
    ("?x a sg:RegionalCancerCentre", 6),
    ("?x a sg:AgendaItem", 13),
    ("?x a sg:Person", 7),
    ("?x a sg:Promise . FILTER(CONTAINS(STR(?x), '/barn-'))", 7),
    ("?x a sg:LevelResponsibility . FILTER(CONTAINS(STR(?x), '/onk-'))", 16),
    ("?x a sg:LevelResponsibility . FILTER(CONTAINS(STR(?x), '/barn-'))", 16),
    ("?x a sg:AbbreviationUse ; sg:ofDocument " + PLAN, 20),
])  # fmt: skip
def test_the_counts_that_matter_hold(store: Store, pattern: str, number: int) -> None:
    """Documents, goals, regions and other things are as many as the sources say."""
    assert count(store, pattern) == number


def test_goals_are_numbered_from_1_to_49(store: Store) -> None:
    """Each goal has its own number."""
    rows = store.select("SELECT ?n WHERE { ?x a sg:Goal ; sg:number ?n }")
    assert sorted(int(r["n"].value) for r in rows) == list(range(1, 50))


def test_24_goals_have_a_stated_responsible_party(store: Store) -> None:
    """Just the goals whose cell says so; the others are not given one by us."""
    rows = store.select("SELECT DISTINCT ?n WHERE { ?p sg:responsibleFor [ a sg:Goal ; sg:number ?n ] }")
    assert {int(r["n"].value) for r in rows} == RESPONSIBLE


def test_what_is_to_be_distributed_is_no_assignment(store: Store) -> None:
    """Goal 44 says that the responsibility needs to be distributed: nobody has it."""
    assert store.ask(
        "ASK { ?s sg:responsibilityValue <https://w3id.org/styrgraf/vocab/responsibility-value/ej-fordelat> FILTER NOT EXISTS { ?s sg:responsibleParty ?p } }"
    )


def test_look_alikes_stay_apart(store: Store) -> None:
    """Three steering groups, and two directors in the VGR mandate."""
    groups = ("rcc-styrgrupp-sydost", "rcc-syd-styrgrupp", "lokal-styrgrupp-cancer-kronoberg")
    names = store.select("SELECT DISTINCT ?x ?l WHERE { ?x a sg:SteeringGroup ; rdfs:label ?l FILTER(LANG(?l) = 'sv') }")
    assert len({r["l"].value for r in names if r["x"].value.rpartition("/")[2] in groups}) == 3
    assert count(store, "?x a sg:Position ; rdfs:label ?l FILTER(REGEX(?l, '^Hälso- och sjukvårds(utvecklings)?direktör VGR$'))") == 2


def test_reporting_lines_name_their_addressee_without_hedge(store: Store) -> None:
    """Every direct edge comes from a line that is neither hedged nor denied, to a named party."""
    assert store.ask("ASK { ?a sg:reportsTo ?b }")
    assert not store.ask("""ASK { ?l sg:lineTo ?b { ?l sg:hedge ?h } UNION { ?l sg:negated true } UNION { ?b a sg:GenericParty } }""")


def test_no_edge_of_reporting_leaves_the_oncology_group(store: Store) -> None:
    """Its mandate names no addressee."""
    assert not store.ask("ASK { <https://w3id.org/styrgraf/id/group/rag-onkologi> sg:reportsToTransitively ?b }")


def test_every_thing_that_is_named_is_described(store: Store) -> None:
    """No link to an IRI of ours that has no class."""
    rows = store.select("""SELECT DISTINCT ?o WHERE { ?s ?p ?o FILTER(ISIRI(?o) && REGEX(STR(?o), "^https://w3id.org/styrgraf/(id|doc|vocab)/"))
        FILTER NOT EXISTS { ?o a ?class } FILTER(?o != <https://w3id.org/styrgraf/id/prefixes>) }""")
    assert [r["o"].value for r in rows] == []


def test_no_meeting_of_the_minutes_has_a_year(store: Store) -> None:
    """The minutes give no year, and none is invented."""
    graph = "<https://w3id.org/styrgraf/graph/source/motesanteckningar-rag-onkologi>"
    assert not store.ask(f"ASK {{ GRAPH {graph} {{ ?s a sg:Meeting ; sg:date|sg:year|sg:validFrom ?d }} }}")
    assert count(store, f"GRAPH {graph} {{ ?x sg:monthDay ?d }}") >= 3


@pytest.mark.parametrize("path", rdf_files("data"), ids=lambda p: p.name)
def test_no_address_and_no_telephone_number_is_kept(path: Path) -> None:
    """Persons stand by name and public role alone."""
    text = path.read_text("utf-8")
    assert not re.search(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", text)
    assert not re.search(r"\b0\d{1,3}[- ]\d{2,3} ?\d{2} ?\d{2}\b", text)


def test_no_sentence_of_a_source_is_in_the_repository(texts: Texts) -> None:
    """No file has ten words in a row that a source has."""
    runs = set().union(*(_runs(t) for t in texts.by_hash.values()))
    folders = ("ontology", "shapes", "data", "docs", "graph", "service", "tests")
    ours = (p for f in folders for p in (ROOT / f).rglob("*") if "node_modules" not in p.parts)
    files = [p for p in ours if p.suffix in {".ttl", ".trig", ".md", ".py", ".rq", ".json", ".html"}]
    assert [p.name for p in files if _runs(p.read_text("utf-8")) & runs] == []


def _runs(text: str, length: int = 10) -> set[str]:
    words = text.split()
    return {" ".join(words[i : i + length]) for i in range(len(words) - length + 1)}


def test_evidence_is_short(store: Store) -> None:
    """Half of the ranges are under 160 characters and none is over 400."""
    rows = store.select("SELECT ?a ?b WHERE { ?s a oa:TextPositionSelector ; oa:start ?a ; oa:end ?b }")
    lengths = sorted(int(r["b"].value) - int(r["a"].value) for r in rows)
    assert lengths[len(lengths) // 2] < 160
    assert lengths[-1] <= 400


def test_every_row_of_the_frame_has_source_certainty_and_date(store: Store) -> None:
    """A statement of the reference tables says where it was read, how sure it is and when it was seen."""
    rows = store.select("""SELECT DISTINCT ?s WHERE { GRAPH ?g { ?s a ?c } ?s a sg:Statement FILTER(STRSTARTS(STR(?g), "https://w3id.org/styrgraf/graph/reference/"))
        FILTER NOT EXISTS { ?s dcterms:source ?x ; sg:certainty ?y ; sg:seenOn ?z } FILTER NOT EXISTS { ?s a sg:Disagreement } }""")
    assert [r["s"].value for r in rows] == []


@pytest.mark.parametrize("kind", ["Task", "Goal", "Responsibility", "PlannedActivity"])
def test_everything_to_do_stands_under_an_area(store: Store, kind: str) -> None:
    """Regions and bodies can be laid side by side: every task, goal, activity and responsibility has an area of ours."""
    rows = store.select(f"SELECT DISTINCT ?s WHERE {{ ?s a sg:{kind} ; sg:evidence ?e FILTER NOT EXISTS {{ ?s sg:area ?a }} }}")
    assert [r["s"].value for r in rows] == []
