"""What is exported is read back by other programs, whatever the names hold."""

import io
import json
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from need import need
from networks import PARTIES, TIES, Tie, network

from graph import network as networks
from graph.names import Name
from graph.network.describing import LEVELS, Drawing, Party, Relation, described
from graph.network.export import FORMATS
from graph.network.layout import GAP, WIDTH, placed
from graph.network.pictures import clean
from graph.network.selecting import Selection, select
from graph.store import Store

HOSTILE = [
    'a "quoted" <b>&amp;</b>',
    "back\\slash\\n",
    "end; %% --> subgraph",
    "]] --> x[[",
    "'#quot; #35;",
    "rad\nbrytning",
    "å ä ö – ∅",
    "</title><script>",
    "\x00\x1f\ufffe",
]
LABELS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))
SVG = "{http://www.w3.org/2000/svg}"
ONKOLOGI = "https://w3id.org/styrgraf/id/group/rag-onkologi"


def drawing(ties: list[Tie], labels: dict[str, str], levels: dict[str, str]) -> Drawing:
    """A drawing of ties, in which parties and statements are called as they are told."""
    edges = network(ties).edges
    called = {p: Name(p, {"sv": labels.get(p, p), "en": labels.get(p, p)}) for e in edges for p in (e.source, e.target)}
    kind = Name("http://e/Kind", {"sv": "slag", "en": "kind"})
    parties = (Party(n, kind, Name(levels[p], {"sv": "nivå"}) if p in levels else None, "", None, None) for p, n in called.items())
    return Drawing(tuple(parties), tuple(Relation(e, kind, Name(e.statement, {"sv": labels.get(e.source, "")}), ()) for e in edges), False)


drawings = st.builds(drawing, TIES, st.dictionaries(PARTIES, LABELS), st.dictionaries(PARTIES, st.sampled_from(LEVELS)))


@pytest.fixture(scope="module")
def whole(store: Store) -> Drawing:
    """The network of the documents."""
    network = networks.of(store)
    return described(store, network, select(network, Selection(), 10_000))


def pairs(drawn: Drawing) -> Counter[tuple[str, str]]:
    """The ends of all edges."""
    return Counter((r.edge.source, r.edge.target) for r in drawn.relations)


def same(text: str) -> list[str]:
    """A text as XML keeps it: white space is white space."""
    return clean(text).split()


def check_graph(read: networkx.MultiDiGraph, drawn: Drawing) -> None:
    """The same nodes with their names, and the same edges as often."""
    assert set(read) == {p.name.iri for p in drawn.parties}
    assert Counter((a, b) for a, b, _ in read.edges(keys=True)) == pairs(drawn)
    for party in drawn.parties:
        assert same(read.nodes[party.name.iri]["label"]) == same(party.name.text("sv"))


@settings(max_examples=50)
@given(drawings)
def test_networkx_reads_graphml(drawn: Drawing) -> None:
    """GraphML with names of any kind."""
    check_graph(networkx.parse_graphml(FORMATS["graphml"][1](drawn, "sv"), force_multigraph=True), drawn)


@settings(max_examples=50)
@given(drawings)
def test_networkx_reads_gexf(drawn: Drawing) -> None:
    """GEXF with names of any kind; the same drawing is the same file on any day."""
    text = FORMATS["gexf"][1](drawn, "sv")
    assert "lastmodified" not in text
    read = networkx.read_gexf(io.BytesIO(text.encode()))
    assert set(read) == {p.name.iri for p in drawn.parties}
    assert Counter((a, b) for a, b, *_ in read.edges) == (pairs(drawn) if read.is_multigraph() else Counter(set(pairs(drawn))))
    assert all(same(read.nodes[p.name.iri]["label"]) == same(p.name.text("sv")) for p in drawn.parties)


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_networkx_reads_the_network_of_the_documents(whole: Drawing, form: str) -> None:
    """Each edge with its kind, its statement and where that is said."""
    text = FORMATS[form][1](whole, "sv")
    read = networkx.parse_graphml(text, force_multigraph=True) if form == "graphml" else networkx.read_gexf(io.BytesIO(text.encode()))
    check_graph(read, whole)
    commissions = [d for a, _, d in read.edges(data=True) if a == ONKOLOGI and d["kind"] == "Commission"]
    assert any("#char=" in d["evidence"] and d["statement"].startswith("https://w3id.org/styrgraf/id/commission/") for d in commissions)
    assert read.nodes[ONKOLOGI]["level"] == "sjukvårdsregional nivå"


def graphviz(text: str, form: str) -> str:
    """What Graphviz makes of DOT; it is silent."""
    made = subprocess.run([need("dot"), f"-T{form}"], input=text, capture_output=True, text=True, timeout=120)
    assert (made.returncode, made.stderr) == (0, "")
    return made.stdout


@settings(max_examples=8)
@given(drawings)
def test_graphviz_reads_dot(drawn: Drawing) -> None:
    """DOT with names of any kind: every node with its name, every edge as often."""
    told = json.loads(graphviz(FORMATS["dot"][1](drawn, "sv"), "json0"))
    nodes = [o["name"] for o in told.get("objects", [])]
    labels = {o["name"]: o["label"] for o in told.get("objects", [])}
    assert {iri: label.split() for iri, label in labels.items()} == {p.name.iri: same(p.name.text("sv").replace("\\", "\\\\")) for p in drawn.parties}
    assert Counter((nodes[e["tail"]], nodes[e["head"]]) for e in told.get("edges", [])) == pairs(drawn)


def test_graphviz_draws_the_network_of_the_documents(whole: Drawing) -> None:
    """All of it, as a picture of its own."""
    assert graphviz(FORMATS["dot"][1](whole, "en"), "svg").count('class="node"') == len(whole.parties)


@given(drawings, st.sampled_from(["sv", "en"]))
def test_the_picture_is_xml_that_tells_what_it_shows(drawn: Drawing, lang: str) -> None:
    """It has a title and a description; each box and each arrow is told in words; nothing in a name becomes an element."""
    picture = ET.fromstring(FORMATS["svg"][1](drawn, lang))
    assert picture.get("role") == "img"
    assert picture.get("lang") == lang
    named = {picture.find(f"*[@id='{i}']") is not None for i in (picture.get("aria-labelledby") or "").split()}
    assert named == {True}
    boxes = picture.findall(f"{SVG}a")
    assert {b.get("href") for b in boxes} == {p.name.iri for p in drawn.parties}
    arrows = [p for p in picture.findall(f"{SVG}path") if p.get("role") == "img"]
    assert len(arrows) == len({pair for pair in pairs(drawn) if pair[0] != pair[1]})
    assert all(e.find(f"{SVG}title") is not None for e in (*boxes, *arrows))
    assert not picture.findall(f".//{SVG}script")
    assert not picture.findall(f".//{SVG}style")


@given(drawings)
def test_boxes_stand_apart_in_the_order_of_levels(drawn: Drawing) -> None:
    """No two overlap, all lie inside the picture, a higher level lies above, and the same drawing is placed alike."""
    at = placed(drawn)
    assert at == placed(drawn)
    boxes = list(at.boxes.values())
    assert len(boxes) == len(drawn.parties)
    for n, a in enumerate(boxes):
        assert WIDTH / 2 <= a.x <= at.width - WIDTH / 2
        assert a.height / 2 <= a.y <= at.height - a.height / 2
        for b in boxes[n + 1 :]:
            assert abs(a.x - b.x) >= WIDTH + GAP / 2 or abs(a.y - b.y) >= (a.height + b.height) / 2
    rank = {b.party.name.iri: LEVELS.index(b.party.level.iri) if b.party.level else len(LEVELS) for b in boxes}
    assert all(rank[a.party.name.iri] <= rank[b.party.name.iri] for a in boxes for b in boxes if a.y + a.height / 2 < b.y - b.height / 2)


def test_a_superior_stands_above_whom_it_governs(store: Store) -> None:
    """Within a level too."""
    network = networks.of(store)
    boxes = placed(described(store, network, select(network, Selection(body=ONKOLOGI), 100))).boxes
    assert boxes[ONKOLOGI.replace("rag-onkologi", "rpo-cancer")].y < boxes[ONKOLOGI].y
