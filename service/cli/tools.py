"""The command that language models start: `styrgraf mcp`."""

from __future__ import annotations

from service.api.asking import Askers
from service.api.queries import Queries
from service.mcp import server as mcp
from service.mcp.tools import Tools
from service.processes.workers import Workers
from service.settings import Settings
from service.views.current import Current


def serve_tools() -> None:
    """Serve the MCP tools on standard input and output, for a language model's program to start; over HTTP they are at /mcp of the service."""
    settings = Settings.read()
    current = Current(settings.state)
    current.release()  # without one, this says so at once
    workers = Workers(settings.workers, 16, settings.memory)
    tools = Tools(current, Askers(current), Queries(workers, current.view, settings.timeout))
    mcp.server(tools).run("stdio")
