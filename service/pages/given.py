"""What a page is asked with: a value that is none of those offered is told, with those that are, and never passed over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

from graph.errors import InputError
from graph.names import Name, names
from graph.store import Store, is_iri

MOST: Final = 12  # offered values that an error tells


def one_of(name: str, value: str | None, offered: Sequence[str]) -> str:
    """The value given to a parameter, the first of those offered where there is none. Raises InputError for any other."""
    return among(name, value, offered) or offered[0]


def among(name: str, value: str | None, offered: Collection[str]) -> str:
    """The value given to a parameter, "" where there is none. Raises InputError for one that is not offered."""
    if not value or value in offered:
        return value or ""
    told = ", ".join(sorted(o.rpartition("/")[2] if "://" in value else o for o in offered)[:MOST]) + (" …" if len(offered) > MOST else "")
    raise InputError(f"{name}={value!r} finns inte här; välj bland: {told}.", f"{name}={value!r} is not to be had here; choose one of: {told}.")


def offered(store: Store, value: str | None, kind: str, found: Iterable[Name]) -> list[Name]:
    """What a filter offers: what is found, and what is chosen, where that is of a kind ("skos:Concept") though nothing found is it.

    So whoever changes one filter is told that there is nothing, and not that the other is wrong.
    """
    there = list(found)
    chosen = value and is_iri(value) and store.ask(f"ASK {{ <{value}> a {kind} }}")
    return [*there, *names(store, {value}).values()] if value and chosen else there


def a_day(name: str, value: str) -> str:
    """A day as YYYY-MM-DD. Raises InputError."""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        said = f"{name}={value!r}"
        raise InputError(f"{said} är ingen dag. Skriv år, månad och dag: 2026-12-31.", f"{said} is no day. Write year, month and day: 2026-12-31.") from None
