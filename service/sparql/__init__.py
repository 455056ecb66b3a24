"""The SPARQL protocols: query, update, Graph Store, service description."""
