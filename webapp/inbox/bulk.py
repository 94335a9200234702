"""Acts on many tasks: chosen in a list, looked at first, then done part by part on a page that can be reloaded."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.commands.batches import ACTIONS, MOST, SLICE
from engine.errors import NotFound
from engine.inbox import models as m
from engine.store.people import Account, RoleGrant
from engine.store.tasks import UserTask
from forms.errors import FieldError, InvalidForm
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.inbox import facts, filters, query, words
from webapp.inbox.asked import known, moment
from webapp.inbox.blueprint import blueprint
from webapp.inbox.export import workbook
from webapp.names import doer_name, people_names
from webapp.shared import reading, runtime
from webapp.tasks.opened import Opened, open_in

EXPORT = "export"


@blueprint.post("/inbox/<tab>/bulk")
@rule("task.read")
def choose(tab: str) -> Any:
    """Take what was chosen: a spreadsheet at once, or a batch to be looked at first. Raises NothingChosen, TooMany."""
    tab = known(tab)
    wished = filters.read(request.form)
    access.asked_for_each("task.read")
    action = request.form.get("action", "")
    back = url_for("inbox.listing", tab=tab, **wished.arguments())
    if action == EXPORT:
        return workbook(tab, wished, None if request.form.get("scope") == "all" else _ticked())
    if action not in ACTIONS:
        return redirect(back)
    return redirect(
        url_for(
            "inbox.batch", handle=commands.plan_batch(runtime(), actor(), action, _keys(tab, wished), back)
        )
    )


def _ticked() -> list[int]:
    return [
        int(text)
        for text in request.form.getlist("id")
        if text.isascii() and text.isdigit() and len(text) < 16
    ]


def _keys(tab: str, wished: filters.Filters) -> list[int]:
    if request.form.get("scope") != "all":
        return _ticked()
    with reading() as session:
        return list(session.scalars(query.page_keys(actor(), tab, wished, moment(), 0, MOST + 1)))


@blueprint.get("/inbox/batches/<handle>")
@rule("batch.own")
def batch(handle: str) -> Any:
    """A batch: what would happen, or how far it is and what came of each row. Raises NotFound."""
    with reading() as session:
        return _page(session, _own(session, handle))


@blueprint.post("/inbox/batches/<handle>")
@rule("batch.own")
def run_batch(handle: str) -> Any:
    """Do the next part. The first time the opinion, or who is to have the tasks, is checked. Raises NotFound."""
    with reading() as session:
        found = _own(session, handle)
        given: dict[str, Any] = {}
        if found.confirmed_at is None:
            given = _given(session, found)
            errors = _errors(session, found, given)
            if errors:
                return _page(session, found, given, errors), 422
    commands.confirm_batch(runtime(), actor(), handle, given)
    left = commands.run_batch(runtime(), actor(), handle, SLICE)
    if not left:
        flash(_("本批已办理完毕，结果见下表。"))
    if request.accept_mimetypes.best == "application/json":
        with reading() as session:
            return _progress(session, _own(session, handle))
    return redirect(url_for("inbox.batch", handle=handle))


def _progress(session: Session, found: m.Batch) -> Any:
    """How far a batch is, for the page that does one part after the other: what came of each row, and in all."""
    items = _items(session, found)
    count = Counter(item.state for item in items)
    return jsonify(
        ready=count[m.READY],
        done=len(items) - count[m.LEFT_OUT] - count[m.READY],
        text=words.progress(count),
        rows=[
            {"number": i.number, "state": i.state, "label": words.result_name(i.state), "reason": _reason(i)}
            for i in items
            if i.state in (m.SUCCEEDED, m.REFUSED)
        ],
    )


def _items(session: Session, found: m.Batch) -> Sequence[m.BatchItem]:
    rows = select(m.BatchItem).where(m.BatchItem.batch_id == found.id).order_by(m.BatchItem.number)
    return session.scalars(rows).all()


def _reason(item: m.BatchItem) -> str:
    return pick(item.reason_zh, item.reason_en)


def _own(session: Session, handle: str) -> m.Batch:
    found = session.get(m.Batch, handle)
    if found is None or not access.may("batch.own", found):
        raise NotFound(what_zh="这批任务", what_en="This batch")
    return found


def _given(session: Session, found: m.Batch) -> dict[str, Any]:
    """What the page sent: to whom and why, or the opinion."""
    if found.action == m.ASSIGN:
        return {name: request.form.get(name, "").strip()[:500] for name in ("assignee", "reason")}
    first = _first(session, found)
    if first is None or first.form is None:
        return {}
    sent = [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
    return {"body": first.form.decode(sent)}


def _errors(session: Session, found: m.Batch, given: Mapping[str, Any]) -> Sequence[FieldError]:
    """What is wrong with it, as the first task's form says, before anything is done."""
    if found.action == m.ASSIGN:
        labels = {"assignee": ("办理人", "Assignee"), "reason": ("理由", "Reason")}
        return [
            FieldError(name, zh, "请填写。", "Fill this in.", en)
            for name, (zh, en) in labels.items()
            if not given[name]
        ]
    first = _first(session, found)
    if first is None or first.form is None:
        return []
    try:
        first.form.validate(given["body"], first.context, runtime().clock, functions=runtime().functions)
    except InvalidForm as refusal:
        return refusal.errors
    return []


def _first(session: Session, found: m.Batch) -> Opened | None:
    """The first task that is ready, whose form the whole batch shares; None where nothing is to be filled in."""
    if found.action != m.COMPLETE or found.confirmed_at is not None:
        return None
    key = session.scalar(
        select(m.BatchItem.task_id)
        .where(m.BatchItem.batch_id == found.id, m.BatchItem.state == m.READY)
        .order_by(m.BatchItem.number)
        .limit(1)
    )
    return open_in(session, key) if key is not None else None


def _page(
    session: Session,
    found: m.Batch,
    given: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
) -> str:
    items = _items(session, found)
    keys = [item.task_id for item in items]
    tasks = {task.id: task for task in session.scalars(select(UserTask).where(UserTask.id.in_(keys)))}
    first, given = _first(session, found), given or {}
    return render_template(
        "inbox/batch.html",
        batch=found,
        items=items,
        count=(count := Counter(item.state for item in items)),
        progress=words.progress(count),
        result_name=words.result_name,
        tasks=tasks,
        beside=facts.beside(session, list(tasks.values())),
        view=first.view(given.get("body", {}), errors, readonly=False) if first else None,
        given=given,
        errors=errors,
        has_errors=bool(errors),
        people=_people(session, tasks.values()) if found.action == m.ASSIGN else [],
        action=words.action_name(found.action),
        reason=_reason,
        lenders=people_names(session, {grant.of for grant in actor().lent}) if actor().lent else {},
        doer_name=doer_name,
    )


def _people(session: Session, tasks: Iterable[UserTask]) -> list[tuple[str, str]]:
    """Who holds a role in the offices of these tasks: login and name; the command checks each task's own groups."""
    places = {task.organisation for task in tasks if task.organisation}
    held = select(RoleGrant.login).where(RoleGrant.organisation.in_(places), RoleGrant.revoked_at.is_(None))
    people = select(Account.login, Account.name).where(Account.login.in_(held), Account.active.is_(True))
    return [(row.login, row.name) for row in session.execute(people.order_by(Account.name))]
