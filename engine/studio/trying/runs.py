"""Long runs of the studio: every scenario, or every case that ended, played on one set of rules by a worker, in steps.

A step takes a few seconds; what came of it stands in the run's row, so a killed worker loses one step. When the drafts
move on meanwhile, the run ends and says so: its results would be of no one set of files.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import policy
from engine.commands.retrying import command
from engine.errors import Refusal
from engine.outbox import leave
from engine.policy import Actor
from engine.runtime import STUDIO as EFFECT
from engine.runtime import Runtime
from engine.store.instances import Instance
from engine.store.trials import DONE, FAILED, REPLAY, RUNNING, SCENARIOS, WAITING, StudioRun
from engine.studio.deployed import deployed_files
from engine.studio.drafts.drafting import drafted_files
from engine.studio.rules import Rules
from engine.studio.trying.coverage import Coverage
from engine.studio.trying.recorded import scenarios
from engine.studio.trying.replays import Verdict, verdict
from engine.studio.trying.scenarios import Outcome, Scenario, run

STEP_SECONDS = 3.0
"""About how long a step takes; the one case or scenario that is being played then is finished."""
MOST_TOLD = 1_000
"""Cases that differ and are listed; more are counted only."""
MOVED_ZH = "运行期间草稿又有改动，结果不完整。请重新运行。"
MOVED_EN = "The drafts were changed while it ran, so its results are incomplete. Run it again."


def files_of(session: Session, change_id: int | None) -> dict[str, bytes]:
    """What is tried: everything deployed, under the drafts of a change. Raises NotFound for an unknown change."""
    return deployed_files(session) if change_id is None else drafted_files(session, change_id)


def contents_of(files: Mapping[str, bytes]) -> str:
    """The hash of a set of files."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return digest.hexdigest()


@command
def play_scenarios(rt: Runtime, actor: Actor, change_id: int | None) -> int:
    """Have every scenario played on the drafts of a change; the number of the run. Raises NotDeployable, NotAllowed."""
    policy.require(actor, "definition.deploy")
    with rt.reading() as session:
        files = files_of(session, change_id)
        total = len(scenarios(session))
    Rules.of(files)
    return _begin(rt, actor, SCENARIOS, change_id, "", files, total)


@command
def play_cases(rt: Runtime, actor: Actor, change_id: int | None, process_id: str) -> int:
    """Have every ended case of a process played on the drafts of a change; the number of the run.

    Raises NotDeployable, NotDeployed, NotAllowed.
    """
    policy.require(actor, "definition.deploy")
    with rt.reading() as session:
        files = files_of(session, change_id)
        total = session.scalar(select(func.count()).select_from(_ended(process_id).subquery())) or 0
    Rules.of(files).model(process_id)
    return _begin(rt, actor, REPLAY, change_id, process_id, files, total)


def _begin(
    rt: Runtime,
    actor: Actor,
    what: str,
    change_id: int | None,
    process_id: str,
    files: Mapping[str, bytes],
    total: int,
) -> int:
    with rt.transaction() as tx:
        row = StudioRun(
            what=what, change_id=change_id, process_id=process_id, contents=contents_of(files), total=total,
            state=WAITING if total else DONE, asked_by=actor.login, asked_at=tx.now,
            ended_at=None if total else tx.now, results={},
        )  # fmt: skip
        tx.session.add(row)
        tx.session.flush()
        if total:
            leave(tx.session, tx.now, EFFECT, {"run": row.id}, f"{EFFECT}:{row.id}:0")
        return row.id


def perform(rt: Runtime, payload: Mapping[str, Any], key: str) -> None:
    """The next step of a run; it leaves another until all is done. Done twice it changes nothing more."""
    id = int(payload["run"])
    with rt.reading() as session:
        row = session.get_one(StudioRun, id)
        if row.state in (DONE, FAILED) or key != f"{EFFECT}:{id}:{row.done}":
            return
        try:
            count, results = _step(rt, session, row)
            note = "" if count else f"{MOVED_ZH}\n{MOVED_EN}"
        except Refusal as refusal:
            count, results, note = 0, row.results, f"{refusal.message('zh')}\n{refusal.message('en')}"
    _save(rt, row, count, results, note)


def _save(rt: Runtime, was: StudioRun, count: int, results: Mapping[str, Any], note: str) -> None:
    with rt.transaction() as tx:
        row = tx.session.get_one(StudioRun, was.id, with_for_update=True)
        if row.done != was.done or row.state in (DONE, FAILED):
            return
        row.done, row.results, row.note = row.done + count, dict(results), note
        row.state = FAILED if note else DONE if row.done >= row.total else RUNNING
        if row.state == RUNNING:
            leave(tx.session, tx.now, EFFECT, {"run": row.id}, f"{EFFECT}:{row.id}:{row.done}")
        else:
            row.ended_at = tx.now


def _step(rt: Runtime, session: Session, row: StudioRun) -> tuple[int, Mapping[str, Any]]:
    """How many were played, and the results with them; none when the files are others by now."""
    files = files_of(session, row.change_id)
    if contents_of(files) != row.contents:
        return 0, row.results
    rules = Rules.of(files)
    if row.what == SCENARIOS:
        return _scenarios(rt, rules, scenarios(session)[row.done :], row.results)
    return _cases(rt, session, rules, row)


def _scenarios(
    rt: Runtime, rules: Rules, left: Sequence[Scenario], before: Mapping[str, Any]
) -> tuple[int, Mapping[str, Any]]:
    coverage, rows = Coverage.of(before), list(before.get("scenarios", []))
    played = 0
    ends = time.perf_counter() + STEP_SECONDS
    for scenario in left:
        outcome = run(scenario, rules, rt.functions)
        coverage.take(outcome.trial)
        rows.append(_told(outcome))
        played += 1
        if time.perf_counter() > ends:
            break
    if len(left) == 0:  # one was taken away meanwhile: those that were to be played are played
        return max(1, played), before
    return played, {**coverage.as_json(), "scenarios": rows}


def _told(outcome: Outcome) -> dict[str, Any]:
    scenario = outcome.scenario
    return {
        "file": scenario.file,
        "name": scenario.name,
        "name_en": scenario.name_en,
        "process": scenario.process,
        "failures": [failure.as_dict() for failure in outcome.failures],
        "failed_step": outcome.failed_step,
    }


def _cases(rt: Runtime, session: Session, rules: Rules, row: StudioRun) -> tuple[int, Mapping[str, Any]]:
    rt.definitions.refresh(session)
    found: dict[str, Any] = {"same": 0, "differing": 0, "untold": 0, "last": 0, "cases": [], **row.results}
    found["cases"] = list(found["cases"])
    ended = _ended(row.process_id).where(Instance.id > found["last"], Instance.ended_at <= row.asked_at)
    played = 0
    ends = time.perf_counter() + STEP_SECONDS
    for one in _verdicts(rt, session, rules, ended, row.total - row.done):
        played += 1
        found["last"] = one.instance_id
        found["same" if one.same else "differing" if one.told else "untold"] += 1
        if not one.same and len(found["cases"]) < MOST_TOLD:
            found["cases"].append(_case(one))
        if time.perf_counter() > ends:
            break
    return played or row.total - row.done, found


def _verdicts(
    rt: Runtime, session: Session, rules: Rules, ended: Select[Any], most: int
) -> Iterator[Verdict]:
    for instance in islice(session.scalars(ended.order_by(Instance.id).limit(200)), most):
        yield verdict(session, rt.definitions, rt.functions, rules, instance)
        session.expunge_all()  # histories are long, and each is read once


def _case(one: Verdict) -> dict[str, Any]:
    return {
        "id": one.instance_id,
        "key": one.business_key,
        "told": one.told,
        "took": one.took,
        "would": one.would_take,
        "reasons": [reason.as_dict() for reason in one.reasons],
    }


def _ended(process_id: str) -> Select[Any]:
    return select(Instance).where(Instance.process_id == process_id, Instance.ended_at.is_not(None))
