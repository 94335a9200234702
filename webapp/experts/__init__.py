"""The expert pool, its draws and its seats: desks of the department, and an expert's own declarations."""

from webapp.experts import desk, drawing, editing, importing, listing, own, sheets
from webapp.experts.blueprint import blueprint

__all__ = ["blueprint", "desk", "drawing", "editing", "importing", "listing", "own", "sheets"]
