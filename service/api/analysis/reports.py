"""The gap report, the overview of a plan and a comparison as tables for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from graph.comparing import Comparison, Difference, Matter
from graph.gaps import SEVERITIES, Cell, Finding, Matrix
from graph.names import Name
from graph.planning import Line, Outcome, Overview
from service.api.analysis.tables import Report, Table, joined
from service.api.analysis.words import word
from service.api.answers import place
from service.api.workbook import Value


def gap_report(found: Sequence[Finding], cells: Matrix, selection: Sequence[Name], day: date, release: str, lang: str) -> Report:
    """Findings, a summary by kind, and the matrix of responsibilities."""
    chosen = ", ".join(n.text(lang) for n in selection) or word("all", lang)
    lead = (
        f"{word('day', lang)}: {day}",
        f"{word('release', lang)}: {release}",
        f"{word('filters', lang)}: {chosen}",
        *(() if found else (word("gap.none", lang),)),
    )
    return Report(word("gap.title", lang), lead, (_findings(found, lang), _summary(found, lang), matrix_table(cells, lang)))


def _findings(found: Sequence[Finding], lang: str) -> Table:
    head = ("severity", "kind", "why", "things", "area", "passages", "closing")
    return Table(word("findings", lang), _head(head, lang), tuple(_finding(f, lang) for f in found))


def _head(keys: Sequence[str], lang: str) -> tuple[str, ...]:
    return tuple(word(k, lang) for k in keys)


def _finding(finding: Finding, lang: str) -> tuple[Value, ...]:
    passages = "; ".join(dict.fromkeys(place(c, lang) for c in finding.citations)) or None
    said = word(finding.kind.severity, lang), finding.kind.labels[lang], finding.why[lang]
    return (*said, joined(finding.subject, lang), joined(finding.areas, lang), passages, finding.closing.words[lang])


def _summary(found: Sequence[Finding], lang: str) -> Table:
    counts = Counter(f.kind.id for f in found)
    kinds = sorted({f.kind.id: f.kind for f in found}.values(), key=lambda k: SEVERITIES.index(k.severity))
    rows = tuple((word(k.severity, lang), k.labels[lang], counts[k.id], k.notes[lang]) for k in kinds)
    return Table(word("summary", lang), _head(("severity", "kind", "count", "means"), lang), rows)


def matrix_table(cells: Matrix, lang: str) -> Table:
    """The matrix: a row for each region, a column for each area, the value with those who hold it, and the documents searched."""
    by_region = {r.iri: [c for c in cells.cells if c.region is r] for r in cells.regions}
    rows: list[tuple[Value, ...]] = []
    for region in cells.regions:
        told = (_cell(c, lang) for c in by_region[region.iri])
        rows.append((region, *told, "; ".join(d.text(lang) for d in cells.searched[region.iri]) or word("nothing", lang)))
    head = word("region", lang), *(a.text(lang) for a in cells.areas), word("searched", lang)
    return Table(word("matrix", lang), head, tuple(rows))


def _cell(cell: Cell, lang: str) -> str:
    said = ": ".join([word(cell.value.value, lang), *filter(None, [", ".join(h.text(lang) for h in cell.holders)])])
    unlike = "; ".join(d.text(lang) for d in cell.disagreements)
    return f"{said} ({word('disagreeing', lang)}: {unlike})" if unlike else said


_LINE = (
    "number",
    "kind",
    "what",
    "goal",
    "section",
    "status",
    "strength",
    "responsible",
    "performers",
    "named",
    "due",
    "time",
    "outcome",
    "missing",
    "passages",
)


def plan_report(overview: Overview, release: str, lang: str) -> Report:
    """The overview of a body's plan."""
    lead = f"{word('body', lang)}: {overview.body.text(lang)}", f"{word('day', lang)}: {overview.day}", f"{word('release', lang)}: {release}"
    return Report(
        f"{word('plan.title', lang)}: {overview.body.text(lang)}", lead, (Table(word("plan.title", lang), _head(_LINE, lang), _lines(overview, lang)),)
    )


def bodies_report(bodies: Sequence[Name], lang: str) -> Report:
    """The bodies that have an overview."""
    title = word("plan.bodies", lang)
    return Report(title, (), (Table(title, _head(("body",), lang), tuple((b,) for b in bodies)),))


def _lines(overview: Overview, lang: str) -> tuple[tuple[Value, ...], ...]:
    return tuple(_line(line, lang) for line in overview.lines)


def _line(line: Line, lang: str) -> tuple[Value, ...]:
    what = int(line.number) if line.number.isdigit() else line.number, line.kind.text(lang), line.thing, line.above, line.section
    who = (joined(names, lang) for names in (line.status, (*line.strength, *line.hedges), line.responsible, line.performers, line.named))
    due = f"{line.due} ({word('passed', lang)})" if line.passed else line.due
    missing = "; ".join(dict.fromkeys(f.kind.labels[lang] for f in line.missing))
    outcomes = "; ".join(_outcome(o, lang) for o in line.outcomes)
    return (*what, *who, due, ", ".join(line.times), outcomes, missing, "; ".join(dict.fromkeys(place(c, lang) for c in line.citations)))


def _outcome(outcome: Outcome, lang: str) -> str:
    seen = (
        " ".join(w for w in (outcome.observed, outcome.unit, f"({outcome.year})" if outcome.year else "") if w)
        if outcome.observed
        else word("no.outcome", lang)
    )
    aim = f"{outcome.target} {outcome.unit}".strip() if outcome.target else word("no.target", lang)
    return f"{outcome.indicator.text(lang)}: {seen} / {aim}"


def comparison_report(found: Comparison, days: Sequence[str], release: str, lang: str) -> Report:
    """A comparison of two things, or of one on two days."""
    sides = days or (found.first.text(lang), found.second.text(lang))
    title = f"{word('compare.title', lang)}: {found.first.text(lang)}, {' – '.join(days)}" if days else f"{word('compare.title', lang)}: {' – '.join(sides)}"
    counts = Counter(m.found.value for m in found.matters)
    lead = f"{word('release', lang)}: {release}", ", ".join(f"{word(k, lang)}: {n}" for k, n in counts.items())
    head = word("found", lang), word("kind", lang), *sides, *(f"{word('strength', lang)}: {s}" for s in sides), word("differs", lang), word("passages", lang)
    return Report(title, lead, (Table(word("compare.title", lang), head, tuple(_matter(m, lang) for m in found.matters)),))


def _matter(matter: Matter, lang: str) -> tuple[Value, ...]:
    differs = "; ".join(_difference(d, lang) for d in matter.differences) or None
    passages = "; ".join(dict.fromkeys(place(c, lang) for c in matter.citations)) or None
    return (word(matter.found.value, lang), matter.kind.text(lang), matter.first, matter.second, *matter.strengths, differs, passages)


def _difference(difference: Difference, lang: str) -> str:
    first, second = (", ".join(v.text(lang) if isinstance(v, Name) else v for v in side) or "–" for side in (difference.first, difference.second))
    return f"{difference.property.text(lang)}: {first} / {second}"
