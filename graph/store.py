"""The one door to the SPARQL engine (pyoxigraph).

A second engine, such as a remote SPARQL 1.1 endpoint, would stand behind the same calls.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, TypeVar

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QueryResultsFormat, RdfFormat, Triple

from graph.errors import InputError, QueryError, StateError
from graph.namespaces import BASE, PREFIXES
from graph.syntax import Plain, calls_out, plain

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal  # RDF 1.2 triple terms are stored and served, but nothing in the library reads them
Row = dict[str, Term]
Made = TypeVar("Made")

__all__ = ["UNNAMED", "BlankNode", "DefaultGraph", "Literal", "NamedNode", "Quad", "Row", "Store", "Subject", "Term", "Triple"]

_FEW: Final = 1000  # quads
_POSITION: Final = re.compile(r"(?:at|line) (\d+):(\d+)")


JSON: Final = "application/sparql-results+json"
XML: Final = "application/sparql-results+xml"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"
_RESULTS: Final = {JSON: QueryResultsFormat.JSON, XML: QueryResultsFormat.XML, CSV: QueryResultsFormat.CSV, TSV: QueryResultsFormat.TSV}
_AS_THEY_ARE: Final = {NamedNode(PREFIXES["xsd"] + "string"), NamedNode(PREFIXES["rdf"] + "langString")}
ROWS: Final = tuple(_RESULTS)  # what solutions can be written in, the usual one first
UNNAMED: Final = ""  # the default graph, where a dataset lists graphs by IRI
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
        return (JSON, XML) if isinstance(self._found, pyoxigraph.QueryBoolean) else ROWS

    def write(self, media_type: str) -> bytes:
        """The whole result in one of the media types that it offers."""
        if isinstance(self._found, pyoxigraph.QueryTriples):
            return serialize(self._found, media_type)
        data: bytes = self._found.serialize(format=_RESULTS[media_type])
        return data


class Store:
    """A set of quads that answers SPARQL. Made by `memory`, `create` or `open`."""

    def __init__(self, engine: pyoxigraph.Store, on_disk: bool = False, fixed: bool = False) -> None:
        self._engine = engine
        self.on_disk = on_disk
        self._made: dict[object, Any] | None = {} if fixed else None

    @classmethod
    def memory(cls) -> Store:
        """An empty store in memory."""
        return cls(pyoxigraph.Store())

    @classmethod
    def create(cls, path: Path) -> Store:
        """A writable store in a directory, made where it is missing."""
        return cls(_opened(path, pyoxigraph.Store), True)

    @classmethod
    def open(cls, path: Path) -> Store:
        """A store in a directory as it is now, to read; any number of processes may."""
        if not path.is_dir():
            raise StateError(f"Ingen lagring i {path}.", f"No store in {path}.")
        return cls(_opened(path, pyoxigraph.Store.read_only), True, True)

    def once(self, make: Callable[[Store], Made]) -> Made:
        """What a function makes of the store; kept where the store was opened to read, since such a one never changes."""
        if self._made is None:
            return make(self)
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    def __len__(self) -> int:
        return len(self._engine)

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._engine)

    def add(self, quads: Iterable[Quad]) -> None:
        """Adds quads: many in bulk, few as one transaction, since on disk each bulk makes files of its own (0.1 s)."""
        ahead = iter(quads)
        first = list(islice(ahead, _FEW))
        if len(first) < _FEW:
            self._engine.extend(first)
        else:
            self._engine.bulk_extend(chain(first, ahead))

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
        return _rows(self.run(query, bindings, prefixes=PREFIXES))

    def table(self, query: str) -> list[list[str]]:
        """The rows of a SELECT over the union of all graphs as text, "" where nothing is bound; our prefixes are declared.

        IRIs are bare, literals as TSV has them (SPARQL 1.1 TSV §3): whole tables are read at half the cost of one object for each term.
        """
        _, *lines = Found(self.run(query, prefixes=PREFIXES)).write(TSV).decode().splitlines()
        return [[cell[1:-1] if cell.startswith("<") else cell for cell in line.split("\t")] for line in lines]

    def solutions(self, query: str, default_graphs: Sequence[str] | None, named_graphs: Sequence[str] | None, allowed: Iterable[str] = ()) -> list[Row]:
        """The rows of a SELECT over a dataset; our prefixes are declared; see `run`."""
        return _rows(self.run(query, None, default_graphs, named_graphs, PREFIXES, allowed))

    def ask(self, query: str) -> bool:
        """The answer of an ASK over the union of all graphs; our prefixes are declared."""
        return bool(self.run(query, prefixes=PREFIXES))

    def query(self, query: str, default_graphs: Sequence[str] | None = None, named_graphs: Sequence[str] | None = None, allowed: Iterable[str] = ()) -> Found:
        """Evaluates any query form as it stands, for writing out; see `run`."""
        return Found(self.run(query, None, default_graphs, named_graphs, allowed=allowed))

    def run(
        self,
        query: str,
        bindings: Mapping[str, Term] | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        prefixes: dict[str, str] | None = None,
        allowed: Iterable[str] = (),
    ) -> Any:
        """Evaluates any query form.

        The default graph is the union of all graphs unless the query or the caller names some (SPARQL 1.1 Protocol §2.1.4). A caller who names graphs names
        the whole dataset: `default_graphs` may hold UNNAMED, no list means none. Relative IRIs are relative to our base. `allowed` are the endpoints that
        SERVICE may call. Raises QueryError for a syntax error or a call to another host.
        """
        text = plain(query)
        refuse_calls_out(text, allowed)
        given: dict[str, Any] = {"base_iri": BASE, "prefixes": prefixes}
        if default_graphs is not None or named_graphs is not None:
            given["default_graph"] = [_graph(g) for g in default_graphs or []]
            given["named_graphs"] = [NamedNode(g) for g in named_graphs or []]
        elif not text.has("FROM"):
            given["use_default_graph_as_union"] = True
        if bindings:
            given["substitutions"] = {pyoxigraph.Variable(n): v for n, v in bindings.items()}
        try:
            return self._engine.query(text.text, **given)
        except (SyntaxError, ValueError, RuntimeError) as wrong:
            raise query_error(str(wrong), text) from wrong

    def update(self, update: str, allowed: Iterable[str] = ()) -> None:
        """Runs a SPARQL Update; our prefixes are declared. Raises QueryError."""
        text = plain(update)
        refuse_calls_out(text, allowed)
        try:
            self._engine.update(text.text, base_iri=BASE, prefixes=PREFIXES)
        except (SyntaxError, ValueError, RuntimeError) as wrong:
            raise query_error(str(wrong), text) from wrong

    def __contains__(self, quad: Quad) -> bool:
        return quad in self._engine

    def has_graph(self, name: str) -> bool:
        """Whether there is a named graph of this IRI, be it empty; the default graph (UNNAMED) is always there."""
        return name == UNNAMED or self._engine.contains_named_graph(NamedNode(name))

    def make_graph(self, name: str) -> None:
        """Makes an empty named graph where there is none."""
        self._engine.add_graph(NamedNode(name))

    def drop_graph(self, name: str) -> None:
        """Removes a named graph and what is in it."""
        self._engine.remove_graph(NamedNode(name))

    def graph(self, name: str) -> Iterator[Quad]:
        """The quads of one graph, by its IRI or UNNAMED."""
        return self._engine.quads_for_pattern(None, None, None, _graph(name))

    def copy_to(self, path: Path) -> None:
        """Makes a copy of a store on disk, by hard links; `path` must not exist."""
        self._engine.backup(str(path))

    def dump(self, path: Path, media_type: str) -> None:
        """Writes all of it to a file in the syntax of a media type, without keeping other threads waiting."""
        self._engine.dump(path, RdfFormat.from_media_type(media_type), prefixes=PREFIXES)

    def flush(self) -> None:
        """Makes sure that everything is on disk."""
        self._engine.flush()

    def optimize(self) -> None:
        """Compacts the store for reading."""
        self._engine.optimize()


def _opened(path: Path, how: Any) -> pyoxigraph.Store:
    try:
        store: pyoxigraph.Store = how(str(path))
    except (OSError, RuntimeError) as wrong:  # RuntimeError: it is corrupt
        raise StateError(
            f"Lagringen i {path} kan inte öppnas: {wrong}.",
            f"The store in {path} cannot be opened: {wrong}.",
        ) from wrong
    return store


def _graph(name: str) -> NamedNode | DefaultGraph:
    return NamedNode(name) if name != UNNAMED else DefaultGraph()


def _rows(found: Any) -> list[Row]:
    assert isinstance(found, pyoxigraph.QuerySolutions)
    names = [v.value for v in found.variables]
    return [{n: value for n in names if (value := solution[n]) is not None} for solution in found]


def refuse_calls_out(text: Plain, allowed: Iterable[str] = ()) -> None:
    """Raises QueryError where a query or update would make the server call another host (SERVICE, LOAD) that is not `allowed` by its IRI."""
    if not text.has("SERVICE", "LOAD"):
        return
    for word, iri in calls_out(text.original):
        if iri is None or iri not in allowed:
            target = f" <{iri}>" if iri else ""
            raise QueryError(
                f"{word}{target} är inte tillåtet här: tjänsten anropar bara adresser som står i STYRGRAF_ALLOW.",
                f"{word}{target} is not allowed here: this service calls only addresses that STYRGRAF_ALLOW names.",
            )


def query_error(message: str, text: Plain | None = None) -> QueryError:
    """A QueryError from the engine's message, with the line and column of the original text where the message has them."""
    at = _POSITION.search(message)
    line, column = (int(at[1]), int(at[2])) if at else (None, None)
    if text and line and column:
        line, column = text.place(line, column)
        message = _POSITION.sub(lambda m: m[0].replace(f"{m[1]}:{m[2]}", f"{line}:{column}"), message, count=1)
    return QueryError(f"Frågan kan inte tolkas: {message}", f"The query cannot be parsed: {message}", line, column)


def is_iri(text: str) -> bool:
    """Whether a text from outside is an absolute IRI (RFC 3987) as the engine takes them."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def parse(path: Path, graph: str | None = None, base: str | None = None) -> Iterator[Quad]:
    """The quads of an RDF file (Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML by its suffix).

    Triples that name no graph get `graph`, where it is given. Raises InputError with the file, line and column.
    """
    syntax = RdfFormat.from_extension(path.suffix.lstrip("."))
    if syntax is None:
        raise InputError(f"{path}: okänt filslag; använd .ttl eller .trig.", f"{path}: unknown kind of file; use .ttl or .trig.")
    yield from _parsed(path, str(path), syntax, graph, base)


def read(path: Path, media_type: str, name: str, base: str | None = None) -> Iterator[Quad]:
    """The quads of RDF that a client sent; blank nodes get new names, so that they meet no others.

    `name` stands for the data in messages. Raises InputError with the line and column, and for a media type that is no RDF syntax.
    """
    syntax = RdfFormat.from_media_type(media_type)
    if syntax is None or media_type not in TRIPLES:
        raise InputError(f"{name}: {media_type} är ingen RDF-syntax.", f"{name}: {media_type} is no RDF syntax.")
    yield from _parsed(path, name, syntax, None, base, rename=True)


def _parsed(path: Path, name: str, syntax: RdfFormat, graph: str | None, base: str | None, rename: bool = False) -> Iterator[Quad]:
    home = NamedNode(graph) if graph else DefaultGraph()
    try:
        for quad in pyoxigraph.parse(path=str(path), format=syntax, base_iri=base, rename_blank_nodes=rename):
            yield Quad(quad.subject, quad.predicate, quad.object, home) if quad.graph_name == DefaultGraph() else quad
    except SyntaxError as wrong:
        where = f"{name}:{wrong.lineno}:{wrong.offset}" if wrong.lineno else name
        raise InputError(f"{where}: RDF-filen kan inte tolkas: {wrong.msg}", f"{where}: the RDF file cannot be parsed: {wrong.msg}") from wrong
    except OSError as wrong:
        raise InputError(f"{name} kan inte läsas: {wrong.strerror}.", f"{name} cannot be read: {wrong.strerror}.") from wrong


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


def parse_nquads(text: str, name: str) -> Iterator[Quad]:
    """The quads of N-Quads, blank nodes as they are named. Raises InputError with `name` and the line."""
    try:
        yield from pyoxigraph.parse(input=text.encode(), format=RdfFormat.N_QUADS)
    except SyntaxError as wrong:
        raise InputError(
            f"{name}:{wrong.lineno}: raden kan inte tolkas: {wrong.msg}", f"{name}:{wrong.lineno}: the line cannot be parsed: {wrong.msg}"
        ) from wrong


def write_quads(quads: Iterable[Quad], path: Path, media_type: str) -> None:
    """Writes quads to a file in the syntax of a media type, one after another: they need not fit into memory."""
    with path.open("wb") as file:
        pyoxigraph.serialize(quads, file, format=RdfFormat.from_media_type(media_type), prefixes=PREFIXES)


def as_stored(quads: Iterable[Quad]) -> set[Quad]:
    """The quads as a store tells them: numbers, dates and booleans in their canonical form."""
    found = set(quads)
    typed = {q for q in found if isinstance(q.object, Triple) or (isinstance(q.object, Literal) and q.object.datatype not in _AS_THEY_ARE)}
    store = Store.memory()
    store.add(typed)
    return (found - typed) | set(store)
