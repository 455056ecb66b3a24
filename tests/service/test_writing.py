"""Writing to an instance with the package's data: what is refused, and what lasts."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph
from running import STYRGRAF
from writing import Writing, writing

from graph import build, files
from graph.errors import ConflictError, StateError
from graph.namespaces import CATALOG_GRAPH, INFERRED_GRAPH, ONTOLOGY_GRAPH, SOURCE_GRAPHS
from graph.releases import Home

SG = "PREFIX sg: <https://w3id.org/styrgraf/def/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
MINE = "https://example.org/graph/mine"
OWNED = (ONTOLOGY_GRAPH, CATALOG_GRAPH, INFERRED_GRAPH, SOURCE_GRAPHS + "uppdrag-rag-onkologi")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """An instance with the package's data."""
    with writing(tmp_path_factory.mktemp("full"), empty=False) as made:
        yield made


@pytest.mark.parametrize("graph", OWNED)
def test_graphs_of_the_package_are_read_only(served: Writing, graph: str) -> None:
    """403 through every door, and nothing changes."""
    before = served.home.pointer()
    answers = [
        served.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:b> 1 }} }}"),
        served.update(f"DELETE WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"),
        served.update(f"CLEAR GRAPH <{graph}>"),
        served.update(f"INSERT DATA {{ <urn:a> <urn:b> 1 }} ; MOVE DEFAULT TO <{graph}>"),
        served.request("PUT", "/store", {"content-type": "text/turtle"}, params={"graph": graph}, content=""),
        served.request("DELETE", "/store", params={"graph": graph}),
    ]
    assert {a.status_code for a in answers} == {403}
    assert served.home.pointer() == before


def test_dropping_all_clears_local_graphs_only(served: Writing) -> None:
    """DROP ALL takes what users wrote and leaves what the package brought."""
    count = int(served.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"])
    assert served.update(f"INSERT DATA {{ <urn:a> <urn:b> 1 . GRAPH <{MINE}> {{ <urn:a> <urn:b> 2 }} }}").status_code == 204
    assert served.update("DROP ALL").status_code == 204
    assert int(served.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"]) == count
    assert served.client.get("/store", params={"graph": MINE}).status_code == 404


def test_what_is_written_is_reasoned_over(served: Writing) -> None:
    """A new statement gives its direct edges, and takes them along when it goes."""
    group = "<https://w3id.org/styrgraf/id/group/rag-onkologi>"
    data = f"GRAPH <{MINE}> {{ {group} sg:reportsTo <https://w3id.org/styrgraf/id/group/rpo-cancer> }}"
    edge = f"{SG} ASK {{ GRAPH <{INFERRED_GRAPH}> {{ {group} ?p <https://w3id.org/styrgraf/id/group/rpo-cancer> FILTER(?p != sg:reportsTo) }} }}"
    before = served.ask(edge)
    assert served.update(f"{SG} INSERT DATA {{ {data} }}").status_code == 204
    assert served.ask(f"{SG} ASK {{ {group} sg:reportsToTransitively|sg:reportsTo <https://w3id.org/styrgraf/id/group/rpo-cancer> }}")
    assert served.update(f"{SG} DELETE DATA {{ {data} }}").status_code == 204
    assert served.ask(edge) == before


def test_what_breaks_the_shapes_is_refused_with_the_report(served: Writing) -> None:
    """422 with each result, as a problem or as a sh:ValidationReport; the release is as it was."""
    before, bad = served.home.pointer(), f"{SG} INSERT DATA {{ GRAPH <{MINE}> {{ <urn:line> a sg:ReportingLine }} }}"
    told = served.update(bad)
    assert (told.status_code, told.headers["content-type"]) == (422, "application/problem+json")
    violations = [r for r in told.json()["report"] if r["severity"] == "Violation"]
    assert {r["focus"] for r in violations} == {"urn:line"}
    assert all(r["messages"].keys() == {"sv", "en"} for r in violations)
    turtle = served.update(bad, {"accept": "text/turtle"})
    report = Graph().parse(data=turtle.text, format="turtle")
    sh = "http://www.w3.org/ns/shacl#"
    assert f"{sh}ValidationReport" in {str(o) for o in report.objects()}
    assert served.home.pointer() == before


def test_what_contradicts_the_ontology_is_refused(served: Writing) -> None:
    """A thing in two classes that exclude each other is a 422 that names both."""
    told = served.update(f"{SG} INSERT DATA {{ GRAPH <{MINE}> {{ <urn:x> a sg:QuestionColumn, sg:QuestionParameter }} }}")
    assert (told.status_code, "QuestionColumn" in told.text) == (422, True)


def test_local_graphs_outlive_a_new_build(tmp_path: Path) -> None:
    """Upgrading replaces what the package owns and leaves the rest; a graph that both want stops the build and nothing is lost."""
    with writing(tmp_path, empty=False) as served:
        served.update(f"INSERT DATA {{ <urn:a> <urn:b> 1 . GRAPH <{MINE}> {{ <urn:a> <urn:b> 2 }} }}")
        build.build(served.home)
        assert served.ask(f"ASK {{ GRAPH <{MINE}> {{ <urn:a> <urn:b> 2 }} <urn:a> <urn:b> 1 }}")
        assert served.update(f"DELETE DATA {{ GRAPH <{MINE}> {{ <urn:a> <urn:b> 2 }} }}").status_code == 204


def test_an_empty_instance_and_a_full_one_need_homes_of_their_own(tmp_path: Path) -> None:
    """`serve --empty` refuses a home with the package's data, and the build refuses that of an empty instance."""
    full, empty = Home(tmp_path / "full"), Home(tmp_path / "empty")
    build.build(full, files.root())
    build.empty(empty)
    with pytest.raises(StateError, match="holds Styrgraf's data"):
        build.empty(full)
    with pytest.raises(StateError, match="empty instance"):
        build.build(empty)
    for home, flags in ((full, ["--empty"]), (empty, [])):
        environ = {"STYRGRAF_HOME": str(home.path), "PORT": "8499"}
        ran = subprocess.run([*STYRGRAF, "--lang", "en", "serve", *flags], env=environ, capture_output=True, text=True, timeout=60)
        assert (ran.returncode, "empty instance" in ran.stderr) == (1, True)


def test_an_empty_instance_has_no_quad(tmp_path: Path) -> None:
    """No ontology, shapes, catalogue or description is in the dataset; its pages and lists are there, empty."""
    with writing(tmp_path) as served:
        assert served.rows("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }") == []
        for path in ("/", "/questions", "/documents", "/releases", "/api/questions", "/health/ready"):
            assert served.client.get(path).status_code == 200


def test_what_is_loaded_into_an_empty_instance_is_reasoned_over_and_validated(tmp_path: Path) -> None:
    """Axioms and shapes that are loaded work on the data; without them any RDF is taken."""
    with writing(tmp_path) as served:
        assert served.update("INSERT DATA { <urn:rex> a <urn:Dog> }").status_code == 204
        subclass = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
        assert served.update(f"INSERT DATA {{ <urn:Dog> {subclass} <urn:Animal> }}").status_code == 204
        assert served.ask("ASK { <urn:rex> a <urn:Animal> }")
        named = "sh:property [ sh:path <urn:name> ; sh:minCount 1 ]"
        shape = f"PREFIX sh: <http://www.w3.org/ns/shacl#> INSERT DATA {{ <urn:s> a sh:NodeShape ; sh:targetClass <urn:Animal> ; {named} }}"
        assert served.update(shape).status_code == 422
        assert served.update(f"INSERT DATA {{ <urn:rex> <urn:name> 'Rex' }} ; {shape}").status_code == 204
        assert served.update("DELETE DATA { <urn:rex> <urn:name> 'Rex' }").status_code == 422


def test_a_conflict_of_names_stops_the_build(tmp_path: Path) -> None:
    """A local graph that the new version claims is named, and the release that was there stays."""
    root = tmp_path / "root"
    root.mkdir()
    for folder in files.FOLDERS:
        (root / folder).symlink_to(files.root() / folder)
    home = Home(tmp_path / "home")
    build.build(home, root)
    with writing(tmp_path / "home", empty=False) as served:
        graph = "https://w3id.org/styrgraf/graph/reference/extra"
        served.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:b> 1 }} }}")
        before = home.pointer()
        (root / "data").unlink()
        (root / "data" / "reference").mkdir(parents=True)
        (root / "data" / "documents").symlink_to(files.root() / "data/documents")
        for file in (files.root() / "data/reference").iterdir():
            (root / "data/reference" / file.name).symlink_to(file)
        (root / "data/reference/extra.ttl").write_text("<urn:x> <urn:y> 1 .")
        with pytest.raises(ConflictError, match="extra"):
            build.build(home, root)
        assert home.pointer() == before
