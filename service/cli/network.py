"""The command that writes the governance network to a file: `styrgraf network export`."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from graph.errors import NotFoundError
from graph.network.export import FORMATS
from graph.search import Index
from service.api.network import MOST, Asked, as_json, drawing
from service.cli.reading import Day, Release, reading
from service.cli.speech import error_console, lang


def export(
    form: Annotated[str, typer.Option("--format", help="json, graphml, gexf, dot, mmd or svg.")] = "json",
    body: Annotated[str, typer.Option(help="A body and what is around it: IRI, name or abbreviation.")] = "",
    to: Annotated[str, typer.Option(help="Another body: the paths between the two.")] = "",
    radius: Annotated[int, typer.Option(min=0, max=6, help="Steps around the body.")] = 1,
    length: Annotated[int, typer.Option(min=1, max=6, help="Most steps of a path.")] = 4,
    kinds: Annotated[str, typer.Option(help="Kinds of relations, with commas between: ReportingLine,Commission or their names.")] = "",
    region: Annotated[str, typer.Option(help="Only within a region or healthcare region.")] = "",
    level: Annotated[str, typer.Option(help="Only at a level: nationell, sjukvardsregional, regional, lokal or vardteam.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Most parties.")] = MOST,
    release: Release = "",
    as_of: Day = "",
) -> None:
    """Write the governance network, or a part of it, to standard output, for networkx, Gephi, Graphviz, Mermaid or a browser."""
    if form not in ("json", *FORMATS):
        known = ", ".join(["json", *FORMATS])
        raise NotFoundError(f"Nätverket finns inte som {form!r}; välj {known}.", f"The network is not to be had as {form!r}; choose {known}.")
    read, store = reading(release, as_of)
    drawn = drawing(store, Index.build(store), Asked(body, to, radius, length, kinds, region, level, limit))
    if drawn.cut:
        sv, en = (
            f"Bara {len(drawn.parties)} aktörer skrivs; urvalet är större (--limit).",
            f"Only {len(drawn.parties)} parties are written; there are more (--limit).",
        )
        error_console.print(sv if lang() == "sv" else en)
    if form == "json":
        sys.stdout.write(json.dumps({**read.about, **as_json(drawn)}, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(FORMATS[form][1](drawn, lang()))
