"""What every page group needs: the runtime, a read transaction, the time, names of places."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from flask import current_app
from sqlalchemy.orm import Session

from engine.workdays import YearUnknown
from webapp.i18n import pick

if TYPE_CHECKING:
    from engine.runtime import Runtime
    from webapp.settings import WebSettings


def runtime() -> "Runtime":
    """The runtime that this application serves."""
    return cast("Runtime", current_app.extensions["luzhi"])


def settings() -> "WebSettings":
    """The settings of the web site."""
    return cast("WebSettings", current_app.extensions["luzhi_settings"])


@contextmanager
def reading() -> Iterator[Session]:
    """A session for queries: it cannot write. A request has one for all its parts, until it writes something."""
    with runtime().reading() as session:
        yield session


@contextmanager
def public_reading() -> Iterator[Session]:
    """The same for pages that everybody may read: from the read replica, where there is one that is up to date."""
    with runtime().reading_public() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction for the site's own tables: sessions, sign-in attempts, languages."""
    with runtime().transaction() as tx:
        yield tx.session


def now() -> datetime:
    """The present instant of the business clock: in a demo, the demo's."""
    return runtime().clock.now()


def workdays_left(until: datetime, at: datetime) -> int | None:
    """Working days from tomorrow to the last day of a period, or None in a year whose calendar is not known yet."""
    last = (until - timedelta(microseconds=1)).date()
    first = at.date() + timedelta(days=1)
    try:
        return runtime().calendar.count(first, last) if first <= last else 0
    except YearUnknown:
        return None


def place(code: str) -> str:
    """The name of a province, city, county or zone by its code; an unknown code is shown as it is."""
    item = runtime().catalogues.get("regions").find(code)
    return pick(item.label, item.label_en) if item else code


def cities() -> list[tuple[str, str]]:
    """Codes and names of the cities, in the order of their codes."""
    regions = runtime().catalogues.get("regions")
    return [(item.value, pick(item.label, item.label_en)) for item in regions.lists["cities"]]
