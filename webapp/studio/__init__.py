"""The studio: the rules that count, their versions, and what differs between any two of them."""

from webapp.studio import listing, versions
from webapp.studio.blueprint import blueprint

__all__ = ["blueprint", "listing", "versions"]
