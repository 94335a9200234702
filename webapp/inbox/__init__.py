"""The inbox: what I do, what I may take, what I did."""

from webapp.inbox.views import blueprint

__all__ = ["blueprint"]
