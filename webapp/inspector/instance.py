"""The page of one instance, now or as of any of its steps."""

from datetime import datetime
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from engine.clock import BUSINESS_ZONE
from engine.store.instances import Instance
from webapp.access import may, rule
from webapp.inspector import instance_words as words
from webapp.inspector.actions import edits, offered
from webapp.inspector.blueprint import blueprint
from webapp.inspector.instance_diagram import Picture, called, picture
from webapp.inspector.instance_shown import Shown, shown
from webapp.inspector.instance_then import kind, status, then
from webapp.inspector.instance_timeline import around, entry, written
from webapp.inspector.instance_tree import tree
from webapp.inspector.instance_variables import scopes
from webapp.inspector.instance_waiting import family, incidents, lag, waiting
from webapp.inspector.list_words import error_name
from webapp.names import process_names
from webapp.paging import part_of
from webapp.shared import reading, runtime


@blueprint.get("/instances/<int:key>")
@rule("instance.read")
def instance(key: int) -> Any:
    """One instance: `?at=` an event or `?when=` an instant of its past, `?element=` one of its elements.

    Raises NotFound.
    """
    with reading() as session:
        page = shown(session, key)
        if request.args.get("when"):
            return redirect(_address_at(page, request.args["when"]))
        process = _process(page)
        drawn = picture(page, process)
        element = request.args.get("element") or None
        found, left_out = scopes(page, element, process)
        return render_template(
            "inspector/instance.html",
            page=page,
            row=page.row,
            words=words,
            version=runtime().definitions.by_key(session, page.row.definition_id),
            status=status(page),
            tree=tree(page.past),
            process=process,
            called=called(page),
            drawn=drawn,
            element=_element(page, drawn, element),
            scopes=found,
            scopes_left_out=left_out,
            entries=around(page),
            incidents=incidents(page),
            kind=kind,
            error_name=error_name,
            lag=lag,
            as_of=page.at,
            link=_link,
            **_waited(session, page),
            **_doing(session, page),
            **_family(session, page.row),
        )


def _waited(session: Session, page: Shown) -> dict[str, Any]:
    """What is waited for now, or was at the step that is looked at, and what that step did."""
    present = waiting(session, page.row.id)
    if page.step is None:
        return {"waits": present, "past": None, "this": None, "written": []}
    past = then(page, present)
    done = {"this": entry(page, page.step), "written": written(page, page.step)}
    return {"waits": past.now, "past": past, **done}


def _doing(session: Session, page: Shown) -> dict[str, Any]:
    """What may be done about it: nothing is done in the past."""
    present = page.step is None
    return {
        "actions": offered(session, page.row) if present else [],
        "edits": edits(page.row) if present else frozenset(),
        "may_take": may("events.export"),
        "may_repair": may("incident.read"),
    }


def _family(session: Session, row: Instance) -> dict[str, Any]:
    found = family(session, row)
    names = process_names(session, {each.process_id for each in (*found.children, *found.same)})
    return {"family": found, "names": names}


def _link(page: Shown, **more: Any) -> str:
    """The address of this page with some parameters changed: `at`, `element`, `process`, `ends`, `counts`."""
    kept = {name: request.args[name] for name in ("process", "ends", "counts") if name in request.args}
    wanted = {"at": page.mark, **kept, **more}
    anchor = wanted.pop("anchor", None)
    return url_for("inspector.instance", key=page.row.id, _anchor=anchor, **wanted)


def _address_at(page: Shown, text: str) -> str:
    """The address of the last step that was taken at a local instant (`2024-06-03T09:00`) or before."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        abort(404)
    at = local if local.tzinfo else local.replace(tzinfo=BUSINESS_ZONE)
    step = page.history.step_at(at)
    kept = {name: request.args[name] for name in ("process", "ends", "counts") if name in request.args}
    mark = page.history.mark(step or 0) if page.history.steps else None
    return url_for("inspector.instance", key=page.row.id, at=mark, **kept)


def _process(page: Shown) -> str:
    """The process instance whose diagram is shown: the one that is asked for, else the top one."""
    node = page.past.nodes.get(request.args.get("process", ""))
    return node.key if node is not None and node.type == "process" else page.past.top


def _element(page: Shown, drawn: Picture, id: str | None) -> dict[str, Any] | None:
    """The facts of the element that is asked for; None for none, or one that this diagram does not have."""
    info = page.elements(drawn.process).get(id or "")
    if id is None or info is None:
        return None
    nodes = [
        node
        for node in page.past.nodes.values()
        if node.element_id == id and node.process == drawn.process and node.type != "process"
    ]
    nodes.sort(key=lambda node: (node.incident is None, not node.active, -int(node.key)))
    listed, part = part_of(nodes, 20)
    return {
        "info": info,
        "name": page.name_in(drawn.process, id),
        "mark": drawn.marks.get(id),
        "nodes": listed,
        "part": part,
    }
