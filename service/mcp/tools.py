"""What language models may ask, as plain values. The docstrings are what a model reads of each call.

Each call tells how much there is in all and how to have the rest; nothing is cut in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from graph import questions
from graph.choosing import resolve
from graph.entities import Entity, Property, describe
from graph.errors import NotFoundError
from graph.names import Name, names
from graph.namespaces import BASE, SG, shorten
from graph.search import Index
from graph.store import JSON, Store, is_iri
from graph.terms import terms
from service.api import why
from service.api.answers import as_json, evidence_as_json, question_as_json
from service.api.asking import Askers, reply_as_json
from service.api.queries import Queries
from service.sparql.querytext import read
from service.views.current import Current

MOST: Final = 200
_ALL: Final = 10_000  # more than a search looks at

Limit = Annotated[int, Field(ge=1, le=MOST, description="Most items to give.")]
Offset = Annotated[int, Field(ge=0, description="Items to pass over: next_offset of the call before.")]
Thing = Annotated[str, Field(description="A thing: IRI, a path such as id/group/rag-onkologi, or its name or abbreviation.")]
Told = dict[str, Any]


def page(items: Sequence[Any], limit: int, offset: int) -> dict[str, Any]:
    """Some of the items, how many there are in all, and the offset at which the next are found (None at the end)."""
    after = offset + limit
    return {"total": len(items), "offset": offset, "items": list(items[offset:after]), "next_offset": after if after < len(items) else None}


class Tools:
    """The calls, over the current release."""

    def __init__(self, current: Current, askers: Askers, queries: Queries) -> None:
        self._current = current
        self._askers = askers
        self._queries = queries

    def store(self) -> Store:
        """The store of the current release."""
        return self._current.store()[1]

    def _index(self) -> Index:
        return self._askers.index()

    def search(self, text: Annotated[str, Field(description="A name or part of one.")], limit: Limit = 10, offset: Offset = 0) -> Told:
        """Find things (organ, roller, dokument, begrepp) by name, abbreviation (förkortning) or misspelling, best first, with their IRIs and classes."""
        hits = self._index().search(text, limit=_ALL)
        return page([{**_named(h.thing.name), "matched": h.matched, "how": h.how, "types": _kinds(h.thing.types)} for h in hits], limit, offset)

    def ask(
        self,
        question: Annotated[str, Field(description="A question in Swedish or English, with the names of whom it is about.")],
        lang: Annotated[Literal["sv", "en"], Field(description="The language of the question.")] = "sv",
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> Told:
        """Answer a question (fråga) in plain words: rows with their evidence (belägg), how it was understood, and what else may have been meant.

        `status` is "answered", "not_documented" (understood, but no document says), "unknown_name" (with the nearest names) or "not_understood".
        """
        release, asker = self._askers.current()
        told = reply_as_json(asker.ask(question, lang), lang)
        return _paged({"release": release, **told}, limit, offset)

    def list_questions(
        self,
        containing: Annotated[str, Field(description="A word of the question, in Swedish or English; empty for all.")] = "",
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> Told:
        """The catalogue of questions (frågor) that have been prepared: id, wording, parameters and columns. Run one with run_question."""
        found = [question_as_json(q) for q in questions.catalogue(self.store()).values()]
        return page([q for q in found if containing.casefold() in json.dumps([q["label"], q["note"]], ensure_ascii=False).casefold()], limit, offset)

    def run_question(
        self,
        name: Annotated[str, Field(description="The id of a question of list_questions, such as who-reports-to-whom.")],
        params: Annotated[dict[str, str], Field(description="Parameters by name; a value is an IRI, a name or an abbreviation.")] = {},  # noqa: B006 (never changed)
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> Told:
        """Answer a prepared question. Each row has its evidence (belägg): document, character range, norm strength, validity, said or inferred.

        `status` is "answered", or "not_documented" (ej dokumenterat) where no document says; `meaning` then tells what that means.
        """
        release, store = self._current.store()
        question = questions.find(store, name)
        given = resolve(self._index(), question, params)
        return _paged({"release": release, "params": given, **as_json(questions.answer(store, question, given))}, limit, offset)

    def entity(self, thing: Thing, limit: Limit = 40, offset: Offset = 0) -> Told:
        """All that the graph says of a thing: facts out of it and into it, each said or inferred (härledd), statements with their passages."""
        release, store = self._current.store()
        iri = self._meant(thing)
        found = describe(store, iri)
        if found is None:
            raise NotFoundError(f"Grafen säger inget om {iri}.", f"The graph says nothing about {iri}.")
        types = [_named(v.value) for v in found.types if isinstance(v.value, Name)]
        cited = [evidence_as_json(c) for c in found.citations]
        return {"release": release, **_named(found.name), "types": types, "evidence": cited, **page(list(_facts(found)), limit, offset)}

    def _value(self, text: str) -> str:
        """The IRI that is meant, or the text of a literal."""
        try:
            return self._meant(text)
        except NotFoundError:
            return text

    def _meant(self, text: str) -> str:
        """The IRI that is meant. Raises NotFoundError, with what is nearest, where a name is nothing's or several things'."""
        if is_iri(text) or text.startswith(("id/", "doc/", "def/", "vocab/", "graph/")):
            return why.thing(text)
        hits = self._index().search(text)
        exact = {h.thing.name.iri for h in hits if h.how in ("exact", "abbreviation")}
        if len(exact) == 1:
            return exact.pop()
        near = [h.thing.name for h in hits[:8]]
        listed = "; ".join(f"{n.text('sv')} = {n.iri.removeprefix(BASE)}" for n in near)
        raise NotFoundError(
            f"{text!r} är inte en enda sak. Närmast: {listed or 'inget'}.",
            f"{text!r} is not one single thing. Nearest: {listed or 'nothing'}. Call again with one of these.",
            parameter="thing",
            nearest={n.iri: n.labels for n in near},
        )

    def explain(
        self,
        subject: Thing,
        predicate: Annotated[str, Field(description="A property, such as sg:reportsTo.")],
        object: Annotated[str, Field(description="A thing as in subject, or the text of a literal.")],  # noqa: A002 (the name that models know)
        limit: Annotated[int, Field(ge=1, le=why.MOST, description="Most proofs to give.")] = 3,
    ) -> Told:
        """Why a triple holds (varför): its proofs, shortest first, rule by rule down to the documents and passages that it rests on."""
        release, store = self._current.store()
        found = why.proofs(store, self._meant(subject), predicate, self._value(object), limit)
        return {"release": release, "proofs": [why.as_json(p) for p in found]}

    def schema_summary(
        self,
        part: Literal["classes", "properties", "concepts"] = "classes",
        containing: Annotated[str, Field(description="A word of the term, its label or definition; empty for all.")] = "",
        limit: Limit = 40,
        offset: Offset = 0,
    ) -> Told:
        """The ontology as it is used: classes with how many instances, properties with domain, range and uses, or the vocabularies' concepts (begrepp).

        Prefix sg: is <https://w3id.org/styrgraf/def/>. Most used first. Read this, or the resource styrgraf://guide, before writing SPARQL.
        """
        found = self._concepts() if part == "concepts" else self._terms(part)
        return page([t for t in found if containing.casefold() in json.dumps(t, ensure_ascii=False).casefold()], limit, offset)

    def _terms(self, part: str) -> list[dict[str, Any]]:
        store = self.store()
        pattern = "?x a ?t" if part == "classes" else "?x ?t ?y"
        counted = {r["t"].value: int(r["n"].value) for r in store.select(f"SELECT ?t (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?t")}
        wanted = [t for t in terms(store) if (t.kind == "Class") == (part == "classes")]
        told = [
            {
                "term": shorten(t.name.iri),
                "label": t.name.labels,
                "definition": t.definitions,
                "uses": counted.get(t.name.iri, 0),
                "above": [shorten(n.iri) for n in t.above],
                **(
                    {}
                    if part == "classes"
                    else {"domain": [shorten(n.iri) for n in t.domains], "range": [shorten(n.iri) for n in t.ranges], "follows": t.chains}
                ),
            }
            for t in wanted
        ]
        return sorted(told, key=lambda t: -t["uses"])

    def _concepts(self) -> list[dict[str, Any]]:
        store = self.store()
        rows = store.select("SELECT ?c ?s WHERE { ?c skos:inScheme ?s } ORDER BY ?s ?c")
        called = names(store, {r[k].value for r in rows for k in ("c", "s")})
        return [{**_named(called[r["c"].value]), "scheme": _named(called[r["s"].value])} for r in rows]

    async def sparql(
        self,
        query: Annotated[str, Field(description="SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE, with its prefixes declared.")],
        limit: Limit = 50,
        offset: Offset = 0,
    ) -> Told:
        """Ask the graph in SPARQL, within limits of time and memory. Where nothing is found, `diagnosis` tells which patterns clash and why."""
        if JSON not in read(query).offers:
            _, data = await self._queries.ask(query, "application/n-triples")
            found = page(data.decode().splitlines(), limit, offset)
            return {"form": "triples", **found, **({} if found["total"] else {"diagnosis": await self._queries.diagnose(query)})}
        _, body = await self._queries.ask(query, JSON)
        result = json.loads(body)
        rows = result.get("results", {}).get("bindings")
        silent = not (result["boolean"] if rows is None else rows)
        told = (
            {"form": "boolean", "boolean": result["boolean"]}
            if rows is None
            else {"form": "rows", "variables": result["head"]["vars"], **page(rows, limit, offset)}
        )
        return {**told, **({"diagnosis": await self._queries.diagnose(query)} if silent else {})}


def _paged(told: Told, limit: int, offset: int) -> Told:
    """An answer with some of its rows; the evidence stands at each row alone."""
    rest = {k: v for k, v in told.items() if k not in ("answer", "evidence")}
    return {**rest, **page(told["answer"], limit, offset)}


def _named(name: Name) -> dict[str, Any]:
    return {"iri": name.iri, "label": name.labels}


def _kinds(types: Iterable[str]) -> list[str]:
    return [shorten(t) for t in sorted(types) if t.startswith(SG)]


def _facts(entity: Entity) -> Iterable[dict[str, Any]]:
    """One fact for each value, out of the thing and into it."""
    yield from (fact for p in entity.outgoing for fact in _said(p, "out"))
    yield from (fact for p in entity.incoming for fact in _said(p, "in"))


def _said(stated: Property, direction: str) -> Iterable[dict[str, Any]]:
    for v in stated.values:
        value = {"value": v.value.iri, "label": v.value.labels} if isinstance(v.value, Name) else {"value": v.value}
        found = {"direction": direction, "property": shorten(stated.name.iri), "property_label": stated.name.labels, **value, "inferred": v.inferred}
        yield {**found, "evidence": [evidence_as_json(c) for c in v.citations]} if v.citations else found
