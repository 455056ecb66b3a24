"""Why: the proofs of a triple, and what the shapes found about a thing, as plain values for every face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.errors import NotFoundError
from graph.evidence import Citation, citations
from graph.explain import Proof, explain
from graph.names import Name
from graph.namespaces import BASE, PREFIXES
from graph.releases import Manifest
from graph.report import Result
from graph.store import Literal, NamedNode, Store, is_iri

MOST = 50


@dataclass(frozen=True)
class Finding:
    """A validation result with the passages of the thing that it is about."""

    result: Result
    citations: tuple[Citation, ...]


def thing(text: str) -> str:
    """The IRI that somebody wrote: whole, with one of our prefixes, or relative to our base (`id/group/rag-onkologi`).

    Raises NotFoundError for what is none.
    """
    prefix, colon, local = text.partition(":")
    iri = PREFIXES[prefix] + local if colon and prefix in PREFIXES else text if colon else BASE + text
    if not is_iri(iri):
        raise NotFoundError(f"{text!r} är ingen IRI.", f"{text!r} is no IRI.")
    return iri


def proofs(store: Store, subject: str, predicate: str, obj: str, limit: int) -> list[Proof]:
    """Why a triple holds, the shortest proofs first; `obj` is an IRI, or the text of a literal where no IRI stands there.

    Raises NotFoundError where the graph does not hold the triple.
    """
    s, p = NamedNode(thing(subject)), NamedNode(thing(predicate))
    literals = [q.object for q in store.quads(s, p) if isinstance(q.object, Literal) and q.object.value == obj]
    found = explain(store, s, p, literals[0] if literals else NamedNode(thing(obj)), min(max(limit, 1), MOST))
    if not found:
        raise NotFoundError("Grafen säger inte det, så det finns inget att förklara.", "The graph does not say so; there is nothing to explain.")
    return found


def results(store: Store, manifest: Manifest, subject: str) -> list[Finding]:
    """What the shapes found about a thing in this release."""
    iri = thing(subject)
    found = [Result(**r) for r in manifest.report if iri in (r["focus"], r["value"])]
    cited = citations(store, {r.focus for r in found if is_iri(r.focus)})
    return [Finding(r, tuple(cited.get(r.focus, []))) for r in found]


def as_json(proof: Proof) -> dict[str, Any]:
    """A proof as plain values: the triple, the rule and its words, the premises; at the leaves graphs and passages."""
    told: dict[str, Any] = {"triple": [_part(part) for part in proof.said]}
    if proof.step:
        return {**told, "rule": proof.step.name, "words": proof.step.words, "premises": [as_json(p) for p in proof.premises]}
    return {**told, "graphs": list(proof.graphs), "evidence": [_place(c) for c in proof.citations]}


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """A validation result as plain values."""
    r = finding.result
    told = {"severity": r.severity, "focus": r.focus, "path": r.path, "value": r.value, "shape": r.shape, "component": r.component, "messages": r.messages}
    return {**told, "evidence": [_place(c) for c in finding.citations]}


def _part(part: Name | str) -> dict[str, Any]:
    return {"value": part.iri, "label": part.labels} if isinstance(part, Name) else {"value": part}


def _place(citation: Citation) -> dict[str, Any]:
    document = citation.document.iri if citation.document else None
    return {"document": document, "source": citation.source} if citation.source else {"document": document, "start": citation.start, "end": citation.end}
