"""Home, notices, public notices, published lists, the expired state."""

from flask import render_template

from engine.programme import public
from engine.programme.reviews.draw_verify import published
from engine.programme.stages import cycle_status
from webapp.access import everyone
from webapp.caching import cacheable
from webapp.public.blueprint import OPEN, blueprint
from webapp.shared import now, workdays_left
from webapp.shared import public_reading as reading


@blueprint.get("/")
@everyone(OPEN)
@cacheable
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
@cacheable
def notices() -> str:
    """Notices that open a cycle, extend or correct it."""
    with reading() as session:
        return render_template("public/notices.html", rows=public.notices(session))


@blueprint.get("/notices/<int:id>")
@everyone(OPEN)
@cacheable
def notice(id: int) -> str:
    """One notice. Raises NotFound."""
    with reading() as session:
        found = public.notice(session, id)
        draws = published(session, found.entry.cycle_year)
    return render_template("public/notice.html", notice=found, draws=draws)


@blueprint.get("/announcements")
@everyone(OPEN)
@cacheable
def announcements() -> str:
    """Public notices (公示), running ones first."""
    with reading() as session:
        return render_template("public/announcements.html", rows=public.announcements(session))


@blueprint.get("/announcements/<int:id>")
@everyone(OPEN)
@cacheable
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
@cacheable
def publications() -> str:
    """Published lists."""
    with reading() as session:
        return render_template("public/publications.html", rows=public.publications(session))


@blueprint.get("/results/<int:id>")
@everyone(OPEN)
@cacheable
def publication(id: int) -> str:
    """One published list. Raises NotFound."""
    with reading() as session:
        return render_template("public/publication.html", publication=public.publication(session, id))


@blueprint.get("/expired")
@everyone(OPEN)
@cacheable
def expired() -> str:
    """What article 15 means for whom once the measure has ended, and what can be done."""
    with reading() as session:
        basis = public.basis(session, now())
        permissions = public.permissions(session, basis.code) if basis else ()
    return render_template("public/expired.html", permissions=permissions)
