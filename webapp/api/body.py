"""Bodies in, answers out: strict JSON, known fields only, keys as strings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, request

from engine.errors import Refusal
from engine.store import json
from engine.store.tasks import UserTask


class BodyNotAccepted(Refusal):
    """The body is not what this address takes."""

    zh = "请求内容不符合要求：{zh_why}。"
    en = "The body is not accepted: {en_why}."
    status = 400


def read(**fields: type | tuple[type, ...]) -> dict[str, Any]:
    """The JSON object of the request with only these fields, each of its type. Raises BadJson, BodyNotAccepted."""
    if not request.is_json:
        raise BodyNotAccepted(zh_why="须为 application/json", en_why="it must be application/json")
    value = json.loads(request.get_data() or b"{}")
    if not isinstance(value, dict):
        raise BodyNotAccepted(zh_why="须为对象", en_why="it must be an object")
    for name, given in value.items():
        if name not in fields:
            raise BodyNotAccepted(zh_why=f"未知字段 {name[:60]}", en_why=f"unknown field {name[:60]}")
        if not isinstance(given, fields[name]) or isinstance(given, bool):
            raise BodyNotAccepted(zh_why=f"{name} 类型不符", en_why=f"{name} has the wrong type")
    return value


def answer(value: Any, status: int = 200) -> Response:
    """A JSON answer with exact decimals."""
    return Response(json.dumps(value), status, mimetype="application/json")


def nothing() -> Response:
    """204: done, nothing to tell."""
    return Response(status=204)


def problem(refusal: Refusal) -> Response:
    """A refusal as problem details; form errors stand in `errors`."""
    facts = refusal.as_dict()
    body = {
        "type": "about:blank",
        "title": facts["code"],
        "status": refusal.status,
        "detail": facts["message"]["zh"],
        "detail_en": facts["message"]["en"],
        "instance": request.path,
        **{name: facts[name] for name in ("basis", "errors") if facts.get(name)},
    }
    return Response(json.dumps(body), refusal.status, mimetype="application/problem+json")


def plain_problem(status: int, title: str, detail: str) -> Response:
    """A failure that is no refusal of ours: an unknown address, a missing token, a defect."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    return Response(json.dumps(body), status, mimetype="application/problem+json")


def user_task(task: UserTask) -> dict[str, Any]:
    """A task in the names of Camunda 8."""
    return {
        "userTaskKey": str(task.id),
        "name": task.name,
        "state": task.state,
        "elementId": task.element_id,
        "assignee": task.assignee,
        "candidateGroups": list(task.candidate_groups),
        "candidateUsers": list(task.candidate_users),
        "processDefinitionId": task.process_id,
        "processInstanceKey": str(task.instance_id),
        "businessId": task.business_key,
        "externalFormReference": task.external_reference,
        "formId": task.form_id,
        "creationDate": _text(task.created_at),
        "completionDate": _text(task.ended_at),
        "dueDate": _text(task.due),
        "followUpDate": _text(task.follow_up),
        "priority": task.priority,
        "revision": task.revision,
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def mapping(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one for None."""
    return value if isinstance(value, dict) else {}
