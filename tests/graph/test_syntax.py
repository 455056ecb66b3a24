"""SPARQL text with one reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import QueryError
from graph.store import Literal, NamedNode, Quad, Store
from graph.syntax import bare, canonical, keywords, plain, tokens

# The engine reads `<` as "less than" where the grammar would read an IRI; each of these hid a call from a reader of tokens.
HIDDEN = [
    "SELECT * { VALUES ?x { <http://127.0.0.1:1/> } ?s ?p ?a FILTER(?a<7)SERVICE?x#>\n{} }",
    'SELECT * { ?s ?p ?a FILTER(?a<7#>"""\n) SERVICE <http://127.0.0.1:1/> {} #"""\n}',
    "SELECT * { ?s ?p ?a FILTER(?a<'b>' ) SERVICE <http://127.0.0.1:1/> {} FILTER(?a = '2') }",
    "SELECT * { ?s <http://x/a\\#b> ?o . SERVICE <http://127.0.0.1:1/> {} }",
    "PREFIX x: <http://x/> SELECT * { ?s x:a\\#b ?o . SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
    "PREFIX x: <http://x/> SELECT * { ?s x:a\\' ?o . SERVICE <http://127.0.0.1:1/> { ?a ?b ' } }",
]


@pytest.mark.parametrize("query", HIDDEN)
def test_no_way_of_writing_hides_a_call(query: str) -> None:
    """A call to another host is refused, or the text is no query once it has one reading; it never runs."""
    with pytest.raises(QueryError, match=r"not allowed|cannot be parsed"):
        Store.memory().run(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o { <http://x/s#1> <http://x/p> ?o } # end",
        "SELECT ?o { <http://x/s\\u00231> <http://x/p> ?o }",
        "PREFIX x: <http://x/> # the prefix\nSELECT ?o { ?s x:p ?o FILTER(?o<7&&?o>3) }",
        "PREFIX x: <http://x/s#> SELECT ?o { x:1 <http://x/p> ?o FILTER('#' != \"'\" && ?o != '''it's''') }",
    ],
)
def test_a_plain_text_finds_the_same(query: str) -> None:
    """Comments and characters in IRIs change nothing of what a query finds."""
    store = Store.memory()
    store.add([Quad(NamedNode("http://x/s#1"), NamedNode("http://x/p"), Literal(5))])
    assert [r["o"] for r in store.select(query)] == [Literal(5)]


@given(st.text(alphabet="ab<>#'\"\\ \n{}?:.@7SERVICE", max_size=60))
def test_tokens_lose_nothing(text: str) -> None:
    """The tokens joined are the text, whatever it is; no comment is left in the plain text's tokens."""
    assert "".join(t.text for t in tokens(text)) == text
    assert not any(t.kind == "comment" for t in tokens(plain(text).text) if "#" not in text.replace("#", "", 1))


@given(st.text(alphabet="ab<>#'\"\n {}?:.@7é", max_size=80))
def test_a_text_without_backslashes_is_read_the_short_way_alike(text: str) -> None:
    """What is not looked at token by token has the same reading: a backslash, which takes the long way, changes nothing before it."""
    assert plain(text + "\n\\").text == plain(text).text + "\n\\"


@given(st.lists(st.sampled_from(["SELECT", "*", "{", "}", "<http://a#b>", "'#'", "?x", "7"]), min_size=1), st.sampled_from([" ", "\n", " #'<x>\n", "\t"]))
def test_space_and_comments_mean_nothing(parts: list[str], space: str) -> None:
    """Texts that differ in them alone have one canonical form and the same keywords."""
    assert canonical(space.join(parts)) == canonical(" ".join(parts))
    assert keywords(space.join(parts)) == keywords(" ".join(parts))


def test_a_place_in_the_plain_text_is_found_in_the_original() -> None:
    """Comments and escapes before it do not move an error."""
    text = "# one\nSELECT * # two\n{ <http://a#b> ?p ?o ] }"
    with pytest.raises(QueryError) as told:
        Store.memory().run(text)
    assert (told.value.line, told.value.column) == (3, 25)  # where the engine gives up on the text without comments and escapes, moved back


def test_an_iri_is_read_with_its_escapes() -> None:
    r"""SPARQL §19.2: \u and \U stand for characters."""
    assert bare("<http://a\\u0023b\\U000000e5>")[0].iri == "http://a#bå"
