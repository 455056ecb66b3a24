"""The one door to the SPARQL engine (pyoxigraph).

A second engine, such as a remote SPARQL 1.1 endpoint, would stand behind the same calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Triple

from graph.errors import InputError, QueryError, StateError
from graph.namespaces import PREFIXES, SPARQL_PREFIXES

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal  # RDF 1.2 triple terms are stored and served, but nothing in the library reads them
Row = dict[str, Term]

__all__ = ["BlankNode", "DefaultGraph", "Literal", "NamedNode", "Quad", "Row", "Store", "Subject", "Term", "Triple"]

# SPARQL 1.1 §19: what may hide a keyword (IRIs, strings, comments, variables, prefixed names), then keywords.
_TOKEN: Final = re.compile(
    r"""(?P<hidden><[^<>"{}|^`\\\x00-\x20]*>|\"{3}(?:\\.|(?!\"{3}).)*\"{3}|'{3}(?:\\.|(?!'{3}).)*'{3}
    |"(?:\\.|[^"\\\n\r])*"|'(?:\\.|[^'\\\n\r])*'|\#[^\n\r]*|[?$@]\w+|[\w.-]*:[\w.:%\\-]*)|(?P<word>[A-Za-z]+)|.""",
    re.VERBOSE | re.DOTALL,
)
_POSITION: Final = re.compile(r"(?:at|line) (\d+):(\d+)")


def keywords(text: str) -> Iterator[str]:
    """The bare words of a SPARQL query in upper case, those inside strings, IRIs, comments and names left out."""
    return (m["word"].upper() for m in _TOKEN.finditer(text) if m["word"])


JSON: Final = "application/sparql-results+json"
XML: Final = "application/sparql-results+xml"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
_RESULTS: Final = {JSON: QueryResultsFormat.JSON, XML: QueryResultsFormat.XML, CSV: QueryResultsFormat.CSV, TSV: QueryResultsFormat.TSV}
TRIPLES: Final = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml", "application/trig", "application/n-quads")


class Found:
    """What a query found: solutions (SELECT), a boolean (ASK) or triples (CONSTRUCT, DESCRIBE)."""

    def __init__(self, found: Any) -> None:
        self._found = found

    @property
    def offers(self) -> tuple[str, ...]:
        """The media types that it can be written in, the usual one first."""
        if isinstance(self._found, pyoxigraph.QueryTriples):
            return TRIPLES
        return (JSON, XML) if isinstance(self._found, pyoxigraph.QueryBoolean) else (JSON, XML, CSV, TSV)

    def write(self, media_type: str) -> bytes:
        """The whole result in one of the media types that it offers."""
        if isinstance(self._found, pyoxigraph.QueryTriples):
            return serialize(self._found, media_type)
        data: bytes = self._found.serialize(format=_RESULTS[media_type])
        return data


class Store:
    """A set of quads that answers SPARQL. Made by `memory`, `create` or `open`."""

    def __init__(self, engine: pyoxigraph.Store) -> None:
        self._engine = engine

    @classmethod
    def memory(cls) -> Store:
        """An empty store in memory."""
        return cls(pyoxigraph.Store())

    @classmethod
    def create(cls, path: Path) -> Store:
        """A writable store in a directory, made where it is missing."""
        return cls(_opened(path, pyoxigraph.Store))

    @classmethod
    def open(cls, path: Path) -> Store:
        """A store in a directory as it is now, to read; any number of processes may."""
        if not path.is_dir():
            raise StateError(f"Ingen lagring i {path}.", f"No store in {path}.")
        return cls(_opened(path, pyoxigraph.Store.read_only))

    def __len__(self) -> int:
        return len(self._engine)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._engine)

    def add(self, quads: Iterable[Quad]) -> None:
        """Adds quads in bulk."""
        self._engine.bulk_extend(quads)

    def remove(self, quads: Iterable[Quad]) -> None:
        """Removes quads; those that are not there are passed over."""
        for quad in quads:
            self._engine.remove(quad)

    def quads(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, obj: Term | None = None, graph: Subject | DefaultGraph | None = None
    ) -> Iterator[Quad]:
        """The quads that match; None matches anything."""
        return self._engine.quads_for_pattern(subject, predicate, obj, graph)

    def graph_names(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(g.value for g in self._engine.named_graphs())

    def select(self, query: str, **bindings: Term) -> list[Row]:
        """The rows of a SELECT over the union of all graphs; our prefixes are declared; unbound variables are absent.

        `bindings` give values to variables that the SELECT projects.
        """
        found = self.run(SPARQL_PREFIXES + query, bindings)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        names = [v.value for v in found.variables]
        return [{n: value for n in names if (value := solution[n]) is not None} for solution in found]

    def ask(self, query: str) -> bool:
        """The answer of an ASK over the union of all graphs; our prefixes are declared."""
        return bool(self.run(SPARQL_PREFIXES + query))

    def query(self, query: str, default_graphs: list[str] | None = None, named_graphs: list[str] | None = None) -> Found:
        """Evaluates any query form as it stands, for writing out; see `run`."""
        return Found(self.run(query, None, default_graphs, named_graphs))

    def run(
        self, query: str, bindings: Mapping[str, Term] | None = None, default_graphs: list[str] | None = None, named_graphs: list[str] | None = None
    ) -> Any:
        """Evaluates any query form.

        The default graph is the union of all graphs unless the query or the caller names one (SPARQL 1.1 Protocol §2.1.4).
        Raises QueryError for a syntax error or a call to another host.
        """
        refuse_calls_out(query)
        dataset = set(keywords(query)) & {"FROM"} or default_graphs is not None or named_graphs is not None
        given: dict[str, Any] = {} if dataset else {"use_default_graph_as_union": True}
        if default_graphs is not None or named_graphs is not None:
            given["default_graph"] = [NamedNode(g) for g in default_graphs or []]
            given["named_graphs"] = [NamedNode(g) for g in named_graphs or []]
        if bindings:
            given["substitutions"] = {pyoxigraph.Variable(n): v for n, v in bindings.items()}
        try:
            return self._engine.query(query, **given)
        except (SyntaxError, ValueError) as wrong:
            raise query_error(str(wrong)) from wrong

    def update(self, text: str) -> None:
        """Runs a SPARQL Update; our prefixes are declared."""
        refuse_calls_out(text)
        try:
            self._engine.update(SPARQL_PREFIXES + text)
        except (SyntaxError, ValueError) as wrong:
            raise query_error(str(wrong)) from wrong

    def flush(self) -> None:
        """Makes sure that everything is on disk."""
        self._engine.flush()

    def optimize(self) -> None:
        """Compacts the store for reading."""
        self._engine.optimize()


def _opened(path: Path, how: Any) -> pyoxigraph.Store:
    try:
        store: pyoxigraph.Store = how(str(path))
    except OSError as wrong:
        raise StateError(
            f"Lagringen i {path} kan inte öppnas: {wrong}. Bygg en ny utgåva med 'styrgraf build'.",
            f"The store in {path} cannot be opened: {wrong}. Build a new release with 'styrgraf build'.",
        ) from wrong
    return store


def refuse_calls_out(text: str) -> None:
    """Raises QueryError where a query or update would make the server call another host (SERVICE, LOAD)."""
    for word in set(keywords(text)) & {"SERVICE", "LOAD"}:
        raise QueryError(f"{word} är inte tillåtet här: tjänsten anropar inga andra värdar.", f"{word} is not allowed here: this service calls no other hosts.")


def query_error(message: str) -> QueryError:
    """A QueryError from the engine's message, with line and column where the message has them."""
    at = _POSITION.search(message)
    line, column = (int(at[1]), int(at[2])) if at else (None, None)
    return QueryError(f"Frågan kan inte tolkas: {message}", f"The query cannot be parsed: {message}", line, column)


def parse(path: Path, graph: str | None = None, base: str | None = None) -> Iterator[Quad]:
    """The quads of an RDF file (Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML by its suffix).

    Triples that name no graph get `graph`, where it is given. Raises InputError with the file, line and column.
    """
    syntax = RdfFormat.from_extension(path.suffix.lstrip("."))
    if syntax is None:
        raise InputError(f"{path}: okänt filslag; använd .ttl eller .trig.", f"{path}: unknown kind of file; use .ttl or .trig.")
    home = NamedNode(graph) if graph else DefaultGraph()
    try:
        for quad in pyoxigraph.parse(path=str(path), format=syntax, base_iri=base):
            yield Quad(quad.subject, quad.predicate, quad.object, home) if quad.graph_name == DefaultGraph() else quad
    except SyntaxError as wrong:
        where = f"{path}:{wrong.lineno}:{wrong.offset}" if wrong.lineno else str(path)
        raise InputError(f"{where}: RDF-filen kan inte tolkas: {wrong.msg}", f"{where}: the RDF file cannot be parsed: {wrong.msg}") from wrong
    except OSError as wrong:
        raise InputError(f"{path} kan inte läsas: {wrong.strerror}.", f"{path} cannot be read: {wrong.strerror}.") from wrong


def serialize(quads: Iterable[Quad] | Iterable[Triple], media_type: str) -> bytes:
    """Triples or quads in the syntax of an RDF media type, with our prefixes where the syntax has any."""
    syntax = RdfFormat.from_media_type(media_type)
    if syntax is None:
        raise ValueError(f"no RDF syntax has the media type {media_type}")
    data = pyoxigraph.serialize(quads, format=syntax, prefixes=PREFIXES)
    assert data is not None
    return data


def read_ntriples(data: bytes) -> Iterator[Quad]:
    """The triples of N-Triples data, in the default graph; a line that is no RDF is left out."""
    try:
        yield from pyoxigraph.parse(input=data, format=RdfFormat.N_TRIPLES)
    except SyntaxError:
        return
