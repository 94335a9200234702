"""The list of instances."""

from flask import render_template
from sqlalchemy import select

from engine.store.instances import Instance
from webapp import access
from webapp.access import rule
from webapp.inspector.blueprint import blueprint
from webapp.names import process_names
from webapp.paging import SIZE
from webapp.shared import reading


@blueprint.get("/instances")
@rule("instance.read")
def instances() -> str:
    """The instances, newest first."""
    access.require("instance.read")
    with reading() as session:
        rows = session.scalars(select(Instance).order_by(Instance.id.desc()).limit(SIZE)).all()
        names = process_names(session, {row.process_id for row in rows})
    return render_template("inspector/instances.html", rows=rows, names=names)
