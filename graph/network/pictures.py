"""A drawing as SVG 1.1: rows by level, a box for each party, an arrow for each pair that is related. Every box and arrow tells in words what it is (SVG-AAM).

It holds no style sheet and no script: what it looks like stands in presentation attributes, so that the strictest page may show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape as escaped
from typing import Final

from graph.network.describing import Drawing, Party
from graph.network.layout import LINE, MARGIN, WIDTH, Bond, Box, Placed, placed
from graph.network.model import ABOVE

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # what XML 1.0 §2.2 has no way to write
_WORDS: Final = {
    "sv": (
        "Styrningsnätverk",
        "{} aktörer och {} relationer.",
        " Bara en del visas: urvalet är större.",
        "{} till {}: {}",
        "med förbehåll eller underförstått",
    ),
    "en": (
        "Governance network",
        "{} parties and {} relations.",
        " Only a part is shown: the selection is larger.",
        "{} to {}: {}",
        "hedged or implicit",
    ),
}
_NO_LEVEL: Final = {"sv": "utan nivå", "en": "no level"}
_GOVERNS, _OTHER, _INK = "#1d4e79", "#6b6b6b", "#1a1a1a"


def clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _CONTROL.sub(" ", text)


def escape(text: str) -> str:
    """Text for an element or an attribute."""
    return escaped(clean(text))


def as_svg(drawing: Drawing, lang: str) -> str:
    """The picture, with all text in a language."""
    at = placed(drawing, lang)
    title, count, cut, _, _ = _WORDS[lang]
    told = count.format(len(drawing.parties), len(drawing.relations)) + (cut if drawing.cut else "")
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {at.width:.0f} {at.height:.0f}" width="{at.width:.0f}" height="{at.height:.0f}" '
        f'role="img" aria-labelledby="t d" lang="{lang}" font-family="system-ui, sans-serif" font-size="12">'
    )
    arrow = '<marker id="{0}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="{1}"/></marker>'
    defs = f"<defs>{arrow.format('g', _GOVERNS)}{arrow.format('o', _OTHER)}</defs>"
    parts = [head, f'<title id="t">{title}</title><desc id="d">{escape(told)}</desc>{defs}', *_body(at, lang), "</svg>", ""]
    return "\n".join(parts)


def _body(at: Placed, lang: str) -> Iterator[str]:
    yield '<rect width="100%" height="100%" fill="#ffffff"/>'
    for row in at.rows:
        if row.heading:
            label = row.level.text(lang) if row.level else _NO_LEVEL[lang]
            yield f'<text x="{MARGIN}" y="{row.y - 8:.1f}" fill="{_OTHER}" font-weight="600">{escape(label)}</text>'
    for bond in at.bonds:
        if bond.source != bond.target:
            yield _arrow(bond, at, lang)
    for box in at.boxes.values():
        yield _box(box, lang)


def _arrow(bond: Bond, at: Placed, lang: str) -> str:
    a, b = at.boxes[bond.source], at.boxes[bond.target]
    _, _, _, pattern, hedged = _WORDS[lang]
    whats = "; ".join(f"{r.kind.text(lang)}: {r.statement.text(lang)}" + ("" if r.firm else f" ({hedged})") for r in bond.relations)
    told = escape(pattern.format(a.party.name.text(lang), b.party.name.text(lang), whats))
    governs = any(r.edge.kind in ABOVE for r in bond.relations)
    dashed = "" if any(r.firm for r in bond.relations) else ' stroke-dasharray="5 4"'
    colour, marker = (_GOVERNS, "g") if governs else (_OTHER, "o")
    return (
        f'<path d="{curve(a, b)}" fill="none" stroke="{colour}" stroke-width="1.4"{dashed} marker-end="url(#{marker})" role="img"><title>{told}</title></path>'
    )


def curve(a: Box, b: Box) -> str:
    """From the edge of one box to that of the other; between boxes of one row an arc above them."""
    if a.y == b.y:
        top = min(a.y - a.height / 2, b.y - b.height / 2)
        rise = top - min(44, 14 + abs(a.x - b.x) / 12)
        return f"M{a.x:.1f} {a.y - a.height / 2:.1f}C{a.x:.1f} {rise:.1f} {b.x:.1f} {rise:.1f} {b.x:.1f} {b.y - b.height / 2:.1f}"
    down = 1 if b.y > a.y else -1
    start, end = a.y + down * a.height / 2, b.y - down * b.height / 2
    middle = (start + end) / 2
    return f"M{a.x:.1f} {start:.1f}C{a.x:.1f} {middle:.1f} {b.x:.1f} {middle:.1f} {b.x:.1f} {end:.1f}"


def _box(box: Box, lang: str) -> str:
    left, top = box.x - WIDTH / 2, box.y - box.height / 2
    texts = "".join(f'<tspan x="{box.x:.1f}" y="{top + 16 + i * LINE:.1f}">{escape(line)}</tspan>' for i, line in enumerate(box.lines))
    rect = f'<rect x="{left:.1f}" y="{top:.1f}" width="{WIDTH}" height="{box.height:.1f}" rx="4" fill="#f6f8fa" stroke="{_INK}"/>'
    title = f"<title>{escape(_told(box.party, lang))}</title>"
    return f'<a href="{escape(box.party.name.iri)}">{title}{rect}<text text-anchor="middle" fill="{_INK}">{texts}</text></a>'


def _told(party: Party, lang: str) -> str:
    parts = [party.kind.text(lang), *(part.text(lang) for part in (party.level, party.within) if part)]
    return f"{party.name.text(lang)} ({', '.join(parts)})"
