"""A calendar year as it is edited: holidays with their days off and make-up days, and the text of its file."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.errors import Refusal
from engine.store import json
from engine.workdays import CalendarInvalid, Year

ENGLISH: Mapping[str, str] = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-autumn Festival",
    "国庆节": "National Day",
}
LONGEST = 366


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday: its names, the days off, and the weekend days that are worked for it."""

    zh: str
    en: str
    rest: tuple[date, ...] = ()
    work: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A year that is being edited; it may still be wrong."""

    year: int
    source: str
    confidence: str
    holidays: tuple[Holiday, ...]


class DaysWrong(Refusal):
    """Text from which no days can be read."""

    zh = "第 {line} 行读不懂：“{text}”。"
    en = "Line {line} cannot be read: “{text}”."
    remedy_zh = "请写成“春节：2月15日至23日放假，2月14日上班”，或每行“日期,放假或上班,节日”。"
    remedy_en = "Write it like “春节：2月15日至23日放假，2月14日上班”, or a line for each day: date, 放假 or 上班, holiday."
    status = 422


def sheet_of(file: str, content: bytes) -> Sheet:
    """A calendar file as it is edited. Raises CalendarInvalid for what is none."""
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
        holidays = tuple(
            Holiday(str(each["zh"]), str(each["en"]), _dates(each["rest"]), _dates(each["work"]))
            for each in table.get("holiday", [])
        )
        return Sheet(
            int(table["year"]), str(table.get("source", "")), str(table.get("confidence", "")), holidays
        )
    except (
        UnicodeDecodeError,
        tomllib.TOMLDecodeError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise CalendarInvalid(file=file, zh=f"无法读取（{error}）", en=f"unreadable ({error})") from error


def _dates(days: Iterable[object]) -> tuple[date, ...]:
    found = tuple(day for day in days if type(day) is date)
    return tuple(sorted(found))


def workdays(sheet: Sheet) -> int:
    """How many days of the year would be worked."""
    rest = {day: (h.zh, h.en) for h in sheet.holidays for day in h.rest}
    work = {day: (h.zh, h.en) for h in sheet.holidays for day in h.work}
    return Year(sheet.year, sheet.source, sheet.confidence, rest, work).workdays()


def calendar_text(sheet: Sheet) -> bytes:
    """The file of a year."""
    lines = [
        f"# {sheet.year}年放假调休安排：rest 为放假的日期，work 为调休上班的周末。其余日期周一至周五为工作日。",
        f"# Holidays and make-up working days of {sheet.year}: `rest` days off, `work` weekend days worked. "
        "Otherwise Monday to Friday.",
        f"year = {sheet.year}",
        f"source = {json.dumps(sheet.source)}",
        f"confidence = {json.dumps(sheet.confidence)}",
        f"workdays = {workdays(sheet)} # 全年工作日数，用于校验 the number of working days, as a check sum",
    ]
    for each in sheet.holidays:
        lines += ["", "[[holiday]]", f"zh = {json.dumps(each.zh)}", f"en = {json.dumps(each.en)}"]
        lines += [f"rest = [{_listed(each.rest)}]", f"work = [{_listed(each.work)}]"]
    return ("\n".join(lines) + "\n").encode()


def _listed(days: Iterable[date]) -> str:
    return ", ".join(day.isoformat() for day in sorted(days))


def copied(sheet: Sheet, year: int) -> Sheet:
    """The same holidays for another year, without days: those are only known from its notice."""
    names = tuple(Holiday(each.zh, each.en) for each in sheet.holidays)
    return Sheet(year, "", "low", names)


_CHINESE_DAY = r"(?:(?P<{0}m>\d{{1,2}})月)?(?P<{0}d>\d{{1,2}})日(?:（[^）]*）|\([^)]*\))?"
_SPAN = re.compile(
    _CHINESE_DAY.format("a") + r"(?:\s*(?:至|到|—|－|-|~)\s*" + _CHINESE_DAY.format("b") + ")?"
)
_NUMBERED = re.compile(r"^\s*(?:[一二三四五六七八九十]+|\d{1,2})\s*[、.．)）]\s*")
_ROW = re.compile(
    r"^\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\s*[,，\t;；]\s*([^,，\t;；]+)(?:[,，\t;；]\s*([^,，\t;；]+))?\s*$"
)
_OFF, _ON = ("放假", "休", "rest", "off"), ("上班", "调休", "work")


def holidays_of(text: str, year: int) -> tuple[Holiday, ...]:
    """The holidays of a notice of the State Council, or of lines `date, 放假|上班, holiday`. Raises DaysWrong."""
    found: dict[str, dict[str, set[date]]] = {}
    for number, line in enumerate(text.replace("\u3000", " ").splitlines()[:2_000], start=1):
        if not line.strip() or line.strip().startswith("日期"):
            continue
        try:
            name, days = _row(line) or _sentence(line, year)
        except ValueError as error:
            raise DaysWrong(line=number, text=line.strip()[:60]) from error
        holiday = found.setdefault(name, {"rest": set(), "work": set()})
        for kind, listed in days.items():
            holiday[kind] |= listed
    return tuple(
        Holiday(name, english(name), tuple(sorted(each["rest"])), tuple(sorted(each["work"])))
        for name, each in found.items()
    )


def english(name: str) -> str:
    """A holiday's English name; several of them joined; the Chinese one where it is not known."""
    parts = [ENGLISH.get(part.strip()) for part in re.split(r"[、和与]", name)]
    return " and ".join(part for part in parts if part) if all(parts) else name


def _row(line: str) -> tuple[str, dict[str, set[date]]] | None:
    found = _ROW.match(line)
    if found is None:
        return None
    day = date(int(found[1]), int(found[2]), int(found[3]))
    what, name = found[4].strip(), (found[5] or "").strip()
    if not name:
        raise ValueError("no holiday")
    return name, {_kind(what): {day}}


def _kind(what: str) -> str:
    if what.lower() in _OFF:
        return "rest"
    if what.lower() in _ON:
        return "work"
    raise ValueError(what)


def _sentence(line: str, year: int) -> tuple[str, dict[str, set[date]]]:
    """“二、春节：2月15日（农历…）至23日放假调休，共9天。2月14日（周六）、2月28日（周六）上班。”"""
    name, colon, rest = _NUMBERED.sub("", line).replace(":", "：", 1).partition("：")
    if not colon or not name.strip() or len(name) > 20:
        raise ValueError(line)
    days: dict[str, set[date]] = {"rest": set(), "work": set()}
    for part in re.split(r"[。；;]|(?<=放假)[，,]|(?<=调休)[，,]", rest):
        spans = list(_spans(part, year))
        if spans:
            days["work" if "上班" in part else "rest" if "放假" in part or "休" in part else ""].update(
                *spans
            )
    if not days["rest"]:
        raise ValueError(line)
    return name.strip(), days


def _spans(text: str, year: int) -> Iterable[set[date]]:
    month = 0
    for found in _SPAN.finditer(text):
        month = int(found["am"] or month)
        first = date(year, month, int(found["ad"]))
        last = first
        if found["bd"]:
            month = int(found["bm"] or month)
            last = date(year, month, int(found["bd"]))
        if not 0 <= (last - first).days < LONGEST:
            raise ValueError(text)
        yield {first + timedelta(days=n) for n in range((last - first).days + 1)}


def typed_days(text: str, year: int) -> tuple[date, ...]:
    """Days as a person types them: `2026-05-04`, `5-4` or `5月4日`, apart by spaces or commas. Raises DaysWrong."""
    found: set[date] = set()
    for part in re.split(r"[\s,，、;；]+", text.strip()):
        numbers = [int(each) for each in re.findall(r"\d+", part)]
        if not part:
            continue
        try:
            found.add(date(*([year] if len(numbers) == 2 else []), *numbers))
        except (TypeError, ValueError, OverflowError) as error:
            raise DaysWrong(line=1, text=part[:60]) from error
    return tuple(sorted(found))


def missing_years(years: Sequence[int], known: Mapping[int, Any]) -> list[int]:
    """Years in which something is due that have no calendar."""
    return sorted({year for year in years if year not in known})
