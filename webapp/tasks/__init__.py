"""One task: its form, page by page; what it is about, what happens then; claim, give back, save, check, submit."""

from webapp.tasks import brief, sections, views
from webapp.tasks.blueprint import blueprint

__all__ = ["blueprint", "brief", "sections", "views"]
