"""Engines that do the same in different ways, chosen by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from graph.errors import InputError

Engine = TypeVar("Engine")


def chosen(engines: Mapping[str, Engine], name: str, sv: str, en: str) -> Engine:
    """The engine of this name; what it is for, in Swedish and English, stands in the error. Raises InputError for an unknown one."""
    if name not in engines:
        names = ", ".join(engines)
        raise InputError(f"Okänd {sv} {name!r}; välj bland {names}.", f"Unknown {en} {name!r}; choose one of {names}.")
    return engines[name]
