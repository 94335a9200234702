"""Trying out the rules: a case is begun in memory, stepped through by one person, and nothing of it reaches a register."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from engine.clock import in_business_zone
from engine.errors import NotFound, Refusal
from engine.store.studio import RuleChange
from engine.studio.rules import Rules
from engine.studio.trying import playing, trials
from engine.studio.trying.recorded import scenarios
from engine.studio.trying.runs import files_of
from engine.studio.trying.scenarios import Scenario
from webapp import access
from webapp.access import actor, rule
from webapp.i18n import language, pick
from webapp.shared import now, reading, runtime
from webapp.studio import tried, typed
from webapp.studio.blueprint import blueprint

Answer = Any
BLANK = 3
"""Empty rows for more start variables."""


class NoInstant(Refusal):
    """What was typed is no date with a time."""

    zh = "“{typed}”不是日期和时间，请按 2024-06-30T09:00 填写。"
    en = "“{typed}” is no date with a time; write it as 2024-06-30T09:00."
    status = 422


@blueprint.get("/changes/<int:change>/try")
@rule("definition.deploy")
def try_change(change: int) -> str:
    """What of a change can be tried: its processes, their starts, one's own trials. Raises NotFound."""
    access.require("definition.deploy")
    return _beginning(change, request.args.get("process", ""))


@blueprint.get("/process/<string:process_id>/try")
@rule("definition.deploy")
def try_process(process_id: str) -> str:
    """The same for what is deployed. Raises NotFound."""
    access.require("definition.deploy")
    return _beginning(None, process_id)


@blueprint.post("/changes/<int:change>/try")
@rule("definition.deploy")
def begin_change(change: int) -> Answer:
    """Begin a trial of a change."""
    access.require("definition.deploy")
    return _begin(change, request.form.get("process", ""))


@blueprint.post("/process/<string:process_id>/try")
@rule("definition.deploy")
def begin_process(process_id: str) -> Answer:
    """Begin a trial of what is deployed."""
    access.require("definition.deploy")
    return _begin(None, process_id)


@blueprint.get("/trials/<int:trial>")
@rule("definition.deploy")
def trial(trial: int) -> str:
    """Where a trial stands. Raises NotFound."""
    access.require("definition.deploy")
    return _page(trial)


@blueprint.post("/trials/<int:trial>")
@rule("definition.deploy")
def move(trial: int) -> Answer:
    """Do the next thing in a trial, or undo the last. Raises NotFound."""
    access.require("definition.deploy")
    try:
        with reading() as session:
            found = tried.load(session, trial)
            story = _moved(found, request.form)
        trials.keep(runtime(), actor(), trial, story, revision())
    except (Refusal, ValueError) as refused:
        refusal = refused if isinstance(refused, Refusal) else NoInstant(typed=str(refused)[:60])
        if isinstance(refusal, NotFound):
            raise refusal from refused
        return _page(trial, refusal), refusal.status
    return redirect(url_for("studio.trial", trial=trial))


def _page(id: int, refusal: Refusal | None = None) -> str:
    with reading() as session:
        found = tried.load(session, id)
        return render_template(
            "studio/trial.html",
            t=found,
            asked=tried.asked(session, found),
            change=change_of(session, found.row.change_id),
            drawings=found.drawings(),
            refusal=refusal.message(language()) if refusal else "",
            stopped=found.played.refusal.message(language()) if found.played.refusal else "",
            has_errors=refusal is not None,
        )


def _beginning(change_id: int | None, process: str, refusal: Refusal | None = None) -> str:
    with reading() as session:
        rules = Rules.of(files_of(session, change_id))
        names = {id: tried.process_name(rules, id) for id in sorted(rules.models)}
        if process and process not in names:
            raise NotFound(what_zh="这个流程", what_en="This process")
        known = [s for s in scenarios(session) if s.process == process]
        chosen = _chosen(known)
        start = chosen.start if chosen else {}
        rows = [(name, typed.shown(value)) for name, value in start.items()] + [("", "")] * BLANK
        return render_template(
            "studio/try.html",
            change=change_of(session, change_id),
            change_id=change_id,
            processes=names,
            process=process,
            starts=_starts(rules, process) if process else [],
            known=known,
            chosen=chosen,
            rows=rows,
            at=f"{in_business_zone(chosen.starts_at if chosen else now()):%Y-%m-%dT%H:%M}",
            trials=trials.latest(session, actor(), change_id),
            refusal=refusal.message(language()) if refusal else "",
            has_errors=refusal is not None,
        )


def _chosen(known: Sequence[Scenario]) -> Scenario | None:
    """The scenario whose beginning is offered: the one that was asked for, else the first."""
    wanted = request.values.get("scenario", "")
    return next((s for s in known if s.file == wanted), known[0] if known and not wanted else None)


def _starts(rules: Rules, process: str) -> list[tuple[str, str]]:
    """The start events of a process: id and name."""
    info = rules.model(process).processes[process]
    return [
        (element.id, pick(element.name, element.properties.get("luzhi:name_en")) or element.id)
        for element in info.elements.values()
        if element.type == "startEvent" and not element.path
    ]


def _begin(change_id: int | None, process: str) -> Answer:
    try:
        with reading() as session:
            rules = Rules.of(files_of(session, change_id))
            known = [s for s in scenarios(session) if s.process == process]
        if process not in rules.models:
            raise NotFound(what_zh="这个流程", what_en="This process")
        story = _story(rules, process, _chosen(known))
    except NotFound:
        raise
    except Refusal as refusal:
        return _beginning(change_id, process, refusal), refusal.status
    id = trials.begin(runtime(), actor(), change_id, story)
    return redirect(url_for("studio.trial", trial=id))


def _story(rules: Rules, process: str, chosen: Scenario | None) -> dict[str, Any]:
    """The story as the form begins it: as typed, with the results of a scenario, or the whole scenario."""
    how = request.form.get("how", "ask")
    if how == "whole" and chosen is not None:
        return playing.of_scenario(chosen)
    text = request.form.get("at", "")
    try:
        at = typed.instant(text)
    except ValueError as error:
        raise NoInstant(typed=text[:40]) from error
    start = typed.free(request.form.getlist("name"), request.form.getlist("value"))
    element = request.form.get("start_element") or None
    if element not in {id for id, _ in _starts(rules, process)}:
        element = None
    story = playing.begun(process, at, start, element, asks=how != "given")
    if how == "given" and chosen is not None:
        story["results"] = playing.of_scenario(chosen)["results"]
    return story


def _moved(found: tried.Tried, sent: Mapping[str, str]) -> dict[str, Any]:
    """The story after what the page asks for. Raises TooManyMoves, NotSuch, ValueError for no date."""
    kind, _, what = sent.get("_action", "").partition(":")
    story = found.story
    if kind == "undo":
        left = int(what) if what.isdigit() and len(what) < 6 else len(story["moves"]) - 1
        return playing.undone(story, left)
    if kind == "asks":
        return {**story, "asks": what == "1"}
    if found.trial is None or kind not in MOVES:
        raise NotFound(what_zh="这个操作", what_en="This action")
    return playing.with_move(story, MOVES[kind](found, what, sent))


def _timer(found: tried.Tried, what: str, sent: Mapping[str, str]) -> Mapping[str, Any]:
    return {"timer": what}


def _until(found: tried.Tried, what: str, sent: Mapping[str, str]) -> Mapping[str, Any]:
    return {"until": typed.instant(sent.get("until", "")).isoformat()}


def _wait(found: tried.Tried, what: str, sent: Mapping[str, str]) -> Mapping[str, Any]:
    return {"wait": what[:20]}


def _told(found: tried.Tried, what: str, sent: Mapping[str, str]) -> Mapping[str, Any]:
    """A message or signal for one subscription, by its element and its place among several."""
    element, _, nth = what.partition(":")
    for one in found.awaited:
        if one.wait.element_id == element and str(one.nth) == (nth or "1"):
            more = typed.free([sent.get("more_name", "")], [sent.get("more_value", "")])
            variables = {**typed.taken(one.fields, sent), **more}
            told = {one.kind: one.wait.name, "element": element, "variables": variables}
            return {**told, "nth": one.nth} if one.nth > 1 else told
    raise NotFound(what_zh="这个等待的消息", what_en="This awaited message")


def _result(found: tried.Tried, what: str, sent: Mapping[str, str]) -> Mapping[str, Any]:
    """What a verb gives: its outputs, or a BPMN error."""
    job = next((job for job in found.played.asked if job.key == what), None)
    if job is None or found.trial is None:
        raise NotFound(what_zh="这个等待结果的事项", what_en="This awaited result")
    verb = runtime().verbs.get(job.type)
    value = typed.taken(typed.of_verb(verb, {}), sent)
    value |= typed.free([sent.get("more_name", "")], [sent.get("more_value", "")])
    if code := sent.get("error", "").strip():
        value = {"error": code[:100]}
    given = {"key": found.trial.given.key_of(job), "value": value}
    return {"result": {**given, "always": True} if sent.get("always") else given}


MOVES: dict[str, Callable[[tried.Tried, str, Mapping[str, str]], Mapping[str, Any]]] = {
    "timer": _timer,
    "until": _until,
    "wait": _wait,
    "message": _told,
    "signal": _told,
    "result": _result,
}


def revision() -> int:
    """The revision of the trial that the page was shown with; -1 when it says none."""
    text = request.form.get("_revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def change_of(session: Session, id: int | None) -> RuleChange | None:
    """The change that is tried; None for what is deployed."""
    return session.get(RuleChange, id) if id is not None else None
