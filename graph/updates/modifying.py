"""DELETE and INSERT with a WHERE (SPARQL 1.1 Update §3.1.3): the pattern is read as a SELECT, the templates as data in which variables have stand-ins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from graph.store import UNNAMED, BlankNode, DefaultGraph, NamedNode, Quad, Store, Term, Triple
from graph.syntax import Token
from graph.updates.parsing import Operation, block, data, iri
from graph.updates.target import Dataset, Target

Node = Term | Triple


@dataclass(frozen=True)
class Template:
    """Quads with stand-ins for variables (§3.1.3)."""

    quads: tuple[Quad, ...] = ()
    stand_ins: Mapping[str, str] = field(default_factory=dict)

    def filled(self, row: Mapping[str, Node]) -> Iterator[Quad]:
        """The quads for one solution; those with an unbound variable or a term where none may stand are left out, blank nodes are new."""
        fresh: dict[str, BlankNode] = {}
        for quad in self.quads:
            s, p, o, g = (self._node(part, row, fresh) for part in (quad.subject, quad.predicate, quad.object, quad.graph_name))
            if isinstance(s, NamedNode | BlankNode) and isinstance(p, NamedNode) and isinstance(o, Node) and isinstance(g, NamedNode | DefaultGraph):
                yield Quad(s, p, o, g)

    def _node(self, part: Node | DefaultGraph, row: Mapping[str, Node], fresh: dict[str, BlankNode]) -> Node | DefaultGraph | None:
        if isinstance(part, NamedNode) and part.value in self.stand_ins:
            return row.get(self.stand_ins[part.value])
        if isinstance(part, BlankNode):
            return fresh.setdefault(part.value, BlankNode())
        if isinstance(part, Triple):
            s, p, o = (self._node(x, row, fresh) for x in (part.subject, part.predicate, part.object))
            if not (isinstance(s, NamedNode | BlankNode | Triple) and isinstance(p, NamedNode) and isinstance(o, Node)):
                return None
            return Triple(s, p, o)
        return part


def _template(operation: Operation, block: list[Token]) -> Template:
    names = {t.text[1:] for t in block if t.kind == "variable"}
    stand_ins = {name: f"urn:uuid:{uuid4()}" for name in names}
    quads = [Token("iri", f"<{stand_ins[t.text[1:]]}>", t.start) if t.kind == "variable" else t for t in block]
    return Template(tuple(data(operation, quads)), {iri: name for name, iri in stand_ins.items()})


@dataclass
class Modify:
    """DELETE/INSERT … WHERE (§3.1.3), DELETE WHERE (§3.1.3.3) among them."""

    base: str = UNNAMED
    delete: Template = field(default_factory=Template)
    insert: Template = field(default_factory=Template)
    default: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    where: list[Token] = field(default_factory=list)

    @classmethod
    def read(cls, operation: Operation) -> Modify:
        """Takes the operation apart."""
        made, n, tokens = cls(), 0, list(operation.tokens)
        while n < len(tokens):
            word, n = tokens[n].word, n + 1
            if word == "WITH":
                made.base, n = iri(operation, tokens[n]), n + 1
            elif word == "USING":
                named = tokens[n].word == "NAMED"
                (made.named if named else made.default).append(iri(operation, tokens[n + named]))
                n += 1 + named
            elif word in ("DELETE", "INSERT") and tokens[n].word != "WHERE":
                group = block(tokens, n)
                setattr(made, word.lower(), _template(operation, group))
                n += len(group)
            elif word == "WHERE":
                made.where = tokens[n:]
                n = len(tokens)
        if operation.word(1) == "WHERE":
            made.delete = _template(operation, made.where)
        return made

    def dataset(self, using: Dataset, store: Store) -> tuple[list[str] | None, list[str] | None]:
        """Where the pattern is matched: USING goes before WITH, which goes before the union of all graphs."""
        if using.told:
            return list(using.default or ()), list(using.named or ())
        if self.default or self.named:
            return self.default, self.named
        return ([self.base], store.graph_names()) if self.base else (None, None)

    def query(self, operation: Operation) -> str:
        """The SELECT whose rows fill the templates; rows that are alike count once unless each makes new blank nodes."""
        names = sorted({*self.delete.stand_ins.values(), *self.insert.stand_ins.values()})
        blank = any(isinstance(part, BlankNode) for q in self.insert.quads for part in (q.subject, q.object))
        head = f"SELECT {'' if blank else 'DISTINCT'} {' '.join('?' + n for n in names)}" if names else "SELECT (1 AS ?_)"
        return f"{operation.prologue} {head} WHERE {operation.text(self.where)}"

    def placed(self, quads: Iterable[Quad]) -> set[Quad]:
        """Quads of no graph go into the one of WITH."""
        home = NamedNode(self.base) if self.base else DefaultGraph()
        return {Quad(q.subject, q.predicate, q.object, home) if isinstance(q.graph_name, DefaultGraph) else q for q in quads}


def modify(operation: Operation, target: Target, using: Dataset, allowed: Iterable[str]) -> None:
    """Makes the change: what goes is known, and what comes, before anything is written."""
    change = Modify.read(operation)
    rows = target.store.solutions(change.query(operation), *change.dataset(using, target.store), allowed)
    gone = change.placed(q for row in rows for q in change.delete.filled(row))
    new = change.placed(q for row in rows for q in change.insert.filled(row))
    target.remove(gone)
    target.add(new)
