"""The demonstration's own page: its clock, and who may be played. Not there on a real site."""

from webapp.demo.views import blueprint

__all__ = ["blueprint"]
