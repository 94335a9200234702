"""A workbook of the pool read back: its sheets of experts and of relations, each row with what is wrong in it.

A sheet is known by the names of its columns. What is doubtful stays as it was written, and is named.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.reviews import pool, relation_list
from engine.programme.reviews.draw_rules import FIELDS
from engine.programme.reviews.models import Expert
from engine.programme.reviews.pool_models import ExpertRelation
from engine.spreadsheet_in import Rows, SheetUnreadable, sheets_of
from webapp.experts.sheets import HEADINGS, MOST_ROWS, RELATION_HEADINGS, city_items
from webapp.experts.words import RELATION_NAMES

EXPERT, RELATION = "expert", "relation"
NEEDED = {EXPERT: {"login", "name", "fields"}, RELATION: {"login", "enterprise", "kind"}}
INDUSTRY = re.compile(r"[Cc]?(\d{2})(?!\d)")
"""A division of GB/T 4754 as people write it: 35, C35, 35 专用设备制造业."""
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
"""A day as people write it: 2024-6-3, 2024/06/03, 2024.6.3, 2024年6月3日."""
ACTIVE = {
    **dict.fromkeys(("", "是", "在库", "yes", "true", "1"), True),
    **dict.fromkeys(("否", "离库", "no", "false", "0"), False),
}
SHORT_KINDS = {
    **dict.fromkeys(("任职", "兼职"), "EMPLOYMENT"),
    **dict.fromkeys(("持股", "股东"), "SHAREHOLDING"),
    **dict.fromkeys(("咨询", "顾问"), "ADVICE"),
    **dict.fromkeys(("亲属", "亲属关系"), "KINSHIP"),
    **dict.fromkeys(("竞争", "竞争关系"), "COMPETITOR"),
    **dict.fromkeys(("集团", "同一集团"), "GROUP"),
    **dict.fromkeys(("其他", "其它"), "OTHER"),
}
KIND_CODES = SHORT_KINDS | {
    name.casefold(): code for code, pair in RELATION_NAMES.items() for name in (code, *pair)
}
_SPLIT = str.maketrans(dict.fromkeys("，,;；/|", "、"))


@dataclass(frozen=True, slots=True)
class Read:
    """One row of the file: of which kind, its number, what it says, what is wrong by column, whether it is known."""

    of: str
    number: int
    facts: dict[str, Any]
    wrong: pool.Wrong
    known: bool

    def kept(self) -> dict[str, Any]:
        """As it waits for the second step."""
        wrong = {name: list(pair) for name, pair in self.wrong.items()}
        return {
            "of": self.of,
            "number": self.number,
            "facts": self.facts,
            "wrong": wrong,
            "known": self.known,
        }


def read_rows(session: Session, name: str, content: bytes) -> list[Read]:
    """The rows of an uploaded file, experts first, each judged. Raises SheetUnreadable."""
    sheets = sheets_of(name, content)
    experts = list(_texts(sheets, EXPERT, HEADINGS))
    relations = list(_texts(sheets, RELATION, RELATION_HEADINGS))
    if not experts and not relations:
        raise SheetUnreadable(
            zh="没有数据行，或第一行缺少列名（专家表须有“账号、姓名、专业”，利害关系表须有“账号、企业、关系”）",
            en="there are no rows, or the first one lacks the columns' names: 账号, 姓名 and 专业 of experts, "
            "账号, 企业 and 关系 of relations",
        )
    if len(experts) + len(relations) > MOST_ROWS:
        raise SheetUnreadable(zh=f"超过 {MOST_ROWS} 行", en=f"more than {MOST_ROWS} rows")
    logins = set(session.scalars(select(Expert.login)))
    found = _judged_experts(experts, logins)
    return found + _judged_relations(session, relations, logins | {row.facts["login"] for row in found})


def _texts(
    sheets: Sequence[Rows], of: str, headings: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of the sheets that have such columns: number, and text by column; empty rows are left out."""
    for rows in sheets:
        places = {name: rows[0].index(words) for name, words in headings.items() if words in rows[0]}
        if not NEEDED[of] <= places.keys():
            continue
        for number, row in enumerate(rows[1:], start=2):
            texts = {name: row[place] if place < len(row) else "" for name, place in places.items()}
            if any(texts.values()):
                yield number, texts


def _judged_experts(rows: Sequence[tuple[int, dict[str, str]]], logins: set[str]) -> list[Read]:
    first = _first_time()
    found = []
    for number, texts in rows:
        facts = _expert(texts)
        wrong = pool.wrong(facts)
        if not first(facts["login"]):
            wrong["login"] = ("账号在表中重复", "the login stands in the file twice")
        found.append(Read(EXPERT, number, facts, wrong, facts["login"] in logins))
    return found


def _judged_relations(
    session: Session, rows: Sequence[tuple[int, dict[str, str]]], logins: set[str]
) -> list[Read]:
    first, on_record = _first_time(), relations_of(session, {texts["login"] for _, texts in rows})
    found = []
    for number, texts in rows:
        facts = _relation(texts)
        known = on_record.get(facts["login"], [])
        wrong = relation_list.wrong(facts, known, logins)
        days, _ = relation_list.typed(facts)
        if not first((relation_list.named(days), days["ends_on"])):
            wrong["enterprise"] = ("同一关系在表中重复", "the relation stands in the file twice")
        found.append(Read(RELATION, number, facts, wrong, relation_list.on_record(known, days) is not None))
    return found


def relations_of(session: Session, logins: set[str]) -> dict[str, list[ExpertRelation]]:
    """The relations on record of these experts, by login."""
    found: dict[str, list[ExpertRelation]] = {}
    for row in session.scalars(select(ExpertRelation).where(ExpertRelation.login.in_(logins))):
        found.setdefault(row.login, []).append(row)
    return found


def _first_time() -> Callable[[object], bool]:
    """Tells of each thing whether it is the first of its kind."""
    seen: set[object] = set()

    def first(thing: object) -> bool:
        before = len(seen)
        seen.add(thing)
        return len(seen) > before

    return first


def _expert(texts: dict[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = {name: texts[name] for name in ("login", *pool.TEXTS) if name in texts}
    facts["fields"] = [_field(word) for word in _words(texts.get("fields", ""))]
    if "industries" in texts:
        facts["industries"] = [
            found.group(1) if (found := INDUSTRY.match(word)) else word
            for word in _words(texts["industries"])
        ]
    if "employer_uscc" in texts:
        facts["employer_uscc"] = _code(texts["employer_uscc"])
    if "employer_city" in texts:
        facts["employer_city"] = _city(texts["employer_city"])
    if "active" in texts:
        facts["active"] = ACTIVE.get(texts["active"].casefold(), texts["active"])
    return facts


def _relation(texts: dict[str, str]) -> dict[str, Any]:
    kind = texts["kind"]
    return {
        **{name: texts.get(name, "") for name in ("login", "enterprise", "note")},
        "uscc": _code(texts.get("uscc", "")),
        "kind": KIND_CODES.get(kind.casefold(), kind),
        "share": _share(texts.get("share", "").rstrip("%％ ")),
        **{name: _day(texts.get(name, "")) for name in relation_list.DAYS},
    }


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.translate(_SPLIT).replace(" ", "、").split("、") if word.strip()]


def _code(text: str) -> str:
    return text.upper().replace(" ", "")


def _share(text: str) -> int | str | None:
    """A whole number of per cent; what is none stays as it was written."""
    return int(text) if text.isascii() and text.isdigit() else text or None


def _day(text: str) -> str:
    found = DAY.fullmatch(text)
    return "{}-{:0>2}-{:0>2}".format(*found.groups()) if found else text


def _field(word: str) -> str:
    """The code of a field by its name in either language; what is unknown stays as it was written."""
    plain = word.casefold()
    names = {name.casefold(): code for code, pair in FIELDS.items() for name in (code, *pair)}
    return names.get(plain, word)


def _city(text: str) -> str:
    """The code of a city by its name in either language; what is unknown stays as it was written."""
    for item in city_items():
        if text in (item.value, item.label, item.label.removesuffix("市"), item.label_en):
            return item.value
    return text
