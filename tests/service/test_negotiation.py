"""Content negotiation."""

import pytest

from service.web.negotiation import best, language

OFFERS = ["application/sparql-results+json", "application/sparql-results+xml", "text/csv"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", OFFERS[0]),
        ("*/*", OFFERS[0]),
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("application/*", OFFERS[0]),
        ("application/sparql-results+xml;q=0.9, text/csv;q=0.8", OFFERS[1]),
        ("text/csv;q=0, */*;q=0.1", OFFERS[0]),
        ("text/html", None),
        ("text/csv;q=0", None),
        ("*/*;q=0.1, text/csv;q=0.2", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        (OFFERS[0] + ";q=broken", None),
    ],
)
def test_the_best_liked_offer_is_chosen(accept: str, chosen: str | None) -> None:
    """Quality, specificity and order decide, and q=0 rules out."""
    assert best(accept, OFFERS) == chosen


@pytest.mark.parametrize(
    ("asked", "header", "chosen"),
    [
        ("en", "sv", "en"),
        (None, "", "sv"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "de, sv;q=0.3, en;q=0.8", "en"),
        (None, "fr", "sv"),
        ("xx", "en", "en"),
        (None, "en;q=0", "sv"),
    ],
)
def test_the_language_follows_the_parameter_then_the_header(asked: str | None, header: str, chosen: str) -> None:
    """`lang` wins, then Accept-Language, then Swedish."""
    assert language(asked, header) == chosen
