"""Random small graphs, and shapes that between them have every kind of constraint."""

from __future__ import annotations

from hypothesis import strategies as st

from graph.store import Literal, NamedNode, Quad

E = "http://e/"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
SUBCLASS = NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
SHAPES = """
@prefix : <http://e/> . @prefix s: <http://s/> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
s:counts sh:targetClass :C ; sh:property s:counted . s:counted sh:path :p ; sh:minCount 1 ; sh:maxCount 2 ; sh:severity sh:Warning .
s:many sh:targetClass :D ; sh:path ( :p :q ) ; sh:minCount 2 .
s:class sh:targetSubjectsOf :p ; sh:path :p ; sh:class :C .
s:kind sh:targetObjectsOf :q ; sh:nodeKind sh:IRI ; sh:not [ sh:class :D ] .
s:type sh:targetSubjectsOf :v ; sh:path :v ; sh:or ( [ sh:datatype xsd:integer ; sh:minInclusive 1 ; sh:maxExclusive 3 ] [ sh:languageIn ( "sv" "en" ) ] ) .
s:tag sh:targetSubjectsOf :v ; sh:path :v ; sh:uniqueLang true ; sh:minLength 2 .
s:in sh:targetSubjectsOf :v ; sh:path :v ; sh:in ( 1 "a" "a"@sv ) .
s:pattern sh:targetSubjectsOf :v ; sh:path :v ; sh:pattern "^A|b" ; sh:flags "i" .
s:pairs sh:targetClass :C ; sh:path :p ; sh:equals :q .
s:apart sh:targetClass :C , :D ; sh:path :p ; sh:disjoint :q .
s:order sh:targetSubjectsOf :n ; sh:path :n ; sh:lessThan :w . # pySHACL also compares what SPARQL does not, such as "a"@sv with "b"
s:has sh:targetClass :C ; sh:path [ sh:zeroOrMorePath :p ] ; sh:hasValue :a .
s:paths sh:targetSubjectsOf :p , :q , :v ; sh:class :C ;
    sh:path [ sh:alternativePath ( [ sh:inversePath :p ] ( :p [ sh:oneOrMorePath :q ] ) [ sh:zeroOrOnePath :q ] ) ] .
s:closed sh:targetClass :D ; sh:closed true ; sh:property [ sh:path :p ] , [ sh:path :v ] ;
    sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ) .
s:node sh:targetSubjectsOf :q ; sh:path :q ; sh:node s:inner . s:inner sh:property [ sh:path :p ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .
s:xone sh:targetClass :C ; sh:xone ( [ sh:path :p ; sh:minCount 1 ] [ sh:path :q ; sh:minCount 2 ] [ sh:path :v ; sh:maxCount 0 ] ) .
s:and sh:targetClass :C ; sh:and ( s:inner [ sh:property [ sh:path :q ; sh:maxCount 1 ; sh:property [ sh:path :v ; sh:minCount 1 ] ] ] ) .
s:qualified sh:targetClass :C ; sh:property [ sh:path :p ; sh:qualifiedValueShape [ sh:class :D ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ] .
s:chain sh:targetClass :C ; sh:property [ sh:path :p ; sh:property [ sh:path :q ; sh:maxCount 0 ] ] .
s:select sh:targetClass :C ; sh:sparql [ sh:message "{$this} {?value}" ; sh:select
    "SELECT $this ?value WHERE { $this <http://e/p> ?value . FILTER NOT EXISTS { ?value <http://e/q> $this } }" ] .
s:counted2 sh:targetClass :C ; sh:sparql [ sh:select
    "SELECT $this WHERE { { SELECT $this (COUNT(DISTINCT ?x) AS ?n) WHERE { $this <http://e/p>|<http://e/q> ?x } GROUP BY $this } FILTER(?n > 2) }" ] .
"""
NODES = st.sampled_from([NamedNode(E + n) for n in "abcd"])
WORDS = st.sampled_from(["a", "Ab", "b"])
INTEGERS = st.integers(0, 4).map(lambda n: Literal(n))
LITERALS = st.one_of(INTEGERS, WORDS.map(Literal), st.builds(lambda w, lang: Literal(w, language=lang), WORDS, st.sampled_from(["sv", "en", "de"])))
TRIPLES = st.one_of(
    st.builds(Quad, NODES, st.sampled_from([NamedNode(E + p) for p in "pq"]), NODES),
    st.builds(Quad, NODES, st.just(NamedNode(E + "v")), LITERALS),
    st.builds(Quad, NODES, st.sampled_from([NamedNode(E + p) for p in "nw"]), INTEGERS),
    st.builds(Quad, NODES, st.just(TYPE), st.sampled_from([NamedNode(E + c) for c in "CD"])),
)
TREE = st.sampled_from([[], [Quad(NamedNode(E + "D"), SUBCLASS, NamedNode(E + "C"))]])
