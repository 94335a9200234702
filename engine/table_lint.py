"""What is wrong with a catalogue or a calendar file: every finding with its row, in both languages.

An element is named as `lists/scenes[3]`, the third entry of that list, or `holiday[2]/work`.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from engine.catalogues import EDITION, HEAD, ID, STATUSES, CatalogueInvalid, Catalogues
from engine.errors import Refusal
from engine.problems import Problem, Severity, errors
from engine.store import json
from engine.tables import CALENDAR_SUFFIX, Tables, alike, is_table, read
from engine.workdays import CalendarInvalid, Year

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 10_000
MAX_TEXT = 2_000
LIST = ID
USUAL_WORKDAYS = range(243, 257)
"""A year has about 250 working days; another number is most often a holiday left out."""

Finding = tuple[str, Severity, str, str, str]
_SATURDAY = 5


def lint_tables(
    files: Mapping[str, bytes],
    tables: Tables | None = None,
    pins: Mapping[tuple[str, str], Any] | None = None,
) -> list[Problem]:
    """The findings of all catalogues and calendars among the files, each in itself and together with `tables`.

    `pins` names the editions that are frozen, with the years whose notices mean them.
    """
    found: list[Problem] = []
    for file in sorted(filter(is_table, files)):
        found += lint_table(file, files[file])
    if errors(found):
        return found
    found += _frozen(files, tables, pins or {}) if tables is not None else []
    return found + _together(files, tables)


def lint_table(file: str, content: bytes) -> list[Problem]:
    """Everything that is wrong within one catalogue or calendar file."""
    calendar = PurePosixPath(file).suffix == CALENDAR_SUFFIX
    code = "CALENDAR_INVALID" if calendar else "CATALOGUE_INVALID"
    rows = list(_calendar(content) if calendar else _catalogue(content))
    found = [Problem(file, element, severity, code, zh, en) for element, severity, _, zh, en in rows]
    if not errors(found):
        try:
            read(file, content)
        except (CatalogueInvalid, CalendarInvalid) as refused:
            found.append(_problem(file, code, refused))
    return found


def _problem(file: str, code: str, refused: Refusal, element: str = "") -> Problem:
    return Problem(file, element, "error", code, str(refused.facts["zh"]), str(refused.facts["en"]))


def _frozen(files: Mapping[str, bytes], tables: Tables, pins: Mapping[tuple[str, str], Any]) -> list[Problem]:
    """An edition that a signed notice means says what it said; only which one is the default may change."""
    found: list[Problem] = []
    for file in sorted(filter(is_table, files)):
        table = read(file, files[file])
        if isinstance(table, Year) or (table.id, table.edition) not in pins:
            continue
        known = tables.catalogues.find_edition(table.id, table.edition)
        if known is not None and not alike(known, table):
            years = ", ".join(map(str, pins[table.id, table.edition]))
            zh = f"{years} 年度通知已固定这一版（第十四条），内容不能再改；请另建新版。"
            en = f"The notice of {years} has pinned this edition (article 14): make a new edition instead."
            found.append(Problem(file, "", "error", "EDITION_PINNED", zh, en))
    return found


def _together(files: Mapping[str, bytes], tables: Tables | None) -> list[Problem]:
    """One default edition for each catalogue, no list in two of them."""
    try:
        if tables is not None:
            tables.with_files(files)
        else:
            Catalogues(
                t for t in (read(f, files[f]) for f in files if is_table(f)) if not isinstance(t, Year)
            )
    except CatalogueInvalid as refused:
        id = str(refused.facts["file"])
        file = next((name for name in sorted(files) if name.startswith(f"{id}.")), sorted(files)[0])
        return [_problem(file, "CATALOGUE_INVALID", refused)]
    return []


def _text(content: bytes) -> tuple[str, list[Finding]]:
    if len(content) > MAX_BYTES:
        return "", [
            _error("", f"文件超过 {MAX_BYTES // 2**20} MB", f"the file is over {MAX_BYTES // 2**20} MB")
        ]
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return "", [_error("", "文件不是 UTF-8 文本", "the file is not UTF-8 text")]


def _error(element: str, zh: str, en: str) -> Finding:
    return element, "error", "", zh, en


def _warning(element: str, zh: str, en: str) -> Finding:
    return element, "warning", "", zh, en


def _catalogue(content: bytes) -> Iterator[Finding]:
    text, wrong = _text(content)
    if wrong:
        yield from wrong
        return
    try:
        head = json.loads(text)
    except Refusal as error:
        yield _error("", f"不是合法的 JSON（{error}）", f"it is not JSON ({error})")
        return
    if not isinstance(head, dict):
        yield _error("", "文件应是一个 JSON 对象", "the file must be a JSON object")
        return
    for key in HEAD:
        if key not in head:
            yield _error(key, f"缺少 {key}", f"{key} is missing")
        elif not _HEAD_CHECKS[key](head[key]):
            yield _error(key, f"{key} 无效：{_short(head[key])}", f"{key} is not valid: {_short(head[key])}")
    if isinstance(head.get("lists"), dict):
        yield from _lists(head["lists"])


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= MAX_TEXT


_HEAD_CHECKS: Mapping[str, Callable[[Any], object]] = {
    "id": lambda value: isinstance(value, str) and ID.fullmatch(value),
    "edition": lambda value: isinstance(value, str) and EDITION.fullmatch(value),
    "default": lambda value: isinstance(value, bool),
    "status": lambda value: isinstance(value, str) and value in STATUSES,
    "zh": _filled,
    "en": _filled,
    "confidence": _filled,
    "source": lambda value: isinstance(value, list) and value and all(map(_filled, value)),
    "lists": lambda value: isinstance(value, dict) and value,
}


def _lists(lists: Mapping[str, Any]) -> Iterator[Finding]:
    rows = {name: found for name, found in lists.items() if isinstance(found, list)}
    for name, found in lists.items():
        if not LIST.fullmatch(name):
            yield _error(f"lists/{_short(name)}", "列表名应为小写英文", "a list is named in lower case")
        if not isinstance(found, list):
            yield _error(f"lists/{name}", "列表应为数组", "the list must be an array")
    if sum(map(len, rows.values())) > MAX_ROWS:
        yield _error("lists", f"超过 {MAX_ROWS} 条", f"more than {MAX_ROWS} entries")
        return
    values = Counter(
        str(row["value"])
        for found in rows.values()
        for row in found
        if isinstance(row, dict) and "value" in row
    )
    for name, found in rows.items():
        for number, row in enumerate(found, start=1):
            yield from _row(f"lists/{name}[{number}]", row, values)
        if bare := sum(isinstance(row, dict) and not _filled(row.get("label_en")) for row in found):
            zh, en = f"{bare} 条没有英文名称", f"{bare} entries have no English label"
            yield _warning(f"lists/{name}", zh, en)


def _row(at: str, row: Any, values: Counter[str]) -> Iterator[Finding]:
    if not isinstance(row, dict):
        yield _error(at, f"条目应为对象：{_short(row)}", f"the entry must be an object: {_short(row)}")
        return
    for key, zh, en in (("value", "代码", "code"), ("label", "名称", "label")):
        if not _filled(row.get(key)):
            yield _error(at, f"缺少{zh}", f"the {en} is missing")
    value, parent = row.get("value"), row.get("parent")
    if _filled(value) and values[str(value)] > 1:
        yield _error(at, f"代码 {_short(value)} 重复", f"the code {_short(value)} stands twice")
    if parent is not None and (not isinstance(parent, str) or parent not in values):
        yield _error(at, f"上级 {_short(parent)} 不存在", f"there is no parent {_short(parent)}")
    elif parent is not None and parent == value:
        yield _error(at, "上级不能是自己", "an entry is not its own parent")


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _calendar(content: bytes) -> Iterator[Finding]:
    text, wrong = _text(content)
    if wrong:
        yield from wrong
        return
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        yield _error("", f"不是合法的 TOML（{_short(str(error))}）", f"it is not TOML ({_short(str(error))})")
        return
    year = table.get("year")
    if type(year) is not int or not 1990 <= year <= 2200:
        yield _error("year", "缺少年份", "the year is missing")
        return
    for key, zh, en in (("source", "来源文件", "source"), ("confidence", "可靠程度", "confidence")):
        if not _filled(table.get(key)):
            yield _error(key, f"缺少{zh}", f"the {en} is missing")
    holidays = table.get("holiday", [])
    if not isinstance(holidays, list) or len(holidays) > 100:
        yield _error("holiday", "holiday 应为若干节日", "holiday must be some holidays")
        return
    seen: dict[date, str] = {}
    for number, holiday in enumerate(holidays, start=1):
        yield from _holiday(f"holiday[{number}]", holiday, year, seen)
    yield from _sum(table, year, holidays)


def _holiday(at: str, holiday: Any, year: int, seen: dict[date, str]) -> Iterator[Finding]:
    if not isinstance(holiday, dict):
        yield _error(at, "应为一个节日", "it must be a holiday")
        return
    for key, zh, en in (("zh", "中文名称", "Chinese name"), ("en", "英文名称", "English name")):
        if not _filled(holiday.get(key)):
            yield _error(at, f"缺少{zh}", f"the {en} is missing")
    for key in ("rest", "work"):
        days = holiday.get(key)
        if not isinstance(days, list) or not all(type(day) is date for day in days):
            yield _error(f"{at}/{key}", f"{key} 应为日期列表", f"{key} must be a list of dates")
            continue
        for day in days:
            yield from _day(f"{at}/{key}", key, day, year, seen)


def _day(at: str, key: str, day: date, year: int, seen: dict[date, str]) -> Iterator[Finding]:
    if day.year != year:
        yield _error(at, f"{day} 不在{year}年内", f"{day} is not in {year}")
    if day in seen:
        both = seen[day] != key
        zh, en = ("既放假又上班", "is both off and worked") if both else ("重复", "stands twice")
        yield _error(at, f"{day} {zh}", f"{day} {en}")
    seen[day] = key
    if key == "work" and day.weekday() < _SATURDAY:
        yield _error(at, f"调休日 {day} 不是周末", f"make-up day {day} is no weekend day")


def _sum(table: Mapping[str, Any], year: int, holidays: list[Any]) -> Iterator[Finding]:
    """The number of working days that the file states is the one that its days give, and an ordinary one."""
    try:
        counted = Year.of(table).workdays()
    except (KeyError, TypeError, ValueError):
        return
    stated = table.get("workdays")
    if stated != counted:
        zh, en = (
            f"全年工作日为 {counted} 天而非 {_short(stated)} 天",
            f"{counted} working days, not {_short(stated)}",
        )
        yield _error("workdays", zh, en)
    if counted not in USUAL_WORKDAYS:
        zh, en = f"全年 {counted} 个工作日，与往年相差较大", f"{counted} working days are unlike other years"
        yield _warning("workdays", zh, en)
    if holidays and len(holidays) < 7:
        zh, en = (
            f"只有 {len(holidays)} 个节日，通常有 7 个",
            f"{len(holidays)} holidays only; there usually are 7",
        )
        yield _warning("holiday", zh, en)
