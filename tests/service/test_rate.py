"""A client may ask only so often, whatever it asks for, and is told when it may again."""

from collections.abc import Iterator

import pytest
from asking import Client, client_of
from hypothesis import given
from hypothesis import strategies as st

from graph.releases import Home
from service.app import create_app
from service.settings import Settings
from service.web.limits import Rate
from service.web.refusals import RefusalError

COSTLY = ["/sparql?query=ASK{}", "/", "/api/ask?q=vem", "/api/questions", "/questions", "/mcp", "/update", "/store?default", "/api/openapi.json"]


@pytest.fixture
def limited(home: Home) -> Iterator[Client]:
    """A client of a service that answers one request and then none for an hour, behind a proxy."""
    settings = {"STYRGRAF_HOME": str(home.path), "STYRGRAF_RATE": "0.0002", "STYRGRAF_PROXY_HEADER": "X-Forwarded-For"}
    with client_of(create_app(Settings.read(settings))) as client:
        yield client


def test_what_costs_is_counted_for_each_client(limited: Client) -> None:
    """One request is let through, whatever it is; then each address is refused with a problem that says when to come back, and another client is not."""
    assert limited.get("/sparql?query=ASK{}").status_code == 200
    for path in COSTLY:
        refused = limited.get(path, headers={"x-request-id": "r1"})
        assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
        assert int(refused.headers["retry-after"]) > 1
        assert (refused.json()["requestId"], refused.headers["access-control-allow-origin"]) == ("r1", "*")
    assert limited.get("/sparql?query=ASK{}", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 200


def test_what_costs_nothing_is_not_counted(limited: Client) -> None:
    """Probes, preflights and style sheets are answered always."""
    for _ in range(10):
        assert limited.get("/health/live").status_code == 200
        assert limited.request("OPTIONS", "/sparql").status_code == 204
        assert limited.get("/static/base.css").status_code in (200, 404)


@given(st.integers(1, 20), st.lists(st.floats(0, 3), max_size=80))
def test_no_client_is_let_through_more_often_than_it_may(per_second: int, pauses: list[float]) -> None:
    """However it spaces its requests: as many at once as in the burst, and then `per_second` of them."""
    now = [0.0]
    rate = Rate(per_second, burst=2, clock=lambda: now[0])
    admitted = 0
    for pause in pauses:
        now[0] += pause
        try:
            rate.take({"type": "http", "client": ("192.0.2.7", 1)}, {})
            admitted += 1
        except RefusalError:
            pass
    assert admitted <= per_second * 2 + now[0] * per_second + 1
