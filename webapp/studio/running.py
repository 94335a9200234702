"""Every scenario played on a change, and cases that ended played again: asked for here, done by a worker, shown here."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.store.instances import Instance
from engine.store.studio import RuleChange
from engine.store.tasks import UserTask
from engine.store.trials import REPLAY, SCENARIOS, StudioRun
from engine.studio.rules import Rules
from engine.studio.trying import playing, trials
from engine.studio.trying.coverage import Coverage
from engine.studio.trying.recorded import find, recorded, scenarios
from engine.studio.trying.runs import contents_of, files_of, play_cases, play_scenarios
from webapp import access
from webapp.access import actor, rule
from webapp.names import people_names, process_names
from webapp.shared import reading, runtime
from webapp.studio import coverage_pages, tried
from webapp.studio.blueprint import blueprint
from webapp.studio.trying import change_of

Answer = Any
LATEST = 8
"""Runs that are listed."""


@blueprint.get("/scenarios")
@rule("definition.deploy")
def deployed_scenarios() -> str:
    """Every scenario that counts, and the last runs on what is deployed."""
    access.require("definition.deploy")
    return _scenarios(None)


@blueprint.get("/changes/<int:change>/scenarios")
@rule("definition.deploy")
def change_scenarios(change: int) -> str:
    """The same for a change. Raises NotFound."""
    access.require("definition.deploy")
    return _scenarios(change)


@blueprint.post("/scenarios")
@rule("definition.deploy")
def run_deployed() -> Answer:
    """Play every scenario on what is deployed."""
    access.by_command("definition.deploy")
    return _to(play_scenarios(runtime(), actor(), None))


@blueprint.post("/changes/<int:change>/scenarios")
@rule("definition.deploy")
def run_change(change: int) -> Answer:
    """Play every scenario on the drafts of a change. Raises NotFound, NotDeployable."""
    access.by_command("definition.deploy")
    return _to(play_scenarios(runtime(), actor(), change))


@blueprint.get("/changes/<int:change>/replay")
@rule("definition.deploy")
def replay_change(change: int) -> str:
    """Choose a process whose ended cases are played on a change. Raises NotFound."""
    access.require("definition.deploy")
    return _replays(change)


@blueprint.get("/replay")
@rule("definition.deploy")
def replay_deployed() -> str:
    """The same for what is deployed."""
    access.require("definition.deploy")
    return _replays(None)


@blueprint.post("/changes/<int:change>/replay")
@rule("definition.deploy")
def begin_replay(change: int) -> Answer:
    """Play the ended cases of a process on the drafts of a change. Raises NotFound, NotDeployable."""
    access.by_command("definition.deploy")
    return _to(play_cases(runtime(), actor(), change, request.form.get("process", "")))


@blueprint.post("/replay")
@rule("definition.deploy")
def begin_deployed_replay() -> Answer:
    """Play the ended cases of a process on what is deployed now."""
    access.by_command("definition.deploy")
    return _to(play_cases(runtime(), actor(), None, request.form.get("process", "")))


@blueprint.get("/runs/<int:run>")
@rule("definition.deploy")
def run_shown(run: int) -> str:
    """How far a run is, and what has come of it. Raises NotFound."""
    access.require("definition.deploy")
    with reading() as session:
        row = run_of(session, run)
        files = files_of(session, row.change_id)
        rules = Rules.of(files)
        facts = (
            _of_cases(session, row, files, rules) if row.what == REPLAY else _of_scenarios(row, files, rules)
        )
        return render_template(
            f"studio/run_{row.what}.html",
            run=row,
            change=change_of(session, row.change_id),
            moved_on=contents_of(files) != row.contents,
            people=people_names(session, {row.asked_by}),
            **facts,
        )


@blueprint.get("/runs/<int:run>/progress")
@rule("definition.deploy")
def run_progress(run: int) -> Answer:
    """How far a run is, for the script of its page. Raises NotFound."""
    access.require("definition.deploy")
    with reading() as session:
        row = run_of(session, run)
        return {"done": row.done, "total": row.total, "state": row.state}


@blueprint.post("/runs/<int:run>/try")
@rule("definition.deploy")
def try_scenario(run: int) -> Answer:
    """Open a scenario of a run as a trial: it stands where the scenario stopped. Raises NotFound."""
    access.require("definition.deploy")
    with reading() as session:
        row = run_of(session, run)
        scenario = find(session, request.form.get("scenario", ""))
    story = playing.of_scenario(scenario)
    return redirect(url_for("studio.trial", trial=trials.begin(runtime(), actor(), row.change_id, story)))


def _to(run: int) -> Answer:
    return redirect(url_for("studio.run_shown", run=run))


def run_of(session: Session, id: int) -> StudioRun:
    """A run by its number. Raises NotFound."""
    row = session.get(StudioRun, id)
    if row is None:
        raise NotFound(what_zh="这次运行", what_en="This run")
    return row


def _scenarios(change_id: int | None) -> str:
    with reading() as session:
        rules = Rules.of(files_of(session, change_id))
        found = scenarios(session)
        kept = recorded(session)
        by_process: dict[str, list[Any]] = {}
        for scenario in found:
            by_process.setdefault(scenario.process, []).append(scenario)
        runs = _runs(session, change_id, SCENARIOS)
        return render_template(
            "studio/scenarios.html",
            change=_known(session, change_id),
            groups=[(tried.process_name(rules, id), listed) for id, listed in sorted(by_process.items())],
            recorded=kept,
            total=len(found),
            runs=runs,
            people=people_names(session, {*(r.asked_by for r in runs), *(r.by for r in kept.values())}),
        )


def _replays(change_id: int | None) -> str:
    with reading() as session:
        rules = Rules.of(files_of(session, change_id))
        runs = _runs(session, change_id, REPLAY)
        return render_template(
            "studio/replay.html",
            change=_known(session, change_id),
            processes=[(id, tried.process_name(rules, id), count) for id, count in _ended(session, rules)],
            runs=runs,
            names={run.process_id: tried.process_name(rules, run.process_id) for run in runs},
            people=people_names(session, {run.asked_by for run in runs}),
        )


def _known(session: Session, id: int | None) -> RuleChange | None:
    """The change of the page. Raises NotFound."""
    found = change_of(session, id)
    if id is not None and found is None:
        raise NotFound(what_zh="这个变更", what_en="This change")
    return found


def _ended(session: Session, rules: Rules) -> Sequence[tuple[str, int]]:
    counted = select(Instance.process_id, func.count()).where(Instance.ended_at.is_not(None))
    rows = session.execute(counted.group_by(Instance.process_id).order_by(Instance.process_id))
    return [(id, count) for id, count in rows if id in rules.models]


def _runs(session: Session, change_id: int | None, what: str) -> Sequence[StudioRun]:
    listed = select(StudioRun).where(StudioRun.change_id == change_id, StudioRun.what == what)
    return session.scalars(listed.order_by(StudioRun.id.desc()).limit(LATEST)).all()


def _of_scenarios(row: StudioRun, files: Mapping[str, bytes], rules: Rules) -> dict[str, Any]:
    rows = row.results.get("scenarios", [])
    coverage = Coverage.of(row.results)
    return {
        "rows": rows,
        "failed": [each for each in rows if each["failures"]],
        "processes": coverage_pages.of_processes(files, rules, coverage),
        "tables": coverage_pages.of_tables(rules, coverage),
        "names": {each["process"]: tried.process_name(rules, each["process"]) for each in rows},
    }


def _of_cases(session: Session, row: StudioRun, files: Mapping[str, bytes], rules: Rules) -> dict[str, Any]:
    cases = row.results.get("cases", [])
    names = coverage_pages.names(rules, row.process_id)
    parted = {case["took"]: "changed" for case in cases if case["told"] and case["took"]}
    parted |= {case["would"]: "added" for case in cases if case["told"] and case["would"]}
    return {
        "cases": cases,
        "found": {"same": 0, "differing": 0, "untold": 0, **row.results},
        "names": names,
        "process": process_names(session, [row.process_id])[row.process_id],
        "drawing": tried.drawn(files, rules, row.process_id, parted)
        if row.process_id in rules.models
        else None,
        "links": _links(session, [case["id"] for case in cases]),
    }


def _links(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Where the cases can be read by this person: by the last of their tasks that may be seen."""
    rows = session.scalars(select(UserTask).where(UserTask.instance_id.in_(ids)).order_by(UserTask.id))
    found: dict[int, str] = {}
    for task in rows:
        if access.may("task.read", task):
            found[task.instance_id] = url_for("tasks.show", id=task.id)
    return found
