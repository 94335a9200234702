"""Pages for everybody: home, guide, notices, results, the register, changes, feeds, open data, verification."""

from webapp.public import changes, data, feeds, guide, register, verify, views
from webapp.public.blueprint import blueprint

__all__ = ["blueprint", "changes", "data", "feeds", "guide", "register", "verify", "views"]
