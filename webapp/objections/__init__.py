"""Objections after they were received: how one stands, for its sender; what it says, for those who verify it."""

from webapp.objections.views import blueprint

__all__ = ["blueprint"]
