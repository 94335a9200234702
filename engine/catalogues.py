"""Catalogues: the versioned lists that the programme chooses from (regions, industries, scenes, rubric …).

A file is one edition of one catalogue and holds one or more named lists; what is deployed counts (engine.tables). A
published edition is never renumbered; a cycle pins the editions that it uses (measure, article 14). Every
file says where its content comes from and how sure it is: `status` is official, inferred, recollected or
incomplete, and an item not from an official text carries `inferred`. Screens must show that.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.errors import NotFound, Refusal
from engine.feel import Functions
from engine.store import json
from engine.workdays import WorkCalendar, feel_functions

STATUSES = frozenset({"official", "inferred", "recollected", "incomplete"})
ID, EDITION = re.compile(r"[a-z][a-z0-9_]{0,39}"), re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
HEAD = ("id", "edition", "default", "status", "zh", "en", "source", "confidence", "lists")


class CatalogueInvalid(Refusal):
    """A catalogue file cannot be read or contradicts itself."""

    zh = "目录文件 {file} 有误：{zh}"
    en = "The catalogue file {file} is wrong: {en}"
    status = 422


@dataclass(frozen=True, slots=True)
class Item:
    """One entry: its stable value, labels, parent, and everything else that the file says of it."""

    value: str
    label: str
    label_en: str
    parent: str | None
    inferred: bool
    facts: Mapping[str, Any]

    def as_context(self) -> dict[str, Any]:
        """The item as forms and FEEL see it: all facts, with `value`, `label` and `label_en` always there."""
        return {**self.facts, "value": self.value, "label": self.label, "label_en": self.label_en}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One edition of one catalogue; `head` keeps what else the file tells (document number, notes, rules)."""

    id: str
    edition: str
    default: bool
    status: str
    zh: str
    en: str
    confidence: str
    source: tuple[str, ...]
    lists: Mapping[str, tuple[Item, ...]]
    head: Mapping[str, Any]
    sha256: str = ""
    """Of the file, byte for byte: what a signed notice pins. A later version that only changes `default` keeps it."""

    def find(self, value: str, list_name: str | None = None) -> Item | None:
        """The item of that value, in one list or in any, or None."""
        names: Iterable[str] = self.lists if list_name is None else [list_name]
        return next(
            (item for name in names for item in self.lists.get(name, ()) if item.value == value), None
        )

    def entries(self, list_name: str) -> list[dict[str, Any]]:
        """A list as forms see it; where the head's `grouped` names it, each entry under its parent's label."""
        found = [item.as_context() for item in self.lists[list_name]]
        for entry in found if list_name in self.head.get("grouped", ()) else ():
            parent = self.find(str(entry.get("parent")))
            if parent is not None:
                entry |= {"group": parent.label, "group_en": parent.label_en}
        return found

    def rows(self) -> dict[str, list[Mapping[str, Any]]]:
        """All lists as the file has them."""
        return {name: [item.facts for item in items] for name, items in self.lists.items()}

    def children(self, parent: str) -> tuple[Item, ...]:
        """The items whose parent is this value, in the order of the file."""
        return tuple(item for items in self.lists.values() for item in items if item.parent == parent)


class Catalogues:
    """Every edition of every catalogue that is known."""

    def __init__(self, catalogues: Iterable[Catalogue]) -> None:
        self._by_id: dict[str, dict[str, Catalogue]] = {}
        for catalogue in catalogues:
            self._by_id.setdefault(catalogue.id, {})[catalogue.edition] = catalogue
        self._check()

    @classmethod
    def load(cls, folder: Path) -> "Catalogues":
        """Read every JSON file of a folder. Raises CatalogueInvalid."""
        return cls(parse(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.json")))

    def ids(self) -> tuple[str, ...]:
        """The ids of all catalogues."""
        return tuple(sorted(self._by_id))

    def editions(self, id: str) -> tuple[str, ...]:
        """The editions of one catalogue, oldest name first. Raises NotFound."""
        return tuple(sorted(self._editions(id)))

    def get(self, id: str, edition: str | None = None) -> Catalogue:
        """One edition, or the default one. Raises NotFound."""
        editions = self._editions(id)
        if edition is None:
            return next(catalogue for catalogue in editions.values() if catalogue.default)
        if edition not in editions:
            raise _missing(f"{id} {edition}")
        return editions[edition]

    def find_edition(self, id: str, edition: str) -> Catalogue | None:
        """One edition, or None."""
        return self._by_id.get(id, {}).get(edition)

    def item(self, id: str, value: str, edition: str | None = None) -> Item:
        """One item by value. Raises NotFound."""
        found = self.get(id, edition).find(value)
        if found is None:
            raise _missing(f"{id} {value}")
        return found

    def context(self, editions: Mapping[str, str] | None = None) -> dict[str, list[dict[str, Any]]]:
        """What forms and FEEL see as `catalogues`: list name to list of {value, label, label_en, parent, …}.

        `editions` maps catalogue ids to the editions that the cycle pins; others come in the default one.
        Raises NotFound for an edition that does not exist.
        """
        pinned = editions or {}
        chosen = (self.get(id, pinned.get(id)) for id in self._by_id)
        return {name: c.entries(name) for c in chosen for name in c.lists}

    def _editions(self, id: str) -> dict[str, Catalogue]:
        if id not in self._by_id:
            raise _missing(id)
        return self._by_id[id]

    def _check(self) -> None:
        """One default edition each, and no list name in two catalogues: the context is one name space."""
        owner: dict[str, str] = {}
        for id, editions in self._by_id.items():
            if sum(catalogue.default for catalogue in editions.values()) != 1:
                raise CatalogueInvalid(
                    file=id, zh="须恰有一个默认版本", en="exactly one edition must be the default"
                )
            for name in {name for catalogue in editions.values() for name in catalogue.lists}:
                if owner.setdefault(name, id) != id:
                    raise CatalogueInvalid(
                        file=id,
                        zh=f"列表 {name} 与目录 {owner[name]} 重名",
                        en=f"list {name} is in {owner[name]}, too",
                    )


def programme_functions(calendar: WorkCalendar, catalogues: Catalogues) -> Functions:
    """The FEEL functions of the programme, beyond the standard's: those of working days and of catalogues."""
    functions = feel_functions(calendar)
    add_functions(functions, catalogues)
    return functions


def add_functions(functions: Functions, catalogues: Catalogues) -> None:
    """Let diagrams and forms say exactly which catalogue they mean.

    `catalogue hash` and `catalogue edition` take an id and an edition, null for the default one, and are null for what
    does not exist; `catalogue hashes` lists every edition with its hash and labels.
    """

    def found(id: object, edition: object) -> Catalogue | None:
        try:
            return catalogues.get(str(id), None if edition is None else str(edition))
        except NotFound:
            return None

    def hash_of(id: object, edition: object) -> str | None:
        known = found(id, edition)
        return known.sha256 if known is not None else None

    def edition_of(id: object, edition: object) -> str | None:
        known = found(id, edition)
        return known.edition if known is not None else None

    def hashes() -> list[dict[str, Any]]:
        every = (
            catalogues.get(id, edition) for id in catalogues.ids() for edition in catalogues.editions(id)
        )
        return [_listed(catalogue) for catalogue in every]

    functions.register("catalogue hash", ["id", "edition"], hash_of)
    functions.register("catalogue edition", ["id", "edition"], edition_of)
    functions.register("catalogue hashes", [], hashes)


def _listed(catalogue: Catalogue) -> dict[str, Any]:
    zh, en = edition_name(catalogue.edition)
    names = {"label": zh, "label_en": en, "default": catalogue.default}
    return {"id": catalogue.id, "edition": catalogue.edition, "sha256": catalogue.sha256, **names}


def edition_name(edition: str) -> tuple[str, str]:
    """An edition as people call it, Chinese and English: `2021` is 2021年版, `inferred-1` 整理稿第1版."""
    kind, _, number = edition.partition("-")
    if kind == "inferred":
        return f"整理稿第{number}版", f"inferred, {number}"
    if kind == "proposal":
        return f"建议稿第{number}版", f"proposal, {number}"
    return (f"{edition}年版", edition) if edition.isdigit() else (edition, edition)


def parse(file: str, text: str) -> Catalogue:
    """Read one edition and check it: head, statuses, duplicate values, parents. Raises CatalogueInvalid."""
    try:
        head = json.loads(text)
    except Refusal as error:
        raise CatalogueInvalid(
            file=file, zh=f"不是合法的 JSON（{error}）", en=f"not JSON ({error})"
        ) from error
    if not isinstance(head, dict) or (missing := [key for key in HEAD if key not in head]):
        names = ", ".join(missing) if isinstance(head, dict) else "{}"
        raise CatalogueInvalid(file=file, zh=f"缺少 {names}", en=f"{names} is missing")
    if head["status"] not in STATUSES or not isinstance(head["lists"], dict):
        raise CatalogueInvalid(file=file, zh="status 或 lists 无效", en="status or lists is not valid")
    if wrong := _wrong(head):
        raise CatalogueInvalid(file=file, zh=f"{wrong} 无效", en=f"{wrong} is not valid")
    lists = {name: tuple(_item(file, row) for row in rows) for name, rows in head["lists"].items()}
    _check_lists(file, lists)
    return Catalogue(
        id=head["id"],
        edition=head["edition"],
        default=bool(head["default"]),
        status=head["status"],
        zh=head["zh"],
        en=head["en"],
        confidence=head["confidence"],
        source=tuple(head["source"]),
        lists=lists,
        head={key: value for key, value in head.items() if key != "lists"},
        sha256=sha256(text.encode()).hexdigest(),
    )


def _wrong(head: Mapping[str, Any]) -> str:
    """What of the head is not of its kind, by its key."""
    checks = {
        "id": isinstance(head["id"], str) and ID.fullmatch(head["id"]),
        "edition": isinstance(head["edition"], str) and EDITION.fullmatch(head["edition"]),
        "default": isinstance(head["default"], bool),
        **{key: isinstance(head[key], str) and head[key].strip() for key in ("zh", "en", "confidence")},
        "source": isinstance(head["source"], list) and all(isinstance(each, str) for each in head["source"]),
        "grouped": isinstance(head.get("grouped", []), list),
        **{f"lists/{name}": isinstance(rows, list) for name, rows in head["lists"].items()},
    }
    return next((name for name, right in checks.items() if not right), "")


def _item(file: str, row: Any) -> Item:
    texts = ("value", "label")
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) and row[key] for key in texts):
        raise CatalogueInvalid(
            file=file, zh=f"条目缺少 value 或 label：{row}", en=f"item lacks value or label: {row}"
        )
    if not isinstance(row.get("parent"), str | None):
        raise CatalogueInvalid(
            file=file, zh=f"条目的 parent 无效：{row}", en=f"the item's parent is not valid: {row}"
        )
    label_en = str(row.get("label_en") or row["label"])
    return Item(
        row["value"], row["label"], label_en, row.get("parent"), bool(row.get("inferred", False)), row
    )


def _check_lists(file: str, lists: Mapping[str, tuple[Item, ...]]) -> None:
    """Values are unique in the whole file, so a value finds its item; every parent is one of them."""
    seen: set[str] = set()
    for item in (item for items in lists.values() for item in items):
        if item.value in seen:
            raise CatalogueInvalid(file=file, zh=f"{item.value} 重复", en=f"{item.value} stands twice")
        seen.add(item.value)
    for item in (item for items in lists.values() for item in items):
        if item.parent is not None and item.parent not in seen:
            raise CatalogueInvalid(
                file=file,
                zh=f"{item.value} 的上级 {item.parent} 不存在",
                en=f"{item.value} has no parent {item.parent}",
            )


def _missing(what: str) -> NotFound:
    return NotFound(what_zh=f"目录 {what}", what_en=f"Catalogue {what}")
