"""What things are called, in Swedish and English."""

from __future__ import annotations

from dataclasses import dataclass

from graph.namespaces import shorten
from graph.store import Literal, Store


@dataclass(frozen=True)
class Name:
    """A thing and what it is called, by language."""

    iri: str
    labels: dict[str, str]

    def text(self, lang: str) -> str:
        """The name in a language, else in Swedish, else a short form of the IRI."""
        return self.labels.get(lang) or self.labels.get("sv") or shorten(self.iri)


def labels(store: Store, pattern: str) -> dict[str, dict[str, str]]:
    """The labels of everything (?x) that a SPARQL pattern matches, by IRI and language."""
    found: dict[str, dict[str, str]] = {}
    for r in store.select(f"SELECT DISTINCT ?x ?l WHERE {{ {pattern} . ?x rdfs:label|skos:prefLabel ?l }}"):
        literal = r["l"]
        if isinstance(literal, Literal):
            found.setdefault(r["x"].value, {})[literal.language or "sv"] = literal.value
    return found


def names(store: Store, iris: set[str]) -> dict[str, Name]:
    """The names of these things; one without labels has its IRI alone."""
    found = labels(store, "VALUES ?x { " + " ".join(f"<{i}>" for i in sorted(iris)) + " }") if iris else {}
    return {i: Name(i, found.get(i, {})) for i in iris}
