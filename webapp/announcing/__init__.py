"""The office's desks: public notice with its evidence, objections, publication."""

from webapp.announcing import evidence, notice, numbers, objections, publication
from webapp.announcing.blueprint import blueprint

__all__ = ["blueprint", "evidence", "notice", "numbers", "objections", "publication"]
