"""The guide for applicants: a content file that process owners write, read and checked.

Every line says where it comes from: `MEASURE` is the rule itself, `DECISION` is what this system sets where the
measure is silent, `INFERRED` follows common practice. Pages show it, so that nothing passes for law that is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import Refusal
from engine.store import json

STATUSES = {
    "MEASURE": ("办法", "Measure"),
    "DECISION": ("本系统设定", "Set here"),
    "INFERRED": ("推定", "Inferred"),
}


class GuideInvalid(Refusal):
    """The guide's file cannot be read, or a line lacks its text, its English or its source."""

    zh = "办事指南文件有误：{problem}"
    en = "The file of the guide is wrong: {problem}"
    status = 422


@dataclass(frozen=True, slots=True)
class Guide:
    """The guide: sections of lines, steps, questions; each entry is its file's mapping, checked for its keys."""

    edition: str
    note: Mapping[str, str]
    sections: tuple[Mapping[str, Any], ...]
    steps: tuple[Mapping[str, str], ...]
    faq: tuple[Mapping[str, str], ...]


def guide(processes: Path) -> Guide:
    """The guide in `pages/guide.json`; read again when the file has changed. Raises GuideInvalid."""
    file = processes / "pages" / "guide.json"
    try:
        return _read(file, file.stat().st_mtime_ns)
    except FileNotFoundError:
        raise GuideInvalid(problem=file.name) from None


@lru_cache(maxsize=2)
def _read(file: Path, changed: int) -> Guide:
    content = json.loads(file.read_text(encoding="utf-8"))
    for section in content["sections"]:
        _check([section], ("id", "zh", "en"))
        _check(section["items"], ("zh", "en", "basis", "status"))
    _check(content["steps"], ("zh", "en", "who_zh", "who_en", "time_zh", "time_en", "basis", "status"))
    _check(content["faq"], ("q_zh", "q_en", "a_zh", "a_en", "basis", "status"))
    note = {"zh": content["note_zh"], "en": content["note_en"]}
    return Guide(
        content["edition"],
        note,
        tuple(content["sections"]),
        tuple(content["steps"]),
        tuple(content["faq"]),
    )


def _check(entries: list[Mapping[str, Any]], keys: tuple[str, ...]) -> None:
    for entry in entries:
        missing = [key for key in keys if not str(entry.get(key) or "").strip()]
        if missing or ("status" in keys and entry["status"] not in STATUSES):
            raise GuideInvalid(
                problem=f"{entry.get('zh') or entry.get('q_zh')}: {missing or entry['status']}"
            )
