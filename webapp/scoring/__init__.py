"""Scoring: the desk of an expert, the leader's opinion, comparison, and the score tables of the department."""

from webapp.scoring import applications, compare, desk, listing, panels, tables
from webapp.scoring.blueprint import blueprint

__all__ = ["applications", "blueprint", "compare", "desk", "listing", "panels", "tables"]
