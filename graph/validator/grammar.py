"""SPARQL queries read as trees of groups, as far as the reading of triples goes: what values and expressions compute is passed over.

Variables that a sub-select keeps to itself get names of their own, so that equal names mean the same variable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Final

from graph.namespaces import PREFIXES, expand
from graph.validator.queries import Query, Token
from graph.validator.trees import Edge, Group, Names, Part, Path

TYPE: Final = f"<{expand('rdf:type')}>"
_UNSTEADY: Final = {"NOW", "RAND", "UUID", "STRUUID", "BNODE"}  # what they give differs from run to run
_END: Final = ("mark", "")


class UnreadableError(Exception):
    """A query has something in it that is not read here; what it depends on is not known."""


def read(query: str) -> Group:
    """The outer group of a SELECT. Raises UnreadableError."""
    return _Reader(query).whole()


class _Reader:
    def __init__(self, query: str) -> None:
        self._tokens = [t for t in Query(query).tokens if t[0] != "space"]
        self._at = 0
        self._prefixes = dict(PREFIXES)
        self._numbers = count()

    def whole(self) -> Group:
        if {word.upper() for kind, word in self._tokens if kind == "word"} & _UNSTEADY:
            raise UnreadableError
        while self._is("PREFIX"):
            name, iri = self._take()[1], self._take()[1]
            self._prefixes[name[:-1]] = iri[1:-1]
        return self._select(lambda v: v)

    @property
    def _next(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _take(self) -> Token:
        token = self._next
        if token == _END:
            raise UnreadableError
        self._at += 1
        return token

    def _sees(self, word: str) -> bool:
        kind, part = self._next
        return kind in ("word", "mark") and part.upper() == word

    def _is(self, word: str) -> bool:
        """Passes a keyword or a mark over, if it comes next."""
        seen = self._sees(word)
        self._at += seen
        return seen

    def _must(self, word: str) -> None:
        if not self._is(word):
            raise UnreadableError

    def _select(self, names: Names) -> Group:
        self._must("SELECT")
        _ = self._is("DISTINCT") or self._is("REDUCED")
        everything, kept = self._is("*"), dict[str, str]()
        while not everything and not self._sees("WHERE") and not self._sees("{"):
            self._project(kept)
        self._is("WHERE")
        own = next(self._numbers)
        group = self._group(names if everything else lambda v: names(kept[v]) if v in kept else f"{v}_{own}")
        self._pass_modifiers()
        return group

    def _project(self, kept: dict[str, str]) -> None:
        """One item of a projection: a variable, another name for one, or what is computed."""
        if self._next[0] == "variable":
            name = _variable(self._take()[1])
            kept[name] = name
            return
        inner = list(self._balanced())
        if ("mark", "{") in inner or inner[0][1] != "(":
            raise UnreadableError
        if len(inner) == 5 and inner[1][0] == "variable":  # (?a AS ?b)
            kept.setdefault(_variable(inner[1][1]), _variable(inner[3][1]))

    def _balanced(self) -> Iterator[Token]:
        """The tokens from one bracket to that which closes it."""
        depth = 0
        while True:
            token = self._take()
            depth += (token == ("mark", "(")) - (token == ("mark", ")"))
            yield token
            if depth == 0:
                return

    def _pass_modifiers(self) -> None:
        """What follows a group. Raises UnreadableError where it picks rows by more than the values of their variables."""
        while self._next != _END and not self._sees("}"):
            kind, part = self._take()
            if part == "{" or (kind == "word" and part.upper() in {"LIMIT", "OFFSET", "VALUES"}):
                raise UnreadableError

    def _group(self, names: Names) -> Group:
        self._must("{")
        found = list[Edge | Part]()
        if self._sees("SELECT"):
            found.append(Part("union", (self._select(names),)))
        while not self._is("}"):
            found += self._item(names)
        return tuple(found)

    def _item(self, names: Names) -> list[Edge | Part]:
        if self._sees("{"):
            groups = [self._group(names)]
            while self._is("UNION"):
                groups.append(self._group(names))
            return [Part("union", tuple(groups))]
        for kind in ("optional", "lateral"):
            if self._is(kind.upper()):
                return [Part("optional" if kind == "optional" else "lateral", (self._group(names),))]
        if self._is("FILTER"):
            return self._filter(names)
        if self._is("BIND"):
            return [Part("bind", self._expression(names)[0])]
        if self._is("VALUES"):
            self._values()
            return []
        return [] if self._is(".") else self._triples(names)

    def _values(self) -> None:
        while not self._is("{"):
            self._take()
        while not self._is("}"):
            self._take()

    def _filter(self, names: Names) -> list[Edge | Part]:
        denied = self._is("NOT")
        if self._is("EXISTS"):
            return [Part("filter" if denied else "holds", (self._group(names),))]
        if not self._sees("("):
            self._take()  # the name of a function
        groups, alone = self._expression(names)
        return [Part("holds" if alone else "filter", groups)] if groups else []

    def _expression(self, names: Names) -> tuple[tuple[Group, ...], bool]:
        """The groups that an expression in brackets asks for, and whether it is one EXISTS and no more."""
        groups, others, depth = list[Group](), 0, 0
        while True:
            if self._is("EXISTS"):
                groups.append(self._group(names))
                continue
            token = self._take()
            if token == ("mark", "{") or (depth == 0 and token != ("mark", "(")):
                raise UnreadableError
            depth += (token == ("mark", "(")) - (token == ("mark", ")"))
            others += token[1] not in "()"
            if depth == 0:
                return tuple(groups), len(groups) == 1 and not others

    def _triples(self, names: Names) -> list[Edge | Part]:
        found, subject = list[Edge | Part](), self._term(names)
        while True:
            path = self._verb(names)
            found.append(Edge(subject, path, self._term(names)))
            while self._is(","):
                found.append(Edge(subject, path, self._term(names)))
            if not self._is(";"):
                return found
            while self._is(";"):
                pass
            if self._sees(".") or self._sees("}"):
                return found

    def _term(self, names: Names) -> str:
        kind, part = self._take()
        if kind == "variable":
            return names(_variable(part))
        if kind in ("iri", "name"):
            return self._iri((kind, part))
        if kind == "string":
            return part + self._tag()
        if kind == "word" and (part.isdigit() or part in ("true", "false")):
            return part
        raise UnreadableError

    def _tag(self) -> str:
        """The language or the datatype that follows a string."""
        if self._next[0] == "tag":
            return self._take()[1]
        if self._is("^"):
            self._must("^")
            return "^^" + self._iri(self._take())
        return ""

    def _iri(self, token: Token) -> str:
        kind, part = token
        prefix, _, local = part.partition(":")
        if kind == "iri":
            return part
        if kind != "name" or prefix not in self._prefixes or "\\" in local:
            raise UnreadableError
        return f"<{self._prefixes[prefix]}{local.rstrip('.')}>"  # a point at the end is none of its own

    def _verb(self, names: Names) -> Path:
        return Path(names(_variable(self._take()[1]))) if self._next[0] == "variable" else self._choice()

    def _choice(self) -> Path:
        return self._several("|", lambda: self._several("/", self._step))

    def _several(self, sign: str, one: Callable[[], Path]) -> Path:
        parts = [one()]
        while self._is(sign):
            parts.append(one())
        return parts[0] if len(parts) == 1 else Path(sign, tuple(parts))

    def _step(self) -> Path:
        if self._is("^"):
            return Path("^", (self._step(),))
        if self._is("("):
            path = self._choice()
            self._must(")")
        else:
            path = Path(TYPE if self._sees("A") else self._iri(self._next))
            self._take()
        sign = next((s for s in "*+?" if self._is(s)), "")
        return Path(sign, (path,)) if sign else path


def _variable(part: str) -> str:
    return "?" + part[1:]
