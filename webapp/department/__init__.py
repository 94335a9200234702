"""The department's desks: a cycle set up, watched and counted; formal review."""

from webapp.department import dashboard, formal, receipts, setup
from webapp.department.blueprint import blueprint

__all__ = ["blueprint", "dashboard", "formal", "receipts", "setup"]
