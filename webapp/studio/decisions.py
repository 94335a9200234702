"""The decision editor's page: what the server finds in tables and examples, and the tables as a workbook, out and in."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from engine.errors import Refusal
from engine.problems import NotDeployable
from engine.store import json
from engine.studio import changes
from engine.studio.comparing.changes import Change
from engine.studio.comparing.compare import NotComparable
from engine.studio.decisions import examples, gaps, tables_xlsx
from engine.studio.decisions.examples import Outcome
from engine.studio.drafts import drafting
from engine.xml import MAX_BYTES, XmlRefused
from webapp import access
from webapp.access import actor, rule
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.shared import reading, runtime
from webapp.spreadsheets import XLSX
from webapp.studio.blueprint import blueprint
from webapp.studio.editing import ACTION, draft_of, one_change, to_script
from webapp.studio.editors import Editing, register


class NothingSent(Refusal):
    """The form came without a workbook."""

    zh = "没有选择文件。"
    en = "No file was chosen."
    remedy_zh = "请选择编辑好的 .xlsx 文件，再点“查看会有哪些变化”。"
    remedy_en = "Choose the edited .xlsx file, then look at what would change."
    status = 422


def facts(editing: Editing) -> Mapping[str, Any]:
    """What the page needs beside the draft: its own addresses and words, and what is found in the saved draft."""
    here = {"change": editing.change.id, "file": editing.file}
    return {
        "check_url": url_for("studio.check_decision", **here),
        "xlsx_url": url_for("studio.tables_out", **here),
        "import_url": url_for("studio.tables_in", **here),
        "words": words(),
        "left_out": [
            _("%(name)s（%(edition)s）", name=pick(each.name, each.name_en), edition=pick(each.zh, each.en))
            for each in tables_xlsx.left_out(editing.file, editing.draft.content)
        ],
        "has_tables": tables_xlsx.has_tables(editing.file, editing.draft.content),
        **found(editing.file, editing.draft.content),
    }


def found(file: str, content: bytes) -> dict[str, Any]:
    """What templates and scripts show of a file: reports of its tables, outcomes of its examples, what is unreadable."""
    try:
        reports: Sequence[gaps.TableReport] = gaps.report(file, content)
        inputs = examples.inputs_of(file, content)
    except (NotDeployable, XmlRefused) as refusal:
        return {"reports": [], "outcomes": [], "inputs": {}, "wrong": refusal.message(language())}
    try:
        outcomes: Sequence[Outcome] = examples.run(file, content, runtime().functions)
        wrong = ""
    except (NotDeployable, XmlRefused) as refusal:
        outcomes, wrong = [], refusal.message(language())
    return {"reports": reports, "outcomes": outcomes, "inputs": inputs, "wrong": wrong}


@blueprint.post("/changes/<int:change>/files/<file>/check")
@rule(ACTION)
@to_script
def check_decision(change: int, file: str) -> Response:
    """What is found in the body as this file: gaps and overlaps as HTML, examples as data; nothing is saved."""
    access.require(ACTION)
    with reading() as session:
        draft_of(session, change, file)
    facts = found(file, request.get_data())
    body = {
        "findings": render_template("studio/_gaps.html", **facts),
        "inputs": facts["inputs"],
        "outcomes": [_row(outcome) for outcome in facts["outcomes"]],
        "wrong": facts["wrong"],
    }
    return Response(json.dumps(body), mimetype="application/json")


def _row(outcome: Outcome) -> dict[str, Any]:
    return {
        "decision": outcome.example.decision,
        "number": outcome.example.number,
        "passed": outcome.passed,
        "result": outcome.result,
        "rules": list(outcome.rules),
        "message": pick(outcome.zh, outcome.en),
    }


@blueprint.get("/changes/<int:change>/files/<file>/tables.xlsx")
@rule(ACTION)
def tables_out(change: int, file: str) -> Response:
    """The decision tables of the draft as a workbook. Raises NotFound, NoTables."""
    access.require(ACTION)
    with reading() as session:
        one_change(session, change)
        draft = drafting.draft(session, change, file)
    book = tables_xlsx.to_workbook(file, draft.content)
    return as_file(Response(book, mimetype=XLSX), f"{file.removesuffix('.dmn')}-{draft.revision}.xlsx")


@blueprint.post("/changes/<int:change>/files/<file>/tables.xlsx")
@rule(ACTION)
def tables_in(change: int, file: str) -> Any:
    """What an edited workbook would change; nothing is saved yet. Raises NotFound, WorkbookUnreadable."""
    access.require(ACTION)
    sent = request.files.get("workbook")
    if sent is None or not sent.filename:
        raise NothingSent()
    with reading() as session:
        row = one_change(session, change)
        draft = drafting.draft(session, change, file)
    made = tables_xlsx.from_workbook(file, draft.content, sent.read(tables_xlsx.MOST_BYTES + 1))
    return render_template(
        "studio/tables_in.html",
        change=row,
        file=file,
        name=sent.filename,
        revision=draft.revision,
        changes=_differences(file, draft.content, made),
        content=base64.b64encode(made).decode(),
    )


@blueprint.post("/changes/<int:change>/files/<file>/tables")
@rule(ACTION)
def tables_save(change: int, file: str) -> Any:
    """Save what was looked at, on top of the revision that it was made from. Raises DraftMoved, ChangeClosed."""
    access.require(ACTION)
    revision = request.form.get("revision", "")
    try:
        content = base64.b64decode(request.form.get("content", "").encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise NothingSent() from error
    if not (revision.isascii() and revision.isdigit()) or not content or len(content) > MAX_BYTES:
        raise NothingSent()
    drafting.save(runtime(), actor(), change, file, content, int(revision))
    flash(_("工作簿中的修改已保存到草稿。"))
    return redirect(url_for("studio.edit", change=change, file=file))


def _differences(file: str, old: bytes, new: bytes) -> list[Change]:
    try:
        return changes(file, old, new)
    except NotComparable:
        return []


def words() -> dict[str, str]:
    """What the script says of its own, in the language of the page."""
    return {
        "drd": _("决策关系图"),
        "context": _("分步计算"),
        "result": _("结果"),
        "notHere": _("这一步不是单个表达式，请在 Camunda Modeler 或文本中编辑。"),
        "examples": _("示例"),
        "exampleN": _("示例 {n}"),
        "name": _("名称"),
        "at": _("决定日期"),
        "expected": _("应得的结果"),
        "actions": _("操作"),
        "adopt": _("采用实得的结果"),
        "copy": _("复制"),
        "remove": _("删除"),
        "waiting": _("保存后运行"),
        "passed": _("通过"),
        "failed": _("不符"),
        "byRules": _("第 {rules} 条规则"),
        "and": _("、"),
        "allPass": _("{n} 个示例全部通过"),
        "someFail": _("{n} 个示例没有通过"),
        "unasked": _("没有检查成功，下次保存时再试。"),
    }


register(".dmn", "studio/edit_decision.html", facts)
