"""Evidence: character ranges of source texts and their hashes.

A range counts Python string offsets over the UTF-8 text (Web Annotation, TextPositionSelector); its sha256 is taken over the
UTF-8 bytes of the characters in it. The repository holds no text of the sources, so a range is proved only where the texts are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from graph.errors import EvidenceError
from graph.names import Name, labels, names
from graph.namespaces import BASE, SOURCE_GRAPHS
from graph.store import Store

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
    ranges = store.select(f"""SELECT DISTINCT ?s ?d ?h ?section ?start ?end WHERE {{ {wanted} ?s sg:evidence ?e .
        ?e oa:hasSource ?v ; oa:hasSelector [ oa:start ?start ; oa:end ?end ] . ?v sg:versionOf ?d ; schema:sha256 ?h
        OPTIONAL {{ ?section sg:sectionOf ?v ; sg:startOffset ?a ; sg:endOffset ?b FILTER(?a <= ?start && ?start < ?b) }} }} ORDER BY ?s ?d ?start""")
    rows = store.select(f"SELECT ?s ?source ?c WHERE {{ {wanted} ?s dcterms:source ?source OPTIONAL {{ ?s sg:certainty ?c }} }} ORDER BY ?s ?source")
    strength, hedges = (_grouped(store, f"SELECT DISTINCT ?s ?x WHERE {{ {wanted} ?s {p} ?x }} ORDER BY ?x") for p in ("sg:normStrength", "sg:hedge"))
    called = names(
        store, {v.value for r in ranges for n, v in r.items() if n in ("d", "section")} | {i for g in (strength, hedges) for v in g.values() for i in v}
    )
    for r in ranges:
        s = r["s"].value
        firm, doubts = next((called[i] for i in strength.get(s, [])), None), tuple(called[i] for i in hedges.get(s, []))
        section = called[r["section"].value] if "section" in r else None
        found.setdefault(s, []).append(Citation(s, called[r["d"].value], section, int(r["start"].value), int(r["end"].value), r["h"].value, firm, doubts))
    documents = labels(store, "?x a sg:Document")
    for r in rows:
        s, source = r["s"].value, r["source"].value
        document = Name(source, documents[source]) if source in documents else None
        found.setdefault(s, []).append(Citation(s, document, source=source, certainty=r["c"].value if "c" in r else ""))
    valid = _validity(store, wanted)
    return {s: [replace(c, validity=valid[s]) for c in cited] if s in valid else cited for s, cited in found.items()}


def _validity(store: Store, wanted: str) -> dict[str, tuple[str | None, str | None]]:
    """From and to of each statement of which the graph says either."""
    found = store.select(
        f"SELECT ?s (MIN(?from) AS ?first) (MAX(?to) AS ?last) WHERE {{ {wanted} {{ ?s sg:validFrom ?from }} UNION {{ ?s sg:validTo ?to }} }} GROUP BY ?s"
    )
    return {r["s"].value: (r["first"].value if "first" in r else None, r["last"].value if "last" in r else None) for r in found}


def _grouped(store: Store, query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for r in store.select(query):
        found.setdefault(r["s"].value, []).append(r["x"].value)
    return found


_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def masked(text: str) -> str:
    """The text with e-mail addresses covered, every character in its place."""
    return _EMAIL.sub(lambda m: "▮" * len(m[0]), text)


def passage(text: str, start: int, end: int, around: int = 160) -> tuple[str, str, str]:
    """The text before, in and after a range, at most `around` characters on each side; e-mail addresses are masked."""
    hidden = masked(text)
    return hidden[max(0, start - around) : start], hidden[start:end], hidden[end : end + around]
