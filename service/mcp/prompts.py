"""Prompts of the MCP server, in Swedish: what somebody in cancer care may want done."""

from __future__ import annotations

from typing import Any, Final

from mcp.server.mcpserver import MCPServer

_ALWAYS: Final = (
    "Svara på svenska. Ange för varje uppgift dokument och teckenintervall ur belägget. Skilj på ska, bör och kan, och på vad som sägs och vad som är härlett. "
    'Det som inget dokument säger redovisas som "ej dokumenterat", aldrig som nej.'
)


def add(server: MCPServer[Any]) -> None:
    """Adds the prompts."""
    for prompt, title in (
        (styrning_av, "Hur styrs ett organ?"),
        (jamfor_regioner, "Jämför ansvar mellan regioner"),
        (hitta_luckor, "Vad är inte dokumenterat?"),
        (granska_pastaende, "Stämmer ett påstående?"),
    ):
        server.prompt(title=title, description=prompt.__doc__)(prompt)


def styrning_av(organ: str) -> str:
    """Uppdrag, rapportering, beslut och ansvar för ett organ, med belägg."""
    return (
        f"Beskriv hur {organ} styrs: på vems uppdrag det arbetar, vem det rapporterar till, vad det får besluta, vilka uppgifter det har och vilka som ingår. "
        f"Börja med verktyget search för att finna organet, sedan entity och ask. {_ALWAYS}"
    )


def jamfor_regioner(regioner: str, fraga: str) -> str:
    """Samma fråga för flera regioner, sida vid sida."""
    return (
        f"Jämför {regioner} i frågan: {fraga}. Ställ frågan för en region i taget med ask eller run_question och gör en tabell med en kolumn för varje region. "
        f"Skilj i tabellen på tilldelat ansvar, uttryckligen inte fördelat ansvar, och ej dokumenterat. {_ALWAYS}"
    )


def hitta_luckor(omrade: str) -> str:
    """Vad dokumenten inte säger om ett område eller organ."""
    return (
        f"Vilka frågor om styrningen av {omrade} besvarar dokumenten inte? Gå igenom frågorna i list_questions som passar, kör dem med run_question, "
        f"och lista dem vars status är not_documented med vad det betyder. {_ALWAYS}"
    )


def granska_pastaende(pastaende: str) -> str:
    """Prövar ett påstående mot dokumenten."""
    return (
        f"Pröva påståendet: {pastaende}. Finn de inblandade med search, se i entity och sparql vad som sägs, och visa med explain varför det härledda gäller. "
        f"Svara med stöds, motsägs eller ej dokumenterat. {_ALWAYS}"
    )
