"""What is done around a draw: announce, void, exchange; its record afterwards, with seats that are freed."""

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.errors import NotFound, Refusal
from engine.programme.applications.models import Application
from engine.programme.reviews import draw, draw_release, draw_verify, recusals
from engine.programme.reviews.draw_errors import EditNotLawful
from engine.programme.reviews.models import Expert, ExpertSheet, Seat
from engine.programme.reviews.pool_models import ExpertRecusal, PanelDraw
from engine.programme.reviews.sheets import max_round
from engine.store.tasks import CREATED, Draft, UserTask
from webapp import access
from webapp.access import actor, rule
from webapp.experts import desk
from webapp.experts.blueprint import blueprint
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.names import people_names
from webapp.paging import Page, page_of
from webapp.shared import reading, runtime

FORM = "panel_draw"


@blueprint.post("/draw/<int:year>/announce")
@rule("draw.make")
def announce(year: int) -> Any:
    """Announce the seed; it goes into the draft of the task. Raises NotAllowed."""
    access.by_command("draw.make")
    seed, source = request.form.get("seed", "").strip(), request.form.get("source", "").strip()[:400]
    task = _task(year)
    if not _plain(seed):
        flash(_("种子为 1 至 60 位字母、数字或 -。"))
        return redirect(url_for("tasks.show", id=task.id))
    try:
        draw_release.announce_seed(runtime(), actor(), year, seed, source)
    except Refusal as refusal:
        flash(refusal.message(language()))
        return redirect(url_for("tasks.show", id=task.id))
    _keep(task, {"seed": seed})
    flash(_("种子已公布，抽取依据同时固定。请核对分配表后确认。"))
    return redirect(url_for("tasks.show", id=task.id))


@blueprint.post("/draw/<int:year>/void")
@rule("draw.make")
def void(year: int) -> Any:
    """Set the announced draw aside, with a reason. Raises NotAllowed, NothingToDraw, DrawIsConfirmed."""
    access.by_command("draw.make")
    task = _task(year)
    try:
        draw_release.void_draw(runtime(), actor(), year, request.form.get("reason", ""))
    except Refusal as refusal:
        flash(refusal.message(language()))
        return redirect(url_for("tasks.show", id=task.id))
    _keep(task, {"seed": "", "edits": []})
    flash(_("原抽取已作废并留存记录，请重新公布种子。"))
    return redirect(url_for("tasks.show", id=task.id))


@blueprint.post("/draw/<int:year>/exchange")
@rule("draw.make")
def exchange(year: int) -> Any:
    """Exchange one expert in the draft of the task; the draw itself stays as the seed gave it."""
    access.require("draw.make")
    task = _task(year)
    edit = {
        name: request.form.get(name, "").strip() for name in ("application_no", "leaving", "coming", "reason")
    }
    back = url_for(
        "tasks.show",
        id=task.id,
        group=request.form.get("group") or None,
        matrix=request.form.get("matrix") or None,
        _anchor=f"panel-{edit['application_no']}",
    )
    with reading() as session:
        row = draw.current(session, year)
        if row is None:
            raise NotFound(what_zh="这次抽取", what_en="This draw")
        kept = session.get(Draft, (task.id, actor().login))
        rows = list((kept.data.get("edits") if kept else None) or [])
        try:
            draw.edited(row, draw.drawn(row).panels, draw.edits_of([*desk.whole(rows), edit]))
        except EditNotLawful as refusal:
            flash(refusal.message(language()))
            return redirect(back)
    _keep(task, {"seed": row.seed, "edits": [*rows, edit]})
    flash(_("已更换，提交抽取结果时一并确认。"))
    return redirect(back)


@blueprint.get("/draw/<int:year>")
@rule("draw.read")
def record(year: int) -> str:
    """The record of a year's draws: seeds, what drawing again shows, exchanges, seats. Raises NotFound."""
    access.require("draw.read")
    with reading() as session:
        rows = session.scalars(
            select(PanelDraw).where(PanelDraw.cycle_year == year).order_by(PanelDraw.number)
        ).all()
        if not rows:
            raise NotFound(what_zh="这一年度的抽取", what_en="A draw of this year")
        live = next((row for row in rows if row.confirmed_at is not None), None)
        page = page_of(session, select(Seat).where(Seat.cycle_year == year))
        return render_template(
            "experts/record.html",
            year=year,
            rows=rows,
            live=live,
            verified=draw_verify.verify(session, year) if live else None,
            edits=draw_verify.edits(session, live) if live else [],
            seats=_seats(session, year, page),
            page=page,
            loads=_loads(session, year),
            names=_names(session, year, rows),
            left=recusals.of_year(session, year),
            kinds=recusals.NAMES,
            may_release=access.may("draw.make"),
        )


@blueprint.post("/draw/<int:year>/release")
@rule("draw.make")
def release(year: int) -> Any:
    """Free a seat; a substitute is drawn by the same rules. Raises NotAllowed, SeatNotHeld, PoolTooSmall."""
    access.by_command("draw.make")
    form = request.form
    draw_release.release_seat(
        runtime(), actor(), form.get("application_no", ""), form.get("expert", ""), form.get("reason", "")
    )
    flash(_("席位已释放，正按同一规则抽取替补。"))
    return redirect(url_for("experts.record", year=year, _anchor="seats"))


def _task(year: int) -> UserTask:
    """The open task of the draw of that year. Raises NotFound."""
    with reading() as session:
        query = select(UserTask).where(
            UserTask.form_id == FORM, UserTask.state == CREATED, UserTask.business_key == str(year)
        )
        task = session.scalars(access.visible("task.read", query)).first()
        if task is None:
            raise NotFound(what_zh="抽取专家的任务", what_en="The task of the draw")
        return task


def _keep(task: UserTask, data: dict[str, Any]) -> None:
    commands.save_draft(runtime(), actor(), task.id, data, keys=list(data))


def _plain(seed: str) -> bool:
    return 0 < len(seed) <= 60 and seed.isascii() and seed.replace("-", "").isalnum()


Row = tuple[Seat, Application | None, bool, ExpertRecusal | None]
"""A seat, what it is about, whether its sheet of the present round is sealed, and why it was left."""


def _seats(session: Session, year: int, page: Page) -> list[Row]:
    rows = session.execute(
        select(Seat, Application)
        .outerjoin(Application, Application.application_no == Seat.application_no)
        .where(Seat.cycle_year == year)
        .order_by(Seat.application_no, Seat.place, Seat.id)
        .offset(page.offset)
        .limit(page.size)
    ).all()
    numbers = {row[0].application_no for row in rows}
    left, rounds = recusals.of_seats(session, numbers), max_round(session, sorted(numbers))
    sheets = select(ExpertSheet.application_no, ExpertSheet.expert, ExpertSheet.round)
    sealed = {
        (number, expert)
        for number, expert, round in session.execute(sheets.where(ExpertSheet.application_no.in_(numbers)))
        if round == rounds.get(number, 1)
    }
    return [
        (seat, application, (seat.application_no, seat.expert) in sealed, left.get(seat.id))
        for seat, application in rows
    ]


def _loads(session: Session, year: int) -> list[tuple[str, int]]:
    where = (Seat.cycle_year == year, Seat.left_at.is_(None))
    counts = Counter(session.scalars(select(Seat.expert).where(*where)))
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _names(session: Session, year: int, rows: Any) -> dict[str, str]:
    seated = select(Seat.expert).where(Seat.cycle_year == year)
    experts = session.execute(select(Expert.login, Expert.name).where(Expert.login.in_(seated)))
    acted = {who for r in rows for who in (r.announced_by, r.confirmed_by, r.voided_by)}
    people = people_names(session, acted | {row.stated_by for row in recusals.of_year(session, year)})
    return {**people, **{row[0]: row[1] for row in experts}}
