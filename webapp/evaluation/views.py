"""The result of a self-evaluation, and what a new version of an application changed."""

from flask import render_template, request
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.programme.applications.models import Application
from engine.programme.applications.operations import find
from engine.programme.returns.changes import answered_by, changes, versions
from engine.store.tasks import UserTask
from webapp import access
from webapp.access import rule
from webapp.evaluation.blueprint import blueprint
from webapp.evaluation.explained import STATES, in_case, of_application
from webapp.i18n import language
from webapp.names import people_names
from webapp.shared import reading, runtime

REASONS = {
    "提交": ("提交", "Submitted"),
    "县级退回补正": ("县级退回补正", "Corrected after the county's return"),
    "市级退回补正": ("市级退回补正", "Corrected after the city's return"),
    "形式审查补正": ("形式审查补正", "Supplemented for the formal review"),
}
"""Why a version came to be, as the register says it, in both languages."""


@blueprint.get("/tasks/<int:id>/result")
@rule("task.read")
def result(id: int) -> str:
    """What came of the self-evaluation of a task's case, line by line. Raises NotFound."""
    with reading() as session:
        task = session.get(UserTask, id)
        if task is None or not access.may("task.read", task):
            raise NotFound(what_zh="这项任务", what_en="This task")
        found = in_case(session, task)
        if found is None:
            raise NotFound(what_zh="自我评价结果", what_en="The result of the self-evaluation")
        return render_template(
            "evaluation/result.html", found=found, states=STATES, task=task, number=task.business_key
        )


@blueprint.get("/applications/<application_no>/self-evaluation")
@rule("application.read")
def attached(application_no: str) -> str:
    """The result as it was frozen with the application. Raises NotFound."""
    with reading() as session:
        application = _application(session, application_no)
        found = of_application(session, application)
        if found is None:
            raise NotFound(what_zh="随申报提交的自我评价", what_en="A self-evaluation of this application")
        return render_template(
            "evaluation/result.html", found=found, states=STATES, task=None, number=application_no
        )


@blueprint.get("/applications/<application_no>/changes/<int:version>")
@rule("application.read")
def compared(application_no: str, version: int) -> str:
    """A version beside an earlier one: each answer that differs, and why it was opened.

    `since` in the address names the earlier one, by default the one before it. Raises NotFound.
    """
    with reading() as session:
        application = _application(session, application_no)
        known = versions(session, application_no)
        since = request.args.get("since", version - 1, type=int)
        there = {row.version for row in known}
        if version not in there or (since != version - 1 and not (since in there and since < version)):
            raise NotFound(what_zh="这个版本", what_en="This version")
        runtime().definitions.refresh(session)
        asked = answered_by(session, application_no, version)
        return render_template(
            "evaluation/changes.html",
            application=application,
            version=next(row for row in known if row.version == version),
            versions=known,
            asked=asked,
            since=since,
            rows=changes(runtime(), session, application_no, version, language(), since=since),
            reasons=REASONS,
            names=people_names(session, {row.submitted_by for row in known}),
        )


def newest_changes(task: UserTask) -> int | None:
    """The number of the version that changed an application last, for those who may read it."""
    if task.process_id != "application" or not task.business_key:
        return None
    with reading() as session:
        application = find(session, task.business_key)
        if application is None or application.version < 2 or not access.may("application.read", application):
            return None
        return application.version


def _application(session: Session, number: str) -> Application:
    """The application, for whoever may read it. Raises NotFound for everybody else."""
    found = find(session, number)
    if found is None or not access.may("application.read", found):
        raise NotFound(what_zh="这件申报", what_en="This application")
    return found
