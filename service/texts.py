"""The words of pages and of the command line, Swedish and English side by side."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "tagline": (
        "Vem beslutar, rapporterar och ansvarar i cancervården – och i vilken passage står det?",
        "Who decides, reports and answers in cancer care – and which passage says so?",
    ),
    "home": ("Start", "Home"),
    "questions": ("Frågor", "Questions"),
    "questions.lead": (
        "Varje fråga är SPARQL i en fil. Svaren bär dokument och passage.",
        "Each question is SPARQL in a file. The answers carry document and passage.",
    ),
    "documents": ("Dokument", "Documents"),
    "documents.lead": ("Källorna som grafen bygger på.", "The sources on which the graph is built."),
    "in.graph": ("I grafen", "In the graph"),
    "statements": ("påståenden", "statements"),
    "parties": ("aktörer", "parties"),
    "spans": ("belägg", "evidence ranges"),
    "inferred.count": ("härledda tripplar", "inferred triples"),
    "examples": ("Exempel", "Examples"),
    "example.entities": ("Sidor", "Pages"),
    "sparql": ("SPARQL", "SPARQL"),
    "sparql.lead": (
        "Samma graf för program: /sparql tar emot GET och POST och svarar i JSON, CSV, TSV, XML, Turtle, N-Triples och JSON-LD.",
        "The same graph for programs: /sparql takes GET and POST and answers in JSON, CSV, TSV, XML, Turtle, N-Triples and JSON-LD.",
    ),
    "release": ("Utgåva", "Release"),
    "built": ("byggd", "built"),
    "serving.old": ("Den senaste bygget misslyckades; en tidigare utgåva visas.", "The latest build failed; an earlier release is shown."),
    "no.release": ("Det finns ingen utgåva ännu.", "There is no release yet."),
    "kind": ("Slag", "Kind"),
    "said.of": ("Vad som sägs", "What is said"),
    "says": ("Uppgifter", "Details"),
    "incoming": ("Påståenden och saker som leder hit", "Statements and things that lead here"),
    "evidence": ("Belägg", "Evidence"),
    "document": ("Dokument", "Document"),
    "section": ("Avsnitt", "Section"),
    "characters": ("tecken", "characters"),
    "inferred": ("härlett", "inferred"),
    "asserted": ("sagt", "stated"),
    "strength": ("Styrka", "Strength"),
    "source": ("Källa", "Source"),
    "certainty": ("säkerhet", "certainty"),
    "no.texts": ("Texten finns inte här. Lägg till den: styrgraf sources add FIL", "The text is not here. Add it: styrgraf sources add FILE"),
    "not.stated": ("ej angivet i dokumenten", "not stated in the documents"),
    "not.documented": ("Inget dokument säger det.", "No document says so."),
    "no.rows": ("Inga rader.", "No rows."),
    "not.found": ("Grafen säger inget om den adressen.", "The graph says nothing about that address."),
    "not.found.help": ("Kontrollera stavningen, eller börja från startsidan.", "Check the spelling, or begin at the home page."),
    "as.data": ("Som data", "As data"),
    "show.query": ("Frågan i SPARQL", "The question in SPARQL"),
    "skip": ("Till innehållet", "Skip to content"),
    "language": ("English", "Svenska"),
    "answer": ("Svar", "Answer"),
    "rows": ("rader", "rows"),
    "choose": ("Välj", "Choose"),
    "all": ("alla", "all"),
    "show": ("Visa", "Show"),
    "coverage": ("Vad påståendena vilar på", "What the statements rest on"),
    "coverage.lead": (
        "Markerad text är belägg för minst ett påstående. Omarkerad text säger något som inget påstående vilar på.",
        "Marked text is evidence of at least one statement. Unmarked text says something that no statement rests on.",
    ),
    "coverage.none": ("Ingen källtext finns här. Lägg till en: styrgraf sources add FIL", "No source text is here. Add one: styrgraf sources add FILE"),
    "coverage.share": ("av texten är belägg", "of the text is evidence"),
    "gaps": ("ställen utan påstående", "places without a statement"),
    "passage": ("Passage", "Passage"),
    "validation": ("Kontroll mot formerna", "Validation"),
    "step.load": ("Läser filer", "Loading files"),
    "step.reason": ("Härleder", "Reasoning"),
    "step.validate": ("Kontrollerar", "Validating"),
    "step.release": ("Ger ut", "Publishing"),
}


def text(key: str, lang: str) -> str:
    """The words for a key in a language ("sv" or "en"). Raises KeyError for an unknown key."""
    return TEXTS[key][lang == "en"]
