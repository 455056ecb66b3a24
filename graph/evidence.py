"""Evidence: character ranges of source texts and their hashes.

A range counts Python string offsets over the UTF-8 text (Web Annotation, TextPositionSelector); its sha256 is taken over the
UTF-8 bytes of the characters in it. The repository holds no text of the sources, so a range is proved only where the texts are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from graph.errors import EvidenceError
from graph.names import Name, labels, names
from graph.namespaces import BASE, SOURCE_GRAPHS, shorten
from graph.store import Store

_ABOUT: Final = ("sg:normStrength", "sg:hedge", "dcterms:source", "sg:certainty", "sg:validFrom", "sg:validTo")
EVIDENCE: Final = BASE + "id/evidence/"
_NTH: Final = re.compile(r"\s#(\d+)$")


def sha256(text: str) -> str:
    """Lower-case hex sha256 of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Texts:
    """Source texts at hand, by the sha256 of their bytes."""

    by_hash: dict[str, str]

    @classmethod
    def read(cls, *folders: Path) -> Texts:
        """All `.txt` files of the folders that exist. Raises EvidenceError for a file that is not UTF-8."""
        paths = sorted(p for folder in folders if folder.is_dir() for p in folder.glob("*.txt"))
        return cls({hashlib.sha256(raw).hexdigest(): _decoded(p, raw) for p in paths for raw in [p.read_bytes()]})

    def get(self, digest: str) -> str | None:
        """The text with this sha256, or None."""
        return self.by_hash.get(digest)


def _decoded(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise EvidenceError(f"{path} är inte UTF-8 (byte {wrong.start}).", f"{path} is not UTF-8 (byte {wrong.start}).") from wrong


def locate(quote: str, text: str) -> tuple[int, int]:
    """Where a quote stands in a text: (start, end) in characters.

    White space matches any white space, " … " anything up to 400 characters, and " #2" at the end means the second occurrence.
    Raises EvidenceError where the quote is absent, or stands more than once and no number tells which.
    """
    nth = _NTH.search(quote)
    parts = (r"\s+".join(map(re.escape, part.split())) for part in _NTH.sub("", quote).split("…"))
    found = [(m.start(), m.end()) for m in re.finditer(r"[\s\S]{0,400}?".join(parts), text)]
    index = int(nth[1]) - 1 if nth else 0
    if not found or index >= len(found):
        raise EvidenceError(f"Passagen finns inte i texten: {quote!r}.", f"The passage is not in the text: {quote!r}.")
    if len(found) > 1 and not nth:
        at = ", ".join(str(start) for start, _ in found)
        raise EvidenceError(
            f"Passagen finns {len(found)} gånger (vid {at}); skriv ' #1', ' #2' … efter den: {quote!r}.",
            f"The passage occurs {len(found)} times (at {at}); write ' #1', ' #2' … after it: {quote!r}.",
        )
    return found[index]


@dataclass(frozen=True)
class Span:
    """One recorded evidence range and what it claims."""

    iri: str
    graph: str
    version: str
    version_hash: str
    start: int
    end: int
    sha256: str


def spans(store: Store) -> Iterator[Span]:
    """All evidence ranges of a store, by graph and place."""
    rows = store.select("""SELECT ?g ?e ?v ?vh ?start ?end ?h WHERE {
        GRAPH ?g { ?e a sg:EvidenceSpan ; oa:hasSource ?v ; oa:hasSelector [ oa:start ?start ; oa:end ?end ] ; schema:sha256 ?h }
        OPTIONAL { ?v schema:sha256 ?vh } } ORDER BY ?g ?start ?end""")
    for r in rows:
        yield Span(r["e"].value, r["g"].value, r["v"].value, r["vh"].value if "vh" in r else "", int(r["start"].value), int(r["end"].value), r["h"].value)


@dataclass(frozen=True)
class Verdict:
    """What a check says of one range: `problem` is None where it is right, else (Swedish, English)."""

    span: Span
    problem: tuple[str, str] | None


def check(found: Iterable[Span], texts: Texts, document_of: dict[str, str]) -> Iterator[Verdict]:
    """Proves each range against the texts at hand.

    A range is right where its text is known, it lies inside the text, it hashes to what was recorded, and the version that it
    points to belongs to the document of its graph. `document_of` maps the IRI of a version to the IRI of its document.
    """
    for span in found:
        yield Verdict(span, _problem(span, texts.get(span.version_hash), document_of.get(span.version)))


def _problem(span: Span, text: str | None, document: str | None) -> tuple[str, str] | None:
    slug = span.graph.removeprefix(SOURCE_GRAPHS)
    if document is None or document.rpartition("/")[2] != slug:
        return "hör till ett annat dokument än sin graf", "belongs to another document than its graph"
    if text is None:
        return "texten finns inte bland källorna", "its text is not among the sources"
    if not 0 <= span.start < span.end <= len(text):
        return f"ligger utanför texten (0–{len(text)})", f"lies outside the text (0–{len(text)})"
    if sha256(text[span.start : span.end]) != span.sha256:
        return "har en annan kontrollsumma än den som antecknats", "hashes to something else than was recorded"
    return None


def documents_of_versions(store: Store) -> dict[str, str]:
    """The document of each version: IRI to IRI."""
    return {r["v"].value: r["d"].value for r in store.select("SELECT ?v ?d WHERE { ?v sg:versionOf ?d }")}


@dataclass(frozen=True)
class Citation:
    """Where a statement is said: its document, the section (our name for it), the range, and how firmly.

    A row of the reference tables has no range: `source` says where it was read and `certainty` how sure it is. `validity` is the first and the last day that
    the statement holds, each None where nothing is said; `inferred` tells that a row follows from the statement by rules and is not what it says.
    """

    statement: str
    document: Name | None
    section: Name | None = None
    start: int = 0
    end: int = 0
    version_hash: str = ""
    strength: Name | None = None
    hedges: tuple[Name, ...] = ()
    source: str = ""
    certainty: str = ""
    validity: tuple[str | None, str | None] = (None, None)
    inferred: bool = False


def citations(store: Store, statements: Iterable[str]) -> dict[str, list[Citation]]:
    """The citations of each statement, in reading order; a statement with none is absent."""
    wanted = "VALUES ?s { " + " ".join(f"<{s}>" for s in sorted(set(statements))) + " }"
    found: dict[str, list[Citation]] = {}
    ranges, about = _ranges(store, wanted), _about(store, wanted)
    firmness = {i for said in about.values() for p in ("sg:normStrength", "sg:hedge") for i in said.get(p, ())}
    called = names(store, {i for r in ranges for i in (r.document, r.section) if i} | firmness)
    for r in ranges:
        said = about.get(r.statement, {})
        firm, doubts = next((called[i] for i in said.get("sg:normStrength", ())), None), tuple(called[i] for i in said.get("sg:hedge", ()))
        section, valid = called[r.section] if r.section else None, _validity(said)
        found.setdefault(r.statement, []).append(
            Citation(r.statement, called[r.document], section, r.start, r.end, r.version_hash, firm, doubts, validity=valid)
        )
    documents = labels(store, "?x a sg:Document")
    for s, said in about.items():
        certainty, valid = next(iter(said.get("sg:certainty", ())), ""), _validity(said)
        for source in said.get("dcterms:source", ()):
            document = Name(source, documents[source]) if source in documents else None
            found.setdefault(s, []).append(Citation(s, document, source=source, certainty=certainty, validity=valid))
    return found


class _Range(NamedTuple):
    """Where a statement is said; `section` is "" where none is known."""

    statement: str
    document: str
    start: int
    end: int
    section: str
    version_hash: str


def _ranges(store: Store, wanted: str) -> list[_Range]:
    """The ranges of the statements that a VALUES clause wants, in reading order; of the few texts that they are of each is looked up once."""
    rows = store.table(f"""SELECT DISTINCT ?s ?v (xsd:integer(?from) AS ?start) (xsd:integer(?to) AS ?end) ?section WHERE {{ {wanted} ?s sg:evidence ?e .
        ?e oa:hasSource ?v ; oa:hasSelector [ oa:start ?from ; oa:end ?to ]
        OPTIONAL {{ ?section sg:sectionOf ?v ; sg:startOffset ?a ; sg:endOffset ?b FILTER(?a <= ?from && ?from < ?b) }} }}""")
    versions = " ".join(f"<{v}>" for v in {row[1] for row in rows})
    texts = store.select(f"SELECT ?v ?d ?h WHERE {{ VALUES ?v {{ {versions} }} ?v sg:versionOf ?d ; schema:sha256 ?h }}")
    of = {r["v"].value: (r["d"].value, r["h"].value) for r in texts}
    return sorted(_Range(s, of[v][0], int(start), int(end), section, of[v][1]) for s, v, start, end, section in rows if v in of)


def _about(store: Store, wanted: str) -> dict[str, dict[str, list[str]]]:
    """How firmly each statement that a VALUES clause wants is said, when it holds and where it was read: its values by property, sorted."""
    found: dict[str, dict[str, list[str]]] = {}
    for r in store.select(f"SELECT DISTINCT ?s ?p ?x WHERE {{ {wanted} ?s ?p ?x FILTER(?p IN ({', '.join(_ABOUT)})) }} ORDER BY ?s ?x"):
        found.setdefault(r["s"].value, {}).setdefault(shorten(r["p"].value), []).append(r["x"].value)
    return found


def _validity(said: Mapping[str, Sequence[str]]) -> tuple[str | None, str | None]:
    """The first and the last day that a statement holds."""
    return min(said.get("sg:validFrom", ()), default=None), max(said.get("sg:validTo", ()), default=None)


_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def masked(text: str) -> str:
    """The text with e-mail addresses covered, every character in its place."""
    return _EMAIL.sub(lambda m: "▮" * len(m[0]), text)


def passage(text: str, start: int, end: int, around: int = 160) -> tuple[str, str, str]:
    """The text before, in and after a range, at most `around` characters on each side; e-mail addresses are masked."""
    hidden = masked(text)
    return hidden[max(0, start - around) : start], hidden[start:end], hidden[end : end + around]
