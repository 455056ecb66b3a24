"""Why a triple is in the graph: each proof as a tree, from the triple down to what the documents say.

A proof is read backwards through the rules of `graph.reasoner`; nothing is recorded while reasoning. Two proofs that differ only in how the steps of a
transitive property are bracketed are one: the first step is always one that the property does not give by transitivity.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from graph.evidence import Citation, citations
from graph.names import Name, names
from graph.reasoner import INFERRED, Rule, rules
from graph.reasoner.atoms import TYPE, saying
from graph.reasoner.words import ASSERTED, BACKWARDS, PASSAGE, WORDS
from graph.store import DefaultGraph, NamedNode, Store, Subject, Term, Triple


@dataclass(frozen=True)
class Step:
    """A rule as it was used: its name in OWL 2 RL, and in words by language, with the axiom's terms called by their names."""

    name: str
    words: dict[str, str]
    rule: Rule


@dataclass(frozen=True)
class Proof:
    """A triple and why it holds: by a rule from premises, or (no rule) as said in graphs, with the passages that its statement rests on."""

    triple: Triple
    said: tuple[Name | str, Name | str, Name | str]
    step: Step | None = None
    premises: tuple[Proof, ...] = ()
    graphs: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()

    @property
    def size(self) -> int:
        """How many times a rule is used."""
        return sum(p.size for p in self.premises) + (self.step is not None)

    def leaves(self) -> Iterator[Proof]:
        """What the proof rests on, from left to right."""
        if self.step is None:
            yield self
        for premise in self.premises:
            yield from premise.leaves()


@dataclass(frozen=True)
class _Goal:
    """A triple to be proved and those that it is to prove, which it may not rest on; `direct` where transitivity may not give it."""

    triple: Triple
    above: frozenset[Triple]
    direct: bool = False


@dataclass(frozen=True)
class _Draft:
    """A proof in the making, as the rules used so far (None: said in a graph), in the order in which a tree is written from the top."""

    used: tuple[tuple[Triple, Rule | None, int], ...]
    goals: tuple[_Goal, ...]


def explain(store: Store, subject: Subject, predicate: NamedNode, obj: Term, limit: int = 10) -> list[Proof]:
    """The proofs of a triple, those with the fewest steps first, at most `limit`; none where the graph does not hold it."""
    search = _Search(store)
    drafts = list(search.proofs(Triple(subject, predicate, obj), limit))
    return _Telling(store, drafts).proofs()


class _Search:
    """Best first: what is cheapest to have proved so far, and needs least more, is looked at next, so the first proofs found are the shortest."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rules = rules(store)
        self._said: dict[Triple, bool] = {}

    def proofs(self, triple: Triple, limit: int) -> Iterator[_Draft]:
        """Finished drafts, the shortest first."""
        order = count()
        ahead = [(0, next(order), _Draft((), (_Goal(triple, frozenset()),)))]
        while ahead and limit > 0:
            _, _, draft = heapq.heappop(ahead)
            if not draft.goals:
                limit -= 1
                yield draft
                continue
            for further in self._further(draft):
                heapq.heappush(ahead, (self._cost(further), next(order), further))

    def _cost(self, draft: _Draft) -> int:
        """Steps used, and at least one for each goal that no graph says outright."""
        return sum(rule is not None for _, rule, _ in draft.used) + sum(not self._asserted(g.triple) for g in draft.goals)

    def _asserted(self, triple: Triple) -> bool:
        if triple not in self._said:
            self._said[triple] = bool(_graphs(self._store, triple))
        return self._said[triple]

    def _further(self, draft: _Draft) -> Iterator[_Draft]:
        goal, rest = draft.goals[0], draft.goals[1:]
        if self._asserted(goal.triple):
            yield _Draft((*draft.used, (goal.triple, None, 0)), rest)
            return
        above = goal.above | {goal.triple}
        for rule in self._rules:
            if goal.direct and rule.name == "prp-trp":
                continue
            for premises in rule.instances(self._store, goal.triple):
                if above.isdisjoint(premises):
                    new = tuple(_Goal(p, above, rule.name == "prp-trp" and n == 0) for n, p in enumerate(premises))
                    yield _Draft((*draft.used, (goal.triple, rule, len(new))), new + rest)


def _graphs(store: Store, triple: Triple) -> tuple[str, ...]:
    """The graphs that say a triple outright; the one without a name is the empty text."""
    found = {q.graph_name for q in saying(store, triple)} - {INFERRED}
    return tuple(sorted("" if isinstance(g, DefaultGraph) else g.value for g in found))


class _Telling:
    """Makes trees of drafts, with names, graphs and citations looked up once for all."""

    def __init__(self, store: Store, drafts: list[_Draft]) -> None:
        self._store, self._drafts = store, drafts
        triples = {t for d in drafts for t, _, _ in d.used}
        rules_used = {r for d in drafts for _, r, _ in d.used if r}
        terms = {x for t in triples for x in (t.subject, t.predicate, t.object)} | {x for r in rules_used for x in r.terms}
        self._names = {**names(store, {x.value for x in terms if isinstance(x, NamedNode)}), TYPE.value: Name(TYPE.value, {"sv": "är", "en": "is a"})}
        statements = {t.subject.value for d in drafts for t, r, _ in d.used if r is None and isinstance(t.subject, NamedNode)}
        self._citations = citations(store, statements)

    def proofs(self) -> list[Proof]:
        """The drafts as trees."""
        return [self._tree(iter(draft.used)) for draft in self._drafts]

    def _tree(self, used: Iterator[tuple[Triple, Rule | None, int]]) -> Proof:
        triple, rule, premises = next(used)
        leaf = Proof(triple, (self._name(triple.subject), self._name(triple.predicate), self._name(triple.object)))
        if rule is None:
            cited = self._citations.get(triple.subject.value, []) if isinstance(triple.subject, NamedNode) else []
            return replace(leaf, graphs=_graphs(self._store, triple), citations=tuple(cited))
        return replace(leaf, step=self._step(rule), premises=tuple(self._tree(used) for _ in range(premises)))

    def _name(self, term: object) -> Name | str:
        return self._names[term.value] if isinstance(term, NamedNode) else str(getattr(term, "value", term))

    def _step(self, rule: Rule) -> Step:
        called = {lang: [_text(self._name(t), lang) for t in rule.terms] for lang in ("sv", "en")}
        words = {lang: template.format(*called[lang], steps=_steps(rule, called[lang][1:], lang)) for lang, template in WORDS[rule.name].items()}
        return Step(rule.name, words, rule)


def _text(name: Name | str, lang: str) -> str:
    return name if isinstance(name, str) else name.text(lang)


def _steps(rule: Rule, called: list[str], lang: str) -> str:
    """The steps of a chain, those told that are walked backwards, or the parts of an intersection."""
    walked = [f"“{name}”" if lang == "en" else f"”{name}”" for name in called]
    if rule.name == "prp-spo2":
        ends = zip(walked, rule.body, strict=True)
        return " – ".join(name + (f" {BACKWARDS[lang]}" if str(atom.subject) > str(atom.object) else "") for name, atom in ends)
    return " – ".join(walked)


def lines(proof: Proof, lang: str, depth: int = 0) -> list[str]:
    """A proof as indented lines: what holds, by which rule, and below it its premises; at the leaves the document and the range."""
    indent = "  " * depth
    said = indent + " · ".join(_text(part, lang) for part in proof.said)
    if proof.step:
        reason = [f"{indent}  ← {proof.step.words[lang]} ({proof.step.name})"]
        return [said, *reason, *(line for p in proof.premises for line in lines(p, lang, depth + 1))]
    return [said, *(f"{indent}  {_place(c, lang)}" for c in proof.citations)] if proof.citations else [f"{said}  [{_home(proof, lang)}]"]


def _place(citation: Citation, lang: str) -> str:
    document = _text(citation.document, lang) if citation.document else citation.source
    return PASSAGE[lang].format(document, citation.start, citation.end) if citation.end else document


def _home(proof: Proof, lang: str) -> str:
    return ASSERTED[lang].format(", ".join(g.rpartition("/graph/")[2] for g in proof.graphs))
