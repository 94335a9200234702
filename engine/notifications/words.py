"""What a message says about dates and offices, in Chinese and English."""

import re
from datetime import datetime, timedelta

from engine.clock import in_business_zone
from engine.workdays import WorkCalendar, YearUnknown

Both = tuple[str, str]
"""One text in Chinese and English."""

_ARTICLE = re.compile("第([一二三四五六七八九十]+)条")
_NUMERALS = "零一二三四五六七八九十"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def instant(at: datetime) -> Both:
    """The end of a period to the minute; 00:00 is 24:00 of the day before, as the notices write it."""
    local = in_business_zone(at)
    time = f"{local:%H:%M}"
    if time == "00:00":
        local, time = local - timedelta(days=1), "24:00"
    return (
        f"{local.year}年{local.month}月{local.day}日 {time}",
        f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {time}",
    )


def workdays_left(until: datetime, now: datetime, calendar: WorkCalendar) -> int | None:
    """Working days from tomorrow to the last day of a period; None in a year whose calendar is not known."""
    last = (in_business_zone(until) - timedelta(microseconds=1)).date()
    first = in_business_zone(now).date() + timedelta(days=1)
    try:
        return calendar.count(first, last) if first <= last else 0
    except YearUnknown:
        return None


def until(at: datetime, now: datetime, calendar: WorkCalendar) -> Both:
    """A deadline with the working days that are left."""
    zh, en = instant(at)
    left = workdays_left(at, now, calendar)
    if left is None:
        return zh, en
    if left == 0:
        return f"{zh}（今天以后没有工作日了）", f"{en} (no working day after today)"
    return (
        f"{zh}（今天以后还有 {left} 个工作日）",
        f"{en} ({left} more working day{'' if left == 1 else 's'} after today)",
    )


def office(name: Both, phone: str | None) -> Both:
    """An office with its telephone, where it has one."""
    zh, en = name
    return (f"{zh}（电话 {phone}）", f"{en} (telephone {phone})") if phone else (zh, en)


def articles(basis: str) -> Both:
    """The articles that a recorded basis names, and nothing else of it: 第八条（抽取种子 7） is article 8."""
    found = list(dict.fromkeys(_ARTICLE.findall(basis)))
    numbers = ", ".join(str(sum(_NUMERALS.index(sign) for sign in numeral)) for numeral in found)
    return "、".join(
        f"第{numeral}条" for numeral in found
    ), f"Article{'s' if len(found) > 1 else ''} {numbers}" if numbers else ""


def paragraphs(*parts: Both | None) -> Both:
    """The parts that there are, one a line."""
    given = [part for part in parts if part is not None and part[0]]
    return "\n".join(zh for zh, _ in given), "\n".join(en for _, en in given)


def labelled(zh: str, en: str, value: Both | str | None) -> Both | None:
    """A part with its label, or None without a value; a plain text stands in both languages as it was written."""
    if not value:
        return None
    said_zh, said_en = (value, value) if isinstance(value, str) else value
    return f"{zh}：{said_zh}", f"{en}: {said_en}"
