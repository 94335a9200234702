"""Applications on paper for the offices that handle them; enterprises have their own addresses for their own."""

from webapp.prints.views import blueprint

__all__ = ["blueprint"]
