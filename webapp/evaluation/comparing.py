"""Two to four applications of one's area side by side, each as it was last submitted, part by part."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.programme.applications.models import Application
from engine.programme.applications.operations import find
from engine.programme.applications.statuses import NAMES
from engine.programme.returns.changes import newest
from forms.viewmodel import SectionView
from webapp import access
from webapp.access import rule
from webapp.evaluation.blueprint import blueprint
from webapp.i18n import gettext as _
from webapp.i18n import language, pick
from webapp.scoring.aligned import LEAST, MOST, told
from webapp.shared import place, reading, runtime


@dataclass(frozen=True, slots=True)
class Compared:
    """One application: whose it is, its parts by id, where more of it is told."""

    application: Application
    parts: Mapping[str, SectionView]

    @property
    def number(self) -> str:
        """Its number."""
        return self.application.application_no

    @property
    def name(self) -> str:
        """What it is about."""
        return self.application.object_name

    @property
    def holder(self) -> str:
        """Whose it is."""
        return self.application.enterprise

    @property
    def url(self) -> str:
        """Its last version, with what that changed."""
        return url_for(
            "evaluation.compared", application_no=self.number, version=self.application.version or 1
        )

    @property
    def facts(self) -> list[str]:
        """What an office knows of it beside its answers; the score for those alone who may see scores."""
        row = self.application
        status = NAMES.get(row.status, (row.status, row.status))
        found = [place(row.city), place(row.county), pick(*status)]
        if row.score is not None and access.may("score.read"):
            found.append(_("%(score)s 分", score=f"{row.score.normalize():f}"))
        return found

    def covered(self, html: Any) -> Any:
        """Nothing is covered for an office."""
        return html


@blueprint.get("/applications/compare")
@rule("application.read")
def side_by_side() -> str:
    """The applications named by `no`, part by part; asks for numbers while there are not two to four.

    Raises NotFound for one that is not submitted yet, or not one's own to read.
    """
    access.asked_for_each("application.read")
    asked = (number.strip() for number in request.args.getlist("no"))
    numbers = list(dict.fromkeys(number for number in asked if number))
    if not LEAST <= len(numbers) <= MOST:
        return render_template("evaluation/compare_which.html", numbers=numbers[:MOST], most=MOST)
    with reading() as session:
        runtime().definitions.refresh(session)
        found = [_compared(session, number) for number in numbers]
        return render_template("evaluation/compare.html", **told(found, numbers))


def _compared(session: Session, number: str) -> Compared:
    application = find(session, number)
    if application is None or not access.may("application.read", application):
        raise NotFound(what_zh=f"申报 {number}", what_en=f"Application {number}")
    view = newest(runtime(), session, number, language())
    if view is None:
        raise NotFound(what_zh=f"申报 {number} 已提交的内容", what_en=f"What application {number} submitted")
    return Compared(application, {s.id: s for s in view.sections if not s.hidden})
