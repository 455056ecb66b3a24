"""The canonical form of data files."""

from pathlib import Path

import pytest

from graph.canonical import formatted
from graph.errors import EvidenceError, InputError
from graph.evidence import Texts, sha256
from graph.files import rdf_files

DATA_FILES = rdf_files("data")
TEXT = "Först det ena. Sedan det andra."
HEAD = """# A curator's note.
@base <https://w3id.org/styrgraf/> .
@prefix sg: <https://w3id.org/styrgraf/def/> .
@prefix schema: <https://schema.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
VERSION = f'<doc/x/v> a sg:DocumentVersion ; schema:sha256 "{sha256(TEXT)}" .'


def written(tmp_path: Path, body: str) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir(exist_ok=True)
    path = folder / "x.trig"
    path.write_text(HEAD + "GRAPH <graph/source/x> {" + VERSION + body + "}", "utf-8")
    return path


TEXTS = Texts({sha256(TEXT): TEXT})


def test_a_quote_becomes_a_range_with_its_hash(tmp_path: Path) -> None:
    """A passage written as evidence leaves the file and its range and hash stay."""
    result = formatted(written(tmp_path, '<id/task/a> a sg:Task ; sg:evidence "Sedan det andra" .'), TEXTS)
    assert "Sedan" not in result
    assert "<id/evidence/x/15-30>" in result
    assert sha256("Sedan det andra") in result


def test_statements_stand_as_the_document_says_them(tmp_path: Path) -> None:
    """Order in the file is reading order, whatever the names."""
    result = formatted(written(tmp_path, '<id/task/a> a sg:Task ; sg:evidence "andra" . <id/task/z> a sg:Task ; sg:evidence "Först" .'), TEXTS)
    assert result.index("id/task/z") < result.index("id/task/a")


def test_formatting_twice_changes_nothing(tmp_path: Path) -> None:
    """The canonical form is its own canonical form, comment at the top included."""
    path = written(tmp_path, '<id/task/a> a sg:Task ; rdfs:label "b"@en , "a"@sv ; sg:number 3 ; sg:value 2.5 ; sg:negated true ; sg:evidence "det … det" .')
    once = formatted(path, TEXTS)
    path.write_text(once, "utf-8")
    assert formatted(path, Texts({})) == once
    assert once.startswith("# A curator's note.\n")


def test_every_quote_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    """A curator sees all mistakes in one run."""
    with pytest.raises(EvidenceError, match=r"(?s)tredje.*fjärde"):
        formatted(written(tmp_path, '<id/task/a> a sg:Task ; sg:evidence "tredje", "fjärde" .'), TEXTS)


def test_a_range_that_nothing_rests_on_is_left_out(tmp_path: Path) -> None:
    """Ranges live only as long as a statement cites them."""
    path = written(tmp_path, '<id/task/a> a sg:Task ; sg:evidence "andra" .')
    path.write_text(formatted(path, TEXTS).replace("sg:evidence <id/evidence/x/25-30>", "sg:number 1"), "utf-8")
    assert "EvidenceSpan" not in formatted(path, TEXTS)


def test_blank_nodes_are_refused(tmp_path: Path) -> None:
    """Everything in data has a name, so that a diff and a patch can say it."""
    with pytest.raises(InputError, match="blank node"):
        formatted(written(tmp_path, "<id/task/a> sg:about [ a sg:Topic ] ."), TEXTS)


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda p: p.name)
def test_the_data_is_in_canonical_form(path: Path) -> None:
    """Each file under data/ is as `styrgraf format` writes it."""
    assert formatted(path, Texts({})) == path.read_text("utf-8")
