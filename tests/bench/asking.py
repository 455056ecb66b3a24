"""Plain questions at size: our graph with 100 000 made-up names beside it, asked the phrasings of the catalogue with things that they have answers for.

`python tests/bench/asking.py` prints the table.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from graph import build
from graph.namespaces import BASE, expand
from graph.questions import catalogue, values
from graph.releases import Home
from graph.store import Literal, NamedNode, Quad, Store
from graph.understanding import Asker

NAMES = 100_000
EACH = 2  # phrasings of each question and language
KINDS = ("Kirurgkliniken", "Vårdcentralen", "Medicinkliniken", "Processteamet", "Arbetsgruppen", "Enheten", "Sjukhuset", "Nämnden", "Rådet")
PARTS = ["an", "be", "ka", "lo", "mi", "sten", "dal", "vik", "berg", "holm", "fors", "lund", "ryd", "torp", "by", "näs", "ås", "ö", "mark", "hult"]
GRAPH = NamedNode(BASE + "graph/source/bench")


def _named(chance: random.Random) -> Iterator[Quad]:
    for n in range(NAMES):
        thing = NamedNode(f"{BASE}id/organisation/bench-{n}")
        name = f"{chance.choice(KINDS)} {''.join(chance.choices(PARTS, k=chance.randint(2, 3))).capitalize()} {n % 97}"
        yield from (Quad(thing, NamedNode(expand("rdf:type")), NamedNode(expand(kind)), GRAPH) for kind in ("sg:Organisation", "sg:Party"))
        yield Quad(thing, NamedNode(expand("rdfs:label")), Literal(name, language="sv"), GRAPH)


def asked(store: Store, asker: Asker, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Questions in both languages, each parameter filled with the name of something that has an answer."""
    for question in catalogue(store).values():
        known = {name: sorted(iri for iri in found if iri in asker.index.things) for name, found in values(store, question).items()}
        for lang, phrasings in question.phrasings.items():
            for phrasing in chance.sample(phrasings, EACH):
                slots = [s for s in re.findall(r"\{(\w+)\}", phrasing) if known.get(s)]
                chosen = {s: asker.index.things[chance.choice(known[s])].name.text(lang) for s in slots}
                yield re.sub(r"\{(\w+)\}", lambda m, chosen=chosen: chosen.get(m[1], ""), phrasing), lang


def measure() -> list[tuple[str, str, str]]:
    """Rows: what, figure, against what."""
    chance, store = random.Random(3), Store.memory()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        build.build(home)
        release = home.current()
        assert release
        store.add(release.open().quads())
    store.add(_named(chance))
    start = time.perf_counter()
    asker = Asker(store)
    asker.warm()
    rows = [(f"names and statements read, {len(asker.index.entries)} names", f"{time.perf_counter() - start:.1f} s", "once for each release")]
    questions = list(asked(store, asker, chance))
    for times in ("first", "second"):
        took = sorted(_timed(asker, *question) for question in questions)
        tenth = took[len(took) * 9 // 10]
        rows.append((f"{len(questions)} plain questions, the {times} time", f"{statistics.median(took):.0f} ms (p90 {tenth:.0f} ms)", "aim: 50 ms"))
    return rows


def _timed(asker: Asker, text: str, lang: str) -> float:
    start = time.perf_counter()
    asker.ask(text, lang)
    return (time.perf_counter() - start) * 1e3


if __name__ == "__main__":
    sys.stdout.writelines(" | ".join(row) + "\n" for row in measure())
