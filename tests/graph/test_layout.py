"""How pages are laid out by what ontology/pages declares."""

from __future__ import annotations

import pytest

from graph.entities import describe
from graph.layout import Item, Layout, Page, arrange
from graph.names import Name
from graph.namespaces import BASE, ONTOLOGY_GRAPH, expand
from graph.store import NamedNode, Quad, Store

GROUP = "id/group/rag-onkologi"
SEVERAL = (
    GROUP,
    "id/group/samordningsrad-onkologi",
    "id/goal/krg-3",
    "id/goal/krg-5",
    "id/region/kronoberg",
    "id/rcc/syd",
    "doc/handlingsplan-cancer-kronoberg",
)


def page_of(store: Store, path: str) -> Page:
    entity = describe(store, BASE + path)
    assert entity
    return arrange(store, entity)


def items(page: Page) -> list[Item]:
    return [item for section in page.sections for _, some in section.groups for item in some]


def headings(page: Page) -> list[str]:
    return [s.name.text("sv") for s in page.sections]


@pytest.mark.parametrize("path", SEVERAL)
def test_nothing_that_is_said_is_left_out(store: Store, path: str) -> None:
    """Every value stands in a section or at the end, whatever the sections are."""
    entity = describe(store, BASE + path)
    assert entity
    page = arrange(store, entity)
    shown = {_key(i.value.value) for i in items(page)} | {_key(v.value) for p in page.incoming for v in p.values}
    assert {_key(v.value) for p in entity.incoming for v in p.values} == shown
    facts = [(p.name.iri, v) for s in page.sections for p in s.facts for v in p.values] + [(p.name.iri, v) for p in page.outgoing for v in p.values]
    assert sorted(facts, key=str) == sorted(((p.name.iri, v) for p in entity.outgoing for v in p.values), key=str)


@pytest.mark.parametrize("path", SEVERAL)
def test_no_statement_stands_twice(store: Store, path: str) -> None:
    """A statement that leads to the thing by several properties stands in the first section that takes it."""
    page = page_of(store, path)
    found = [_key(i.value.value) for i in items(page)]
    assert len(found) == len(set(found))
    assert not set(found) & {_key(v.value) for p in page.incoming for v in p.values}


def test_a_group_and_a_goal_have_sections_of_their_own(store: Store) -> None:
    """The class decides: a group has members and cadence, a goal has activities and indicators."""
    group, goal = headings(page_of(store, GROUP)), headings(page_of(store, "id/goal/krg-5"))
    assert {"Plats i styrningen", "Uppgifter", "Ledamöter och roller", "Möten och takt", "Dokument"} <= set(group)
    assert {"Målet", "Indikatorer, målvärden och utfall"} <= set(goal)
    assert not {"Målet", "Aktiviteter"} & set(group)


def test_the_trail_leads_upwards(store: Store) -> None:
    """A working group stands below its programme area, and that below the healthcare region; a goal below its chapter and plan."""
    assert [n.text("sv") for n in page_of(store, GROUP).trail] == ["Sydöstra sjukvårdsregionen", "RPO Cancer"]
    assert page_of(store, "id/goal/krg-3").trail[0].iri == f"{BASE}doc/handlingsplan-cancer-kronoberg"


def test_what_is_beside_a_statement_does_not_repeat_the_page(store: Store) -> None:
    """The body whose page it is is not told again beside each of its statements."""
    values = {_key(v.value) for i in items(page_of(store, GROUP)) for d in i.details for v in d.values}
    assert values
    assert BASE + GROUP not in values


def test_firmer_statements_stand_first(store: Store) -> None:
    """Within a group of statements shall comes before should, and that before may."""
    order = store.once(Layout.of).numbers
    page = page_of(store, "id/group/samordningsrad-onkologi")
    for section in page.sections:
        for _, some in section.groups:
            ranks = [order.get(next((c.strength.iri for c in i.value.citations if c.strength), ""), 1000) for i in some]
            assert ranks == sorted(ranks)


def test_a_section_is_data(store: Store) -> None:
    """Whoever declares another section in the graph has it on the page, without a line of code."""
    changed = Store.memory()
    changed.add(store)
    section, graph = NamedNode(f"{BASE}id/page-section/x"), NamedNode(ONTOLOGY_GRAPH)
    said = (("rdf:type", "sg:PageSection"), ("sg:sectionFor", "sg:GovernanceGroup"), ("sg:showsInward", "sg:bearer"))
    changed.add(Quad(section, NamedNode(expand(p)), NamedNode(expand(o)), graph) for p, o in said)
    page = page_of(changed, GROUP)
    assert page.sections[0].name == Name(section.value, {})
    assert "Uppgifter" not in headings(page)


def test_a_class_without_sections_has_the_general_layout(store: Store) -> None:
    """A statement's page tells what it says, though no section is declared for its class."""
    page = page_of(store, "id/reporting-line/barn-rpo")
    assert {p.name.iri for p in page.outgoing} >= {expand("sg:lineTo"), expand("sg:lineFrom")}


def _key(value: Name | str) -> str:
    return value.iri if isinstance(value, Name) else value
