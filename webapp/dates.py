"""Instants and days as people here write them: `2027年3月1日 17:00`, `3 天后`, `已超期 2 天`."""

import re
from datetime import date, datetime, timedelta

from flask import Flask

from engine.clock import MONTHS, in_business_zone
from webapp.i18n import gettext as _
from webapp.i18n import language

ISO_DAY = re.compile(r"(?<![\d-])(20\d\d|19\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\d-])")


def day(value: date | None) -> str:
    """A calendar day; an instant counts as its day in the business time zone. An em dash for None."""
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = in_business_zone(value).date()
    if language() == "en":
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def instant(value: datetime | None) -> str:
    """An instant to the minute, in the business time zone."""
    if value is None:
        return "—"
    local = in_business_zone(value)
    return f"{day(local.date())} {local:%H:%M}"


def deadline(value: datetime | None) -> str:
    """An instant that ends a period: 00:00 is written as 24:00 of the day before, as the notices write it."""
    if value is None:
        return "—"
    local = in_business_zone(value)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{day(local.date() - timedelta(days=1))} 24:00"
    return instant(local)


def days_until(value: datetime, now: datetime) -> int:
    """Whole calendar days from today to the last day of the period that ends at `value`; negative when past."""
    last = in_business_zone(value) - timedelta(microseconds=1)
    return (last.date() - in_business_zone(now).date()).days


def relative(value: datetime, now: datetime) -> str:
    """How far a deadline is, in words: 3 天后, 明天, 今天到期, 已超期 2 天."""
    days = days_until(value, now)
    if value <= now:
        return _("已超期 %(n)s 天", n=-days) if days < 0 else _("今天已超期")
    if days == 0:
        return _("今天到期")
    return _("明天到期") if days == 1 else _("%(n)s 天后", n=days)


def urgency(value: datetime | None, now: datetime) -> str:
    """`overdue`, `today`, `soon` (within 3 days), or `later`; for a text tag that also has a colour."""
    if value is None:
        return "later"
    if value <= now:
        return "overdue"
    days = days_until(value, now)
    return "today" if days == 0 else "soon" if days <= 3 else "later"


def machine(value: date) -> str:
    """ISO 8601 for <time datetime>."""
    return in_business_zone(value).isoformat() if isinstance(value, datetime) else value.isoformat()


def spelled(text: str) -> str:
    """A sentence of a decision table, with its ISO dates as people write dates."""
    return ISO_DAY.sub(lambda found: day(date(int(found[1]), int(found[2]), int(found[3]))), text)


def init_app(app: Flask) -> None:
    """Give templates the filters day, instant, deadline, relative, urgency, machine and spelled."""
    for function in (day, instant, deadline, relative, urgency, machine, spelled):
        app.jinja_env.filters[function.__name__] = function
