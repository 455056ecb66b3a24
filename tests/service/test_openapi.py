"""The OpenAPI document is what the service does: made-up requests from it get no 5xx and no status that it does not name (schemathesis)."""

import httpx
import hypothesis
import pytest
import schemathesis
from asking import Client
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


def operations(client: Client) -> dict[str, schemathesis.schemas.APIOperation]:
    """Every operation of the document of the service over the real graph."""
    schema = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    found = [result.ok() for result in schema.get_all_operations()]
    return {f"{o.method.upper()} {o.path}": o for o in found}


def send(client: Client, case: schemathesis.Case) -> httpx.Response:
    sent = case.as_transport_kwargs(base_url="http://testserver")
    told = {k: v for k, v in sent.items() if k in ("params", "headers", "json", "content", "data", "files", "cookies") and v}
    return client.request(case.method, sent["url"].removeprefix("http://testserver"), **told)


def test_made_up_requests_are_answered_as_documented(client: Client, subtests: pytest.Subtests) -> None:
    """Whatever fits the document, or nearly does, is answered with a status, a media type and a body that the document names."""
    found = operations(client)
    assert {"GET /api/questions", "GET /api/ask", "GET /api/search"} <= found.keys()
    for name, operation in found.items():

        @hypothesis.settings(max_examples=20, deadline=None, suppress_health_check=list(hypothesis.HealthCheck), derandomize=True)
        @hypothesis.given(st.one_of(operation.as_strategy(generation_mode=m) for m in schemathesis.GenerationMode))
        def sent(case: schemathesis.Case) -> None:
            case.validate_response(schemathesis.Response.from_httpx(send(client, case), verify=False), checks=list(CHECKS))

        with subtests.test(name):
            sent()
