"""Starting processes: what one may begin, the form of its start event, and objections by the public."""

from webapp.start.views import blueprint

__all__ = ["blueprint"]
