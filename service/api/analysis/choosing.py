"""Which region, area, body or document somebody means: by IRI, name or abbreviation, as the parameters of questions are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from graph.choosing import meant
from graph.errors import NotFoundError
from graph.gaps import Wanted
from graph.namespaces import VOCAB, expand
from graph.questions import Parameter
from graph.search import Index

_AREAS: Final = VOCAB + "area/"
_LABELS: Final = {
    "region": {"sv": "region eller sjukvårdsregion", "en": "region or healthcare region"},
    "area": {"sv": "ansvarsområde", "en": "responsibility area"},
    "body": {"sv": "organ", "en": "body"},
    "side": {"sv": "organ, region eller dokument", "en": "body, region or document"},
}


def wanted(index: Index, region: str, area: str, body: str) -> Wanted:
    """The findings that are meant by a region, an area and a body, each "" for all. Raises NotFoundError with the nearest."""
    return Wanted(region and a_region(index, region), area and an_area(index, area), body and a_body(index, body))


def a_region(index: Index, value: str, name: str = "region") -> str:
    """The IRI of a region or healthcare region. Raises NotFoundError."""
    return _meant(index, name, "region", ("sg:Region", "sg:HealthcareRegion"), value)


def a_body(index: Index, value: str, name: str = "body") -> str:
    """The IRI of a party. Raises NotFoundError."""
    return _meant(index, name, "body", ("sg:Party",), value)


def a_side(index: Index, value: str, name: str) -> str:
    """The IRI of a party or a document, as a side of a comparison. Raises NotFoundError."""
    return _meant(index, name, "side", ("sg:Party", "sg:Document"), value)


def an_area(index: Index, value: str) -> str:
    """The IRI of an area of responsibility; its notation will do. Raises NotFoundError, with areas alone as the nearest."""
    if _AREAS + value.strip() in index.things:
        return _AREAS + value.strip()
    try:
        found = _meant(index, "area", "area", ("skos:Concept",), value)
    except NotFoundError as wrong:
        near = {i: labels for i, labels in wrong.nearest.items() if i.startswith(_AREAS)}
        raise NotFoundError(*_unknown(value, near), parameter="area", nearest=near) from None
    if not found.startswith(_AREAS):
        raise NotFoundError(*_unknown(value, {}), parameter="area")
    return found


def _unknown(value: str, near: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    sv, en = (", ".join(labels.get(lang, "") for labels in near.values()) for lang in ("sv", "en"))
    return (
        f"area={value!r} är inget ansvarsområde här; " + (f"menas {sv}?" if sv else "/api/matrix visar alla."),
        f"area={value!r} is no responsibility area here; " + (f"is it {en}?" if en else "/api/matrix lists them."),
    )


def _meant(index: Index, name: str, what: str, classes: Sequence[str], value: str) -> str:
    """What a value means as the first class that has it. Raises the NotFoundError of the first class, with what is nearest in all."""
    failed: list[NotFoundError] = []
    for takes in classes:
        try:
            return meant(index, Parameter(name, _LABELS[what], expand(takes)), value.strip())
        except NotFoundError as wrong:
            failed.append(wrong)
    first = next((e for e in failed if e.nearest), failed[0])
    raise NotFoundError(first.sv, first.en, parameter=name, nearest={i: n for e in failed for i, n in e.nearest.items()})
