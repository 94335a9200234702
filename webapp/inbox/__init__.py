"""The inbox: what I do, what I may take, what I did, follow or oversee; and acts on many tasks."""

from webapp.inbox import absences, bulk, news, saved, trail, views  # noqa: F401 - they add their addresses
from webapp.inbox.blueprint import blueprint

__all__ = ["blueprint"]
