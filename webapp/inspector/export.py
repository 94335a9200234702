"""The list as a file: what was asked for above the rows in a spreadsheet, every cell text, no cell a formula."""

import csv
from collections.abc import Sequence
from io import StringIO

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.inspecting import finding
from engine.inspecting.finding import wishes as w
from engine.inspecting.finding.beside import Beside, beside
from engine.store.instances import Instance
from engine.workbooks import safe
from webapp import access
from webapp.access import rule
from webapp.dates import instant
from webapp.i18n import gettext as _
from webapp.inspector import elements, instance_words, list_words
from webapp.inspector.blueprint import blueprint
from webapp.masks import eyes
from webapp.names import process_names
from webapp.shared import now, place, reading, runtime
from webapp.spreadsheets import XLSX, listed

MOST = 10_000
"""Rows of one file; the spreadsheet says when there are more."""
PART = 500


@blueprint.get("/instances.<any(xlsx,csv):format>")
@rule("instance.read")
def export(format: str) -> Response:
    """The instances that the filters leave, as they stand now, in the order of the list."""
    access.require("instance.read")
    wish = w.read(request.args)
    with reading() as session:
        plan = finding.plan(session, wish, eyes(session), now())
        keys = finding.keys(session, plan, wish, MOST + 1)
        processes = process_names(session, {wish.process} - {""})
        rows = _rows(session, keys[:MOST])
        named = dict(elements.offered(session, wish.process, wish.version)) if wish.element else {}
    said = list_words.in_words(wish, processes, named)
    more = _("；仅列出前 %(n)s 条", n=MOST) if len(keys) > MOST else ""
    head = [
        f"{_('鲁智')} · {_('流程实例')}",
        _("筛选条件：%(said)s", said=said) + more,
        _("导出时间：%(at)s，共 %(n)s 条", at=instant(now()), n=len(rows)),
    ]
    if format == "csv":
        content, kind = _csv(rows), "text/csv"
    else:
        content, kind = listed(_("流程实例"), head, _columns(), rows, width=18), XLSX
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="instances.{format}"'
    return answer


def _columns() -> list[str]:
    return [
        _("编号"),
        _("流程"),
        _("版本"),
        _("业务编号"),
        _("所在市"),
        _("状态"),
        _("所在环节"),
        _("故障"),
        _("超期任务"),
        _("开始"),
        _("结束"),
    ]


def _rows(session: Session, keys: Sequence[int]) -> list[list[str]]:
    cells, seen = list[list[str]](), eyes(session)
    for first in range(0, len(keys), PART):
        part = keys[first : first + PART]
        found = {row.id: row for row in session.scalars(select(Instance).where(Instance.id.in_(part)))}
        facts = beside(session, part, now())
        known = elements.named(session, {row.definition_id for row in found.values()})
        names = process_names(session, {row.process_id for row in found.values()})
        versions = {key: str(runtime().definitions.by_key(session, key).version) for key in known}
        for key in part:
            row = found[key]
            places = [elements.label(known[row.definition_id].get(id), id) for id in facts[key].elements]
            about = seen.text(row.business_key or "")
            cells.append(
                _cells(row, about, names[row.process_id], versions[row.definition_id], places, facts[key])
            )
    return cells


def _cells(
    row: Instance, about: str, process: str, version: str, places: Sequence[str], facts: Beside
) -> list[str]:
    return [
        str(row.id),
        process,
        version,
        about,
        place(row.city) if row.city else "",
        instance_words.state(row.status),
        "、".join(places),
        str(facts.incidents or ""),
        str(facts.overdue or ""),
        instant(row.started_at),
        instant(row.ended_at) if row.ended_at else "",
    ]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """UTF-8 with a mark, so that WPS reads it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_columns())
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()
