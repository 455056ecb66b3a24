"""`/metrics`, the log and readiness: what whoever runs the service is told."""

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Client, client_of
from prometheus_client.parser import text_string_to_metric_families
from writing import Writing, writing

from graph import build
from graph.releases import Home
from service.app import create_app
from service.operation import metrics
from service.operation.figures import BOUNDS, Figures
from service.operation.logs import MOST, Log, as_text
from service.operation.readiness import Readiness
from service.operation.readiness import writing as somebody_writes
from service.settings import Settings

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SECRET = "sg_nobody_s3cr3t"


def samples(client: Client) -> dict[str, float]:
    """What /metrics tells, as the Prometheus client reads it: the value of each series."""
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return _read(answer.text)


def _read(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An instance of its own, with something in it."""
    with writing(tmp_path_factory.mktemp("metrics")) as made:
        made.update("INSERT DATA { GRAPH <urn:g> { " + " ".join(f"<urn:{n}> <urn:p> {n} ." for n in range(200)) + " } }")
        yield made


def moved(served: Writing, *names: str) -> "Moved":
    """How much series grow while something is done."""
    return Moved(served.client, names)


class Moved:
    """Looks at series before and after."""

    def __init__(self, client: Client, names: tuple[str, ...]) -> None:
        self._client = client
        self._names = names
        self.by: list[float] = []

    def __enter__(self) -> "Moved":
        self._before = samples(self._client)
        return self

    def __exit__(self, *_: object) -> None:
        after = samples(self._client)
        self.by = [after.get(n, 0) - self._before.get(n, 0) for n in self._names]


def test_prometheus_reads_every_family(served: Writing) -> None:
    """The parser of the Prometheus client takes all of it; each family has a type, a meaning and a value."""
    served.client.get("/sparql", params={"query": "ASK {}"})
    families = {f.name: f for f in text_string_to_metric_families(served.client.get("/metrics").text)}
    for name, (kind, meaning) in metrics.FAMILIES.items():
        family = families[name.removesuffix("_total") if kind == "counter" else name]
        assert (family.type, family.documentation) == (kind, meaning)
        assert family.samples


def test_requests_are_counted_by_door_method_and_class_of_status(served: Writing) -> None:
    """Answers and refusals move their own numbers, and the histogram of their door."""
    good, bad = (f"styrgraf_requests_total{{door=sparql,method=GET,status={s}}}" for s in ("2xx", "4xx"))
    with moved(served, good, bad, "styrgraf_request_seconds_count{door=sparql}", "styrgraf_request_seconds_bucket{door=sparql,le=+Inf}") as told:
        served.client.get("/sparql", params={"query": "ASK { ?s ?p 1 }"})
        served.client.get("/sparql", params={"query": "nonsense"})
        served.client.get("/sparql", params={"query": "nonsense"})
    assert told.by == [1, 2, 3, 3]


def test_the_cache_tells_what_it_was_asked(served: Writing) -> None:
    """The first time an answer is looked for in vain, the second it is there, and it takes room."""
    names = [f"styrgraf_cache_requests_total{{cache=ready,result={r}}}" for r in ("miss", "hit")]
    with moved(served, *names, "styrgraf_cache_bytes{cache=answers}") as told:
        for _ in range(3):
            served.client.get("/sparql", params={"query": "SELECT ?s { ?s ?p 7 }"})
    assert told.by[:2] == [1, 2]
    assert told.by[2] > 0


def test_stopped_queries_and_changes_are_told_by_why(served: Writing) -> None:
    """A query over its time, a change that is made, one that is refused and one that cannot be read each move their number."""
    stopped, change = "styrgraf_queries_stopped_total{reason=time}", "styrgraf_changes_total{outcome=%s}"
    with moved(served, stopped, "styrgraf_query_wait_seconds_count{}", change % "made", change % "invalid", "styrgraf_release_number{}") as told:
        assert served.client.get("/sparql", params={"query": ENDLESS, "timeout": "3"}).status_code == 504
        assert served.update("INSERT DATA { <urn:x> <urn:p> 1 }").status_code == 204
        assert served.update("INSERT nonsense").status_code == 400
    assert told.by[0] == 1
    assert told.by[1] >= 1
    assert told.by[2:] == [1, 1, 1]


def test_the_release_and_the_process_are_told(served: Writing) -> None:
    """Number, time and triples of the release are those of the manifest; memory and processor time are those of a process."""
    release = served.home.current()
    assert release
    found = samples(served.client)
    assert found["styrgraf_release_number{}"] == int(release.id)
    assert found["styrgraf_release_triples{kind=asserted}"] == sum(release.manifest.graphs.values()) - release.manifest.inferred
    assert found["process_resident_memory_bytes{}"] > 10 << 20
    assert found["styrgraf_query_processes{state=idle}"] + found["styrgraf_query_processes{state=busy}"] >= 1


def test_a_histogram_counts_each_request_once() -> None:
    """Buckets are cumulative, a bound counts what took just so long, and what is slower than all bounds is only in +Inf."""
    figures = Figures()
    for seconds in (BOUNDS[0], BOUNDS[0], BOUNDS[1], 1000.0):
        figures.count("sparql", "GET", 200, seconds)
    found = _read(metrics.exposition([figures.series]))
    buckets = [found[f"styrgraf_request_seconds_bucket{{door=sparql,le={b}}}"] for b in (*BOUNDS, "+Inf")]
    assert buckets == [2, *[3] * (len(BOUNDS) - 1), 4]
    assert found["styrgraf_request_seconds_sum{door=sparql}"] == pytest.approx(1000 + 2 * BOUNDS[0] + BOUNDS[1])


def test_processes_add_up() -> None:
    """The series of two serving processes are told as one."""
    first, second = Figures(), Figures()
    first.count("sparql", "GET", 200, 0.1)
    second.count("sparql", "BREW", 200, 0.1)
    second.count("sparql", "GET", 204, 0.1)
    found = _read(metrics.exposition([first.series, second.series]))
    assert found["styrgraf_requests_total{door=sparql,method=GET,status=2xx}"] == 2
    assert found["styrgraf_requests_total{door=sparql,method=other,status=2xx}"] == 1
    assert found["styrgraf_request_seconds_count{door=sparql}"] == 3


@pytest.fixture
def logged(home: Home) -> Iterator[tuple[Client, Log, io.StringIO]]:
    """A service over the real graph, and what it logs."""
    stream = io.StringIO()
    log = Log("json", stream)
    with client_of(create_app(Settings.read({"STYRGRAF_HOME": str(home.path)}), log=log)) as client:
        yield client, log, stream


def test_each_request_is_a_line_without_what_was_asked(logged: tuple[Client, Log, io.StringIO]) -> None:
    """Door, method, path, status, time, bytes, client and the id that the client was told; no query, no parameter, no token."""
    client, log, stream = logged
    told = client.get("/sparql", params={"query": "ASK { ?s ?p 'Eva Berg' }"}, headers={"x-request-id": "mine-1", "authorization": f"Bearer {SECRET}"})
    made = client.get("/robots.txt", params={"q": "Eva Berg"})
    log.flush()
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["door"], first["method"], first["path"], first["status"]) == ("sparql", "GET", "/sparql", told.status_code)
    assert (first["id"], told.headers["x-request-id"]) == ("mine-1", "mine-1")
    assert (second["door"], second["status"], second["bytes"]) == ("pages", 200, len(made.content))
    assert second["id"] == made.headers["x-request-id"]
    assert all(word not in stream.getvalue() for word in ("Eva", "Berg", SECRET, "s3cr3t", "ASK"))


def test_a_query_that_is_stopped_is_told_by_its_hash(logged: tuple[Client, Log, io.StringIO]) -> None:
    """The same query has the same hash each time, and another one another."""
    client, log, stream = logged
    for query in (ENDLESS, ENDLESS, ENDLESS + " "):
        client.get("/sparql", params={"query": query, "timeout": "3"})
    log.flush()
    lines = [e for e in map(json.loads, stream.getvalue().splitlines()) if e["event"] == "query"]
    assert [e["outcome"] for e in lines] == ["time"] * 3
    assert lines[0]["query"] == lines[1]["query"] != lines[2]["query"]
    assert "COUNT" not in stream.getvalue()


class Stuck(io.StringIO):
    """A reader that takes nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def write(self, text: str) -> int:
        """Waits, then takes it."""
        self.go.wait()
        return super().write(text)


def test_a_stuck_reader_of_the_log_loses_lines_and_stops_nobody() -> None:
    """More lines than may wait are dropped and counted; what was not dropped comes when the reader goes on."""
    stream = Stuck()
    log = Log("json", stream)
    for _ in range(3 * MOST):
        log.query("ASK {}", "slow", 1.0)
    assert log.dropped > 0
    stream.go.set()
    log.close()
    assert len(stream.getvalue().splitlines()) + log.dropped == 3 * MOST


def test_a_reader_of_the_log_that_has_gone_is_no_error() -> None:
    """Its lines are counted as dropped."""
    stream = io.StringIO()
    log = Log("text", stream)
    stream.close()
    log.query("ASK {}", "slow", 1.0)
    log.close()
    assert log.dropped == 1


def test_a_line_cannot_write_to_a_terminal() -> None:
    """Control characters in a path are shown as a question mark."""
    told = {"id": "x", "door": "pages", "method": "GET", "path": "/\x1b[2J\n/x", "status": 200, "ms": 1.0, "bytes": 3, "client": "::1"}
    line = as_text(0.0, "request", told)
    assert "\x1b" not in line
    assert line.count("\n") == 1


def test_ready_tells_why_not(tmp_path: Path) -> None:
    """Without a release, while the first is built, and with a damaged one: 503, why, and what to do; then ready."""
    home = Home(tmp_path / "home")
    with client_of(create_app(Settings.read({"STYRGRAF_HOME": str(home.path)}))) as client:

        def told() -> tuple[int, list[str], str]:
            answer = client.get("/health/ready")
            body = answer.json()
            return answer.status_code, [r["reason"] for r in body.get("reasons", [])], body.get("detail", "")

        assert told()[:2] == (503, ["no-release"])
        assert "styrgraf build" in told()[2]
        with home.writing():
            assert somebody_writes(home.path)
            assert told()[:2] == (503, ["building"])
        build.empty(home)
        assert told() == (200, [], "")
        manifest = home.releases / "000001" / "manifest.json"
        manifest.rename(tmp_path / "away")
    with client_of(create_app(Settings.read({"STYRGRAF_HOME": str(home.path)}))) as client:
        assert told()[:2] == (503, ["corrupt"])
        assert "styrgraf" in told()[2]


def test_not_ready_while_leaving_or_without_processes(home: Home) -> None:
    """A service that is about to end, or that cannot start processes, says so; a disk that is almost full keeps nobody from reading."""
    for leaving, alive, reason in ((True, True, "leaving"), (False, False, "workers")):
        status, told = Readiness(home, lambda: "000001", lambda alive=alive: alive, lambda leaving=leaving: leaving).told()  # type: ignore[misc]
        assert (status, [r["reason"] for r in told["reasons"]]) == (503, [reason])
        assert told["reasons"][0]["sv"] != told["reasons"][0]["en"]


def test_a_full_disk_is_a_warning(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ready, with what to do before the next change."""
    monkeypatch.setattr("service.operation.readiness.LITTLE", 1 << 80)
    status, told = Readiness(home, lambda: "000001", lambda: True, lambda: False).told()
    assert (status, [w["reason"] for w in told["warnings"]]) == (200, ["disk-full"])
