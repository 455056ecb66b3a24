"""The constraints of SHACL Core that look at values one by one or at two sets of them (SHACL §4.1 to §4.5 and §4.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from graph.errors import QueryError
from graph.namespaces import PREFIXES
from graph.store import Literal, NamedNode, Store, Subject, Term
from graph.validator import paths
from graph.validator.classes import Classes
from graph.validator.patterns import Breach, Fresh, UncoveredError, text
from graph.validator.shapes import SH, Shape, Shapes

XSD: Final = PREFIXES["xsd"]
Test = Callable[[str, Term, Shape], str]

_DURATIONS: Final = ("duration", "dayTimeDuration", "yearMonthDuration")
_TIMES: Final = ("date", "time", "dateTime", "gYear", "gMonth", "gDay", "gYearMonth", "gMonthDay")
_CASTS: Final = ("integer", "decimal", "float", "double", "boolean", *_TIMES, *_DURATIONS)
# The store keeps an integer of a derived type as an xsd:integer, so that only its range can be checked.
_RANGES: Final = {
    **{n: (-(2 ** (b - 1)), 2 ** (b - 1) - 1) for n, b in (("byte", 8), ("short", 16), ("int", 32), ("long", 64))},
    **{n: (0, 2**b - 1) for n, b in (("unsignedByte", 8), ("unsignedShort", 16), ("unsignedInt", 32))},
}
_KINDS: Final = {
    "BlankNode": "ISBLANK({v})",
    "IRI": "ISIRI({v})",
    "Literal": "ISLITERAL({v})",
    "BlankNodeOrIRI": "!ISLITERAL({v})",
    "BlankNodeOrLiteral": "!ISIRI({v})",
    "IRIOrLiteral": "!ISBLANK({v})",
}


def _datatype(v: str, kind: Term, _shape: Shape) -> str:
    name = kind.value.removeprefix(XSD)
    if kind.value != name and name in _RANGES:
        low, high = _RANGES[name]
        return f"(DATATYPE({v}) IN ({kind}, xsd:integer) && {v} >= {low} && {v} <= {high})"
    valid = f" && ISLITERAL({kind}(STR({v})))" if kind.value != name and name in _CASTS else ""
    return f"(DATATYPE({v}) = {text(kind)}{valid})"


def _node_kind(v: str, kind: Term, _shape: Shape) -> str:
    return _KINDS[kind.value.removeprefix(SH)].format(v=v)


def _compared(sign: str) -> Test:
    return lambda v, bound, _shape: f"({v} {sign} {text(bound)})"


def _length(sign: str) -> Test:
    return lambda v, bound, _shape: f"(!ISBLANK({v}) && STRLEN(STR({v})) {sign} {bound.value})"


def _pattern(v: str, wanted: Term, shape: Shape) -> str:
    return f"(!ISBLANK({v}) && {regex(f'STR({v})', wanted, shape)})"


def regex(what: str, wanted: Term, shape: Shape) -> str:
    """A call of REGEX with the flags of a shape."""
    flags = shape.first("flags")
    return f"REGEX({what}, {Literal(wanted.value)}{f', {Literal(flags.value)}' if flags else ''})"


# What holds of a value that conforms. Whatever makes an error does not conform.
TESTS: Final[dict[str, Test]] = {
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "minExclusive": _compared(">"),
    "minInclusive": _compared(">="),
    "maxExclusive": _compared("<"),
    "maxInclusive": _compared("<="),
    "minLength": _length(">="),
    "maxLength": _length("<="),
    "pattern": _pattern,
}


def component(name: str) -> str:
    """The IRI of the constraint component of a parameter."""
    return f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"


class Core:
    """Compiles the constraints of one shape over a focus variable."""

    def __init__(self, data: Store, shapes: Shapes, classes: Classes, fresh: Fresh) -> None:
        self.data = data
        self.shapes = shapes
        self.classes = classes
        self.fresh = fresh
        self._values: dict[tuple[Subject, str], tuple[str, str]] = {}

    def breaches(self, shape: Shape, focus: str) -> Iterator[Breach]:
        """How each constraint of a shape is broken."""
        yield from self._tests(shape, focus)
        for compile_one in (self._classes, self._lists, self._has_value, self._counts, self._pairs, self._unique_lang, self._closed):
            yield from compile_one(shape, focus)

    def walk(self, shape: Shape, focus: str) -> tuple[str, str]:
        """The pattern that leads to the value nodes of a shape, and their variable."""
        if not shape.path:
            return "", focus
        value = self.fresh()
        return paths.reach(shape.steps, focus, value, self.fresh), value

    def value(self, shape: Shape, focus: str) -> str:
        """The variable of the value nodes that constraints look at one by one."""
        return self._reached(shape, focus)[1]

    def refused(self, shape: Shape, focus: str, name: str, test: str, *parameter: Term) -> Breach:
        """The breach of a constraint that each value node must pass; the test says what breaks it."""
        steps, value = self._reached(shape, focus)
        return Breach(component(name), steps, test, value, parameter=parameter)

    def _reached(self, shape: Shape, focus: str) -> tuple[str, str]:
        if (shape.node, focus) not in self._values:
            self._values[shape.node, focus] = self.walk(shape, focus)
        return self._values[shape.node, focus]

    def _tests(self, shape: Shape, focus: str) -> Iterator[Breach]:
        for name, test in TESTS.items():
            for given in shape.values(name):
                if name == "pattern":
                    self._check_regex(given, shape)
                yield self.refused(shape, focus, name, f"!COALESCE({test(self.value(shape, focus), given, shape)}, false)", given)

    def _check_regex(self, wanted: Term, shape: Shape) -> None:
        """SPARQL has the regular expressions of XPath; others would make each value an error."""
        call = regex('""', wanted, shape)
        try:
            known = self.data.ask(f"ASK {{ BIND({call} AS ?found) FILTER(BOUND(?found)) }}")
        except QueryError:
            known = False
        if not known:
            raise UncoveredError(f"Mönstret {wanted.value} är inget som SPARQL läser.", f"SPARQL does not read the pattern {wanted.value}.")

    def member(self, node: str, kind: Term) -> str:
        """Whether a node is a SHACL instance of a class, as an expression."""
        assert isinstance(kind, NamedNode)
        kinds = self.classes.kinds(kind)
        if len(kinds) == 1:
            return f"EXISTS {{ {node} a {kind} }}"
        inner = self.fresh()
        return f"EXISTS {{ {node} a {inner} FILTER({inner} IN ({', '.join(map(str, kinds))})) }}"

    def _classes(self, shape: Shape, focus: str) -> Iterator[Breach]:
        for kind in shape.values("class"):
            yield self.refused(shape, focus, "class", f"!{self.member(self.value(shape, focus), kind)}", kind)

    def _lists(self, shape: Shape, focus: str) -> Iterator[Breach]:
        for head in shape.values("in"):
            members = self.shapes.members(head)
            yield self.refused(shape, focus, "in", _not_in(self.value(shape, focus), members), *members)
        for head in shape.values("languageIn"):
            tags = self.shapes.members(head)
            yield self.refused(shape, focus, "languageIn", _not_tagged(self.value(shape, focus), tags), *tags)

    def _has_value(self, shape: Shape, focus: str) -> Iterator[Breach]:
        for wanted in shape.values("hasValue"):
            there = f"NOT EXISTS {{ {paths.reach(shape.steps, focus, text(wanted), self.fresh)} }}" if shape.path else f"(!SAMETERM({focus}, {text(wanted)}))"
            yield Breach(component("hasValue"), "", there, parameter=(wanted,))

    def _counts(self, shape: Shape, focus: str) -> Iterator[Breach]:
        for low in shape.values("minCount"):
            if int(low.value) > 0:
                yield Breach(component("minCount"), "", f"NOT EXISTS {{ {self.at_least(shape, focus, int(low.value))} }}", parameter=(low,))
        for high in shape.values("maxCount"):
            yield Breach(component("maxCount"), "", f"EXISTS {{ {self.at_least(shape, focus, int(high.value) + 1)} }}", parameter=(high,))

    def at_least(self, shape: Shape, focus: str, number: int, test: Callable[[str], str] | None = None) -> str:
        """A pattern that matches a focus node with so many value nodes, or so many that pass a test."""
        steps, value = self.walk(shape, focus)
        steps += f" FILTER({test(value)})" if test else ""
        if number == 1:
            return steps
        return f"SELECT {focus} WHERE {{ {steps} }} GROUP BY {focus} HAVING(COUNT(DISTINCT {value}) >= {number})"

    def _pairs(self, shape: Shape, focus: str) -> Iterator[Breach]:
        """§4.5: what the values of another property of the focus node are."""
        for other in shape.values("equals"):
            yield self.refused(shape, focus, "equals", f"NOT EXISTS {{ {focus} {other} {self.value(shape, focus)} }}", other)
            value = self.fresh()
            missing = f"NOT EXISTS {{ {paths.reach(shape.steps, focus, value, self.fresh)} }}" if shape.path else f"(!SAMETERM({focus}, {value}))"
            yield Breach(component("equals"), f"{focus} {other} {value}", missing, value, parameter=(other,))
        for other in shape.values("disjoint"):
            yield self.refused(shape, focus, "disjoint", f"EXISTS {{ {focus} {other} {self.value(shape, focus)} }}", other)
        for name, sign in (("lessThan", "<"), ("lessThanOrEquals", "<=")):
            for other in shape.values(name):
                (steps, value), more = self.walk(shape, focus), self.fresh()
                pattern, test = f"{steps} {focus} {other} {more}", f"!COALESCE({value} {sign} {more}, false)"
                yield Breach(component(name), pattern, test, value, keys=(more,), parameter=(other,))

    def _unique_lang(self, shape: Shape, focus: str) -> Iterator[Breach]:
        if shape.first("uniqueLang") == Literal("true", datatype=NamedNode(XSD + "boolean")):
            (steps, one), (more, two), tag = self.walk(shape, focus), self.walk(shape, focus), self.fresh()
            same = f'LANG({one}) != "" && LCASE(LANG({one})) = LCASE(LANG({two})) && !SAMETERM({one}, {two})'
            yield Breach(component("uniqueLang"), f"{steps} {more} BIND(LCASE(LANG({one})) AS {tag})", same, keys=(tag,))

    def _closed(self, shape: Shape, focus: str) -> Iterator[Breach]:
        """§4.8.1: only the properties of the shape's own property shapes and the ignored ones."""
        if not shape.true("closed"):
            return
        own = [p for inner in shape.values("property") for p in self.shapes.values(inner, "path") if isinstance(p, NamedNode)]
        ignored = [p for head in shape.values("ignoredProperties") for p in self.shapes.members(head)]
        (steps, node), path, value = self.walk(shape, focus), self.fresh(), self.fresh()
        unknown = f"{path} NOT IN ({', '.join(text(p) for p in (*own, *ignored))})"
        yield Breach(component("closed"), f"{steps} {node} {path} {value}", unknown, value, path)


def _not_in(v: str, members: list[Term]) -> str:
    return "!(" + (" || ".join(f"SAMETERM({v}, {text(m)})" for m in members) or "false") + ")"


def _not_tagged(v: str, tags: list[Term]) -> str:
    matches = " || ".join(f"LANGMATCHES(LANG({v}), {Literal(t.value)})" for t in tags) or "false"
    return f'!COALESCE(LANG({v}) != "" && ({matches}), false)'
