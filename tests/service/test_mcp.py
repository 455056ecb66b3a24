"""The MCP server, spoken to by the SDK's own client over HTTP and over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from mcp import Client, StdioServerParameters
from mcp_types import TextContent, TextResourceContents
from running import free_port, serving

from graph import questions
from graph.releases import Home
from graph.store import Store
from service.mcp.server import Endpoint, server
from service.mcp.tools import Tools, page

SG = "PREFIX sg: <https://w3id.org/styrgraf/def/> "
GROUP = "https://w3id.org/styrgraf/id/group/rag-onkologi"
TOOLS = {"search", "ask", "list_questions", "run_question", "entity", "explain", "schema_summary", "sparql"}
HELLO = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
JSON = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def address(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the tools of a running service."""
    port, folder = free_port(), tmp_path_factory.mktemp("served")
    with serving(port, folder, STYRGRAF_HOME=str(home.path)):
        yield f"http://127.0.0.1:{port}/mcp"


def local(home: Home) -> StdioServerParameters:
    """How a language model's program starts the tools."""
    return StdioServerParameters(command=sys.executable, args=["-c", "from service.cli import main; main(['mcp'])"], env={"STYRGRAF_HOME": str(home.path)})


def called(to: str | StdioServerParameters, tool: str, **arguments: Any) -> dict[str, Any]:
    """What a call gives, as structured output."""

    async def call() -> dict[str, Any]:
        async with Client(to) as client:
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, result.content
            assert result.structured_content is not None
            return result.structured_content

    return asyncio.run(call())


def refused(to: str, tool: str, **arguments: Any) -> str:
    """The words of a call that fails."""

    async def call() -> str:
        async with Client(to) as client:
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert isinstance(result.content[0], TextContent)
            return result.content[0].text

    return asyncio.run(call())


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_are_read_only_and_described(address: str, mode: Any) -> None:
    """Clients of the present protocol and of those before it see each tool, its arguments and that it changes nothing."""

    async def listed() -> Any:
        async with Client(address, mode=mode) as client:
            return (await client.list_tools()).tools

    tools = asyncio.run(listed())
    assert {t.name for t in tools} == TOOLS
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert tool.description
        assert tool.output_schema
        assert all("description" in p for p in tool.input_schema["properties"].values() if p["title"] != "Part")


def test_over_standard_input_and_output_the_same_is_answered(home: Home, address: str) -> None:
    """Tools and queries in processes of their own work there too, and the program ends when its client does."""
    query = SG + "SELECT ?y { ?x sg:reportsTo ?y } ORDER BY ?y"
    assert called(local(home), "sparql", query=query) == called(address, "sparql", query=query)


def test_search_finds_by_part_of_a_name(address: str) -> None:
    """With the IRI, the classes, and how many there are."""
    found = called(address, "search", text="rag onko", limit=1)
    assert (found["items"][0]["iri"], found["next_offset"]) == (GROUP, 1)
    assert "sg:RegionalWorkingGroup" in found["items"][0]["types"]
    assert found["total"] > 1


def test_a_question_in_plain_words_has_its_evidence(address: str) -> None:
    """Rows with document and range, and how the question was understood."""
    told = called(address, "ask", question="På vems uppdrag arbetar RAG onkologi?")
    assert (told["status"], told["question"]) == ("answered", "on-whose-behalf")
    assert {r["commissioner"]["label"]["sv"] for r in told["items"]} == {"RPO Cancer"}
    assert any(e["end"] and e["document"].endswith("uppdrag-rag-onkologi") for r in told["items"] for e in r["evidence"])


def test_silence_is_not_no(address: str) -> None:
    """Whom RAG onkologi reports to is not documented, and what that means is told."""
    told = called(address, "run_question", name="who-reports-to-whom", params={"body": "RAG onkologi"})
    assert (told["status"], told["items"], set(told["meaning"])) == ("not_documented", [], {"sv", "en"})


def test_the_catalogue_can_be_read_to_its_end(address: str, store: Store) -> None:
    """Page by page every question is there once."""
    seen, offset = [], 0
    while offset is not None:
        told = called(address, "list_questions", limit=50, offset=offset)
        seen += [q["id"] for q in told["items"]]
        offset = told["next_offset"]
    assert sorted(seen) == sorted(questions.catalogue(store))


def test_a_thing_is_known_by_name_path_and_iri(address: str) -> None:
    """The same facts, said or inferred, statements with their passages."""
    told = [called(address, "entity", thing=t, limit=200) for t in (GROUP, "id/group/rag-onkologi", "RAG onkologi")]
    assert told[0] == told[1] == told[2]
    assert {f["direction"] for f in told[0]["items"]} == {"out", "in"}
    assert {f["inferred"] for f in told[0]["items"]} == {True, False}
    assert any(f.get("evidence") for f in told[0]["items"])


def test_an_inferred_edge_is_explained(address: str) -> None:
    """By names alone; the proof ends in a passage."""
    told = called(address, "explain", subject="RAG barnonkologi och hematologi", predicate="sg:reportsTo", object="RPO Barn och ungdomars hälsa")
    assert told["proofs"][0]["rule"] == "prp-spo2"
    assert any(e["end"] for p in told["proofs"][0]["premises"] for e in p["evidence"])


@pytest.mark.parametrize(("part", "term"), [("classes", "sg:ReportingLine"), ("properties", "sg:reportsTo")])
def test_the_schema_tells_how_a_term_is_used(address: str, part: str, term: str) -> None:
    """Names in both languages, and how often; the most used first."""
    told = called(address, "schema_summary", part=part, containing=term)
    found = next(t for t in told["items"] if t["term"] == term)
    assert found["uses"] > 0
    assert {"sv", "en"} == set(found["label"])
    uses = [t["uses"] for t in called(address, "schema_summary", part=part)["items"]]
    assert uses == sorted(uses, reverse=True)


def test_the_concepts_of_the_vocabularies_are_told(address: str) -> None:
    """Each with its scheme."""
    told = called(address, "schema_summary", part="concepts", containing="norm-strength/")
    assert {"ska", "bor", "kan"} <= {c["iri"].rpartition("/")[2] for c in told["items"]}


def test_a_query_is_answered_page_by_page(address: str) -> None:
    """How many rows there are is always told."""
    query = SG + "SELECT ?x { ?x a sg:Statement } ORDER BY ?x"
    first, second = (called(address, "sparql", query=query, limit=3, offset=o) for o in (0, 3))
    assert first["total"] == second["total"] > 100
    assert (first["next_offset"], second["next_offset"]) == (3, 6)
    assert not {r["x"]["value"] for r in first["items"]} & {r["x"]["value"] for r in second["items"]}


@pytest.mark.parametrize("form", ["SELECT *", "ASK", "CONSTRUCT"])
def test_a_query_that_finds_nothing_comes_with_a_diagnosis(address: str, form: str) -> None:
    """Whatever its form: the pattern at fault and the nearest term."""
    told = called(address, "sparql", query=f"{SG}{form} WHERE {{ ?x sg:reportTo ?y }}")
    assert told["diagnosis"]["patterns"] == ["?x sg:reportTo ?y ."]
    assert "sg:reportsTo" in told["diagnosis"]["reasons"][0]["nearest"]


def test_triples_come_one_by_one(address: str) -> None:
    """CONSTRUCT gives N-Triples, so a page of them is RDF too."""
    told = called(address, "sparql", query=f"{SG}CONSTRUCT WHERE {{ ?x a sg:Region }}", limit=2)
    assert (told["form"], len(told["items"]), told["next_offset"]) == ("triples", 2, 2)
    assert all(t.endswith(" .") for t in told["items"])


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("run_question", {"name": "nonsense"}, "no question"),
        ("run_question", {"name": "on-whose-behalf", "params": {"body": "RAG onkolgi"}}, "id/group/rag-onkologi"),
        ("run_question", {"name": "on-whose-behalf", "params": {"group": "x"}}, "body"),
        ("entity", {"thing": "RAG"}, "id/group/rag-onkologi"),
        ("entity", {"thing": "id/group/nonsense"}, "says nothing"),
        ("explain", {"subject": GROUP, "predicate": "sg:reportsTo", "object": GROUP}, "does not say so"),
        ("sparql", {"query": "SELECT * {"}, "cannot be parsed"),
        ("sparql", {"query": "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"}, "not allowed"),
        ("search", {"text": "x", "limit": 1000}, "200"),
    ],
)
def test_a_mistake_is_told_so_that_it_can_be_mended(address: str, tool: str, arguments: dict[str, Any], words: str) -> None:
    """An error that names what is wrong and what is near, not a protocol error."""
    assert words in refused(address, tool, **arguments)


def test_a_query_is_stopped_at_the_limit_of_the_service(home: Home, tmp_path: Any) -> None:
    """The same limit as for /sparql; the tools answer on."""
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    port = free_port()
    with serving(port, tmp_path, STYRGRAF_HOME=str(home.path), STYRGRAF_TIMEOUT="3"):
        assert "longer than 3 seconds" in refused(f"http://127.0.0.1:{port}/mcp", "sparql", query=slow)
        assert called(f"http://127.0.0.1:{port}/mcp", "sparql", query="ASK {}")["boolean"] is True


def test_guide_examples_and_prompts_are_there(address: str) -> None:
    """The guide names every prefix and class; a question's SPARQL is an example; prompts are in Swedish."""

    async def read() -> tuple[str, str, str]:
        async with Client(address) as client:
            found = [(await client.read_resource(uri)).contents[0] for uri in ("styrgraf://guide", "styrgraf://question/tasks")]
            texts = [c.text for c in found if isinstance(c, TextResourceContents)]
            prompt = await client.get_prompt("styrning_av", {"organ": "RAG onkologi"})
            assert isinstance(prompt.messages[0].content, TextContent)
            return texts[0], texts[1], prompt.messages[0].content.text

    guide, example, prompt = asyncio.run(read())
    assert "PREFIX sg:" in guide
    assert "`sg:ReportingLine`" in guide
    assert "SELECT" in example
    assert "RAG onkologi" in prompt
    assert "ej dokumenterat" in prompt


def test_what_is_no_request_of_the_protocol_is_refused_as_a_problem(address: str) -> None:
    """A body of another type: a problem document, as everywhere."""
    refused = httpx.post(address, content="ping", headers={**JSON, "content-type": "text/plain"})
    assert (refused.status_code // 100, refused.headers["content-type"]) == (4, "application/problem+json")
    assert refused.json()["detail"]


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 200), ({"origin": "http://localhost:3000"}, 200), ({"origin": "https://evil.example"}, 403), ({"host": "evil.example"}, 403)]
)
def test_another_sites_page_is_refused(address: str, headers: dict[str, str], status: int) -> None:
    """Neither its origin nor a name that it made lead here is let in (DNS rebinding)."""
    answer = httpx.post(address, json=HELLO, headers={**JSON, **headers})
    assert answer.status_code == status
    assert status == 200 or "STYRGRAF_HOSTS" in answer.json()["detail"]


@pytest.mark.parametrize(("hosts", "trusted"), [((), False), (("styrgraf.example",), True), (("*",), True), (("other.example",), False)])
def test_the_names_of_the_service_are_a_setting(hosts: tuple[str, ...], trusted: bool) -> None:
    """A service behind a proxy names itself."""
    endpoint = Endpoint(server(Tools(None, None, None)), hosts)  # type: ignore[arg-type]
    assert endpoint._trusted("styrgraf.example:443") is trusted
    assert endpoint._trusted("[::1]:8000")


@pytest.mark.parametrize(
    ("limit", "offset", "items", "after"), [(2, 0, [0, 1], 2), (2, 2, [2, 3], 4), (2, 4, [4], None), (5, 0, [0, 1, 2, 3, 4], None), (2, 9, [], None)]
)
def test_a_page_tells_what_is_left(limit: int, offset: int, items: list[int], after: int | None) -> None:
    """The total and where to go on; nothing at the end."""
    assert page(range(5), limit, offset) == {"total": 5, "offset": offset, "items": items, "next_offset": after}
