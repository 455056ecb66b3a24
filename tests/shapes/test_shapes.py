"""The shapes: what each lets through and refuses, and that they are well made themselves.

A fixture's name is its reason; beside each invalid one stands what the shapes file of its folder must say of it, and no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import ontologies
import pyshacl
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SH, SKOS

from graph import files, reasoner
from graph.namespaces import SG, SOURCE_GRAPHS, shorten
from graph.report import Report
from graph.store import Store, parse
from graph.validator import validate

HERE = Path(__file__).parent
SHAPES = files.root() / "shapes"
PREFIXES = SHAPES / "prefixes.ttl"
OURS = "https://w3id.org/styrgraf/shape/"
VALID = sorted(HERE.glob("*/valid.*.ttl"))
INVALID = sorted(HERE.glob("*/invalid.*.ttl"))

# SHACL 1.0 (2017), Core and SPARQL-based constraints; validators silently ignore what only a later version has.
_SHACL_1_0 = """
NodeShape PropertyShape SPARQLConstraint Violation Warning Info IRI alternativePath class closed datatype deactivated declare disjoint equals flags
hasValue in inversePath languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength message minCount minExclusive minInclusive
minLength namespace node nodeKind not oneOrMorePath or and xone path pattern prefix prefixes property qualifiedMaxCount qualifiedMinCount
qualifiedValueShape select severity sparql targetClass targetNode targetObjectsOf targetSubjectsOf uniqueLang zeroOrMorePath zeroOrOnePath
"""
SHACL_1_0 = set(_SHACL_1_0.split())


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@cache
def shapes() -> rdflib.Graph:
    """All shapes files in one graph."""
    graph = rdflib.Graph()
    for path in files.rdf_files("shapes"):
        graph.parse(path)
    return graph


def named() -> list[rdflib.URIRef]:
    """The shapes that have a name: those with targets."""
    return sorted({s for p in (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode) for s in shapes().subjects(p)})


def report(fixture: Path) -> Report:
    """What the shapes file of a fixture's folder says of it."""
    store = Store.memory()
    store.add(ontologies.reasoned())
    store.add(parse(fixture, SOURCE_GRAPHS + "fixture"))
    reasoner.reason(store)
    return validate(store, [PREFIXES, SHAPES / f"{fixture.parent.name}.ttl"])


def found(fixture: Path) -> list[dict[str, str]]:
    """The results of a fixture as its expected file writes them."""
    results = [{"severity": r.severity, "focus": shorten(r.focus), "shape": r.shape.removeprefix(OURS)} for r in report(fixture).results]
    return sorted(results, key=lambda r: (r["shape"], r["focus"]))


def expected(fixture: Path) -> list[dict[str, str]]:
    """What a fixture's expected file says."""
    rows: list[dict[str, str]] = json.loads(fixture.with_suffix(".expected.json").read_text("utf-8"))
    return rows


def messages(shape: rdflib.URIRef) -> Iterator[tuple[rdflib.term.Node, rdflib.Literal]]:
    """The messages of a shape or of its SPARQL constraint, each with the node that holds it."""
    for holder in (shape, *shapes().objects(shape, SH.sparql)):
        for message in shapes().objects(holder, SH.message):
            assert isinstance(message, rdflib.Literal)
            yield holder, message


@pytest.mark.parametrize("fixture", VALID, ids=_name)
def test_valid_fixtures_pass(fixture: Path) -> None:
    """Correct data gives no result at all, not even an Info."""
    assert found(fixture) == []


@pytest.mark.parametrize("fixture", INVALID, ids=_name)
def test_invalid_fixtures_give_just_what_is_expected(fixture: Path) -> None:
    """Wrong data gives the results that stand beside it, no other and none less."""
    assert found(fixture) == expected(fixture)


@pytest.mark.parametrize("fixture", [p for p in INVALID if p.parent.name in ("plans", "groups", "consultation")], ids=_name)
def test_messages_name_things_in_both_languages(fixture: Path) -> None:
    """A message comes out in Swedish and English, with the names of things in it and neither IRIs nor variables."""
    for result in report(fixture).results:
        assert set(result.messages) == {"sv", "en"}
        assert not any("{" in message or "https://" in message for message in result.messages.values())


def test_each_shapes_file_has_valid_and_invalid_fixtures() -> None:
    """No subject goes untested in either direction."""
    subjects = {p.stem for p in files.rdf_files("shapes")} - {"prefixes"}
    assert {p.parent.name for p in VALID} == {p.parent.name for p in INVALID} == subjects


def test_each_shape_fires_in_some_fixture() -> None:
    """A shape that no fixture sets off might never fire."""
    fired = {row["shape"] for fixture in INVALID for row in expected(fixture)}
    assert {s.removeprefix(OURS) for s in named()} == fired


def test_shapes_are_shacl() -> None:
    """The shapes conform to SHACL's own shapes; pySHACL's `meta_shacl` gives up at the long lists of alternative paths."""
    own = rdflib.Graph().parse(Path(str(pyshacl.__file__)).parent / "assets" / "shacl-shacl.ttl")
    conforms, _, text = pyshacl.validate(shapes(), shacl_graph=own, max_validation_depth=300, advanced=False, inference="none")
    assert conforms, text


def test_no_term_of_a_later_shacl() -> None:
    """Every sh: term is one that validators of SHACL 1.0 know."""
    used = {str(t).removeprefix(str(SH)) for triple in shapes() for t in triple if str(t).startswith(str(SH))}
    assert used <= SHACL_1_0


def test_shapes_have_names_in_our_namespace() -> None:
    """Every shape with a target has an IRI that can be looked up and shown."""
    assert all(isinstance(s, rdflib.URIRef) and s.startswith(OURS) for s in named())


@pytest.mark.parametrize("shape", named(), ids=lambda s: s.removeprefix(OURS))
def test_shapes_explain_themselves_in_both_languages(shape: rdflib.URIRef) -> None:
    """A shape has a label and a message in Swedish and English, each once, and one severity."""
    assert sorted(str(label.language) for label in shapes().objects(shape, RDFS.label) if isinstance(label, rdflib.Literal)) == ["en", "sv"]
    assert sorted(str(message.language) for _, message in messages(shape)) == ["en", "sv"]
    assert len(list(shapes().objects(shape, SH.severity))) == 1


@pytest.mark.parametrize("shape", named(), ids=lambda s: s.removeprefix(OURS))
def test_messages_use_only_what_their_query_selects(shape: rdflib.URIRef) -> None:
    """A {?variable} that the query does not select would stay as it is in the message."""
    for holder, message in messages(shape):
        selected = re.match(r"SELECT (?:DISTINCT )?(.*?) WHERE", str(shapes().value(holder, SH.select, default="")), re.DOTALL)
        known = set(re.findall(r"[?$](\w+)", selected[1])) if selected else set()
        assert set(re.findall(r"\{[?$](\w+)\}", message)) <= known


def test_every_constraint_of_the_design_is_covered() -> None:
    """The constraints 1 to 47 of ontology.md §3 each name themselves in the comment of a shape."""
    comments = " ".join(str(c) for c in shapes().objects(None, RDFS.comment))
    assert {int(n) for n in re.findall(r"[Cc]onstraint (\d+)", comments)} >= set(range(1, 48))


def test_hedged_relations_may_use_no_property_that_makes_an_edge() -> None:
    """The last step of every chain that starts at a party of a relation stands in shape:HedgedRelationHasNoEdge."""
    graph = rdflib.Graph()
    for path in files.rdf_files("ontology"):
        graph.parse(path)
    ends = {list(graph.items(chain))[-1] for chain in graph.objects(None, OWL.propertyChainAxiom)}
    relations = {p for p in graph.transitive_subjects(RDFS.subPropertyOf, rdflib.URIRef(SG + "relationTo")) if p in ends}
    path = shapes().value(rdflib.URIRef(OURS + "HedgedRelationHasNoEdge"), SH.path)
    assert relations == set(shapes().items(shapes().value(path, SH.alternativePath)))


def test_every_property_with_concepts_takes_them_from_its_scheme() -> None:
    """A property with the range skos:Concept has a shape that names its scheme, and the scheme exists."""
    graph = rdflib.Graph()
    for path in files.rdf_files("ontology"):
        graph.parse(path)
    checked = rdflib.Graph().parse(SHAPES / "vocabulary.ttl")
    assert set(graph.subjects(RDFS.range, SKOS.Concept)) == set(checked.objects(None, SH.targetSubjectsOf))
    assert set(checked.objects(None, SH.hasValue)) <= set(graph.subjects(RDF.type, SKOS.ConceptScheme))
