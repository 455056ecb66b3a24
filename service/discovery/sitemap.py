"""robots.txt (RFC 9309) and the sitemap of pages (sitemaps.org), in parts where there are more than one file may name."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from graph.namespaces import BASE, QUESTIONS
from graph.store import Store

MOST: Final = 50_000  # addresses in a file (sitemaps.org)
PAGES: Final = ("", "questions", "documents", "timeline", "matrix", "releases", "def.html")
# Each of these can be asked without end, or changes things; pages about persons are for readers, who find them by the documents that name them.
CLOSED: Final = ("api/", "ask", "explain", "mcp", "metrics", "sparql", "store", "update", "id/person/")
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


def robots(base: str, prefix: str) -> str:
    """What crawlers may read below a base URL, whose path is the prefix."""
    lines = ["User-agent: *", *(f"Disallow: {prefix}/{path}" for path in CLOSED), f"Sitemap: {base}sitemap.xml"]
    return "\n".join(lines) + "\n"


def pages(store: Store) -> tuple[str, ...]:
    """The paths of all pages: of questions, and of things, documents, terms and concepts that have a name."""
    spaces = " || ".join(f"STRSTARTS(STR(?x), '{BASE}{space}/')" for space in ("id", "doc", "def", "vocab"))
    rows = store.select(f"SELECT DISTINCT ?x WHERE {{ ?x rdfs:label|skos:prefLabel ?name FILTER(ISIRI(?x) && ({spaces})) }} ORDER BY ?x")
    found = (r["x"].value for r in rows if not r["x"].value.startswith(f"{BASE}id/person/"))
    return (*PAGES, *(f"questions/{i.removeprefix(QUESTIONS)}" if i.startswith(QUESTIONS) else f"{i.removeprefix(BASE)}.html" for i in found))


def index(base: str, number: int, modified: str) -> str:
    """The sitemap that names the parts in which so many pages are."""
    parts = range(1, -(-number // MOST) + 1)
    return _file("sitemapindex", "sitemap", [f"{base}sitemap-{part}.xml" for part in parts], modified)


def part(base: str, paths: tuple[str, ...], number: int, modified: str) -> str:
    """The part of a number, from 1 on."""
    return _file("urlset", "url", [base + quote(path) for path in paths[(number - 1) * MOST : number * MOST]], modified)


def _file(root: str, entry: str, addresses: list[str], modified: str) -> str:
    rows = "".join(f"<{entry}><loc>{escape(a)}</loc><lastmod>{modified[:10]}</lastmod></{entry}>\n" for a in addresses)
    return f'{_HEAD}<{root} xmlns="{_SPACE}">\n{rows}</{root}>\n'
