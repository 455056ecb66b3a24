"""A report as RDF."""

from rdflib import RDF, SH, Graph, Literal, URIRef

from graph.report import Report, Result
from graph.store import serialize
from graph.validator.rdf import triples

RESULT = Result(
    "Violation", "https://x.org/f", "f", "https://x.org/p", "a text", "https://x.org/s", "MinCountConstraintComponent", {"sv": "Fel.", "en": "Wrong."}
)


def test_a_report_is_a_standard_validation_report() -> None:
    """Focus node, path, value, shape, component, severity and messages in both languages, as rdflib reads them."""
    graph = Graph().parse(data=serialize(triples(Report((RESULT,))), "text/turtle").decode(), format="turtle")
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    (result,) = graph.objects(report, SH.result)
    assert graph.value(report, SH.conforms) == Literal(False)
    assert graph.value(result, SH.focusNode) == URIRef("https://x.org/f")
    assert graph.value(result, SH.value) == Literal("a text")
    assert graph.value(result, SH.sourceConstraintComponent) == SH.MinCountConstraintComponent
    assert set(graph.objects(result, SH.resultMessage)) == {Literal("Fel.", lang="sv"), Literal("Wrong.", lang="en")}


def test_no_result_conforms() -> None:
    """An empty report conforms."""
    graph = Graph().parse(data=serialize(triples(Report(())), "text/turtle").decode(), format="turtle")
    assert list(graph.objects(None, SH.conforms)) == [Literal(True)]
