"""OWL 2 RL as SPARQL: the ontology's axioms become rules that run on the store, and what they add is the inferred graph.

Rule names are those of OWL 2 Profiles, §4.3 (prp-spo1, cax-sco …). owlrl is the reference engine (`engine="owlrl"`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from graph.engines import chosen
from graph.reasoner.atoms import INFERRED, Rule
from graph.reasoner.axioms import rules
from graph.reasoner.contradictions import Clash, clashes
from graph.reasoner.forward import reason
from graph.reasoner.reference import reason_with_owlrl
from graph.reasoner.revision import Change, revise
from graph.store import Store

Inference = Callable[[Store], int]

ENGINES: Final[dict[str, Inference]] = {"sparql": reason, "owlrl": reason_with_owlrl}


def engine(name: str) -> Inference:
    """The reasoner of this name. Raises InputError for an unknown one."""
    return chosen(ENGINES, name, "resonerare", "reasoner")


__all__ = ["ENGINES", "INFERRED", "Change", "Clash", "Inference", "Rule", "clashes", "engine", "reason", "reason_with_owlrl", "revise", "rules"]
