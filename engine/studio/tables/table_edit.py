"""Catalogues as tables of cells, and as the text of their file: what the editor, imports and exports share.

A cell is text. Its column knows what it stands for: text, a number, yes or no, a list with one entry a line, or any
other JSON. An empty cell is a fact that the entry does not have.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import simplejson

from engine.catalogues import CatalogueInvalid
from engine.errors import Refusal
from engine.store import json

TEXT, NUMBER, FLAG, LINES, JSON = "text", "number", "flag", "lines", "json"
FIRST = ("value", "label", "label_en", "parent")
YES, NO = ("true", "是", "yes", "1", "√"), ("false", "否", "no", "0", "×")
_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?")

NAMES: Mapping[str, tuple[str, str]] = {
    "value": ("代码", "Code"),
    "label": ("名称", "Name"),
    "label_en": ("英文名称", "English name"),
    "parent": ("上级代码", "Parent"),
    "inferred": ("非官方原文", "Inferred"),
    "mandatory": ("必备", "Mandatory"),
    "article": ("条款", "Article"),
    "basis": ("依据", "Basis"),
    "requirements": ("要求", "Requirements"),
    "evidence": ("证明材料", "Evidence"),
    "maximum": ("各类型满分", "Maximum by type"),
    "guideline": ("评分要点", "Guideline"),
    "guideline_en": ("评分要点（英文）", "Guideline in English"),
    "points": ("要点", "Points"),
    "step": ("步长", "Step"),
    "explain_below": ("低于此比例须说明", "Explain below"),
    "explain_above": ("高于此比例须说明", "Explain above"),
    "unit": ("单位", "Unit"),
    "formula": ("公式", "Formula"),
    "min": ("最小值", "Least"),
    "max": ("最大值", "Most"),
    "inputs": ("输入项", "Inputs"),
    "answers": ("可选结论", "Answers"),
    "lines": ("对应问题", "Lines"),
    "automatic": ("自动核对", "Automatic check"),
    "register": ("登记簿", "Register"),
    "direction": ("方向", "Direction"),
    "raw_unit": ("原始单位", "Raw unit"),
    "aliases": ("别名", "Aliases"),
    "division": ("大类", "Division"),
    "process_type": ("流程类型", "Process type"),
    "kind": ("类别", "Kind"),
    "short": ("简称", "Short name"),
    "requirement_wording_inferred": ("要求措辞非原文", "Wording inferred"),
    "plan_city": ("计划单列市", "City with its own plan"),
}


class CellWrong(Refusal):
    """A cell does not hold what its column stands for."""

    zh = "“{text}”不是{zh}"
    en = "“{text}” is not {en}"
    status = 422


@dataclass(frozen=True, slots=True)
class Column:
    """A fact that entries have: its key, and what its cells stand for."""

    key: str
    kind: str = TEXT

    @property
    def zh(self) -> str:
        """Its name in Chinese; one that has none here keeps its key."""
        return NAMES.get(self.key, (self.key, self.key))[0]

    @property
    def en(self) -> str:
        """Its name in English."""
        return NAMES.get(self.key, (self.key, self.key))[1]


def data_of(file: str, content: bytes) -> dict[str, Any]:
    """A catalogue's JSON, as far as it can be shown as tables. Raises CatalogueInvalid."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (Refusal, UnicodeDecodeError) as error:
        raise CatalogueInvalid(
            file=file, zh=f"不是合法的 JSON（{error}）", en=f"not JSON ({error})"
        ) from error
    lists: Any = data.get("lists") if isinstance(data, dict) else None
    rows = [row for found in lists.values() for row in found] if _listed(lists) else [None]
    if not all(isinstance(row, dict) for row in rows):
        raise CatalogueInvalid(
            file=file, zh="没有可以显示为表格的列表", en="it has no lists to show as tables"
        )
    found: dict[str, Any] = data
    return found


def _listed(lists: object) -> bool:
    return isinstance(lists, dict) and all(isinstance(found, list) for found in lists.values())


def columns(rows: Iterable[Mapping[str, Any]]) -> tuple[Column, ...]:
    """The columns of a list: those that every entry has first, then what is found, in the order of the entries."""
    kinds: dict[str, str] = dict.fromkeys(FIRST, TEXT)
    for row in rows:
        for key, value in row.items():
            kind = _kind(value)
            kinds[key] = kind if kinds.get(key, kind) in (kind, TEXT) and key not in FIRST else kinds[key]
    return tuple(Column(key, kind) for key, kind in kinds.items())


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return FLAG
    if isinstance(value, int | Decimal):
        return NUMBER
    if isinstance(value, str) or value is None:
        return TEXT
    return LINES if isinstance(value, list) and all(isinstance(each, str) for each in value) else JSON


def cell(column: Column, row: Mapping[str, Any]) -> str:
    """What stands in a cell."""
    value = row.get(column.key)
    if value is None:
        return ""
    if column.kind == FLAG and isinstance(value, bool):
        return YES[0] if value else NO[0]
    if column.kind == LINES and isinstance(value, list):
        return "\n".join(map(str, value))
    return value if isinstance(value, str) else _json(value)


def value(column: Column, text: str) -> Any:
    """What a cell's text stands for; None for an empty one. Raises CellWrong."""
    text = text.replace("\r\n", "\n").replace("\u00a0", " ").strip()
    if not text:
        return None
    if column.kind == NUMBER:
        if not _NUMBER.fullmatch(text):
            raise CellWrong(text=text[:40], zh="数字", en="a number")
        return int(text) if "." not in text else Decimal(text)
    if column.kind == FLAG:
        if text.lower() not in (*YES, *NO):
            raise CellWrong(text=text[:40], zh="是或否", en="yes or no")
        return text.lower() in YES
    if column.kind == LINES:
        return [line.strip() for line in text.split("\n") if line.strip()]
    return _any(text) if column.kind == JSON else text


def _any(text: str) -> Any:
    try:
        return json.loads(text)
    except Refusal as error:
        raise CellWrong(text=text[:40], zh="合法的 JSON", en="JSON") from error


def entry(was: Mapping[str, Any], cells: Mapping[Column, str]) -> dict[str, Any]:
    """An entry with the cells' values, its facts in the order that they had. Raises CellWrong."""
    found = {column.key: value(column, text) for column, text in cells.items()}
    order = [*was, *(key for key in found if key not in was)]
    merged = {**was, **found}
    return {key: merged[key] for key in order if merged[key] is not None}


def catalogue_text(data: Mapping[str, Any]) -> bytes:
    """The file of a catalogue: a line for each fact of the head, and for each entry."""
    head = [f" {_json(key)}: {_json(value)}," for key, value in data.items() if key != "lists"]
    lists = [f"  {_json(name)}: [\n{_rows(rows)}  ]" for name, rows in data["lists"].items()]
    return "\n".join(["{", *head, ' "lists": {', ",\n".join(lists), " }", "}", ""]).encode()


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = ",\n".join(f"   {_json(row)}" for row in rows)
    return f"{lines}\n" if lines else ""


def _json(value: Any) -> str:
    text: str = simplejson.dumps(value, ensure_ascii=False, use_decimal=True)
    return text
