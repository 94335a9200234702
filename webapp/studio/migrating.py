"""Migrating running cases: choose them, map elements, try it on all, apply in batches, take it back."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound, Refusal
from engine.store import migrating as m
from engine.store.definitions import Definition
from engine.store.migrating import MigrationItem, MigrationPlan
from engine.studio.comparing.words import type_name
from engine.studio.migrating import options, plans
from engine.studio.migrating.findings import Finding
from engine.studio.migrating.options import Options
from webapp import access
from webapp.access import actor, rule
from webapp.dates import instant
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.names import definition_names, people_names, process_names
from webapp.shared import reading, runtime
from webapp.studio import migrating_facts as facts
from webapp.studio.blueprint import blueprint

MOST_REASON = 500
ISO = re.compile(r"\d{4}-\d{2}-\d{2}T.*")


@blueprint.get("/migrations")
@rule("migration.run")
def migrations() -> str:
    """Every migration, newest first."""
    access.require("migration.run")
    with reading() as session:
        found = session.scalars(select(MigrationPlan).order_by(MigrationPlan.id.desc()).limit(200)).all()
        counts: dict[int, dict[str, int]] = {}
        rows = select(MigrationItem.plan_id, MigrationItem.state, func.count())
        for plan_id, state, count in session.execute(
            rows.group_by(MigrationItem.plan_id, MigrationItem.state)
        ):
            counts.setdefault(plan_id, {})[state] = count
        runtime().definitions.refresh(session)
        return render_template(
            "studio/migrations.html",
            plans=found,
            counts=counts,
            versions={p.id: runtime().definitions.by_key(session, p.target_id).version for p in found},
            names=process_names(session, {plan.process_id for plan in found}),
            people=people_names(session, {plan.planned_by for plan in found}),
            state=state_name,
        )


@blueprint.get("/migrations/<int:migration>")
@rule("migration.run")
def migration(migration: int) -> str:
    """One migration: mapping, dry run, progress, what came of each case. Raises NotFound."""
    access.require("migration.run")
    with reading() as session:
        return _page(session, _found(session, migration))


@blueprint.get("/migrations/<int:migration>/progress")
@rule("migration.run")
def migration_progress(migration: int) -> dict[str, Any]:
    """How far the worker is with a migration, for the script of its page. Raises NotFound."""
    access.require("migration.run")
    with reading() as session:
        plan = _found(session, migration)
        done, left = _progress(plan, facts.counted(session, plan))
    return {"done": done, "total": done + left, "state": "running" if plan.state in m.AT_WORK else "done"}


def _progress(plan: MigrationPlan, counts: Mapping[str, int]) -> tuple[int, int]:
    """How many cases are done in what goes on, and how many are left."""
    match plan.state:
        case m.CHECKING:
            return counts["all"] - counts["UNKNOWN"], counts["UNKNOWN"]
        case m.APPLYING:
            left = counts["left_CAN"] + (counts["left_RISK"] if plan.with_risks else 0)
            return counts["MOVED"] + counts["SKIPPED"], left
        case m.UNDOING:
            return counts["RETURNED"] + counts["REMAINS"], counts["MOVED"]
        case _:
            return counts["all"], 0


def _page(session: Session, plan: MigrationPlan, refusal: str = "") -> str:
    known = runtime().definitions
    known.refresh(session)
    found = facts.sections(session, plan)
    names = facts.element_names(found)
    show = request.args.get("show", "")
    rows, page = facts.cases(session, plan, show, names)
    rules, counts = facts.rules(session, plan), facts.counted(session, plan)
    about = [known.find(each.kind, each.id) for each in rules]
    defined = session.scalars(select(Definition).where(Definition.id.in_([each.key for each in about]))).all()
    return render_template(
        "studio/migration.html",
        plan=plan,
        target=known.by_key(session, plan.target_id),
        sources=[known.by_key(session, key) for key in plan.cohort["sources"]],
        sections=found,
        rules=rules,
        rule_names=definition_names(session, defined),
        wished=options.read(plan.options),
        counts=counts,
        progress=_progress(plan, counts),
        cases=rows,
        page=page,
        show=show,
        m=m,
        at_work=plan.state in m.AT_WORK,
        open=plan.state in (m.DRAFT, m.CHECKED),
        people=people_names(session, {plan.planned_by, plan.applied_by, plan.undone_by}),
        process=process_names(session, [plan.process_id])[plan.process_id],
        place_name=facts.name,
        type_words=lambda type: pick(*type_name(type)),
        told=_told,
        state=state_name,
        refusal=refusal,
    )


@blueprint.post("/migrations/<int:migration>/options")
@rule("migration.run")
def change_migration(migration: int) -> Any:
    """Keep the mapping, timers and forms that were chosen; on wish go on with the dry run. Raises NotFound."""
    access.by_command("migration.run")

    def act() -> None:
        with reading() as session:
            kept = options.read(_found(session, migration).options)
        plans.change(runtime(), actor(), migration, _wished(request.form, kept), _step())
        if request.form.get("then") == "check":
            with reading() as session:
                step = _found(session, migration).step
            plans.check(runtime(), actor(), migration, step)

    return _done_or_refused(migration, act)


def _wished(form: Mapping[str, str], kept: Options) -> Options:
    """The form's fields over what was kept: `map:process:element`, `timer:process:element`, `called:process`, `forms`."""
    mapping = {process: dict(each) for process, each in kept.mapping.items()}
    timers = {process: dict(each) for process, each in kept.timers.items()}
    called = []
    for field, value in form.items():
        kind, _colon, rest = field.partition(":")
        process, _colon, element = rest.partition(":")
        if kind == "map":
            mapping.setdefault(process, {}).pop(element, None)
            if value != element:
                mapping[process][element] = value
        elif kind == "timer":
            timers.setdefault(process, {})[element] = value
        elif kind == "called":
            called.append(process)
    return Options(mapping, timers, tuple(sorted(called)), form.get("forms") != "keep")


@blueprint.post("/migrations/<int:migration>/<any(check,apply,stop,undo,invert):deed>")
@rule("migration.run")
def migrate_cases(migration: int, deed: str) -> Any:
    """Try, apply, stop, take back, or plan the way back. Raises NotFound."""
    access.by_command("migration.run")
    rt, who = runtime(), actor()
    if deed == "invert":
        reason = request.form.get("reason", "").strip()[:MOST_REASON]
        return redirect(url_for("studio.migration", migration=plans.invert(rt, who, migration, reason)))
    acts: Mapping[str, Callable[[], None]] = {
        "check": lambda: plans.check(rt, who, migration, _step()),
        "apply": lambda: plans.apply(
            rt, who, migration, _step(), with_risks=request.form.get("risks") == "yes"
        ),
        "stop": lambda: plans.stop(rt, who, migration),
        "undo": lambda: plans.undo(rt, who, migration, _step()),
    }
    return _done_or_refused(migration, acts[deed])


def _done_or_refused(migration: int, act: Callable[[], None]) -> Any:
    try:
        act()
    except NotFound:
        raise
    except Refusal as refusal:
        with reading() as session:
            return _page(session, _found(session, migration), refusal.message(language())), refusal.status
    flash(_("已保存。"))
    return redirect(url_for("studio.migration", migration=migration))


def _found(session: Session, migration: int) -> MigrationPlan:
    plan = session.get(MigrationPlan, migration)
    if plan is None:
        raise NotFound(what_zh="这次迁移", what_en="This migration")
    return plan


def _step() -> int:
    text = request.form.get("step", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def state_name(code: str) -> str:
    """The state of a migration in words."""
    return pick(*plans.STATES[code])


def _told(finding: Finding) -> str:
    return finding.told(language(), _said)


def _said(value: Any) -> str:
    """An instant in words; a version as it is."""
    text = str(value)
    return instant(datetime.fromisoformat(text)) if ISO.fullmatch(text) else text
