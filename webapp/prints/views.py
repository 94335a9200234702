"""The print of an application, for whoever may see the application, and the link that task pages show."""

from flask import Blueprint, Response, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.printing.records import application_print
from engine.programme.applications.models import Application
from webapp import access
from webapp.access import rule
from webapp.i18n import language
from webapp.shared import reading, runtime

blueprint = Blueprint("prints", __name__, url_prefix="/applications")


@blueprint.get("/<application_no>/application.pdf")
@rule("application.read")
def application_pdf(application_no: str) -> Response:
    """The newest version as it was submitted. Raises NotFound, also for one that this person may not see."""
    with reading() as session:
        found = _application(session, application_no)
        if found is None or not access.may("application.read", found):
            raise NotFound(what_zh="这份申报", what_en="This application")
        content = application_print(runtime(), session, found.application_no, language=language())
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.application_no}.pdf"'
    return answer


@blueprint.app_template_global("print_of")
def print_of(business_key: str | None) -> str:
    """The address of the print of the case's application, or nothing where there is none to see."""
    with reading() as session:
        found = _application(session, business_key or "")
        if found is None or not found.version or not access.may("application.read", found):
            return ""
        return url_for("prints.application_pdf", application_no=found.application_no)


def _application(session: Session, application_no: str) -> Application | None:
    return session.scalar(select(Application).where(Application.application_no == application_no))
