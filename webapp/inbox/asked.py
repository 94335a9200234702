"""What every address of the inbox asks first: which tab, at which instant."""

from flask import abort

from webapp.access import actor
from webapp.inbox import filters, sources
from webapp.shared import now, runtime


def known(tab: str) -> str:
    """The tab, if this person has it; else the page is not found."""
    return tab if tab in sources.tabs(actor()) else abort(404)


def moment() -> filters.Moment:
    """Now, as the due groups count it."""
    return filters.moment(now(), runtime().calendar)
