"""A city's package: the desk of signing with what it will hold, the versions that were sent, the list as a workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import documents
from engine.clock import BUSINESS_ZONE
from engine.documents.builders.packages import letter_of
from engine.errors import NotFound
from engine.files.reading import Known
from engine.policy import CITY
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.cycles.operations import find, require
from engine.programme.recommendations import operations, table
from engine.programme.recommendations.errors import NotInPackageArea, RanksInvalid
from engine.programme.recommendations.models import STATUS_NAMES, Package, Recommendation
from engine.programme.recommendations.quotas import TYPES, Quota, quota_of
from engine.programme.recommendations.ranking import Place, places
from engine.programme.recommendations.table import Line
from engine.programme.recommendations.versions import Difference, difference, ranks, sent_packages
from engine.programme.recommendations.workbook import workbook
from engine.programme.submissions import content
from engine.programme.values import as_int
from forms.files import FileFacts
from webapp import access
from webapp.access import rule
from webapp.downloads import as_file
from webapp.i18n import language
from webapp.names import doer_name, people_names
from webapp.recommending.blueprint import blueprint
from webapp.shared import now, reading, runtime
from webapp.spreadsheets import XLSX
from webapp.tasks import desks
from webapp.tasks.opened import opened
from webapp.tasks.reading import TaskPage

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RANKING = "rank"
Groups = list[tuple[str, list[Line]]]


@dataclass(frozen=True, slots=True)
class Version:
    """One version that was sent: its lines by type, its scan, what it changed, who signed it."""

    package: Package
    groups: Groups
    scan: tuple[str, FileFacts] | None
    change: Difference | None
    signed_by: str


def signing(page: TaskPage, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a city's head signs: the ranked list, against the version sent last."""
    year, city = _of(page)
    with reading() as session:
        cycle = require(session, year)
        found, problem = _ranked(session, cycle, city, page.opened.variables)
        sent = sent_packages(session, year, city)
        lines = table.lines_before(session, found)
        listed = [(place.application.application_no, place.rank) for place in found]
        return {
            "year": year,
            "city": city,
            "quota": quota_of(cycle, city),
            "groups": by_type(lines),
            "count": len(lines),
            "problem": problem.message(language()) if problem is not None else "",
            "last": sent[0] if sent else None,
            "change": difference(sent[0], listed) if sent else None,
            "names": _names(session, sent, lines),
            "told": [RANKING] if page.open else [],
            "ranked_by": _ranked_by(session, page),
        }


def _of(page: TaskPage) -> tuple[int, str]:
    return as_int(page.opened.variables["cycle_year"]), str(page.opened.variables["city"])


def _ranked_by(session: Session, page: TaskPage) -> str:
    """Who submitted the list that is to be signed, with for whom."""
    steps = [m.task for m in page.materials if m.task.element_id == RANKING]
    names = people_names(session, {login for s in steps for login in (s.ended_by, s.ended_for)})
    return doer_name(steps[0], names) if steps else ""


def _ranked(
    session: Session, cycle: Cycle, city: str, variables: Mapping[str, Any]
) -> tuple[list[Place], NotInPackageArea | RanksInvalid | None]:
    """The list that was submitted for signature, and what is wrong with it by now."""
    ranked = content(session, variables["ranking_submission"])
    rows = ranked.get("ranking") or [] if ranked.get("decision") != "NONE" else []
    agreed = {row.application_no: row for row in operations.candidates(session, cycle.year, city)}
    try:
        return places(agreed, rows), None
    except (NotInPackageArea, RanksInvalid) as refusal:
        left = [row for row in rows if row.get("application_no") in agreed]
        renumbered = sorted((r for r in left if r.get("rank") is not None), key=lambda row: int(row["rank"]))
        return places(agreed, [{**r, "rank": n} for n, r in enumerate(renumbered, start=1)]), refusal


def by_type(lines: Sequence[Line]) -> Groups:
    """The lines of every type that has any."""
    groups = [(type, [line for line in lines if line.application.type == type]) for type in TYPES]
    return [(type, own) for type, own in groups if own]


def _names(session: Session, sent: Sequence[Package], lines: Sequence[Line]) -> dict[str, str]:
    """What the applications are called that are or were listed, by number."""
    numbers = {item.application_no for package in sent for item in package.items}
    numbers -= {line.application.application_no for line in lines}
    rows = session.scalars(select(Application).where(Application.application_no.in_(numbers)))
    applications = [*rows, *(line.application for line in lines)]
    return {row.application_no: f"{row.object_name}（{row.enterprise}）" for row in applications}


def versions(session: Session, year: int, city: str) -> list[Version]:
    """Every version that was sent, the newest first, each against the one before it."""
    sent = sent_packages(session, year, city)
    people = people_names(session, {package.signed_by for package in sent})
    scans = Known(session).facts([package.scan_file for package in sent if package.scan_file])
    found = []
    for number, package in enumerate(sent):
        before = sent[number + 1] if number + 1 < len(sent) else None
        scan = scans.get(package.scan_file or "")
        found.append(
            Version(
                package,
                by_type(table.lines_of(session, package)),
                (str(package.scan_file), scan) if scan is not None else None,
                difference(before, ranks(package)) if before is not None else None,
                people.get(package.signed_by, package.signed_by),
            )
        )
    return found


@blueprint.get("/packages/<int:year>/<city>")
@rule("package.read")
def package(year: int, city: str) -> str:
    """Every version of a city's package. Raises NotFound, also for a city that is not one's own."""
    with reading() as session:
        cycle = _cycle(session, year, city)
        where = (Recommendation.cycle_year == year, Recommendation.city == city)
        state = session.scalar(select(Recommendation).where(*where))
        sent = versions(session, year, city)
        return render_template(
            "recommending/package.html",
            cycle=cycle,
            city=city,
            quota=quota_of(cycle, city),
            state=STATUS_NAMES[state.status] if state is not None else None,
            recommendation=state,
            versions=sent,
            names=_names(session, [v.package for v in sent], []),
            own=any(grant.role in CITY and grant.organisation == city for grant in access.actor().grants),
        )


@blueprint.get("/packages/<int:year>/<city>/<int:version>/summary.xlsx")
@rule("package.read")
def summary(year: int, city: str, version: int) -> Response:
    """The 推荐汇总表 of a version as it was sent. Raises NotFound as `package`."""
    with reading() as session:
        cycle = _cycle(session, year, city)
        found = next((p for p in sent_packages(session, year, city) if p.version == version), None)
        if found is None:
            raise _no_package()
        return _file(cycle, city, table.lines_of(session, found), found.document_date)


@blueprint.get("/tasks/<int:id>/summary.xlsx")
@rule("task.read")
def draft_summary(id: int) -> Response:
    """The 推荐汇总表 that waits for its signature. Raises NotFound, also for a task that is not one's own."""
    cycle, city, lines = _to_sign(id)
    return _file(cycle, city, lines, now())


@blueprint.get("/tasks/<int:id>/letter.docx")
@rule("task.read")
def draft_letter(id: int) -> Response:
    """The 推荐文件 to be numbered, printed and sealed, as Word makes it. Raises NotFound as `draft_summary`."""
    cycle, city, lines = _to_sign(id)
    at = now().astimezone(BUSINESS_ZONE)
    with reading() as session:
        last = sent_packages(session, cycle.year, city)
        values = letter_of(runtime(), session, cycle.year, city, lines)
    values |= {"version": str(len(last) + 1), "number": "", "date": f"{at.year}年{at.month}月{at.day}日"}
    answer = Response(documents.render("recommendation_letter", values, "docx"), mimetype=DOCX)
    return as_file(answer, f"{values['issuer']}_{cycle.year}年度推荐文件（草稿）.docx")


def _to_sign(id: int) -> tuple[Cycle, str, list[Line]]:
    """The list that waits for its signature at this task. Raises NotFound."""
    task = opened(id)
    if task.task.element_id != "sign" or "ranking_submission" not in task.variables:
        raise _no_package()
    year, city = as_int(task.variables["cycle_year"]), str(task.variables["city"])
    with reading() as session:
        cycle = require(session, year)
        found, _problem = _ranked(session, cycle, city, task.variables)
        return cycle, city, table.lines_before(session, found)


def _cycle(session: Session, year: int, city: str) -> Cycle:
    """The cycle, for whoever may read this city's package. Raises NotFound."""
    cycle = find(session, year)
    if cycle is None or city not in cycle.cities or not access.may("package.read", {"city": city}):
        raise _no_package()
    return cycle


def _no_package() -> NotFound:
    return NotFound(what_zh="这份推荐材料", what_en="This package")


def _file(cycle: Cycle, city: str, lines: Sequence[Line], day: date | datetime) -> Response:
    at = day.astimezone(BUSINESS_ZONE) if isinstance(day, datetime) else day
    words = f"{at.year}年{at.month}月{at.day}日"
    values = table.values(runtime().catalogues, cycle, city, lines, words)
    answer = Response(workbook(values), mimetype=XLSX)
    return as_file(answer, f"{values['office']}_{cycle.year}年度推荐汇总表.xlsx")


desks.register("package", template="recommending/signing.html", facts=signing)

__all__ = ["Groups", "Quota", "Version", "by_type", "signing", "versions"]
