"""The versions of one definition: who deployed each, when and why; what differs between two; the file itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

import forms
from engine.errors import NotFound
from engine.store.definitions import PROCESS, Definition, Deployment, Resource
from engine.store.instances import Instance
from engine.studio import Change, Detail, changes
from engine.studio.comparing.affected import effect
from engine.studio.comparing.words import property_name, type_name
from engine.studio.handbook import form_part, labels, tables
from engine.studio.handbook.tables import required
from webapp import access
from webapp.access import rule
from webapp.downloads import as_file
from webapp.drawing import Drawing, painted
from webapp.i18n import language, pick
from webapp.names import definition_names, people_names
from webapp.shared import reading
from webapp.studio.blueprint import blueprint
from webapp.studio.listing import KINDS, running


@dataclass(frozen=True, slots=True)
class Version:
    """One version with its deployment; `running` counts the cases on it."""

    definition: Definition
    deployment: Deployment
    running: int


@blueprint.get("/<string:what>/<string:definition_id>")
@rule("definition.deploy")
def history(what: str, definition_id: str) -> str:
    """All versions, newest first. Raises NotFound."""
    access.require("definition.deploy")
    with reading() as session:
        found = _versions(session, what, definition_id)
        newest = _resource(session, found, found[0].definition.version)
        return render_template(
            "studio/versions.html",
            versions=found,
            newest=found[0].definition,
            name=definition_names(session, [found[0].definition])[what, definition_id],
            file=newest.file,
            people=people_names(session, [login for version in found for login in _who(version.deployment)]),
            drawing=_drawing(newest, {}),
            **_read(newest, definition_id),
        )


@blueprint.get("/<string:what>/<string:definition_id>/changes")
@rule("definition.deploy")
def difference(what: str, definition_id: str) -> str:
    """What differs between two versions (`?old=1&new=2`; by default the newest and the one before). Raises NotFound."""
    access.require("definition.deploy")
    with reading() as session:
        found = _versions(session, what, definition_id)
        numbers = [version.definition.version for version in found]
        new = request.args.get("new", numbers[0], type=int)
        old = request.args.get("old", max(new - 1, 1), type=int)
        before, after = (_resource(session, found, number) for number in (old, new))
        found_changes = changes(after.file, before.content, after.content)
        states = {change.id: change.kind.value for change in found_changes}
        return render_template(
            "studio/difference.html",
            newest=found[0].definition,
            name=definition_names(session, [found[0].definition])[what, definition_id],
            numbers=numbers,
            old=old,
            new=new,
            changes=found_changes,
            drawings=[(number, _drawing(each, states)) for number, each in ((old, before), (new, after))],
            effect=effect(session, definition_id, after.file, after.content, new)
            if what == PROCESS
            else None,
        )


@blueprint.get("/<string:what>/<string:definition_id>/<int:version>")
@rule("definition.deploy")
def file(what: str, definition_id: str, version: int) -> Response:
    """The file of a version, byte for byte as it was deployed. Raises NotFound."""
    access.require("definition.deploy")
    with reading() as session:
        resource = _resource(session, _versions(session, what, definition_id), version)
    return as_file(Response(resource.content, mimetype="application/octet-stream"), resource.file)


def _versions(session: Session, what: str, definition_id: str) -> Sequence[Version]:
    rows = session.execute(
        select(Definition, Deployment)
        .join(Deployment, Definition.deployment_id == Deployment.id)
        .where(Definition.kind == what, Definition.kind.in_(KINDS), Definition.definition_id == definition_id)
        .order_by(Definition.version.desc())
    ).all()
    if not rows:
        raise NotFound(what_zh="这项规则", what_en="This rule")
    mine = Instance.process_id == definition_id
    counts = running(session, Instance.definition_id, mine) if what == PROCESS else {}
    return [Version(row.Definition, row.Deployment, counts.get(row.Definition.id, 0)) for row in rows]


def _who(deployment: Deployment) -> list[str]:
    return [login for login in (deployment.actor, deployment.author, deployment.approver) if login]


def _resource(session: Session, found: Sequence[Version], number: int) -> Resource:
    for version in found:
        if version.definition.version == number:
            return session.get_one(Resource, version.definition.sha256)
    raise NotFound(what_zh=f"第 {number} 版", what_en=f"Version {number}")


def _drawing(resource: Resource, states: Mapping[str, str]) -> Drawing | None:
    """The picture of a diagram with these states; None for decisions and forms."""
    return painted(resource.file, resource.content, states)


def _read(resource: Resource, definition_id: str) -> dict[str, Any]:
    """A form as a list of its fields, a decision with what it needs as tables; nothing for a diagram."""
    found: dict[str, Any] = {"said": labels(language()), "form": None, "tables": []}
    if resource.file.endswith(".form"):
        form = forms.reopen(resource.file, resource.content.decode("utf-8-sig", errors="replace"))
        found["form"] = form_part(form, language())
    elif resource.file.endswith(".dmn"):
        needed = required(resource.file, resource.content, definition_id)
        listed = tables(resource.file, resource.content, language())
        found["tables"] = [table for table in listed if table.id in needed]
    return found


@blueprint.app_template_filter("element_type")
def element_type(change: Change) -> str:
    """The type of what changed, as a process owner says it."""
    return pick(*type_name(change.type))


@blueprint.app_template_filter("property_words")
def property_words(detail: Detail) -> str:
    """A property that differs, as a process owner says it."""
    return pick(*property_name(detail.path))
