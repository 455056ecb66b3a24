"""The W3C SHACL test suite: what the compiler passes alone, and what it passes together with pySHACL."""

from __future__ import annotations

import pytest
from shacl_suite import SUITE, Case, cases

from graph.store import Store
from graph.validator import ENGINES, engine
from graph.validator.findings import Finding
from graph.validator.shapes import Shapes

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason=f"the W3C SHACL suite is not in {SUITE}; set STYRGRAF_CONFORMANCE")

CORE, SPARQL = cases("core"), cases("sparql")
_INTEGERS = 'the store keeps "55"^^xsd:byte as an xsd:integer, so that an integer of the wrong derived type cannot be told from the right one'
NOT_ALONE = {
    "core/property/datatype-ill-formed": _INTEGERS,
    "sparql/pre-binding/shapesGraph-001": "the shapes are not in the store, so $shapesGraph has no graph to read; left to pySHACL, announced",
}
NOT_TOGETHER = {
    "core/property/datatype-ill-formed": _INTEGERS,
    "sparql/pre-binding/shapesGraph-001": "pySHACL knows no $shapesGraph either; the shapes are refused",
}


def alone(store: Store, shapes: Shapes) -> list[Finding]:
    """The compiler alone: a shape that it leaves to pySHACL counts as a case not passed."""
    found, left = engine.run(store, shapes)
    return [] if left else found


def together(store: Store, shapes: Shapes) -> list[Finding]:
    """The engine as it runs."""
    return ENGINES["sparql"](store, shapes)[0]


@pytest.mark.parametrize("case", CORE + SPARQL, ids=lambda c: c.name)
def test_the_compiler_alone(case: Case) -> None:
    """Each case gives just its results, but for those listed, which must not pass by chance either."""
    assert (case.found(alone) == case.expected) is (case.name not in NOT_ALONE)


@pytest.mark.parametrize("case", CORE + SPARQL, ids=lambda c: c.name)
def test_the_compiler_together_with_pyshacl(case: Case) -> None:
    """Each case gives just its results, but for those listed."""
    assert (case.found(together) == case.expected) is (case.name not in NOT_TOGETHER)


@pytest.mark.parametrize(("missed", "core", "sparql"), [(NOT_ALONE, 97, 22), (NOT_TOGETHER, 97, 22)], ids=["alone", "together"])
def test_the_counts(missed: dict[str, str], core: int, sparql: int) -> None:
    """The counts that the documentation states: of 98 core cases and 23 SPARQL cases."""
    assert (len(CORE), len(SPARQL)) == (98, 23)
    assert (98 - sum(n.startswith("core/") for n in missed), 23 - sum(n.startswith("sparql/") for n in missed)) == (core, sparql)
