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
from webapp.limits import PRINTS, limiter, person
from webapp.shared import reading, runtime

blueprint = Blueprint("prints", __name__, url_prefix="/applications")


@blueprint.get("/<application_no>/application.pdf")
@rule("application.read")
@limiter.limit(PRINTS, key_func=person)
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


@blueprint.app_template_global("own_prints")
def own_prints(business_key: str | None) -> dict[str, str] | None:
    """The addresses of an applicant's own page and prints of a submitted application; None for anybody else."""
    with reading() as session:
        found = _application(session, business_key or "")
        if found is None or not found.version or not access.may("filing.read", found):
            return None
        number = found.application_no
    return {
        "page": url_for("enterprise.application", application_no=number),
        "application": url_for("enterprise.application_pdf", application_no=number),
        "receipt": url_for("enterprise.receipt_pdf", application_no=number),
    }


def _application(session: Session, application_no: str) -> Application | None:
    return session.scalar(select(Application).where(Application.application_no == application_no))
