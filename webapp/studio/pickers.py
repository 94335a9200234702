"""What an editor of diagrams lets people choose from: the ids, names and texts of the change's own set of files."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Response
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import policy, xml
from engine.store import json
from engine.store.people import Organisation
from engine.studio.drafts import drafting
from engine.studio.element_templates import element_templates
from webapp import access
from webapp.access import rule
from webapp.i18n import language, pick
from webapp.names import organisation
from webapp.shared import reading, runtime
from webapp.studio.blueprint import blueprint
from webapp.studio.editing import one_change
from webapp.studio.editors import register

Choice = dict[str, Any]
"""`id` is what the file holds, `label` what a person reads."""

TIMERS = ("timeDate", "timeDuration", "timeCycle")
PLACE = re.compile(r'@"\s*\+\s*([a-z_]+)')
PLACES = {
    "uscc": ("本企业", "the enterprise"),
    "city": ("所在市", "its city"),
    "county": ("所在县（市、区）", "its county"),
    "agency": ("监测机构", "the agency"),
}
FUNCTIONS = {
    "workdays after": ("某日之后第 n 个工作日", "the nth working day after a day"),
    "is workday": ("是否工作日", "whether a day is a working day"),
    "next workday": ("当日或之后第一个工作日", "the first working day from a day on"),
    "number of workdays": ("两日之间的工作日数", "working days between two days"),
    "public notice end": ("公示期满之日", "last day of a public notice"),
    "calendar deadline": ("按自然日计的期限届满之日", "end of a period in calendar days"),
    "end of day": ("当日结束时刻", "the end of a day"),
}

register(".bpmn", "studio/edit_diagram.html")


@blueprint.get("/changes/<int:change>/pickers")
@rule(drafting.ACTION)
def pickers(change: int) -> Response:
    """Everything that can be chosen, as JSON by kind. Raises NotFound."""
    access.require(drafting.ACTION)
    with reading() as session:
        one_change(session, change)
        files = drafting.drafted_files(session, change)
        body = {**_defined(files), **_fixed(), "areas": _areas(session, files)}
    return Response(json.dumps(body), mimetype="application/json")


def _fixed() -> dict[str, list[Choice]]:
    """What the program brings: roles, guards, functions, templates of verbs."""
    rt = runtime()
    functions = [(name, rt.functions.get(name)) for name in rt.functions.names]
    return {
        "roles": [{"id": role, "label": pick(*names)} for role, names in policy.ROLES.items()],
        "guards": [{"id": name, "label": name} for name in sorted(rt.guards.names())],
        "functions": [
            {
                "id": name,
                "label": pick(*FUNCTIONS.get(name, (name, name))),
                "parameters": list(each.parameters),
            }
            for name, each in functions
            if each is not None
        ],
        "templates": list(element_templates(rt.verbs, language())),
    }


def _defined(files: Mapping[str, bytes]) -> dict[str, list[Choice]]:
    """What the files define and use, whatever else is wrong with them."""
    diagrams = [root for root in map(_read, *_of(files, ".bpmn")) if root is not None]
    decisions = [root for root in map(_read, *_of(files, ".dmn")) if root is not None]
    return {
        "forms": _sorted(_form(content) for content in _of(files, ".form")[1]),
        "decisions": _sorted(
            _named(each) for root in decisions for each in root.iterdescendants("{*}decision")
        ),
        "processes": _sorted(
            _named(each) for root in diagrams for each in root.iterdescendants("{*}process")
        ),
        "messages": _sorted(
            _message(each) for root in diagrams for each in root.iterdescendants("{*}message")
        ),
        "deadlines": _sorted(each for root in diagrams for each in _timers(root)),
        "periods": _sorted(_periods(diagrams)),
    }


def _of(files: Mapping[str, bytes], suffix: str) -> tuple[list[str], list[bytes]]:
    found = [(file, content) for file, content in files.items() if file.endswith(suffix)]
    return [file for file, _ in found], [content for _, content in found]


def _read(file: str, content: bytes) -> etree._Element | None:
    try:
        return xml.parse(file, content)
    except xml.XmlRefused:
        return None  # told on its own page; the others can still be chosen from


def _sorted(found: Iterable[Choice | None]) -> list[Choice]:
    unique = {(each["id"], each.get("kind")): each for each in found if each and each["id"]}
    return sorted(unique.values(), key=lambda each: str(each["id"]))


def _form(content: bytes) -> Choice | None:
    try:
        head = json.loads(content.decode("utf-8-sig", errors="replace"))
    except (json.BadJson, RecursionError):
        return None
    if not isinstance(head, dict) or not isinstance(head.get("id"), str):
        return None
    own = head.get("properties")
    properties: Mapping[str, Any] = own if isinstance(own, dict) else {}
    return {
        "id": head["id"],
        "label": pick(_text(properties.get("title")), _text(properties.get("title_en"))),
    }


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _named(element: etree._Element) -> Choice:
    english = next(
        (p.get("value") for p in element.iterfind("{*}extensionElements/{*}properties/{*}property")
         if p.get("name") == "luzhi:name_en"),
        None,
    )  # fmt: skip
    return {"id": element.get("id", ""), "label": pick(element.get("name"), english)}


def _message(element: etree._Element) -> Choice:
    return {"id": element.get("name", ""), "label": element.get("name", "")}


def _timers(root: etree._Element) -> Iterator[Choice]:
    for kind in TIMERS:
        for timer in root.iterdescendants(f"{{*}}{kind}"):
            text = (timer.text or "").strip()
            yield {"id": text, "label": text, "kind": kind}


def _periods(diagrams: Iterable[etree._Element]) -> Iterator[Choice]:
    for root in diagrams:
        for each in root.iterdescendants("{*}property"):
            if each.get("name") == "luzhi:deadline":
                yield {"id": each.get("value", ""), "label": each.get("value", "")}


def _areas(session: Session, files: Mapping[str, bytes]) -> list[Choice]:
    """The province and its cities, and the variables by which the diagrams name a place."""
    used = {name for content in _of(files, ".bpmn")[1] for name in PLACE.findall(_candidates(content))}
    rows = session.execute(
        select(Organisation.code, Organisation.name)
        .where(Organisation.kind.in_(("province", "city")))
        .order_by(Organisation.code)
    )
    variables = [
        {"id": f"={name}", "label": pick(*PLACES.get(name, (name, name)))}
        for name in sorted(used | {*PLACES})
    ]
    return [*variables, *({"id": row.code, "label": organisation(row.code, row.name)} for row in rows)]


def _candidates(content: bytes) -> str:
    root = _read("", content)
    found = root.iterdescendants("{*}assignmentDefinition") if root is not None else ()
    return "\n".join(each.get("candidateGroups", "") for each in found)
