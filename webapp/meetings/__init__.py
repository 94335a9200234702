"""Site visits, review opinions and the director's meeting: the department's desks between the reviews and the notice."""

from webapp.meetings import approving, links, meeting, opinions, ordering, visits
from webapp.meetings.blueprint import blueprint

__all__ = ["approving", "blueprint", "links", "meeting", "opinions", "ordering", "visits"]
