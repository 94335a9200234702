"""A trial recorded as a scenario: its name, and what of it is expected whenever it is played again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from engine.errors import NotFound, Refusal
from engine.store import json
from engine.studio.drafts.taking_away import take_away
from engine.studio.trying import playing
from engine.studio.trying.histories import listed, needed, path
from engine.studio.trying.recorded import find, record
from engine.studio.trying.scenarios import Scenario, written
from webapp import access
from webapp.access import actor, rule
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import reading, runtime
from webapp.studio import tried
from webapp.studio.blueprint import blueprint
from webapp.studio.trying import change_of

Answer = Any


class Unnamed(Refusal):
    """A scenario needs a name."""

    zh = "请写明这个场景说明什么。"
    en = "Say what this scenario shows."
    status = 422


@blueprint.get("/trials/<int:trial>/record")
@rule("definition.deploy")
def record_trial(trial: int) -> str:
    """The form: name, file name, what is expected. Raises NotFound."""
    access.require("definition.deploy")
    return _page(trial)


@blueprint.post("/trials/<int:trial>/record")
@rule("definition.deploy")
def keep_scenario(trial: int) -> Answer:
    """Keep the trial as a scenario that counts from now on. Raises NotFound."""
    access.require("definition.deploy")
    try:
        with reading() as session:
            found = tried.load(session, trial)
        if not request.form.get("name", "").strip():
            raise Unnamed
        name = record(runtime(), actor(), _scenario(found), request.form.get("file", "").strip())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(trial, refusal), refusal.status
    flash(_("已录制为场景 %(name)s。今后每次运行场景都包括它。", name=name))
    if found.row.change_id is not None:
        return redirect(url_for("studio.change_scenarios", change=found.row.change_id))
    return redirect(url_for("studio.deployed_scenarios"))


@blueprint.get("/scenarios/<path:name>")
@rule("definition.deploy")
def scenario_file(name: str) -> Response:
    """The file of a scenario, as `luzhi test-process` reads it. Raises NotFound."""
    access.require("definition.deploy")
    with reading() as session:
        found = find(session, name)
    answer = Response(written(found).encode(), mimetype="application/octet-stream")
    return as_file(answer, found.file.rpartition("/")[2])


@blueprint.post("/scenarios/<path:name>")
@rule("definition.deploy")
def take_scenario_away(name: str) -> Answer:
    """Let a recorded scenario count no longer. Raises NotFound, OwnTest."""
    access.require("definition.deploy")
    take_away(runtime(), actor(), name)
    flash(_("场景 %(name)s 不再参加运行。", name=name))
    return redirect(url_for("studio.deployed_scenarios"))


def _scenario(found: tried.Tried) -> Scenario:
    """The scenario of the trial with what the form expects; answers that enter no process are left out."""
    sent = request.form
    told = playing.as_scenario(
        found.story,
        name=sent["name"].strip()[:200],
        name_en=sent.get("name_en", "").strip()[:200],
        expect=_expected(found, sent),
    )
    return replace(told, steps=[_lean(found, step) for step in told.steps])


def _lean(found: tried.Tried, step: Mapping[str, Any]) -> Mapping[str, Any]:
    if not step.get("answers"):
        return step
    for process in (found.row.process_id, *found.states):
        element = listed(found.rules.model(process), process).get(step["task"])
        if element is not None:
            return {**step, "answers": needed(step["answers"], element.outputs)}
    return step


def _expected(found: tried.Tried, sent: Any) -> dict[str, Any]:
    if found.trial is None:
        raise NotFound(what_zh="这次试运行", what_en="This trial")
    expect: dict[str, Any] = {}
    if sent.get("state"):
        expect["ended"] = found.trial.case.status != "active"
        if not expect["ended"]:
            expect["open"] = sorted({task.element_id for task in found.tasks})
    if sent.get("path"):
        expect["path"] = path(found.trial.events)
    if wanted := set(sent.getlist("variable")):
        values = found.trial.case.variables
        expect["variables"] = {name: values[name] for name in sorted(wanted) if name in values}
    never = {*sent.getlist("never")} - set(path(found.trial.events))
    return expect | ({"never": sorted(never)} if never else {})


def _page(id: int, refusal: Refusal | None = None) -> str:
    with reading() as session:
        found = tried.load(session, id)
        if found.trial is None or found.played.refusal is not None:
            raise NotFound(what_zh="可以录制的试运行", what_en="A trial that can be recorded")
        reached = path(found.trial.events)
        elements = found.rules.model(found.row.process_id).processes[found.row.process_id].elements
        return render_template(
            "studio/record.html",
            t=found,
            change=change_of(session, found.row.change_id),
            reached=reached,
            unreached=[(each, found.name(each)) for each in elements if each not in reached],
            file=request.form.get("file", f"recorded_{id}"),
            variables=[(n, json.dumps(v)[:120]) for n, v in sorted(found.trial.case.variables.items())],
            refusal=refusal.message(language()) if refusal else "",
            has_errors=refusal is not None,
        )
