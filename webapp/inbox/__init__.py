"""The inbox: what I do, what I may take, what I did, follow or oversee; and acts on many tasks."""

from webapp.inbox import bulk  # noqa: F401 - it adds its addresses to the blueprint
from webapp.inbox.views import blueprint

__all__ = ["blueprint"]
