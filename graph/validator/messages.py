"""What a result says: the message of its shape with values in it, or a sentence of our own (SHACL §2.1.5 and §5.3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from graph.namespaces import shorten
from graph.store import Literal, NamedNode, Term
from graph.validator.patterns import Breach

_VARIABLE: Final = re.compile(r"\{[?$](\w+)\}")


def default(breach: Breach) -> tuple[Literal, ...]:
    """A message for a constraint whose shape has none: its component and what it demands."""
    name = shorten(breach.component).removeprefix("sh:").removesuffix("ConstraintComponent")
    wanted = " ".join(shorten(t.value) if isinstance(t, NamedNode) else t.value for t in breach.parameter)
    told = f"{name} {wanted}".strip()
    return Literal(f"Uppfyller inte kravet {told}.", language="sv"), Literal(f"Does not meet the constraint {told}.", language="en")


def filled(template: Literal, values: Mapping[str, Term]) -> Literal:
    """A message with the values of its {?variables}; one without a value stays as it is. Its language tag is kept."""
    told = _VARIABLE.sub(lambda m: values[m[1]].value if m[1] in values else m[0], template.value)
    return Literal(told, language=template.language) if template.language else Literal(told)
