"""How a question was understood, told in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from graph.names import Name
from graph.questions import Question

_SENTENCES: Final = {
    "sv": {
        "question": "Frågan uppfattades som ”{}”",
        "with": " med {}",
        "narrowed": "; raderna gäller {}",
        "words": "; av raderna visas de som nämner {}",
        "statements": "Ingen fråga i katalogen passar; svaret är vad påståenden i dokumenten säger om {}",
        "nothing": "Frågan kunde inte tolkas: inget i grafen handlar om {}",
        "what": "det som frågan nämner",
        "none": "Inget heter ”{}”.",
        "nearest": "Inget heter ”{}”; närmast: {}.",
    },
    "en": {
        "question": "The question was understood as “{}”",
        "with": " with {}",
        "narrowed": "; the rows concern {}",
        "words": "; of the rows those are shown that mention {}",
        "statements": "No question of the catalogue fits; the answer is what statements in the documents say about {}",
        "nothing": "The question was not understood: nothing in the graph is about {}",
        "what": "what the question names",
        "none": "Nothing is called “{}”.",
        "nearest": "Nothing is called “{}”; nearest: {}.",
    },
}


def told(question: Question | None, params: Mapping[str, Name], things: Iterable[Name], words: Iterable[str], lang: str, *, statements: bool = False) -> str:
    """A sentence in `lang`: the question, its parameters, what the rows were narrowed to; `statements` where no question of the catalogue fitted."""
    say = _SENTENCES[lang]
    listed = ", ".join(f"”{w}”" if lang == "sv" else f"“{w}”" for w in words)
    if question is None:
        return say["nothing"].format(listed or say["what"]) + "."
    if statements:
        about = ", ".join([*(n.text(lang) for n in params.values()), *([listed] if listed else [])])
        return say["statements"].format(about or say["what"]) + "."
    labels = {p.name: p.labels[lang] for p in question.parameters}
    sentence = say["question"].format(question.labels[lang])
    if params:
        sentence += say["with"].format(", ".join(f"{labels[k].lower()} {n.text(lang)}" for k, n in params.items()))
    if named := ", ".join(n.text(lang) for n in things):
        sentence += say["narrowed"].format(named)
    return sentence + (say["words"].format(listed) if listed else "") + "."


def no_such(given: str, nearest: Iterable[Name], lang: str) -> str:
    """That nothing goes by a name, and what is nearest."""
    listed = ", ".join(n.text(lang) for n in nearest)
    return _SENTENCES[lang]["nearest" if listed else "none"].format(given, listed)
