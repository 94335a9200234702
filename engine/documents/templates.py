"""The templates: where they lie, their hash, and what is wrong with one that an office has edited."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

from jinja2 import TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from engine.documents.fields import MEANINGS
from engine.documents.kinds import KINDS, Kind
from engine.documents.word import PICTURE, environment, source_of

LAYOUT = "layout.typ"
_LOOP = re.compile(r"\bd\.([a-z_0-9]+),\s*(\w+)\s*=>|for (\w+) in d\.([a-z_0-9]+)")
_NAME = re.compile(r"\bd\.([a-z_0-9]+)")
_COMMENT = re.compile(r"//[^\n]*")
OF_EVERY_TEMPLATE = frozenset({"file_title", "file_author", "made", PICTURE})
"""What the product itself hands in beside the values of a kind."""

FREE = frozenset(
    (
        "uscc",
        "year",
        "city",
        "county",
        "application_no",
        "total",
        "title_name",
        "type",
        "granted_on",
        "version",
    )
) | {"issuer"}
"""Values that need not stand in a template: facts about the case that others say already."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one template, in both languages."""

    file: str
    zh: str
    en: str


def path(folder: Path, kind: Kind, format: str) -> Path:
    """The template of a kind for `docx` or `pdf`."""
    return folder / f"{kind.id}.{'typ' if format == 'pdf' else format}"


def digest(folder: Path, kind: Kind) -> str:
    """The SHA-256 over all templates of a kind and the layout that they share: another one is another version."""
    total = hashlib.sha256()
    files = [path(folder, kind, format) for format in kind.formats if format != "xlsx"]
    for file in [*files, *([folder / LAYOUT] if files else [])]:
        stat = file.stat()
        total.update(file.name.encode())
        total.update(_digest(file, stat.st_mtime_ns, stat.st_size).encode())
    return total.hexdigest()


@lru_cache(maxsize=256)
def _digest(file: Path, changed: int, size: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def faults(folder: Path) -> list[Fault]:
    """Every fault of every template: a missing file, a broken one, an unknown name, a value that nowhere stands."""
    return [fault for kind in KINDS.values() for fault in faults_of(folder, kind)]


def faults_of(folder: Path, kind: Kind) -> list[Fault]:
    """The faults of the templates of one kind."""
    found: list[Fault] = []
    for format in kind.formats:
        if format == "xlsx":
            continue
        file = path(folder, kind, format)
        if not file.exists():
            found.append(Fault(file.name, "文件不存在", "the file is missing"))
            continue
        try:
            used = _used_in_word(file) if format == "docx" else _used_in_typst(file)
        except (TemplateSyntaxError, ValueError, KeyError, OSError, BadZipFile) as error:
            found.append(Fault(file.name, f"不能读取：{error}", f"cannot be read: {error}"))
            continue
        found.extend(_compared(kind, file.name, used))
    return found


Used = Mapping[str, frozenset[str]]
"""Name -> the columns of its rows that the template uses (none for a text or a list)."""


def _compared(kind: Kind, file: str, used: Used) -> Iterator[Fault]:
    known = kind.names | OF_EVERY_TEMPLATE
    for name in sorted(set(used) - known):
        yield Fault(file, f"未知的占位名 {name}", f"unknown name {name}")
    for name in sorted(kind.names - kind.optional - set(used) - FREE):
        zh, en = MEANINGS[name]
        yield Fault(file, f"缺少占位 {name}（{zh}）", f"nothing prints {name} ({en})")
    for name, columns in kind.rows.items():
        for column in sorted(used.get(name, frozenset()) - set(columns)):
            yield Fault(file, f"名单 {name} 没有列 {column}", f"the list {name} has no column {column}")


def _used_in_word(file: Path) -> Used:
    tree = environment().parse(source_of(file))
    found = {name: frozenset[str]() for name in find_undeclared_variables(tree)}
    for loop in tree.find_all(nodes.For):
        if isinstance(loop.iter, nodes.Name) and isinstance(loop.target, nodes.Name):
            row = loop.target.name
            columns = {
                item.attr
                for item in loop.find_all(nodes.Getattr)
                if isinstance(item.node, nodes.Name) and item.node.name == row
            }
            found[loop.iter.name] = found.get(loop.iter.name, frozenset()) | columns
    return found


def _used_in_typst(file: Path) -> Used:
    text = _COMMENT.sub("", file.read_text(encoding="utf-8"))
    found = {name: frozenset[str]() for name in _NAME.findall(text)}
    if "#code(" in text or " code(" in text:
        found[PICTURE] = frozenset()
    for match in _LOOP.finditer(text):
        name, row = (match[1], match[2]) if match[1] else (match[4], match[3])
        end = text.find("\n#", match.end())  # a loop ends before the next line of the template
        inner = text[match.end() : end if end >= 0 else len(text)]
        columns = re.findall(rf"\b{re.escape(row)}\.([a-z_0-9]+)", inner)
        found[name] = found.get(name, frozenset()) | frozenset(columns)
    if "#show: letter" in text:
        found.setdefault("issuer", frozenset())
    return found
