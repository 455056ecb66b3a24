"""A guide to the ontology in Markdown, made from the ontology in the store: what whoever writes SPARQL needs to know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from graph.names import Name, names
from graph.namespaces import INFERRED_GRAPH, PREFIXES, SOURCE_GRAPHS, shorten
from graph.store import Store
from graph.terms import OntologyTerm, terms

_HEAD: Final = f"""# Styrgraf: guide to the graph

A document says something, and the saying is a thing: an `sg:Statement` (a reporting line, a task …) with the parties concerned, how firmly it is said
(`sg:normStrength`: ska shall, bör should, kan may), when it holds, and its passage. Direct edges such as `sg:reportsTo` follow from statements and stand in
`<{INFERRED_GRAPH}>`; what a document says stands in `<{SOURCE_GRAPHS}…>`. Without FROM or GRAPH a query reads all graphs together.
Labels have a language: `rdfs:label "RAG onkologi"@sv`. That nothing is said is no statement: an empty answer means "not documented", not "no".

The passage of a statement:

```sparql
?statement sg:evidence ?e . ?e oa:hasSource ?version ; oa:hasSelector [ oa:start ?start ; oa:end ?end ] . ?version sg:versionOf ?document .
```

Declare the prefixes that you use:

```sparql
"""


def page(store: Store) -> str:
    """The whole guide."""
    found = terms(store)
    prefixes = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())
    classes, properties = ([t for t in found if (t.kind == "Class") == kind] for kind in (True, False))
    parts = ("## Classes", *map(_class, classes), "", "## Properties", *map(_property, properties), "", "## Vocabularies", *_schemes(store))
    return f"{_HEAD}{prefixes}```\n\n" + "\n".join(parts) + "\n"


def _class(term: OntologyTerm) -> str:
    above = f" ⊂ {_listed(term.above)}" if term.above else ""
    return f"- `{shorten(term.name.iri)}`{above}: {term.name.text('sv')} / {term.name.text('en')}. {term.definition('en')}"


def _property(term: OntologyTerm) -> str:
    chain = " Follows from statements." if term.chains else ""
    ends = f"{_listed(term.domains) or 'any'} → {_listed(term.ranges) or 'value'}"
    return f"- `{shorten(term.name.iri)}` ({ends}): {term.name.text('sv')}. {term.definition('en')}{chain}"


def _listed(found: Iterable[Name]) -> str:
    return ", ".join(f"`{shorten(n.iri)}`" for n in found)


def _schemes(store: Store) -> Iterator[str]:
    """Each scheme with its concepts."""
    rows = store.select("SELECT ?s ?c WHERE { ?c skos:inScheme ?s } ORDER BY ?s ?c")
    called = names(store, {r[k].value for r in rows for k in ("s", "c")})
    for scheme in dict.fromkeys(r["s"].value for r in rows):
        concepts = (called[r["c"].value] for r in rows if r["s"].value == scheme)
        yield f"- {called[scheme].text('sv')} `<{scheme}>`: " + "; ".join(f"{c.text('sv')} `<{c.iri}>`" for c in concepts)
