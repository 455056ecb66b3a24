"""The pages: home, questions, things, history, the ontology."""
