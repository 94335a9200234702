"""County and city: their area at a glance, the checks, the ranking board, packages, and direct filing."""

from webapp.recommending import area, board, checking, filing, packages, receipt
from webapp.recommending.blueprint import blueprint

__all__ = ["area", "blueprint", "board", "checking", "filing", "packages", "receipt"]
