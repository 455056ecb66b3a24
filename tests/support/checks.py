"""The page that lists each check with its result: docs/checks.md, written by `make docs` and compared by a test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from paths import ROOT

from graph import files, reasoner
from graph.build import load
from graph.names import labels
from graph.store import Store, parse
from graph.validator import validate

SHAPE = "https://w3id.org/styrgraf/shape/"


def page() -> str:
    """The whole page in Markdown."""
    head = "# Checks and their results\n\nWritten by `make docs` from the rules, the shapes and the data as they are; a test compares them.\n"
    return "\n".join([head, *_hygiene(), *_competency(), *_shapes()]) + "\n"


def _hygiene() -> Iterator[str]:
    """Each rule passes, or `make test` fails: tests/ontology/test_hygiene.py runs them."""
    yield "## Rules of the ontology\n\nEach finds no offence; a deliberately broken ontology shows that each can be broken.\n"
    for path in sorted((ROOT / "tests/ontology/hygiene").glob("*.rq")):
        yield f"- `{path.stem}`: {path.read_text('utf-8').partition(chr(10))[0].removeprefix('# ')}"
    yield "\nOWL 2 DL and RL profile, consistency (OWL API, HermiT), ROBOT's report and the error triples of owlrl: none found.\n"


def _competency() -> Iterator[str]:
    yield "## Competency questions of the design\n"
    yield "Each is SPARQL of at most fifteen lines and answered by the documents, save 49, which needs a second revision.\n"
    for path in sorted((ROOT / "tests/ontology/competency").glob("*.rq")):
        yield f"{int(path.name[:2])}. {path.read_text('utf-8').partition(chr(10))[0].removeprefix('# ')}"


def _shapes() -> Iterator[str]:
    yield "\n## Shapes, and what they find in the real graph\n\nFindings are explained in [findings.md](findings.md).\n"
    yield "| shape | what it asks | severity | found |\n|---|---|---|---|"
    store, described = Store.memory(), Store.memory()
    load(store, files.root())
    reasoner.reason(store)
    for path in files.rdf_files("shapes"):
        described.add(parse(path))
    found = Counter(r.shape for r in validate(store, files.rdf_files("shapes")).results)
    severity = {r["s"].value: r["v"].value for r in described.select("SELECT ?s ?v WHERE { ?s sh:severity ?v }")}
    for iri, label in sorted(labels(described, "?x a ?shape").items()):
        if iri.startswith(SHAPE):
            level = severity.get(iri, "#Violation").rpartition("#")[2]
            yield f"| `{iri.removeprefix(SHAPE)}` | {label['en'].replace('|', '/')} | {level} | {found[iri]} |"


if __name__ == "__main__":
    (ROOT / "docs/checks.md").write_text(page(), "utf-8")
