"""One task: its form, what it is about, what happens then; claim, give back, save, submit."""

from webapp.tasks.views import blueprint

__all__ = ["blueprint"]
