"""What the documents leave open: findings of many kinds, and the matrix of responsibilities, each with its passages."""

from graph.gaps.findings import Closing, Finding, Wanted, gaps
from graph.gaps.kinds import SEVERITIES, Kind, kinds
from graph.gaps.matrix import Cell, Matrix, Value, matrix, of_bodies
from graph.gaps.places import Places

__all__ = ["SEVERITIES", "Cell", "Closing", "Finding", "Kind", "Matrix", "Places", "Value", "Wanted", "gaps", "kinds", "matrix", "of_bodies"]
