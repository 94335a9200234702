"""Putting a locked instance on other rules, and back: what `migrate` and the studio's migrations share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from engine import bpmn, faults
from engine.bpmn.migration import Target, Wishes
from engine.bpmn.waits import UserTaskWait
from engine.commands.diff import form_key
from engine.commands.work import Work
from engine.errors import Refusal
from engine.store.instances import ElementEvent
from engine.store.tasks import CREATED, UserTask


class TasksEnded(Refusal):
    """Steps that were open before the migration have ended since: they cannot be opened again."""

    zh = "迁移以来环节“{task}”已经结束，不能恢复到迁移前。"
    en = "Step {task} has ended since the migration; what was before cannot be restored."
    remedy_zh = "可用反向对应新建一次迁移。"
    remedy_en = "Migrate it by the inverse mapping instead."


@dataclass(frozen=True, slots=True)
class Move:
    """Which version (its key) and deployment an instance goes on with, and how.

    `called`: what the processes that it has called go on with, by id; `forms`: open tasks take the form that counts
    there, drafts stay; None leaves to the diagram what changed with its element.
    """

    version: int
    deployment: int
    mapping: Mapping[str, str] = field(default_factory=dict)
    timers: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, Target] = field(default_factory=dict)
    forms: bool | None = None


@dataclass(frozen=True, slots=True)
class Former:
    """What an instance was before a move: enough to bring it back."""

    version: int
    deployment: int
    state: str
    forms: Mapping[str, int | None]
    """The form version of each open task by its key."""


def former(work: Work) -> Former:
    """What to note before a move."""
    row = work.row
    return Former(row.definition_id, row.deployment_id, row.state, _forms(work))


def move(work: Work, wanted: Move, detail: Mapping[str, Any]) -> None:
    """Put the instance on other rules and write it. Raises CannotMigrate, NotDeployed."""
    before, target = work.row.definition_id, work.rt.definitions.by_key(work.tx.session, wanted.version)
    known = _forms(work)
    wishes = Wishes(wanted.called, bool(wanted.forms), _began(work))
    there = Target(str(target.key), wanted.mapping, wanted.timers)
    case = bpmn.Case.migrate(work.case.dump(), there, work.environment, target.id, wishes)
    work.replace(case)
    work.row.definition_id, work.row.deployment_id = wanted.version, wanted.deployment
    work.run()
    work.save(detail={**detail, "from": before, "to": target.key})
    if wanted.forms is not None:
        _pin(work, _wished(work) if wanted.forms else known)
    faults.point("migration.written")


def go_back(work: Work, was: Former, detail: Mapping[str, Any]) -> None:
    """Bring the instance back to what it was, and write it. Raises TasksEnded."""
    before = work.row.definition_id
    case = bpmn.Case.go_back(was.state, work.case.dump(), work.environment)
    ended = [
        wait
        for key, wait in case.waits().items()
        if isinstance(wait, UserTaskWait) and key not in work.case.waits()
    ]
    if ended:
        raise TasksEnded(task=ended[0].name or ended[0].element_id)
    work.replace(case)
    work.row.definition_id, work.row.deployment_id = was.version, was.deployment
    work.save(detail={**detail, "from": before, "to": was.version})
    _pin(work, was.forms)
    faults.point("migration.written")


def _began(work: Work) -> dict[str, datetime]:
    """When each element instance and each scope began, as the history has it."""
    told = select(ElementEvent.element_instance, ElementEvent.at).where(
        ElementEvent.instance_id == work.row.id, ElementEvent.event == "activated"
    )
    return {row.element_instance: row.at for row in work.tx.session.execute(told)}


def _forms(work: Work) -> dict[str, int | None]:
    tasks = select(UserTask.wait_key, UserTask.form_definition_id).where(
        UserTask.instance_id == work.row.id, UserTask.state == CREATED
    )
    return {row.wait_key: row.form_definition_id for row in work.tx.session.execute(tasks)}


def _wished(work: Work) -> dict[str, int | None]:
    """The form that each open task would be opened with now."""
    found: dict[str, int | None] = {}
    for key, wait in work.case.waits().items():
        form = form_key(work, wait) if isinstance(wait, UserTaskWait) else None
        if form is not None:
            found[key] = form
    return found


def _pin(work: Work, wanted: Mapping[str, int | None]) -> None:
    """Give open tasks these form versions; a page that was loaded before is told by the task's revision."""
    now = _forms(work)
    for key, form in wanted.items():
        if key in now and now[key] != form:
            work.tx.session.execute(
                update(UserTask)
                .where(UserTask.instance_id == work.row.id, UserTask.wait_key == key)
                .values(form_definition_id=form, revision=UserTask.revision + 1)
                .execution_options(synchronize_session=False)
            )


__all__ = ["Former", "Move", "TasksEnded", "former", "go_back", "move"]
