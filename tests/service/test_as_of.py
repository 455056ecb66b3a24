"""What held on a day, and what an older release says: the same parameters on every read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from asking import Client
from writing import Writing, writing

from graph import history
from graph.namespaces import BASE

REPEALED = BASE + "id/statement/frame-forfattningsnamn-1982-norra"
IN_FORCE = BASE + "id/statement/frame-forfattningsnamn-norra"
LOCAL = "http://example.org/graph/next-revision"
COUNCIL = "id/group/samordningsrad-onkologi"
PREFIX = "PREFIX sg: <https://w3id.org/styrgraf/def/>"


def holds(client: Client, statement: str, **params: str) -> bool:
    """Whether the view says anything of a statement."""
    found = client.get("/sparql", params={"query": f"ASK {{ <{statement}> ?p ?o }}", **params})
    assert found.status_code == 200, found.text
    return bool(found.json()["boolean"])


def test_a_day_shows_what_held_then(client: Client) -> None:
    """The ordinance that was repealed holds to its last day, the one that replaced it from the next."""
    assert [holds(client, REPEALED, asOf=day) for day in ("1990-01-01", "2017-03-31", "2017-04-01")] == [True, True, False]
    assert [holds(client, IN_FORCE, asOf=day) for day in ("1990-01-01", "2017-03-31", "2017-04-01")] == [False, False, True]


def test_without_a_day_all_that_is_recorded_is_answered(client: Client) -> None:
    """What has ended stays answerable."""
    assert holds(client, REPEALED)
    assert holds(client, IN_FORCE)
    assert holds(client, REPEALED, release="1")


@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/api/questions", "/api/ask?q=x", "/questions", "/", "/store?default", f"/{COUNCIL}.ttl"])
@pytest.mark.parametrize("day", ["2026", "2026-06", "2026-02-30", "igår", "2026-06-01T00:00:00", "٢٠٢٦-٠٦-٠١"])
def test_what_is_no_day_is_refused_with_words(client: Client, path: str, day: str) -> None:
    """400, and how a day is written; a month is none, since things change within it."""
    answer = client.get(f"{path}{'&' if '?' in path else '?'}asOf={quote(day)}", headers={"accept-language": "en"})
    assert answer.status_code == 400
    assert "2026-12-31" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/api/questions", "/questions", "/store?default"])
@pytest.mark.parametrize("number", ["999", "../1", "x", "²"])
def test_an_unknown_release_is_not_found(client: Client, path: str, number: str) -> None:
    """404 everywhere."""
    assert client.get(f"{path}{'&' if '?' in path else '?'}release={quote(number)}").status_code == 404


def test_an_empty_day_is_none(client: Client) -> None:
    """A form that was left empty asks for all that is known."""
    assert client.get("/api/questions?asOf=").json() == client.get("/api/questions").json()


def test_an_answer_tells_its_day(client: Client) -> None:
    """Release, day, the period in which the same holds, and words in both languages; the file's name has the day."""
    answer = client.get("/api/questions/who-reports-to-whom", params={"asOf": "2017-05-01"})
    told = answer.json()
    assert (told["release"], told["asOf"], told["period"]) == ("000001", "2017-05-01", {"from": "2017-04-01", "to": "2017-12-31"})
    assert "2017-05-01" in told["shows"]["sv"]
    assert "2017-12-31" in told["shows"]["en"]
    assert "who-reports-to-whom-2017-05-01.json" in answer.headers["content-disposition"]


@pytest.mark.parametrize("path", ["/api/questions", "/questions", "/sparql?query=ASK{}", f"/{COUNCIL}.json", f"/{COUNCIL}.html"])
def test_the_etag_names_the_view(client: Client, path: str) -> None:
    """Days of one period are one view; the tag begins with it, and a client that has it is not sent it again."""
    tags = []
    for day in ("", "2017-05-01", "2017-12-31", "2018-01-01"):
        asked = f"{path}{'&' if '?' in path else '?'}asOf={day}"
        tag = client.get(asked).headers["etag"]
        tags.append(tag.partition(".")[0])
        assert client.get(asked, headers={"if-none-match": tag}).status_code == 304
    assert tags == ['"000001', '"000001@2017-04-01', '"000001@2017-04-01', '"000001@2018-01-01']


def test_a_page_says_what_it_shows_and_keeps_it(client: Client) -> None:
    """A notice with the day and a way back; links and forms lead to the same day."""
    html = client.get("/questions/who-reports-to-whom?asOf=2017-05-01&lang=en", headers={"accept": "text/html"}).text
    assert "Shows what held on 2017-05-01" in html
    assert '<a href="/questions/who-reports-to-whom?lang=en">' in html
    assert '<input type="hidden" name="asOf" value="2017-05-01">' in html
    ours = re.findall(r'href="(/(?:id|doc|questions|api|coverage)[^"]*)"', html)
    assert [link for link in ours if "asOf=2017-05-01" not in link] == ["/questions/who-reports-to-whom?lang=en"]


def test_what_did_not_hold_has_no_page_then(client: Client) -> None:
    """404 for the day, which the page names, with a way to the page as it is now."""
    path = IN_FORCE.removeprefix(BASE)
    answer = client.get(f"/{path}.html?asOf=1990-01-01", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "Visar vad som gällde 1990-01-01" in answer.text
    assert client.get(re.findall(rf'href="(/{path}[^"]*)"', answer.text)[-1]).status_code == 200


def test_the_description_of_the_api_names_both(client: Client) -> None:
    """Whoever reads OpenAPI learns that each reading route takes a release and a day."""
    paths = client.get("/api/openapi.json").json()["paths"]
    for path in ("/api/questions", "/api/questions/{name}", "/api/ask", "/api/search", "/api/explain", "/api/diagnose"):
        assert {"release", "asOf"} <= {p["name"] for p in paths[path]["get"]["parameters"]}


def test_a_page_of_now_says_nothing_of_days(client: Client) -> None:
    """No notice, and no day in any link."""
    assert "asOf=" not in client.get("/questions", headers={"accept": "text/html"}).text


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """The package's data with a made-up next revision of the council's mandate: the line to its first recipient ends, another begins."""
    with writing(tmp_path_factory.mktemp("revised"), empty=False) as found:
        yield found


def test_a_revision_answers_before_and_after(revised: Writing) -> None:
    """From 2027 the process teams report elsewhere: the line of the mandate gets an end in a local graph, a new one begins; no edge outlives its statement."""
    teams, new, to = BASE + "id/group/vgr-regionala-processteam", BASE + "id/reporting-line/next-revision", BASE + "id/organisation/socialstyrelsen"
    lines = f"{{ ?line a sg:ReportingLine ; sg:lineFrom <{teams}> ; sg:lineTo ?to . <{teams}> sg:reportsTo ?to }}"
    old = revised.rows(f"{PREFIX} SELECT ?line ?to {lines} ORDER BY ?line")
    ends = "".join(f'<{row["line"]}> sg:validTo "2026-12-31"^^xsd:date . ' for row in old)
    begins = f"""<{new}> a sg:ReportingLine ; rdfs:label "ny linje"@sv, "new line"@en ; dcterms:source "påhittad"@sv ; sg:certainty "låg" ;
        sg:seenOn "2026-11-22"^^xsd:date ; sg:lineFrom <{teams}> ; sg:lineTo <{to}> ; sg:validFrom "2027-01-01"^^xsd:date"""
    done = revised.update(f"INSERT DATA {{ GRAPH <{LOCAL}> {{ {ends} {begins} }} }}")
    assert done.status_code == 204, done.text

    def receivers(**params: str) -> set[str]:
        return {row["to"] for row in revised.rows(f"{PREFIX} SELECT ?to {{ <{teams}> sg:reportsTo ?to }}", **params)}

    before = {row["to"] for row in old}
    assert before
    assert (receivers(), receivers(release="000001")) == (before | {to}, before)
    assert (receivers(asOf="2026-12-31"), receivers(asOf="2027-01-01")) == (before, {to})
    told = {"s": teams, "p": "sg:reportsTo", "o": old[0]["to"]}
    assert [revised.client.get("/api/explain", params={**told, "asOf": day}).status_code for day in ("2026-12-31", "2027-01-01")] == [200, 404]
    asked = {day: revised.client.get("/api/questions/who-reports-to-whom", params={"asOf": day}).text for day in ("2026-12-31", "2027-01-01")}
    assert [to in text for text in asked.values()] == [False, True]


def test_if_match_compares_the_release_of_a_view(revised: Writing) -> None:
    """Whoever read what held on a day may change the release that it was read from, and no later one."""
    tag = revised.client.get("/sparql", params={"query": "ASK {}", "asOf": "2027-01-01"}).headers["etag"]
    change = [f"INSERT DATA {{ GRAPH <{LOCAL}> {{ <{BASE}id/topic/t{n}> a sg:Topic ; rdfs:label 'ämne'@sv, 'topic'@en }} }}" for n in (1, 2)]
    assert [revised.update(text, {"if-match": tag}).status_code for text in change] == [204, 412]


def test_many_days_are_few_views(client: Client) -> None:
    """Each day of four decades is answered, by the handful of views that the data has periods."""
    tags = {client.get("/sparql", params={"query": "ASK {}", "asOf": f"{year}-07-01"}).headers["etag"] for year in range(1990, 2030)}
    assert len(tags) <= 5


def test_a_pruned_release_is_not_there_on_any_day(revised: Writing) -> None:
    """404 with how to have it back, whole or as of a day that was read before."""
    assert revised.ask("ASK {}", release="1", asOf="2027-01-01")
    revised.update(f"INSERT DATA {{ GRAPH <{LOCAL}> {{ <{BASE}id/topic/t3> a sg:Topic ; rdfs:label 'ämne'@sv, 'topic'@en }} }}")
    assert "000001" in history.prune(revised.home, 1)
    for asked in ({"release": "1"}, {"release": "1", "asOf": "2027-01-01"}):
        answer = revised.client.get("/sparql", params={"query": "ASK { ?s ?p ?o }", **asked})
        assert (answer.status_code, "rollback 000001" in answer.text) == (404, True)
