"""/enterprise/applications/<no>: the way of one application, its versions, returns and documents.

The application of another enterprise answers exactly as a number that does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.notifications.applications import told_basis, told_note
from engine.policy import SYSTEM
from engine.printing.commitments import commitment_print
from engine.printing.records import application_print, receipt_print
from engine.programme import progress
from engine.programme.applications.models import Application, ApplicationEvent, ApplicationVersion
from engine.programme.objections.operations import open_objections
from engine.programme.returns.operations import returns
from engine.programme.titles.models import Title
from engine.store.people import Account, Organisation
from engine.store.tasks import Submission, UserTask
from webapp import access
from webapp.access import rule
from webapp.downloads import as_file
from webapp.enterprise.blueprint import blueprint
from webapp.enterprise.standing import open_tasks, standings
from webapp.evaluation.explained import of_application
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.limits import PRINTS, limiter, person
from webapp.names import office
from webapp.shared import now, reading, runtime, workdays_left

RECORDED_EN = {
    "提交": "Submitted",
    "已补正": "Corrected",
    "逾期未补正": "Not supplemented in time",
    "逾期未补正，按原材料办理": "Not corrected in time; it went on as it was",
    "截止前未提交": "Not submitted before the deadline",
    "县级退回补正": "After the county's return",
    "市级退回补正": "After the city's return",
    "形式审查补正": "After the formal review's request",
    "县级逾期未出具意见": "The county gave no opinion in time",
    "市级截止前未完成初审，视为未推荐": "The city did not finish its review in time: not recommended",
    "未列入市推荐汇总表": "Not on the city's list",
}
"""What verbs record by themselves, in English."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline, as the enterprise may know it."""

    status: tuple[str, str]
    at: datetime
    who: str
    basis: tuple[str, str]
    note: str


@dataclass(frozen=True, slots=True)
class Version:
    """One frozen version; `task` is where its answers can be read."""

    row: ApplicationVersion
    task: int | None
    by: str


def own(session: Session, number: str) -> Application:
    """The enterprise's own application with this number. Raises NotFound for any other number, alike."""
    found = session.scalar(select(Application).where(Application.application_no == number))
    if found is None or not access.may("filing.read", found):
        raise NotFound(what_zh="这件申报", what_en="This application")
    return found


@blueprint.get("/applications/<application_no>")
@rule("filing.read")
def application(application_no: str) -> str:
    """One application. Raises NotFound."""
    with reading() as session:
        found = own(session, application_no)
        tasks = open_tasks(session, [found.uscc])
        [standing] = standings(session, [found], tasks)
        held = open_objections(session, found.application_no)
        return render_template(
            "enterprise/application.html",
            a=found,
            standing=standing,
            lines=_lines(session, found),
            versions=_versions(session, found),
            recorded=recorded,
            returns=returns(session, found.application_no),
            held=bool(held),
            evaluated=of_application(session, found) is not None,
            title=session.scalar(select(Title).where(Title.application_no == found.application_no)),
            offices=_offices(session, found),
            workdays=lambda until: workdays_left(until, now()),
        )


@blueprint.get("/applications/<application_no>/application.pdf")
@rule("filing.read")
@limiter.limit(PRINTS, key_func=person)
def application_pdf(application_no: str) -> Response:
    """The newest version on paper, exactly as it was submitted. Raises NotFound, also before the first version."""
    with reading() as session:
        found = own(session, application_no)
        content = application_print(runtime(), session, found.application_no, language=language())
    return _pdf(content, f"{application_no}-{_('申报书')}.pdf")


@blueprint.get("/applications/<application_no>/receipt.pdf")
@rule("filing.read")
@limiter.limit(PRINTS, key_func=person)
def receipt_pdf(application_no: str) -> Response:
    """The receipt of the newest version. Raises NotFound, also before the first version."""
    with reading() as session:
        found = own(session, application_no)
        content = receipt_print(runtime(), session, found.application_no, language=language())
    return _pdf(content, f"{application_no}-{_('提交回执')}.pdf")


@blueprint.get("/applications/<application_no>/commitment.pdf")
@rule("filing.read")
@limiter.limit(PRINTS, key_func=person)
def commitment_pdf(application_no: str) -> Response:
    """The letter of commitment with the enterprise's data, to be signed and sealed; before a submission, too."""
    with reading() as session:
        found = own(session, application_no)
        content = commitment_print(runtime(), session, found, language=language())
    return _pdf(content, f"{application_no}-{_('承诺书')}.pdf")


def recorded(text: str) -> str:
    """A note or reason in the language of the request, where the system wrote it; people's words stay as they are."""
    return pick(text, RECORDED_EN.get(text))


def _pdf(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="application/pdf")
    as_file(answer, name)
    return answer


def _lines(session: Session, found: Application) -> list[Line]:
    """The changes of status, oldest first. What is not decided yet is one line, without who and on what occasion."""
    people = _people(session, found.history)
    lines: list[Line] = []
    for event in found.history:
        hidden = event.to_status in progress.UNDECIDED
        status = progress.shown_status(event.to_status)
        if hidden and lines and lines[-1].status == status:
            continue
        who = _("省工业和信息化厅") if hidden else _who(event, people, found)
        lines.append(Line(status, event.at, who, told_basis(event), recorded(told_note(event))))
    return lines


def _people(
    session: Session, history: Sequence[ApplicationEvent]
) -> dict[str, tuple[str, Organisation | None]]:
    """The names and organisations of those who acted, by login."""
    rows = session.execute(
        select(Account.login, Account.name, Organisation)
        .outerjoin(Organisation, Organisation.code == Account.organisation)
        .where(Account.login.in_({event.actor for event in history}))
    )
    return {login: (name, where) for login, name, where in rows}


def _who(
    event: ApplicationEvent, people: dict[str, tuple[str, Organisation | None]], found: Application
) -> str:
    """Own people by name; of an office its name only."""
    if event.actor == SYSTEM.login:
        return str(_("系统（期限届满或自动办理）"))
    name, where = people.get(event.actor, ("", None))
    if where is None:
        return str(_("主管部门"))
    return name if where.code == found.uscc else office(where)


def _versions(session: Session, found: Application) -> list[Version]:
    rows = session.execute(
        select(ApplicationVersion, UserTask, Account.name)
        .outerjoin(Submission, Submission.id == ApplicationVersion.submission_id)
        .outerjoin(UserTask, UserTask.id == Submission.task_id)
        .outerjoin(Account, Account.login == ApplicationVersion.submitted_by)
        .where(ApplicationVersion.application_no == found.application_no)
        .order_by(ApplicationVersion.version.desc())
    )
    return [
        Version(
            row,
            task.id if task is not None and access.may("task.read", task) else None,
            name or row.submitted_by,
        )
        for row, task, name in rows
    ]


def _offices(session: Session, found: Application) -> list[Organisation]:
    codes = (found.county, found.city, "370000")
    rows = {
        o.code: o for o in session.scalars(select(Organisation).where(Organisation.code.in_(codes))).all()
    }
    return [rows[code] for code in codes if code in rows]
