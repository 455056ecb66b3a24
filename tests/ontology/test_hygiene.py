"""The ontology against the rules of the house: one SPARQL query per rule, whose first line is the rule and whose rows are offences."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph import files
from graph.namespaces import BASE, SG, expand
from graph.store import Literal, NamedNode, Quad, Store, parse

HERE = Path(__file__).parent
RULES = sorted(HERE.glob("hygiene/*.rq"))
QUERIES = [NamedNode(expand(name)) for name in ("sh:select", "sh:ask", "sh:construct")]
REFERENCES = NamedNode(expand("dcterms:references"))


def quads() -> Iterator[Quad]:
    """All our RDF, the triples of each file in a graph of its name, and the terms that SPARQL mentions, in a graph apart."""
    for path in files.rdf_files(*files.FOLDERS):
        name = path.relative_to(files.root()).as_posix()
        for quad in parse(path, f"{BASE}file/{name}"):
            yield quad
            if quad.predicate in QUERIES and isinstance(quad.object, Literal):
                yield from mentions(name, quad.object.value)
    for path in sorted(HERE.glob("competency/*.rq")):
        yield from mentions(path.name, path.read_text(encoding="utf-8"))


def mentions(name: str, sparql: str) -> Iterator[Quad]:
    """Our terms in the text of a query, and our concepts."""
    found = {SG + term for term in re.findall(r"\bsg:(\w+)", sparql)} | set(re.findall(rf"<({BASE}vocab/[^>]+)>", sparql))
    return (Quad(NamedNode(f"{BASE}file/{name}"), REFERENCES, NamedNode(iri), NamedNode(f"{BASE}mentions/{name}")) for iri in found)


@pytest.fixture(scope="module")
def ours() -> Store:
    """Ontology, shapes, questions and data as they are."""
    store = Store.memory()
    store.add(quads())
    return store


@pytest.fixture(scope="module")
def broken(ours: Store) -> Store:
    """The same without the alignments, and with an ontology beside it that breaks every rule."""
    store = Store.memory()
    store.add(q for q in ours if not str(q.graph_name).endswith("alignments.ttl>"))
    store.add(parse(HERE / "broken.trig"))
    return store


@pytest.mark.parametrize("rule", RULES, ids=lambda p: p.stem)
def test_the_ontology_keeps_the_rule(ours: Store, rule: Path) -> None:
    """No term offends."""
    sentence, query = rule.read_text(encoding="utf-8").split("\n", 1)
    offences = ours.select(query)
    assert not offences, "\n".join([sentence, *(" ".join(f"{k}={v}" for k, v in row.items()) for row in offences)])


@pytest.mark.parametrize("rule", RULES, ids=lambda p: p.stem)
def test_the_rule_can_be_broken(broken: Store, rule: Path) -> None:
    """A rule that nothing can break would say nothing."""
    assert broken.select(rule.read_text(encoding="utf-8"))


@pytest.mark.parametrize("rule", RULES, ids=lambda p: p.stem)
def test_the_first_line_is_the_rule(rule: Path) -> None:
    """One sentence in a comment."""
    first = rule.read_text(encoding="utf-8").partition("\n")[0]
    assert re.fullmatch(r"# [A-Z].*\.", first)
