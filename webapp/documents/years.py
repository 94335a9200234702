"""The documents of a year: the list, bundles of a city, work on many, the archive."""

from io import BytesIO
from typing import Any

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.documents import bundles
from engine.documents.bundles import Entry
from engine.documents.kinds import ANNOUNCEMENT, CYCLE, KINDS, NOTICE, PUBLICATION
from engine.documents.models import ARCHIVE, DONE, DocumentVersion, DocumentWork
from engine.documents.names import file_name
from engine.documents.subjects import place_name, scope
from engine.documents.work import MANY, ask
from engine.errors import NotFound
from engine.files.refusals import no_file
from engine.printing.records import application_print
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from webapp import access
from webapp.access import actor, rule
from webapp.documents.blueprint import blueprint
from webapp.documents.cases import BLOCK
from webapp.documents.reading import newest_versions, of_case
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.limits import PRINTS, limiter, person
from webapp.names import people_names
from webapp.shared import cities, reading, runtime

PAGE = 50
OF_A_YEAR = (CYCLE, NOTICE, ANNOUNCEMENT, PUBLICATION)
ZIP = "application/zip"


@blueprint.get("/")
@rule("document.read")
def listing() -> str:
    """The newest versions that one may read, by year, kind and place."""
    year = request.args.get("year", type=int)
    kind = request.args.get("kind", "")
    city = request.args.get("city", "")
    page = max(1, request.args.get("page", 1, type=int))
    with reading() as session:
        query = newest_versions(year=year, kind=kind if kind in KINDS else "", city=city)
        rows = session.scalars(
            query.order_by(DocumentVersion.id.desc()).offset((page - 1) * PAGE).limit(PAGE + 1)
        ).all()
        years = list(session.scalars(select(Cycle.year).order_by(Cycle.year.desc())))
        return render_template(
            "documents/list.html",
            rows=rows[:PAGE],
            more=len(rows) > PAGE,
            page=page,
            years=years,
            chosen={"year": year, "kind": kind, "city": city},
            kinds=KINDS,
            cities=cities(),
            may_archive=access.may("document.archive"),
        )


@blueprint.get("/years/<int:year>")
@rule("document.archive")
def year(year: int) -> str:
    """A year: its own documents, work on many at once, its archive. Raises NotFound."""
    access.require("document.archive")
    with reading() as session:
        if session.scalar(select(Cycle.id).where(Cycle.year == year)) is None:
            raise NotFound(what_zh=f"{year}年度", what_en=f"The year {year}")
        works = session.scalars(
            select(DocumentWork).where(DocumentWork.year == year).order_by(DocumentWork.id.desc()).limit(20)
        ).all()
        return render_template(
            "documents/year.html",
            year=year,
            rows=[row for about in OF_A_YEAR for row in of_case(session, about, str(year))],
            many=[KINDS[kind] for kind in MANY],
            kinds=KINDS,
            works=works,
            people=people_names(session, [work.asked_by for work in works]),
            cities=_with_papers(session, year),
        )


def _with_papers(session: Session, year: int) -> list[tuple[str, str]]:
    """The cities of whose bundle something may be read."""
    papers = newest_versions(year=year).with_only_columns(DocumentVersion.city).order_by(None)
    found = set(session.scalars(papers.distinct()))
    applications = access.visible("application.read", select(Application.city))
    found |= set(
        session.scalars(
            applications.where(Application.cycle_year == year, Application.version > 0).distinct()
        )
    )
    return [(code, name) for code, name in cities() if code in found]


@blueprint.post("/years/<int:year>")
@rule("document.archive")
def begin_work(year: int) -> Any:
    """Have many documents made, or the archive. Raises NotFound."""
    access.by_command("document.archive")
    kind = request.form.get("kind", "")
    if kind and kind not in MANY:
        raise NotFound(what_zh="这类文书", what_en="This kind of document")
    ask(runtime(), actor(), year, kind)
    flash(_("已交给后台办理，本页显示进度。"))
    return redirect(url_for("documents.year", year=year) + "#works")


@blueprint.get("/archives/<int:id>/archive.zip")
@rule("document.archive")
def archive_file(id: int) -> Response:
    """A finished archive. Raises NotFound."""
    access.require("document.archive")
    with reading() as session:
        work = session.get(DocumentWork, id)
    if work is None or work.what != ARCHIVE or work.state != DONE or work.sha256 is None:
        raise no_file()
    source = runtime().files.open(work.sha256)

    def pieces() -> Any:
        with source:
            while block := source.read(BLOCK):
                yield block

    answer = Response(pieces(), mimetype=ZIP)
    answer.content_length = work.size
    return as_file(answer, f"{work.year}年度归档_{work.id}.zip")


@blueprint.get("/years/<int:year>/cities/<city>.zip")
@rule("document.read")
@limiter.limit(PRINTS, key_func=person)
def city_bundle(year: int, city: str) -> Response:
    """All that one may read of a city in a year, with the applications themselves. Raises NotFound for nothing."""
    with reading() as session:
        found = session.scalars(
            newest_versions(year=year, city=city).order_by(
                DocumentVersion.kind, DocumentVersion.subject, DocumentVersion.version
            )
        ).all()
        applications = session.scalars(
            access.visible("application.read", select(Application))
            .where(Application.cycle_year == year, Application.city == city, Application.version > 0)
            .order_by(Application.city_rank, Application.application_no)
        ).all()
        name = place_name(session, city)
        width = max(2, len(str(len(applications))))
        prints = [_print(session, row, f"{n:0{width}d}") for n, row in enumerate(applications, start=1)]
    if not found and not applications:
        raise NotFound(what_zh="这个市的文书", what_en="Documents of this city")
    entries = [*prints, *bundles.of_versions(runtime(), found)]
    whole = [bundles.contents(entries), *entries]
    answer = Response(stream_with_context(bundles.stream(whole)), mimetype=ZIP)
    return as_file(answer, f"{year}年度_{name}.zip")


def _print(session: Session, row: Application, number: str) -> Entry:
    """The application as it was submitted; it is printed when its turn in the bundle comes."""
    where = scope(session, KINDS["county_opinion"], row.application_no)
    name = file_name("申报书", where, 1, "pdf", number)
    rt, subject = runtime(), row.application_no

    def printed() -> Any:
        with rt.reading() as later:
            return BytesIO(application_print(rt, later, subject))

    return Entry(f"00_申报书/{name}", printed)
