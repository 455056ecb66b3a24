"""The MCP server (Model Context Protocol): read-only tools, a guide to the ontology and prompts, over HTTP at /mcp and on standard input and output.

Over HTTP it is stateless, so that any number of server processes may stand behind one address.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import urlsplit

from anyio import to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from graph import questions
from graph.errors import NotFoundError, StyrgrafError
from service.mcp import guide, prompts
from service.mcp.tools import Tools
from service.web.problems import problem

_READS: Final = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_INSTRUCTIONS: Final = """Styrgraf answers who exists, decides, reports and is responsible in Swedish cancer care, by documents, with the passage.
Begin with `ask` (a question in Swedish or English) or `search` (a name); `list_questions` and `run_question` give the catalogue. Use `sparql` for the rest,
after `schema_summary` and the resource styrgraf://guide. Things are named by IRI, by a path such as id/group/rag-onkologi, or by name or abbreviation.
Tell apart what a document says and what is inferred; ska (shall), bör (should) and kan (may); and what no document says: `not_documented` (ej dokumenterat)
is never the same as "no". Cite the document and the character range of the evidence. `next_offset` tells that there is more."""


def server(tools: Tools) -> MCPServer[Any]:
    """The server with its tools, resources and prompts."""
    made: MCPServer[Any] = MCPServer("styrgraf", title="Styrgraf", version=version("styrgraf"), instructions=_INSTRUCTIONS, log_level="WARNING")
    for call in (tools.search, tools.ask, tools.list_questions, tools.run_question, tools.entity, tools.explain, tools.schema_summary, tools.sparql):
        made.add_tool(_reported(call), annotations=_READS)
    _resources(made, tools)
    prompts.add(made)
    return made


def _resources(made: MCPServer[Any], tools: Tools) -> None:
    @made.resource("styrgraf://guide", title="Guide to the ontology", mime_type="text/markdown")
    def ontology_guide() -> str:
        """How statements, evidence and edges hang together, with every class, property and vocabulary: what one needs for SPARQL."""
        return guide.page(tools.store())

    @made.resource("styrgraf://question/{name}", title="A question's SPARQL", mime_type="application/sparql-query")
    def question(name: str) -> str:
        """The SPARQL of a question of the catalogue: an example to write others from."""
        try:
            return questions.find(tools.store(), name).select
        except NotFoundError as error:
            raise ResourceNotFoundError(error.en) from error


def _reported(call: Callable[..., Any]) -> Callable[..., Any]:
    """A call whose errors of ours are told to the model in words; it never keeps the event loop waiting."""

    @functools.wraps(call)
    async def reported(**given: Any) -> Any:
        try:
            return await call(**given) if inspect.iscoroutinefunction(call) else await to_thread.run_sync(functools.partial(call, **given))
        except StyrgrafError as error:
            raise ToolError(error.en) from error

    return reported


class Endpoint:
    """The server over HTTP (streamable HTTP, stateless): a raw ASGI route that works while `running` is entered.

    `hosts` are the names by which the service is reached, beside this machine's own; "*" is any.
    """

    def __init__(self, served: MCPServer[Any], hosts: tuple[str, ...]) -> None:
        unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # `_trusted` tells which setting refuses
        self._app = served.streamable_http_app(stateless_http=True, json_response=True, transport_security=unchecked)
        self._manager = served.session_manager
        self._hosts = _HERE | set(hosts)

    def running(self) -> AbstractAsyncContextManager[None]:
        """Answers within this context; to be entered once, in the lifespan."""
        return self._manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, unless another site's page sends it (Model Context Protocol, Transports, Security Warning)."""
        headers = Headers(scope=scope)
        wrong = next((name for name in ("host", "origin") if not self._trusted(headers.get(name))), None)
        if wrong:
            refused = f"{wrong.title()} {headers[wrong]!r} is not among the names in STYRGRAF_HOSTS; set it to the names by which the service is reached."
            await problem(403, refused)(scope, receive, send)
        else:
            await self._app({**scope, "path": "/mcp"}, receive, _in_problems(scope, receive, send))

    def _trusted(self, named: str | None) -> bool:
        if named is None or "*" in self._hosts:
            return True
        return urlsplit(named if "//" in named else f"//{named}").hostname in self._hosts


def _in_problems(scope: Scope, receive: Receive, send: Send) -> Send:
    """Sends, but what is refused in plain text as a problem document like all that we refuse (RFC 9457)."""
    refused: list[int] = []

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 400 and "json" not in Headers(raw=message["headers"]).get("content-type", ""):
            refused.append(message["status"])
        elif refused:
            await problem(refused[0], message["body"].decode())(scope, receive, send)
        else:
            await send(message)

    return sent
