"""What a task page says at its side of the application: state, facts, files, the way to the whole of it.

Only for whoever may see the application (`application.read`); an expert, who sees a file by its task alone, gets
nothing here, so that a blind cycle stays blind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.files.reading import may_read
from engine.policy import ENTERPRISE_ROLES
from engine.printing.records import file_ids
from engine.programme.applications import statuses
from engine.programme.applications.models import Application
from engine.programme.applications.operations import latest_version
from engine.programme.progress import shown_status
from engine.programme.reviews import blind
from engine.store.files import StoredFile
from webapp import access
from webapp.dates import day
from webapp.files.page import size_text
from webapp.i18n import gettext as _
from webapp.i18n import pick
from webapp.shared import place, reading, runtime
from webapp.tasks.blueprint import blueprint

PROVINCE = "370000"
_APPLICATION = select(Application).where(Application.application_no == bindparam("number"))


@dataclass(frozen=True, slots=True)
class Brief:
    """An application at a glance. `files` are name, size and address; `whole` is the address of all of it."""

    state: str
    facts: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str, str], ...]
    whole: str
    print: str


@blueprint.app_template_global("brief_of")
def brief_of(business_key: str | None) -> Brief | None:
    """The application that a case is about, as far as the person looking may see it; None for anything else."""
    with reading() as session:
        row = session.scalar(_APPLICATION, {"number": business_key or ""})
        if row is None or not access.may("application.read", row) or _hidden(session, row):
            return None
        frozen = latest_version(session, row.application_no)
        content = frozen.content if frozen is not None else {}
        return Brief(
            state=pick(*_state(row)),
            facts=tuple((name, value) for name, value in _facts(row, content) if value),
            files=_files(session, content),
            whole=_whole(row),
            print=url_for("prints.application_pdf", application_no=row.application_no) if row.version else "",
        )


def _hidden(session: Session, row: Application) -> bool:
    return blind.hides(session, access.actor(), row.application_no)


def _state(row: Application) -> tuple[str, str]:
    """The department reads each step; everybody else what an enterprise is told of it."""
    inside = any(grant.organisation == PROVINCE for grant in access.actor().grants)
    return statuses.NAMES[row.status] if inside else shown_status(row.status)


def _facts(row: Application, content: Mapping[str, Any]) -> list[tuple[str, str]]:
    industry = runtime().catalogues.get("industries").find(row.industry)
    invest = content.get("invest")
    return [
        (_("县（市、区）"), place(row.county)),
        (_("所属行业"), pick(industry.label, industry.label_en) if industry else row.industry),
        (_("成熟度等级"), str(content.get("cmmm_level") or "")),
        (_("总投资"), _("%(n)s 万元", n=f"{Decimal(str(invest)):,}") if invest is not None else ""),
        (_("建成投用"), _day(content.get("completed_on"))),
        (_("市级认定文号"), row.city_title_no or ""),
        (_("版本"), _("第 %(n)s 版", n=row.version) if row.version else ""),
    ]


def _day(text: Any) -> str:
    try:
        return day(date.fromisoformat(str(text)[:10]))
    except ValueError:
        return ""


def _files(session: Session, content: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """The files that the newest version names. All came the same way, so that one of them answers for all; each
    download is asked for again.
    """
    ids = file_ids(content)
    if not ids:
        return ()
    known = {row.id: row for row in session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)))}
    found = [known[id] for id in ids if id in known]
    if not found or not may_read(session, access.actor(), found[0]):
        return ()
    return tuple((f.name, size_text(f.size), url_for("files.download", file_id=f.id)) for f in found)


def _whole(row: Application) -> str:
    """The enterprise's own page of it; offices read it on the task and as a print."""
    own = any(grant.role in ENTERPRISE_ROLES for grant in access.actor().grants)
    if own and access.may("filing.read", row):
        return url_for("enterprise.application", application_no=row.application_no)
    return ""
