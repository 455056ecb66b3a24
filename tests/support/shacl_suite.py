"""The W3C SHACL test suite: its cases, what they expect, and what an engine says (https://w3c.github.io/data-shapes/data-shapes-test-suite/)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from paths import CONFORMANCE

from graph.errors import InputError
from graph.store import BlankNode, NamedNode, Store, Term, parse
from graph.validator import paths
from graph.validator.findings import SH, Finding
from graph.validator.shapes import Shapes
from graph.validator.triples import Triples

SUITE = CONFORMANCE / "shacl"
Outcome = Counter[tuple[str, ...]] | None  # None: the engine must refuse (sht:Failure)
Validation = Callable[[Store, Shapes], list[Finding]]
_PREFIXES = """PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> PREFIX sht: <http://www.w3.org/ns/shacl-test#> """
_RESULT = """SELECT ?r ?focusNode ?resultPath ?value ?resultSeverity ?sourceConstraintComponent ?sourceShape WHERE { ?report sh:result ?r
    OPTIONAL { ?r sh:focusNode ?focusNode } OPTIONAL { ?r sh:resultPath ?resultPath } OPTIONAL { ?r sh:value ?value }
    OPTIONAL { ?r sh:resultSeverity ?resultSeverity } OPTIONAL { ?r sh:sourceConstraintComponent ?sourceConstraintComponent }
    OPTIONAL { ?r sh:sourceShape ?sourceShape } }"""


@dataclass(frozen=True)
class Case:
    """One case: its file and its name, such as core/node/and-001."""

    file: Path

    @property
    def name(self) -> str:
        return str(self.file.relative_to(SUITE).with_suffix(""))

    @property
    def expected(self) -> Outcome:
        """The results that it lists."""
        store = read(self.file)
        if store.ask(_PREFIXES + "ASK { ?case mf:result sht:Failure }"):
            return None
        found = store.select(_RESULT)
        return Counter(_expected(store, row) for row in found)

    def found(self, validation: Validation) -> Outcome:
        """What an engine says of it."""
        row = read(self.file).select(_PREFIXES + "SELECT ?d ?s WHERE { ?action sht:dataGraph ?d ; sht:shapesGraph ?s }")[0]
        data, shapes = (Path(row[n].value.removeprefix("file://")) for n in ("d", "s"))
        try:
            return Counter(_told(f) for f in validation(read(data), Shapes(Triples(parse(shapes, base=shapes.as_uri())))))
        except InputError:
            return None


def cases(part: str) -> list[Case]:
    """The cases of "core" or "sparql"; the manifests forget one (nodeValidator-001), so the files are asked."""
    files = sorted(SUITE.glob(f"{part}/*/*.ttl"))
    return [Case(file) for file in files if "sht:Validate" in file.read_text("utf-8")]


def read(file: Path) -> Store:
    """A file of the suite; relative IRIs are its own."""
    store = Store.memory()
    store.add(parse(file, base=file.as_uri()))
    return store


def _shown(term: Term | None) -> str:
    """A term; blank nodes are all alike, because each reading of a file names them anew."""
    return "" if term is None else "_:" if isinstance(term, BlankNode) else str(term)


def _expected(store: Store, row: dict[str, Term]) -> tuple[str, ...]:
    path = paths.shown(paths.sparql(store, row["resultPath"])) if "resultPath" in row else ""
    names = ("focusNode", "value", "resultSeverity", "sourceConstraintComponent", "sourceShape")
    return (path, *(_shown(row.get(n)) for n in names))


def _told(f: Finding) -> tuple[str, ...]:
    severity, component = NamedNode(SH + f.severity if ":" not in f.severity else f.severity), NamedNode(f.component)
    return (f.path, *map(_shown, (f.focus, f.value, severity, component, f.shape)))
