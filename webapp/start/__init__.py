"""Starting a process: the list of what one may begin, start forms, and the public objection form."""

from webapp.start import objection, posted, views
from webapp.start.blueprint import blueprint

__all__ = ["blueprint", "objection", "posted", "views"]
