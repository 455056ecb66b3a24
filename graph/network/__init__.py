"""The governance network of what a store holds: its edges, its structure, and its exports."""

from graph.network.model import ABOVE, CHAIN, Edge, Network, local
from graph.network.reading import of

__all__ = ["ABOVE", "CHAIN", "Edge", "Network", "local", "of"]
