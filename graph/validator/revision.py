"""A report after a small change, from the report before it: only the focus nodes that the change can affect are looked at again."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from graph.errors import QueryError
from graph.namespaces import expand
from graph.report import Report
from graph.store import BlankNode, Literal, NamedNode, Quad, Store, Term, Triple
from graph.validator import engine, findings
from graph.validator.compiler import Check, Compiler
from graph.validator.patterns import UncoveredError
from graph.validator.plan import Family, Plan, UntiedError
from graph.validator.shapes import SUBCLASS, Shapes

_LABELS: Final = {NamedNode(expand("rdfs:label")), NamedNode(expand("skos:prefLabel"))}


class AllAnewError(Exception):
    """Nothing of the report before can be kept."""


def revised(before: Store, after: Store, shapes: Shapes, report: Report, added: Iterable[Quad], removed: Iterable[Quad]) -> Report:
    """The report of the store after a change. Raises AllAnewError where the change may touch any of it."""
    came, went = _triples(added), _triples(removed)
    if report.delegated or any(t.predicate == SUBCLASS for t in came | went):
        raise AllAnewError
    try:
        revision = _Revision(_plan(after, shapes), report)
        revision.affect(after, came)
        revision.affect(before, went)
        revision.rename({t.subject.value for t in came | went if t.predicate in _LABELS and isinstance(t.subject, NamedNode)})
        return revision.made(after, shapes)
    except (UncoveredError, QueryError) as wrong:
        raise AllAnewError from wrong  # such a shape is for the reference engine


def _triples(quads: Iterable[Quad]) -> set[Triple]:
    return {Triple(q.subject, q.predicate, q.object) for q in quads}


def _plan(data: Store, shapes: Shapes) -> Plan:
    """The plan for the class tree of the data, made once for as long as that stays."""
    if shapes.plan is None or not shapes.plan.suits(data):
        shapes.plan = Plan(data, shapes)
    return shapes.plan


class _Revision:
    """Which focus nodes of which families of shapes are to be looked at again."""

    def __init__(self, plan: Plan, report: Report) -> None:
        if not {r.shape for r in report.results} <= plan.owner.keys():
            raise AllAnewError  # the report is of other shapes
        self._plan = plan
        self._report = report
        self._nodes: dict[Family, set[Term]] = defaultdict(set)
        self._whole: set[Family] = set()

    def affect(self, store: Store, changed: set[Triple]) -> None:
        """Notes what triples affect that are in this store alone, of the two before and after."""
        self._whole |= {f for f in self._plan.families if f.opaque and changed}
        for family, watch, fitting in self._plan.watching(changed):
            if family not in self._whole:
                try:
                    self._note(family, watch.focus(store, fitting))
                except UntiedError:
                    self._whole.add(family)

    def rename(self, nodes: set[str]) -> None:
        """Notes the results of focus nodes whose names changed: a result carries the name."""
        for r in self._report.results if nodes else ():
            if r.focus in nodes:
                self._note(self._plan.owner[r.shape], {NamedNode(r.focus)})

    def _note(self, family: Family, nodes: set[Term]) -> None:
        """A blank node cannot be named in a query; where focus nodes are steps away from target nodes, no query can start from them."""
        nodes = nodes if family.targets.literals else {n for n in nodes if not isinstance(n, Literal)}
        self._nodes[family] |= nodes
        if nodes and (family.far or any(isinstance(n, BlankNode) for n in nodes)):
            self._whole.add(family)

    def made(self, after: Store, shapes: Shapes) -> Report:
        """The report, with what is found again in the place of what was found before."""
        values = {family: {n.value for n in nodes} for family, nodes in self._nodes.items()}
        owners = ((r, self._plan.owner[r.shape]) for r in self._report.results)
        # a report does not say whether a focus node is an IRI or a literal, so that one of the same text might be lost
        self._whole |= {family for r, family in owners if family.targets.literals and r.focus in values.get(family, ())}
        gone = {shape: None if family in self._whole else values.get(family, set()) for shape, family in self._plan.owner.items()}
        kept = [r for r in self._report.results if (focus := gone[r.shape]) is not None and r.focus not in focus]
        found = [f for check in self._checks(after, shapes) for f in engine.findings(after, check)]
        for result in findings.report(after, found).results:
            insort(kept, result, key=findings.place)
        return Report(tuple(kept))

    def _checks(self, after: Store, shapes: Shapes) -> Iterator[Check]:
        for family, nodes in self._nodes.items():
            targets = [n for n in nodes if family.targets.hold(after, n)] if family not in self._whole else []
            yield from (check.over(targets) for check in family.checks if targets)
        compiler = Compiler(after, shapes)
        for family in self._whole:
            yield from (check for root in family.roots for check in compiler.checks(root))
