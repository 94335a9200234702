"""The department's desks: a cycle set up, watched and counted; formal review."""

from webapp.department import dashboard
from webapp.department.blueprint import blueprint

__all__ = ["blueprint", "dashboard"]
