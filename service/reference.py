"""The reference in docs/, written from the code itself: `make docs`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from service import cli
from service.settings import SETTINGS

ROUTES = (
    ("/", "the first page: counts, questions, documents"),
    ("/sparql", "SPARQL 1.1 query: GET, POST form, POST application/sparql-query; without a query the service description"),
    ("/api/questions", "the catalogue as JSON"),
    ("/api/questions/{id}", "one question's answer as JSON or CSV by Accept; its parameters take IRIs; every row has its evidence"),
    ("/questions", "the question catalogue"),
    ("/questions/{id}", "one question and its answer; its parameters as query parameters"),
    ("/coverage", "each document's text with the passages that statements rest on marked; `?document=` picks one by its slug"),
    ("/id/… /doc/… /def/… /vocab/… /graph/…", "303 to `.html`, `.ttl`, `.jsonld` or `.json` by Accept"),
    ("/def/", "the ontology: a page, all of it as RDF, or its terms as JSON or CSV, by Accept"),
    ("/def/context.jsonld", "the JSON-LD context"),
    ("/explain, /api/explain", "why a triple holds (`s`, `p`, `o`), or what the shapes found about a thing (`s`)"),
    ("/api/changes", "POST a change: SPARQL Update, RDF Patch, or RDF as for /store (`graph=`, `method=put`); needs a token"),
    ("/api/changes/preview", "the same, without making it: triples, inferences, validation results and answers, gained and lost"),
    ("/releases, /api/releases", "the history: who made each release, when and why"),
    ("/releases/{n}, /api/releases/{n}", "one release"),
    ("/releases/{a}/diff/{b}, /api/releases/{a}/diff/{b}", "how two releases differ, in words and quads; the API also as `application/rdf-patch`"),
    ("/api/releases/blame", "in which release, by whom, why and from which document a statement came (`s`, `p`, `o`)"),
    ("/api/releases/{n}/rollback", "POST: a new release with the content of an old one; needs the role publisher"),
    ("/api/releases/prune", "POST with `keep=`: removes the stores of older releases, not their history; needs the role publisher"),
    ("/docs/changelog", "what changed, version by version"),
    ("/catalog, /catalog.ttl, .jsonld, .rdf, .nt", "the dataset, its dump and this service, for catalogues of open data: DCAT-AP 3"),
    ("/.well-known/void, /void.ttl, .jsonld, .rdf, .nt", "the same with each class and property counted: VoID"),
    ("/dump.trig.gz", "all of it as TriG, packed by gzip"),
    ("/robots.txt, /sitemap.xml", "what crawlers may read, and the pages that there are; `/sitemap-{n}.xml` where they are many"),
    ("/health/live, /health/ready", "200, or 503 where no release can be served or no query answered, with why and what to do"),
    ("/metrics", "what Prometheus reads"),
    ("/api/openapi.json", "the OpenAPI document"),
)


def reference() -> str:
    """The whole reference in Markdown."""
    return "\n".join(["# Reference", "", "Written by `make docs` from the code; a test compares them.", "", *_commands(), *_settings(), *_routes()]) + "\n"


def _commands() -> Iterator[str]:
    yield from ("## Commands", "")
    for path, command in _walk(typer.main.get_command(cli.app), "styrgraf"):
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        yield f"### `{' '.join([path, *(_metavar(p) for p in arguments)])}`"
        yield from (str(command.help or "").strip(), "")
        for p in command.params:
            if p.name != "help" and getattr(p, "help", ""):
                yield f"- `{', '.join(p.opts) if p.param_type_name == 'option' else _metavar(p)}`: {p.help}"
        yield ""


def _metavar(parameter: Any) -> str:
    name = str(parameter.name).upper()
    return f"{name}…" if parameter.nargs == -1 else name


def _walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", {})
    if not inner:
        yield path, command
    for name in inner:
        yield from _walk(inner[name], f"{path} {name}")


def _settings() -> Iterator[str]:
    yield from ("## Settings", "", "| variable | meaning | default |", "|---|---|---|")
    yield from (f"| `{name}` | {meaning} | {default} |" for name, (meaning, default) in SETTINGS.items())
    yield ""


def _routes() -> Iterator[str]:
    yield from ("## Addresses", "", "| address | what it is |", "|---|---|")
    yield from (f"| `{path}` | {what} |" for path, what in ROUTES)


if __name__ == "__main__":
    (Path(sys.argv[1]) / "reference.md").write_text(reference(), "utf-8")
