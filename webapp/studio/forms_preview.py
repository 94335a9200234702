"""The form editor's page, and the draft of a form as its tasks show it: same templates, test data, no effect at all.

The preview stands in two frames, as wide as a telephone and as a desk. What the frames show can be filled in and
checked; nothing of it is kept, and files are stood in for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import simplejson
from flask import render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy
from engine.errors import Refusal
from engine.form_context import form_context
from engine.store import json
from engine.store.instances import Instance
from engine.store.tasks import CREATED, UserTask
from engine.studio.drafts import drafting
from engine.studio.trying.filling import StandIns
from forms import Form, FormView, load
from forms.errors import FieldError, InvalidForm
from webapp import access, shell
from webapp.access import actor, rule
from webapp.files.page import stand_ins
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import reading, runtime
from webapp.start import following
from webapp.studio.blueprint import blueprint
from webapp.studio.editing import ACTION, one_change
from webapp.studio.editors import Editing, register
from webapp.studio.form_properties import for_script
from webapp.tasks import rows, scopes

MOST_CASES, LONGEST = 20, 200_000
Answer = Any


class TestDataWrong(Refusal):
    """What stands in the box is no JSON object."""

    zh = "测试数据不是 JSON 对象：{why_zh}。"
    en = "The test data are no JSON object: {why_en}."
    remedy_zh = '请写成 {{"变量": 值}} 的形式，例如 {{"cycle_year": 2024}}；没有可以留空。'
    remedy_en = 'Write them as {{"variable": value}}, such as {{"cycle_year": 2024}}, or leave the box empty.'
    status = 422


@dataclass(frozen=True, slots=True)
class Previewed:
    """A form with what its expressions see."""

    form: Form
    context: Mapping[str, Any]

    def view(self, data: Mapping[str, Any], errors: Sequence[FieldError] = ()) -> FormView:
        """As a task page shows it."""
        rt = runtime()
        return self.form.view(
            data,
            self.context,
            rt.clock,
            errors,
            language=language(),
            functions=rt.functions,
            files=StandIns(),
        )


def facts(editing: Editing) -> Mapping[str, Any]:
    """What the editor's page needs beside the draft."""
    return {
        "preview_url": url_for("studio.preview", change=editing.change.id, file=editing.file),
        "properties": for_script(),
        "words": {
            "form": _("整个表单"),
            "of": _("“{name}”"),
            "more": _("其他属性"),
        },
    }


@blueprint.get("/changes/<int:change>/files/<file>/preview")
@rule(ACTION)
def preview(change: int, file: str) -> str:
    """The two frames and the test data, on request those of an open task (`?case=`). Raises NotFound."""
    access.require(ACTION)
    with reading() as session:
        row = one_change(session, change)
        form = _form(session, change, file)
        cases = _cases(session, form.id)
        return render_template(
            "studio/preview.html",
            change=row,
            file=file,
            form=form,
            cases=cases,
            chosen=request.args.get("case", 0, type=int),
            data=_data_of(session, cases, request.args.get("case", 0, type=int)),
        )


@blueprint.get("/changes/<int:change>/files/<file>/preview/page")
@rule(ACTION)
def previewed(change: int, file: str) -> str:
    """One frame as it begins, with the variables of `?case=`. Raises NotFound, NotDeployable."""
    access.require(ACTION)
    with reading() as session:
        one_change(session, change)
        form = _form(session, change, file)
        data = _data_of(session, _cases(session, form.id), request.args.get("case", 0, type=int))
    return _page(change, file, _opened(form, data), {}, data)


@blueprint.post("/changes/<int:change>/files/<file>/preview/page")
@rule(ACTION)
def previewed_with(change: int, file: str) -> Answer:
    """One frame with test data, and with answers when it sends itself: checked, rows changed; nothing is kept."""
    access.require(ACTION)
    form = _drafted(change, file)
    data = request.form.get("_data", "")[:LONGEST]
    try:
        opened = _opened(form, data)
    except TestDataWrong as refusal:
        return _page(change, file, Previewed(form, {}), {}, data, refusal=refusal), refusal.status
    action = request.form.get("_action", "")
    if not action:
        return _page(change, file, opened, {}, data)
    body = form.decode(request.form.items(multi=True))
    if action.startswith(rows.ACTIONS):
        changed, errors = rows.apply(opened, body, request.form)
        return _page(change, file, opened, changed, data, errors)
    return _checked(change, file, opened, body, data)


@blueprint.post("/changes/<int:change>/files/<file>/preview/follow")
@rule(ACTION)
def preview_follow(change: int, file: str) -> str:
    """The parts that look different for what was typed; nothing is kept."""
    access.require(ACTION)
    form = _drafted(change, file)
    stand_ins()
    opened = _opened(form, request.form.get("_data", "")[:LONGEST])
    return following.redrawn(form, opened.view)


def _checked(change: int, file: str, opened: Previewed, body: Mapping[str, Any], data: str) -> Answer:
    rt = runtime()
    try:
        given = opened.form.validate(body, opened.context, rt.clock, functions=rt.functions, files=StandIns())
    except InvalidForm as refused:
        return _page(change, file, opened, body, data, refused.errors), refused.status
    return _page(change, file, opened, body, data, given=given)


def _drafted(change: int, file: str) -> Form:
    with reading() as session:
        one_change(session, change)
        return _form(session, change, file)


def _form(session: Session, change: int, file: str) -> Form:
    content = drafting.draft(session, change, file).content
    return load(file, content.decode("utf-8-sig", errors="replace"))


def _opened(form: Form, data: str) -> Previewed:
    try:
        variables = json.loads(data) if data.strip() else {}
    except json.BadJson as error:
        raise TestDataWrong(why_zh=error.message("zh"), why_en=error.message("en")) from error
    if not isinstance(variables, dict):
        raise TestDataWrong(why_zh="最外层不是 {}", why_en="the outermost value is no {}")
    return Previewed(form, form_context(runtime(), variables))


def _cases(session: Session, form_id: str) -> Sequence[UserTask]:
    """The newest open tasks with this form that the person may read: who writes rules sees no case by that."""
    mine = policy.visible(actor(), "task.read", select(UserTask))
    found = mine.where(UserTask.form_id == form_id, UserTask.state == CREATED)
    return session.scalars(found.order_by(UserTask.id.desc()).limit(MOST_CASES)).all()


def _data_of(session: Session, cases: Sequence[UserTask], task_id: int) -> str:
    """The variables of one of the tasks as JSON; nothing for another one."""
    task = next((each for each in cases if each.id == task_id), None)
    if task is None:
        return ""
    known = scopes.variables(session, task, session.get_one(Instance, task.instance_id))
    return _pretty({name: known[name] for name in sorted(known)})


def _pretty(value: Any) -> str:
    return simplejson.dumps(value, indent=2, use_decimal=True, ensure_ascii=False, default=str)


def _page(
    change: int,
    file: str,
    opened: Previewed,
    body: Mapping[str, Any],
    data: str,
    errors: Iterable[FieldError] = (),
    *,
    given: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
) -> str:
    stand_ins()
    shell.leave_out()
    view = opened.view(body, list(errors))
    here = {"change": change, "file": file}
    return render_template(
        "studio/previewed.html",
        form=opened.form,
        view=view,
        data=data,
        here=url_for("studio.previewed_with", **here),
        shown=following.shown(view),
        follows=following.attributes(opened.form, url_for("studio.preview_follow", **here)),
        given=_pretty(given) if given is not None else "",
        refusal=refusal.message(language()) if refusal else "",
        has_errors=bool(view.errors or refusal),
    )


register(".form", "studio/edit_form.html", facts)
