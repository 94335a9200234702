"""All addresses of the public pages in one place."""

from flask import Blueprint, render_template, request

from engine.programme import public
from engine.programme.stages import cycle_status
from webapp.access import everyone
from webapp.paging import Page, page_number
from webapp.shared import cities, now, reading, workdays_left

blueprint = Blueprint("public", __name__)

OPEN = "open government information: no sign-in, no personal data (I19)"


@blueprint.get("/")
@everyone(OPEN)
def home() -> str:
    """The stage of the current cycle with its countdown, and the newest documents."""
    with reading() as session:
        cycle = public.current_cycle(session)
        status = cycle_status(session, cycle, now()) if cycle else None
        announcements = public.announcements(session, 5)
        notices = public.notices(session, 5)
        publications = public.publications(session, 5)
    next_end = status.next.until if status and status.next else None
    return render_template(
        "public/home.html",
        status=status,
        workdays=workdays_left(next_end, now()) if next_end else None,
        notices=notices,
        announcements=announcements,
        publications=publications,
    )


@blueprint.get("/notices")
@everyone(OPEN)
def notices() -> str:
    """Notices that open a cycle, extend or correct it."""
    with reading() as session:
        return render_template("public/notices.html", rows=public.notices(session))


@blueprint.get("/notices/<int:id>")
@everyone(OPEN)
def notice(id: int) -> str:
    """One notice. Raises NotFound."""
    with reading() as session:
        return render_template("public/notice.html", notice=public.notice(session, id))


@blueprint.get("/announcements")
@everyone(OPEN)
def announcements() -> str:
    """Public notices (公示), running ones first."""
    with reading() as session:
        return render_template("public/announcements.html", rows=public.announcements(session))


@blueprint.get("/announcements/<int:id>")
@everyone(OPEN)
def announcement(id: int) -> str:
    """One public notice with its names and the way to object. Raises NotFound."""
    with reading() as session:
        found = public.announcement(session, id)
    return render_template(
        "public/announcement.html",
        announcement=found,
        open=found.open_at(now()),
        workdays=workdays_left(found.ends_at, now()),
    )


@blueprint.get("/results")
@everyone(OPEN)
def publications() -> str:
    """Published lists."""
    with reading() as session:
        return render_template("public/publications.html", rows=public.publications(session))


@blueprint.get("/results/<int:id>")
@everyone(OPEN)
def publication(id: int) -> str:
    """One published list. Raises NotFound."""
    with reading() as session:
        return render_template("public/publication.html", publication=public.publication(session, id))


@blueprint.get("/register")
@everyone(OPEN)
def register() -> str:
    """Search the register by any name a holder ever had, title number, type, city or year."""
    search = _search()
    number = page_number()
    with reading() as session:
        total, rows = public.register(session, search, (number - 1) * Page(1, 0).size, Page(1, 0).size)
        years = public.register_years(session)
    return render_template(
        "public/register.html",
        search=search,
        rows=rows,
        page=Page(number, total),
        years=years,
        cities=cities(),
    )


def _search() -> public.Search:
    year = request.args.get("year", "")
    return public.Search(
        text=" ".join(request.args.get("q", "").split())[:100],
        type=request.args.get("type", ""),
        city=request.args.get("city", ""),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
    )


@blueprint.get("/register/<title_no>")
@everyone(OPEN)
def title(title_no: str) -> str:
    """Check one title: whether it is valid, and every name its holder has had. Raises NotFound."""
    with reading() as session:
        return render_template("public/title.html", title=public.title(session, title_no))


@blueprint.get("/expired")
@everyone(OPEN)
def expired() -> str:
    """What article 15 means for whom once the measure has ended, and what can be done."""
    with reading() as session:
        basis = public.basis(session, now())
        permissions = public.permissions(session, basis.code) if basis else ()
    return render_template("public/expired.html", permissions=permissions)


@blueprint.get("/accessibility")
@everyone(OPEN)
def accessibility() -> str:
    """How accessible the site is, and whom to tell."""
    return render_template("public/accessibility.html")
