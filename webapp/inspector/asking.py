"""What the form of an act asks for, and what was answered: choices for the page, arguments for the command."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import bpmn
from engine.bpmn.waits import TimerWait, UserTaskWait
from engine.clock import BUSINESS_ZONE
from engine.commands.deadlines import sources
from engine.commands.environment import StoreEnvironment
from engine.commands.feel_types import NAMES, name_of
from engine.errors import NotFound, Refusal
from engine.operating import names as naming
from engine.operating.reassigning import candidates
from engine.runtime import Transaction
from engine.store import json
from engine.store.definitions import PROCESS
from engine.store.instances import Instance
from engine.store.tasks import CREATED, UserTask
from webapp.access import actor
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.inspector import values as values_of
from webapp.masks import eyes
from webapp.names import process_names
from webapp.shared import now, runtime

STEPS = frozenset(
    {
        "userTask",
        "manualTask",
        "serviceTask",
        "businessRuleTask",
        "scriptTask",
        "sendTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "task",
    }
)
"""What people call steps; gateways, events and links are offered apart."""
SHOWN = 80
"""Characters of a value in the list of variables."""
NOT_BEGUN = frozenset({"boundaryEvent", "startEvent", "eventSubProcess"})


class BadAnswer(Refusal):
    """A field of an act's form says nothing that can be used."""

    zh = "“{field}”填写有误：{why}"
    en = "{field_en} is wrong: {why_en}"
    status = 422


@dataclass
class Asked:
    """One instance with its case, and what the form of an act shows of it."""

    session: Session
    row: Instance
    case: bpmn.Case
    names: naming.Names
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def process(self) -> str:
        """The name of the process in the page's language."""
        return process_names(self.session, [self.row.process_id])[self.row.process_id]

    def called(self, element: str) -> str:
        """The name of an element in the page's language."""
        known = self.names.of(element)
        return pick(known["name"], known["name_en"])


def asked(session: Session, row: Instance) -> Asked:
    """An instance as a form shows it; nothing is locked."""
    rt = runtime()
    rt.definitions.refresh(session)
    environment = StoreEnvironment(rt, Transaction(session, now()), actor().login, row)
    case = bpmn.Case.load(row.state, environment)
    return Asked(session, row, case, naming.names(session, rt.definitions, row.definition_id))


# -------------------------------------------------------------------- what the page shows


def choices(name: str, page: Asked, answers: "MultiDict[str, str]") -> dict[str, Any]:
    """What the template of an act needs beside the instance. Raises NotFound."""
    found = _CHOICES.get(name)
    return found(page, answers) if found is not None else {}


def _move(page: Asked, answers: "MultiDict[str, str]") -> dict[str, Any]:
    inner = {each.within for each in page.case.active()}
    active = [(each, page.called(each.element_id), each.key in inner) for each in page.case.active()]
    known = page.names.own.elements.items()
    elements = [(id, page.called(id), info.type) for id, info in known if info.type not in NOT_BEGUN]
    return {
        "active": active,
        "elements": [each for each in elements if each[2] in STEPS],
        "others": [each for each in elements if each[2] not in STEPS],
    }


def _migrate(page: Asked, answers: "MultiDict[str, str]") -> dict[str, Any]:
    rt = runtime()
    versions = sorted(rt.definitions.versions(PROCESS, page.row.process_id), key=lambda v: -v.version)
    wanted = next((v for v in versions if str(v.version) == answers.get("version")), versions[0])
    own = rt.definitions.by_key(page.session, page.row.definition_id)
    there = rt.definitions.model(page.session, wanted).processes[wanted.id].elements
    here = sorted({each.element_id for each in page.case.active()})
    known = page.names.own.elements
    rows = [
        (id, page.called(id), [e for e in there.values() if e.type == known[id].type])
        for id in here
        if id in known
    ]
    return {"versions": versions, "wanted": wanted, "own": own, "rows": rows, "there": there}


def _deadline(page: Asked, answers: "MultiDict[str, str]") -> dict[str, Any]:
    waits = [w for w in page.case.waits().values() if isinstance(w, TimerWait | UserTaskWait) and w.due]
    waits.sort(key=lambda wait: wait.due or now())
    wait = next((w for w in waits if w.key == answers.get("wait")), None)
    if answers.get("wait") and wait is None:
        raise NotFound(what_zh="这个期限", what_en="This deadline")
    read_from = sources(page.case, wait.key, wait.due) if wait is not None and wait.due else []
    return {
        "waits": waits,
        "wait": wait,
        "read_from": read_from,
        "is_timer": lambda w: isinstance(w, TimerWait),
    }


def _variable(page: Asked, answers: "MultiDict[str, str]") -> dict[str, Any]:
    scopes, places = page.case.scopes(), {each.key: each for each in page.case.active()}
    labels = {key: page.called(places[key].element_id) if key in places else page.process for key in scopes}
    scope, name = answers.get("scope"), answers.get("name")
    chosen = scope in scopes and bool(name)
    new = chosen and name not in scopes[str(scope)]
    value = scopes[str(scope)].get(str(name)) if chosen and not new else None
    shown = eyes(page.session).variable(str(name), value) if chosen else None
    return {
        "scopes": {key: _listed(page, values) for key, values in scopes.items()},
        "labels": labels,
        "chosen": chosen,
        "scope": scope,
        "name": name,
        "new": new,
        "type": pick(*NAMES[name_of(value)]),
        "kinds": values_of.kind_words(),
        "kind": values_of.kind_of(value) if chosen and not new else values_of.TEXT,
        "text": values_of.shown(value) if chosen and not new and shown == value else "",
        "hidden": chosen and not new and shown != value,
    }


def _listed(page: Asked, values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, type and beginning of each variable, as the reader may see it."""
    seen_by = eyes(page.session)
    return [
        (name, pick(*NAMES[name_of(value)]), values_of.shown(seen_by.variable(name, value))[:SHOWN])
        for name, value in sorted(values.items())
    ]


def _reassign(page: Asked, answers: "MultiDict[str, str]") -> dict[str, Any]:
    found = select(UserTask).where(UserTask.instance_id == page.row.id, UserTask.state == CREATED)
    tasks = page.session.scalars(found.order_by(UserTask.id)).all()
    task = next((each for each in tasks if str(each.id) == answers.get("task")), None)
    if answers.get("task") and task is None:
        raise NotFound(what_zh="这项任务", what_en="This task")
    return {
        "tasks": tasks,
        "task": task,
        "people": candidates(page.session, actor(), task) if task is not None else [],
    }


_CHOICES: Mapping[str, Callable[[Asked, "MultiDict[str, str]"], dict[str, Any]]] = {
    "move": _move,
    "migrate": _migrate,
    "deadline": _deadline,
    "variable": _variable,
    "reassign": _reassign,
}


# -------------------------------------------------------------------- what was answered


def arguments(name: str, answers: "MultiDict[str, str]") -> dict[str, Any]:
    """The arguments of an act as the form gives them. Raises BadAnswer, BadJson."""
    found = _ARGUMENTS.get(name)
    return found(answers) if found is not None else {}


def _moved(answers: "MultiDict[str, str]") -> dict[str, Any]:
    given = {"activate": answers.getlist("activate"), "terminate": answers.getlist("terminate")}
    if not given["activate"] and not given["terminate"]:
        raise BadAnswer(
            field=_("移动"),
            field_en="What to move",
            why="请至少选择一个环节",
            why_en="choose one step at least",
        )
    text = answers.get("variables", "").strip()
    variables = json.loads(text) if text else {}
    if not isinstance(variables, dict):
        raise json.BadJson(reason='an object of variables is expected, {"name": value}')
    return {**given, "variables": variables}


def _migrated(answers: "MultiDict[str, str]") -> dict[str, Any]:
    text = answers.get("version", "")
    mapping = {
        name.removeprefix("map:"): value
        for name, value in answers.items()
        if name.startswith("map:") and value and value != name.removeprefix("map:")
    }
    return {"version": int(text) if text.isascii() and text.isdigit() else None, "mapping": mapping}


def _rescheduled(answers: "MultiDict[str, str]") -> dict[str, Any]:
    flags = {name: answers.get(name) == "yes" for name in ("variables", "tell")}
    more = {"wait": answers.get("wait", ""), **flags}
    workdays = answers.get("workdays", "").strip()
    if workdays:
        return {**more, "workdays": whole(workdays)}
    return {**more, "due": due_of(answers.get("date", ""), answers.get("time", "")).isoformat()}


def _written(answers: "MultiDict[str, str]") -> dict[str, Any]:
    place = {"scope": answers.get("scope", ""), "name": answers.get("name", "").strip()}
    flags = {name: answers.get(name) == "yes" for name in ("other_type", "new")}
    value = values_of.read(place["name"], answers.get("kind", ""), answers.get("value", ""))
    return {**place, **flags, "value": value}


def _reassigned(answers: "MultiDict[str, str]") -> dict[str, Any]:
    if not answers.get("assignee"):
        raise BadAnswer(
            field=_("改派给"), field_en="To whom", why="请选择一位同事", why_en="choose a colleague"
        )
    return {"assignee": answers["assignee"]}


_ARGUMENTS: Mapping[str, Callable[["MultiDict[str, str]"], dict[str, Any]]] = {
    "move": _moved,
    "migrate": _migrated,
    "deadline": _rescheduled,
    "variable": _written,
    "reassign": _reassigned,
}


def due_of(day: str, at: str) -> datetime:
    """The instant of a day and a time of day; 24:00 is the end of the day. Raises BadAnswer."""
    try:
        began = datetime.combine(date.fromisoformat(day.strip()), datetime.min.time(), BUSINESS_ZONE)
        if at.strip() in ("", "24:00"):
            return began + timedelta(days=1)
        clock = datetime.strptime(at.strip(), "%H:%M").time()  # noqa: DTZ007 - the zone is the business zone
        return began.replace(hour=clock.hour, minute=clock.minute)
    except (ValueError, OverflowError) as error:
        why = {
            "why": "请填写日期（如 2024-06-30）和时刻（如 17:00，或 24:00）",
            "why_en": "a day and a time of day",
        }
        raise BadAnswer(field=_("新期限"), field_en="The new deadline", **why) from error


def whole(text: str) -> int:
    """A number of working days other than 0, at most three digits. Raises BadAnswer."""
    if not (text.lstrip("-").isascii() and text.lstrip("-").isdigit() and len(text) <= 4) or int(text) == 0:
        why = {"why": "请填写不为零的整数，最多三位", "why_en": "a whole number other than 0"}
        raise BadAnswer(field=_("工作日"), field_en="Working days", **why)
    return int(text)


def same(name: str, target: int, given: Mapping[str, Any]) -> str:
    """A mark of what was previewed: what is confirmed must be the very same."""
    text = json.canonical([name, target, dict(given)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def answered() -> "MultiDict[str, str]":
    """The fields of the form; on the way in, those of the address."""
    return request.form if request.method == "POST" else request.args
