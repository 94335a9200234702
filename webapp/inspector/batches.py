"""One act on many objects: chosen in a list, previewed row by row, done by workers, stopped and gone on with."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, func, null, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine.errors import NotAllowed, NotFound, Refusal
from engine.inspecting.finding import listing, wishes
from engine.operating import batches as many
from engine.operating import findings as f
from engine.operating.acts import ACTS, INSTANCE, Act
from engine.operating.again import AGAIN, stopped_again
from engine.operating.names import names
from engine.operating.refusals import NothingChosen
from engine.store import operating as o
from engine.store.instances import Instance
from engine.store.operating import OperatorBatch, OperatorBatchItem
from engine.store.work import Timer
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.inspector.actions import reason_in, told
from webapp.inspector.asking import BadAnswer, whole
from webapp.inspector.blueprint import blueprint
from webapp.masks import eyes
from webapp.names import process_names
from webapp.paging import Page, page_of
from webapp.shared import now, reading, runtime

FOR_INSTANCES = tuple(act for act in ACTS.values() if act.target == INSTANCE and act.many)
SHOWS = ("", o.CAN, o.WARNED, o.CANNOT, o.SUCCEEDED, AGAIN, o.REFUSED, o.LEFT)


@blueprint.get("/batches")
@rule("batch.operate")
def batches() -> str:
    """Every batch, newest first."""
    access.require("batch.operate")
    with reading() as session:
        newest = select(OperatorBatch).order_by(OperatorBatch.id.desc())
        page = page_of(session, newest)
        rows = session.scalars(newest.limit(page.size).offset(page.offset)).all()
        return render_template(
            "inspector/batches.html",
            rows=rows,
            page=page,
            counts={row.id: many.counted(session, row.id) for row in rows},
            act=act_words,
            state=state_words,
            eyes=eyes(session),
        )


@blueprint.post("/batches/new")
@rule("batch.operate")
def new_batch() -> Any:
    """What is to be done with the instances that a list has handed over (`instance`, or `filter`); then plan it."""
    access.require("batch.operate")
    answers = request.form
    try:
        keys, chosen = _chosen(answers)
        if not keys:
            raise NothingChosen()
        if not answers.get("act"):
            return _form(answers, keys)
        act = _act(answers)
        batch = many.plan(
            runtime(), actor(), act.name, keys, reason_in(answers), _arguments(act, answers), chosen
        )
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _form(answers, [] if isinstance(refusal, NothingChosen) else keys, refusal), refusal.status
    return redirect(url_for("inspector.batch", batch=batch))


def _chosen(answers: "MultiDict[str, str]") -> tuple[list[int], dict[str, Any]]:
    """The keys of the instances, and how they were chosen, for the record."""
    if "filter" in answers:
        wish = wishes.read(dict(parse_qsl(answers["filter"], keep_blank_values=True)))
        with reading() as session:
            found = listing.plan(session, wish, eyes(session), now())
            keys = listing.keys(session, found, wish, many.MOST + 1)
        return keys, {"filter": dict(wish.arguments())}
    keys = [
        int(text)
        for text in answers.getlist("instance")
        if text.isascii() and text.isdigit() and len(text) < 18
    ]
    return keys, {"ticked": len(keys)}


def _act(answers: "MultiDict[str, str]") -> Act:
    act = ACTS.get(answers["act"])
    if act not in FOR_INSTANCES:
        raise NotFound(what_zh="这种操作", what_en="This act")
    return act


def _arguments(act: Act, answers: "MultiDict[str, str]") -> dict[str, Any]:
    if act.name != "deadline":
        return {}
    if not answers.get("element"):
        why = {"why": "请选择要顺延的期限", "why_en": "choose the deadline"}
        raise BadAnswer(field="期限", field_en="The deadline", **why)
    return {
        "element": answers["element"],
        "workdays": whole(answers.get("workdays", "").strip()),
        **{name: answers.get(name) == "yes" for name in ("variables", "tell")},
    }


def _form(answers: "MultiDict[str, str]", keys: list[int], refusal: Refusal | None = None) -> str:
    with reading() as session:
        return render_template(
            "inspector/batch_new.html",
            answers=answers,
            count=len(keys),
            keys=[] if "filter" in answers else keys,
            acts=[(act, pick(*act.words)) for act in FOR_INSTANCES],
            elements=_elements(session, keys),
            refusal=refusal,
        )


def _elements(session: Session, keys: list[int]) -> list[tuple[str, str, int]]:
    """The timers that the chosen instances wait for: element, name, how many; of the first few hundred."""
    found = (
        select(Timer.element_id, func.min(Instance.definition_id), func.count())
        .join(Instance, Instance.id == Timer.instance_id)
        .where(Timer.instance_id.in_(keys[:500]))
        .group_by(Timer.element_id)
        .order_by(Timer.element_id)
    )
    rt = runtime()
    rt.definitions.refresh(session)
    rows = []
    for element, version, count in session.execute(found):
        known = names(session, rt.definitions, version).of(element)
        rows.append((element, pick(known["name"], known["name_en"]), count))
    return rows


@blueprint.get("/batches/<int:batch>")
@rule("batch.operate")
def batch(batch: int) -> str:
    """One batch: what it would do to each, how far it is, what came of each. Raises NotFound."""
    access.require("batch.operate")
    return _page(batch)


@blueprint.get("/batches/<int:batch>/progress")
@rule("batch.operate")
def batch_progress(batch: int) -> dict[str, Any]:
    """How far the worker is, for the script of the page. Raises NotFound."""
    access.require("batch.operate")
    with reading() as session:
        row = _found(session, batch)
        done, total = _progress(row, many.counted(session, batch))
    return {"done": done, "total": total, "state": "running" if row.state in o.AT_WORK else "done"}


@blueprint.post("/batches/<int:batch>/<any(start,stop,drop):doing>")
@rule("batch.operate")
def act_on_batch(batch: int, doing: str) -> Any:
    """Begin or go on, stop, call off. Raises NotFound."""
    access.by_command("batch.operate")
    text = request.form.get("step", "")
    step = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    rt, who = runtime(), actor()
    deeds: Mapping[str, Callable[[], None]] = {
        "start": lambda: many.start(rt, who, batch, step),
        "stop": lambda: many.stop(rt, who, batch),
        "drop": lambda: many.drop(rt, who, batch),
    }
    try:
        deeds[doing]()
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(batch, refusal), refusal.status
    flash(_("已保存。"))
    return redirect(url_for("inspector.batch", batch=batch))


def _page(key: int, refusal: Refusal | None = None) -> str:
    with reading() as session:
        row = _found(session, key)
        counts = many.counted(session, key)
        show = request.args.get("show", "")
        show = show if show in SHOWS else ""
        items, page = _items(session, row, show)
        done, total = _progress(row, counts)
        return render_template(
            "inspector/batch.html",
            row=row,
            act=act_words(row.act),
            danger=ACTS[row.act].danger,
            target=ACTS[row.act].target,
            counts=counts,
            done=done,
            total=total,
            items=items,
            page=page,
            show=show,
            at_work=row.state in o.AT_WORK,
            left=many.STEPS.left(session, row) if row.state in (o.CHECKED, o.STOPPED) else 0,
            state=state_words,
            verdict=verdict_words,
            outcome=outcome_words,
            findings=f.read,
            told=told,
            eyes=eyes(session),
            refusal=refusal,
        )


def _items(session: Session, batch: OperatorBatch, show: str) -> tuple[list[Any], Page]:
    """Each row with the key of its instance, the name of its process, and the incident at which it stopped again."""
    items, found = OperatorBatchItem, stopped_again(batch.act)
    again: ColumnElement[Any] = null() if found is None else found
    query = select(items, Instance.business_key, Instance.process_id, again.label("again")).join(
        Instance, Instance.id == items.instance_id, isouter=True
    )
    query = query.where(items.batch_id == batch.id)
    if show in (AGAIN, o.SUCCEEDED):
        query = query.where(items.state == o.SUCCEEDED)
        query = query.where(again.is_(None) if show == o.SUCCEEDED else again.is_not(None))
    elif show in (o.CAN, o.WARNED, o.CANNOT):
        query = query.where(items.verdict == show)
    elif show:
        query = query.where(items.state == show)
    page = page_of(session, query)
    rows = session.execute(query.order_by(items.number).limit(page.size).offset(page.offset)).all()
    processes = process_names(session, {row.process_id for row in rows if row.process_id})
    return [(row[0], row[1], processes.get(row[2], ""), row[3]) for row in rows], page


def _progress(row: OperatorBatch, counts: Mapping[str, int]) -> tuple[int, int]:
    """Rows done in what goes on (or went on last), and all of them."""
    if row.state in (o.CHECKING, o.CHECKED):
        return counts["all"] - counts[o.UNKNOWN], counts["all"]
    able = counts[o.CAN] + counts[o.WARNED]
    return counts[o.SUCCEEDED] + counts[AGAIN] + counts[o.REFUSED], able


def _found(session: Session, key: int) -> OperatorBatch:
    row = session.get(OperatorBatch, key)
    if row is None:
        raise NotFound(what_zh="这一批", what_en="This batch")
    return row


def act_words(name: str) -> str:
    """The name of an act in the page's language."""
    return pick(*ACTS[name].words)


def state_words(state: str) -> str:
    """The state of a batch in the page's language."""
    return pick(*many.STATES[state])


def verdict_words(verdict: str) -> tuple[str, str]:
    """What the preview found, with its colour."""
    return {
        o.UNKNOWN: (_("尚未预览"), ""),
        o.CAN: (_("可以"), "tag-green"),
        o.WARNED: (_("注意"), "tag-amber"),
        o.CANNOT: (_("不能"), "tag-red"),
    }[verdict]


def outcome_words(state: str) -> tuple[str, str]:
    """What came of a row, with its colour."""
    return {
        o.PLANNED: (_("未办"), ""),
        o.SUCCEEDED: (_("已办理"), "tag-green"),
        AGAIN: (_("停在同一处"), "tag-amber"),
        o.REFUSED: (_("被拒绝"), "tag-red"),
        o.LEFT: (_("已取消"), ""),
    }[state]
