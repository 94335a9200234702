"""What an administrator does to one instance: a form with a reason, what would happen, then the act itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer
from werkzeug.datastructures import MultiDict

from engine.errors import NotAllowed, NotFound, Refusal
from engine.operating.acts import ACTS, TASK, Act, Deed
from engine.operating.doing import do
from engine.operating.findings import Finding
from engine.operating.trying import Preview, preview
from engine.store.instances import ACTIVE, SUSPENDED, Incident, Instance
from engine.store.trail import Audit
from webapp import access
from webapp.access import actor, may, rule
from webapp.dates import day, deadline
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.inspector.asking import answered, arguments, asked, choices, same
from webapp.inspector.blueprint import blueprint
from webapp.masks import eyes
from webapp.names import process_names
from webapp.shared import now, reading, runtime

MOST_REASON = 500
SHOWN_AT_ONCE = frozenset({"retry", "suspend", "resume", "cancel"})
"""Acts that ask for nothing but a reason: what they would do is shown before anything is filled in."""
PREVIEWED = "—"
"""Stands for the reason in a preview that is shown before one was given; it is written nowhere."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that may be done to an instance now."""

    name: str
    label: str
    url: str
    danger: bool


def offered(session: Session, instance: Instance) -> list[Action]:
    """What whoever asks may do to an instance as it stands, in the order of their weight; empty for an ended one."""
    if instance.ended_at is not None:
        return []
    stopped = select(Incident.id).where(Incident.instance_id == instance.id, Incident.resolved_at.is_(None))
    fits = {
        "retry": instance.status == ACTIVE and session.scalar(stopped.limit(1)) is not None,
        "suspend": instance.status == ACTIVE,
        "resume": instance.status == SUSPENDED,
        "move": instance.status == ACTIVE,
        "migrate": instance.status == ACTIVE,
        "reassign": instance.status == ACTIVE,
    }
    return [
        Action(act.name, pick(*act.words), url_for(f"inspector.act_{act.name}", key=instance.id), act.danger)
        for act in ACTS.values()
        if f"act_{act.name}" in _ENDPOINTS and fits.get(act.name, True) and may(act.rule)
    ]


def edits(instance: Instance) -> frozenset[str]:
    """Which parts of a running instance whoever asks may change where they stand: `variable`, `deadline`."""
    if instance.ended_at is not None:
        return frozenset()
    return frozenset(name for name in ("variable", "deadline") if may(ACTS[name].rule))


def page(act: Act, key: int) -> Any:
    """The form of an act (GET), its preview, or the act itself (POST, by `then`). Raises NotFound."""
    access.require(act.rule)
    answers = answered()
    if request.method == "GET":
        return _shown(act, key, answers, foreseen(act.name, key) if act.name in SHOWN_AT_ONCE else None)
    try:
        given, target = arguments(act.name, answers), _target(act, key, answers)
        if answers.get("then") != "apply":
            return _shown(act, key, answers, _preview(act, target, given, answers), given=given)
        if answers.get("same") != same(act.name, target, given):  # nobody has seen what this would do
            return _shown(act, key, answers, _preview(act, target, given, answers), given=given)
        do(runtime(), actor(), Deed(act.name, target, given, reason_in(answers)), answers.get("seen", ""))
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _refused(act, key, answers, refusal), refusal.status
    flash(_("已办理：%(act)s。审计记录第 %(n)s 条。", act=pick(*act.words), n=_link()))
    return redirect(url_for("inspector.instance", key=key))


def _link() -> int:
    """The number of the newest link of the trail that whoever asks has left."""
    with reading() as session:
        newest = select(Audit.sequence).where(Audit.actor == actor().login)
        return session.scalar(newest.order_by(Audit.sequence.desc()).limit(1)) or 0


def _refused(act: Act, key: int, answers: "MultiDict[str, str]", refusal: Refusal) -> str:
    """The form again with why it was refused, and what would happen now."""
    given: dict[str, Any] = {}
    found = None
    try:
        given = arguments(act.name, answers)
        found = _preview(act, _target(act, key, answers), given, answers)
    except Refusal:  # the very answer that was refused cannot be previewed
        found = None
    return _shown(act, key, answers, found, refusal=refusal, given=given)


def foreseen(act: str, key: int) -> Preview:
    """What an act that asks for nothing but a reason would do."""
    return preview(runtime(), actor(), Deed(act, key, {}, PREVIEWED))


def _preview(act: Act, target: int, given: dict[str, Any], answers: "MultiDict[str, str]") -> Preview:
    return preview(runtime(), actor(), Deed(act.name, target, given, reason_in(answers) or PREVIEWED))


def _target(act: Act, key: int, answers: "MultiDict[str, str]") -> int:
    """The object of the act: the instance, or the task of it that the form names. Raises NotFound."""
    if act.target != TASK:
        return key
    text = answers.get("task", "")
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise NotFound(what_zh="这项任务", what_en="This task")
    return int(text)


def reason_in(answers: Mapping[str, str]) -> str:
    """The reason that a form gives."""
    return answers.get("reason", "").strip()[:MOST_REASON]


def _shown(
    act: Act,
    key: int,
    answers: "MultiDict[str, str]",
    found: Preview | None,
    *,
    refusal: Refusal | None = None,
    given: dict[str, Any] | None = None,
) -> str:
    with reading() as session:
        row = _instance(session, key)
        shown = asked(session, row)
        target = _target(act, key, answers) if act.target == TASK and answers.get("task") else key
        return render_template(
            "inspector/act.html",
            act=act,
            name=pick(*act.words),
            row=row,
            page=shown,
            process=process_names(session, [row.process_id])[row.process_id],
            about=eyes(session).text(row.business_key or ""),
            answers=answers,
            choices=choices(act.name, shown, answers),
            preview=found,
            seen=found.mark if found is not None else "",
            same=same(act.name, target, given or {}),
            refusal=(refusal or (found.refusal if found is not None else None)),
            told=told,
            others=offered(session, row),
            now=now(),
        )


def _instance(session: Session, key: int) -> Instance:
    row = session.scalars(
        select(Instance).where(Instance.id == key).options(undefer(Instance.state))
    ).one_or_none()
    if row is None:
        raise NotFound(what_zh="流程实例", what_en="The process instance")
    return row


def told(finding: Finding) -> str:
    """A finding in the page's language, instants and days in words."""
    return finding.told(language(), in_words)


def in_words(text: Any) -> str:
    """An instant or a day, written as ISO 8601, as people write it; anything else as it is."""
    said = str(text)
    try:
        if "T" in said:
            return deadline(datetime.fromisoformat(said))
        return day(date.fromisoformat(said)) if len(said) == 10 else said
    except ValueError:
        return said


def _view(act: Act) -> Callable[..., Any]:
    def view(key: int) -> Any:
        return page(act, key)

    return rule(act.rule)(view)


_ENDPOINTS = {
    f"act_{name}": act
    for name, act in ACTS.items()
    if name in ("retry", "suspend", "resume", "move", "deadline", "variable", "migrate", "reassign", "cancel")
}
for _endpoint, _act in _ENDPOINTS.items():
    blueprint.add_url_rule(
        f"/instances/<int:key>/actions/{_act.name}", _endpoint, _view(_act), methods=["GET", "POST"]
    )
