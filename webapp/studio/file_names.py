"""What the files of a change are called by what is in them: a process, a form, decisions, a catalogue, a calendar."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

import forms
from engine import bpmn, dmn, tables
from engine.catalogues import Catalogue, edition_name
from engine.errors import Refusal
from engine.store.definitions import CATALOGUE, DECISION, FORM, PROCESS, Definition, Resource
from engine.studio.deployed import newest_ids
from engine.workdays import Year
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.names import definition_names

CALENDAR = "calendar"
KINDS: Mapping[str, str] = {
    ".bpmn": PROCESS,
    ".dmn": DECISION,
    ".form": FORM,
    ".json": CATALOGUE,
    ".toml": CALENDAR,
}
"""What a file is by the end of its name, in the order in which they are listed."""


def deployed_names(session: Session) -> dict[str, list[str]]:
    """What is in every deployed file, by file name, in the language of the page."""
    rows = session.execute(
        select(Definition, Resource.file)
        .join(Resource, Resource.sha256 == Definition.sha256)
        .where(Definition.id.in_(newest_ids()))
        .order_by(Definition.id)
    ).all()
    names = definition_names(session, [row.Definition for row in rows])
    found: dict[str, list[str]] = {}
    for definition, file in rows:
        found.setdefault(file, []).append(names[definition.kind, definition.definition_id])
    return found


def names_in(file: str, content: bytes) -> list[str]:
    """What is in a content, in the language of the page; empty for one that cannot be read."""
    try:
        return _read(file, content)
    except Refusal:
        return []


def _read(file: str, content: bytes) -> list[str]:
    match PurePosixPath(file).suffix:
        case ".bpmn":
            infos = bpmn.compile(file, content).processes.values()
            return [pick(info.name, info.properties.get("luzhi:name_en")) for info in infos]
        case ".dmn":
            decisions = dmn.load(file, content)
            return [pick(decisions.name(id) or id, decisions.name_en(id)) for id in decisions.ids]
        case ".form":
            form = forms.reopen(file, content.decode("utf-8-sig", errors="replace"))
            return [pick(form.title, form.title_en)]
        case other if other in tables.FOLDERS:
            return [_table(tables.read(file, content))]
        case other:
            return []


def _table(table: Catalogue | Year) -> str:
    if isinstance(table, Year):
        return _("%(year)s年工作日历", year=table.year)
    edition = pick(*edition_name(table.edition))
    return _("%(name)s（%(edition)s）", name=pick(table.zh, table.en), edition=edition)


def grouped(files: Iterable[str]) -> list[tuple[str, Sequence[str]]]:
    """Files by kind, kinds without any left out; within a kind by name."""
    known = sorted(files)
    groups = [(kind, [file for file in known if file.endswith(suffix)]) for suffix, kind in KINDS.items()]
    return [(kind, found) for kind, found in groups if found]
