"""The words of the gap report, the overview of a plan and comparisons, Swedish and English side by side."""

from __future__ import annotations

from typing import Final

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "gap.title": ("GAP-analys", "Gap analysis"),
    "gap.none": ("Inget fynd.", "No finding."),
    "findings": ("Fynd", "Findings"),
    "summary": ("Sammanfattning", "Summary"),
    "matrix": ("Ansvarsmatris", "Responsibilities"),
    "searched": ("Genomsökta dokument", "Documents searched"),
    "kind": ("Slag", "Kind"),
    "severity": ("Allvar", "Severity"),
    "why": ("Varför", "Why"),
    "things": ("Gäller", "Concerns"),
    "area": ("Område", "Area"),
    "region": ("Region", "Region"),
    "passages": ("Belägg", "Passages"),
    "closing": ("Frågan som sluter luckan", "The question that closes the gap"),
    "count": ("Antal", "Number"),
    "means": ("Vad det betyder", "What it means"),
    "Violation": ("allvarlig", "serious"),
    "Warning": ("varning", "warning"),
    "Info": ("upplysning", "for information"),
    "assigned": ("tilldelat", "assigned"),
    "documented_as_none": ("dokumenterat som ingens", "documented as nobody's"),
    "disagreeing": ("≠ dokument säger olika", "≠ documents disagree"),
    "not_documented": ("inte dokumenterat", "not documented"),
    "no_document_here": ("inget dokument här", "no document here"),
    "plan.title": ("Handlingsplan, översikt", "Overview of the plan"),
    "plan.bodies": ("Organ med plan eller uppgifter", "Bodies with a plan or tasks"),
    "body": ("Organ", "Body"),
    "number": ("Nr", "No."),
    "what": ("Vad", "What"),
    "goal": ("Mål", "Goal"),
    "section": ("Avsnitt", "Section"),
    "status": ("Status", "Status"),
    "strength": ("Styrka", "Strength"),
    "hedges": ("Förbehåll", "Reservations"),
    "responsible": ("Ansvarig", "Responsible"),
    "performers": ("Utförs av", "Performed by"),
    "named": ("Namn i texten", "Names in the text"),
    "due": ("Nästa datum", "Next date"),
    "passed": ("har passerat", "has passed"),
    "time": ("Tid som den sägs", "Time as said"),
    "outcome": ("Utfall mot målvärde", "Outcome against target"),
    "no.outcome": ("inget utfall", "no outcome"),
    "no.target": ("inget målvärde", "no target"),
    "missing": ("Saknas", "Missing"),
    "compare.title": ("Jämförelse", "Comparison"),
    "found": ("Finns", "Found"),
    "same": ("lika", "same"),
    "different": ("olika", "different"),
    "only_in_first": ("bara i den första", "only in the first"),
    "only_in_second": ("bara i den andra", "only in the second"),
    "first": ("Första", "First"),
    "second": ("Andra", "Second"),
    "differs": ("Vad som skiljer", "What differs"),
    "day": ("Dag", "Day"),
    "release": ("Utgåva", "Release"),
    "filters": ("Urval", "Selection"),
    "all": ("allt", "all"),
    "nothing": ("ingenting", "nothing"),
}


def word(key: str, lang: str) -> str:
    """The word of a key in a language: "sv", or English for any other. Raises KeyError for a key that is none."""
    sv, en = _WORDS[key]
    return sv if lang == "sv" else en
