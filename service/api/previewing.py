"""Differences and previews as plain values: the same for the API, for the command line and for pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from graph.history import Difference, Origin
from graph.patches import Patch
from graph.preview import Changed, Preview
from graph.releases import Release
from graph.store import Quad
from graph.upgrade import Upgrade
from graph.wording import Sentence
from service.api.answers import question_as_json, row_as_json

MOST: Final = 1000  # quads, sentences or rows of one list; the counts tell of all


def as_json(found: Preview) -> dict[str, Any]:
    """What a change would do; lists end after MOST entries, counts do not."""
    return {
        "release": found.release,
        "accepted": found.refusal is None,
        "refusal": {"sv": found.refusal.sv, "en": found.refusal.en} if found.refusal else None,
        **patch_as_json(found.said),
        "inferences": inferences_as_json(found.inferred),
        "words": words_as_json(found.sentences),
        "validation": {"gained": [vars(r) for r in found.results_gained[:MOST]], "lost": [vars(r) for r in found.results_lost[:MOST]]},
        "questions": [_changed(c) for c in found.questions],
        "unasked": list(found.unasked),
    }


def upgrade_as_json(found: Upgrade) -> dict[str, Any]:
    """What a build would do; `adrift` are local statements that name things which the files no longer have."""
    return {
        "release": found.release,
        "conflicts": found.conflicts,
        "refusal": {"sv": found.refusal.sv, "en": found.refusal.en} if found.refusal else None,
        **patch_as_json(found.said),
        "words": words_as_json(found.sentences),
        "adrift": _rows(found.adrift),
        "validation": {"gained": [vars(r) for r in found.results_gained[:MOST]], "lost": [vars(r) for r in found.results_lost[:MOST]]},
    }


def _changed(changed: Changed) -> dict[str, Any]:
    """A question whose answer changes, and the rows that only the answer before, or after, has."""
    told = question_as_json(changed.question)
    before, after = ([row_as_json(row) for row in rows[:MOST]] for rows in (changed.lost, changed.gained))
    counts = {"rowsBefore": changed.rows[0], "rowsAfter": changed.rows[1]}
    return {"id": told["id"], "label": told["label"], "columns": told["columns"], **counts, "before": before, "after": after}


def patch_as_json(patch: Patch) -> dict[str, Any]:
    """What is said and no longer said, as N-Quads."""
    return {
        "counts": {"added": len(patch.added), "removed": len(patch.removed)},
        "added": _rows(patch.added),
        "removed": _rows(patch.removed),
        "graphs": {"made": sorted(patch.made), "dropped": sorted(patch.dropped)},
    }


def inferences_as_json(patch: Patch | None) -> dict[str, Any] | None:
    """What follows and what no longer does; None where that is not known."""
    if patch is None:
        return None
    return {"counts": {"gained": len(patch.added), "lost": len(patch.removed)}, "gained": _rows(patch.added), "lost": _rows(patch.removed)}


def _rows(quads: Iterable[Quad]) -> list[str]:
    return [f"{row} ." for row in sorted(map(str, quads))[:MOST]]


def words_as_json(sentences: Iterable[Sentence]) -> list[dict[str, Any]]:
    """A difference in words: sign is +, - or ~."""
    return [{"sign": s.sign, "words": s.words, "about": s.about, "inferred": s.inferred} for s in list(sentences)[:MOST]]


def difference_as_json(found: Difference, first: str, second: str, sentences: Iterable[Sentence]) -> dict[str, Any]:
    """How two releases differ."""
    told = {"from": first, "to": second, **patch_as_json(found.said)}
    return {**told, "inferences": inferences_as_json(found.inferred), "words": words_as_json(sentences)}


def release_as_json(release: Release, current: str | None) -> dict[str, Any]:
    """What a release is, in short: `whole` is False for one that was pruned."""
    m = release.manifest
    return {
        "id": m.id,
        "created": m.created,
        "author": m.author or None,
        "reason": m.reason or None,
        "parent": m.parent,
        "restores": m.restores,
        "changed": m.changed,
        "nature": m.nature,
        "quads": sum(m.graphs.values()),
        "inferred": m.inferred,
        "validation": m.validation,
        "current": m.id == current,
        "whole": not release.pruned,
    }


def releases_as_json(found: Iterable[Release], current: str | None) -> dict[str, Any]:
    """The list of releases, and which of them is read now."""
    return {"current": current, "releases": [release_as_json(r, current) for r in found]}


def release_in_full(release: Release, current: str | None) -> dict[str, Any]:
    """One release, with its graphs, the time that each step took, and what the shapes found."""
    m = release.manifest
    more = {"graphs": m.graphs, "timings": m.timings, "report": m.report, "owned": m.owned, "filesHash": m.files_hash}
    return {**release_as_json(release, current), **more}


def origin_as_json(origin: Origin) -> dict[str, Any]:
    """Where a quad came from: the release, whose change, why, and the graph or document that says it."""
    m = origin.release.manifest
    told = {"release": m.id, "created": m.created, "author": m.author or None, "reason": m.reason or None, "graph": origin.graph or None}
    return {"quad": f"{origin.quad} .", **told, "certain": origin.certain}
