"""Behind nginx, over TLS and below a prefix: the page and protocol tests pass there too, and nothing leads out of the prefix."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from urllib.parse import urljoin, urlsplit

import pytest
from paths import ROOT
from proxied import PREFIX, Remote, behind_nginx
from rdflib import DCAT, RDF, VOID, Graph, URIRef
from running import free_port, serving

from graph.releases import Home
from service.web.access import Access

SETTINGS = {"STYRGRAF_ROOT_PATH": PREFIX, "STYRGRAF_PROXY_HEADER": "X-Forwarded-For"}
SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module")
def client(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """A client of the service over the real graph, behind nginx."""
    port, folder = free_port(), tmp_path_factory.mktemp("nginx")
    with serving(port, folder, STYRGRAF_HOME=str(home.path), **SETTINGS), behind_nginx(port, folder) as made:
        yield made


class Writing:
    """What the protocol tests use: a client, and updates with a token."""

    def __init__(self, client: Remote, token: str) -> None:
        self.client = client
        self.token = {"authorization": f"Bearer {token}"}

    def update(self, text: str) -> object:
        """Sends an update directly."""
        return self.client.request("POST", "/update", headers={**self.token, "content-type": "application/sparql-update"}, content=text.encode())


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An instance without the package's data, behind nginx."""
    port, folder = free_port(), tmp_path_factory.mktemp("nginx-empty")
    with serving(port, folder, "--empty", STYRGRAF_HOME=str(folder / "home"), **SETTINGS), behind_nginx(port, folder) as remote:
        yield Writing(remote, Access(folder / "home").create("nginx", "editor"))


def module_of(path: str) -> ModuleType:
    """The module of other tests, whose functions run here with the fixtures of this module."""
    found = importlib.util.spec_from_file_location(Path(path).stem + "_behind_nginx", ROOT / "tests" / path)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


protocol, pages = module_of("service/test_protocol.py"), module_of("service/test_pages.py")
globals().update({name: test for name, test in vars(protocol).items() if name.startswith("test_")})
for name in ("a_thing_leads_to_the_form_that_is_liked", "the_data_of_a_thing_is_rdf_about_it", "pages_come_in_both_languages", "health_tells_the_release"):
    globals()[f"test_{name}"] = getattr(pages, f"test_{name}")


@pytest.fixture(scope="module")
def served(empty: Writing) -> Writing:
    """The instance with the four small graphs of the protocol tests."""
    assert empty.update(protocol.DATA).status_code == 204  # type: ignore[attr-defined]
    return empty


def links(page: str) -> set[str]:
    """The addresses that a page leads to or loads."""
    return set(re.findall(r'(?:href|src|action)="([^"#]+)', page))


@pytest.mark.parametrize("path", ["/", "/questions", "/id/group/rag-onkologi.html", "/questions/who-reports-to-whom", "/def.html", "/releases"])
def test_nothing_leads_out_of_the_prefix(client: Remote, path: str) -> None:
    """Each address of a page on this host is below the prefix, and some of them are looked up."""
    page = client.get(path, headers={"accept": "text/html"})
    assert page.status_code == 200
    here = {urljoin(client.base + path, link.replace("&amp;", "&")) for link in links(page.text)}
    own = sorted(u for u in here if urlsplit(u).netloc == urlsplit(client.base).netloc)
    assert own
    assert [u for u in own if not u.startswith(client.base + "/")] == []
    for url in own[:: max(1, len(own) // 8)]:
        assert client.get(url.removeprefix(client.base)).status_code in (200, 303, 308), url


def test_descriptions_name_addresses_outside(client: Remote) -> None:
    """The service description, DCAT, VoID, the sitemap and OpenAPI name what a client outside can reach, over TLS."""
    (endpoint,) = Graph().parse(data=client.get("/sparql", headers={"accept": "text/turtle"}).text).objects(None, URIRef(SD + "endpoint"))
    assert str(endpoint) == f"{client.base}/sparql"
    catalog = Graph().parse(data=client.get("/catalog.ttl").text)
    told = {str(o) for p in (DCAT.endpointURL, DCAT.downloadURL, VOID.dataDump) for o in catalog.objects(None, p)}
    assert told == {f"{client.base}/sparql", f"{client.base}/dump.trig.gz"}
    assert set(catalog.subjects(RDF.type, DCAT.Catalog)) == {URIRef(f"{client.base}/catalog")}
    assert f"<loc>{client.base}/questions</loc>" in client.get("/sitemap.xml").text
    assert client.get("/api/openapi.json").json()["servers"][0]["url"] == PREFIX
    assert f"Sitemap: {client.base}/sitemap.xml" in client.get("/robots.txt").text


def test_a_new_graph_is_found_where_it_is_said_to_be(empty: Writing) -> None:
    """POST to the bare store tells an address below the prefix, over TLS, which answers, and which is the graph's name."""
    headers = {**empty.token, "content-type": "text/turtle"}
    made = empty.client.request("POST", "/store", headers=headers, content="<urn:a> <urn:b> <urn:c> .")
    assert made.status_code == 201
    path = made.headers["location"]
    assert path.startswith("/store/")
    assert "<urn:c>" in empty.client.get(path, headers={"accept": "application/n-triples"}).text
    asked = {"query": f"ASK {{ GRAPH <{empty.client.base}{path}> {{ <urn:a> ?p ?o }} }}"}
    assert empty.client.get("/sparql", params=asked).json()["boolean"] is True


def test_language_models_reach_their_tools(client: Remote) -> None:
    """An MCP client that asks below the prefix is answered."""
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    answer = client.post("/mcp", json=asked, headers={"accept": "application/json, text/event-stream"})
    assert answer.status_code == 200, answer.text
    assert "styrgraf" in answer.text.lower()


def test_the_proxy_keeps_to_itself_what_is_not_for_all(client: Remote) -> None:
    """Metrics are not for outside; the well-known address and robots.txt of the host lead to ours; the rest of the host is nobody's."""
    host = client.base.removesuffix(PREFIX)
    outside = Remote.__new__(Remote)
    outside.base, outside._client = host, client._client
    assert outside.get(f"{PREFIX}/metrics").status_code == 403
    assert outside.get("/.well-known/void").headers["location"].endswith("/.well-known/void")
    assert f"Disallow: {PREFIX}/sparql" in outside.get("/robots.txt").text
    assert outside.get("/questions").status_code == 404
    assert outside.get(PREFIX).status_code == 308
