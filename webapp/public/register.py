"""The register of titles: search, check by number or code, as on any day."""

from dataclasses import replace
from datetime import date

from flask import Response, abort, render_template, request, url_for

from engine.clock import in_business_zone
from engine.printing import TitleFacts, qr_png, title_pdf
from engine.programme import public
from engine.programme.titles.models import STATUS_NAMES
from webapp.access import everyone
from webapp.caching import cacheable
from webapp.i18n import language, pick
from webapp.limits import PRINTS, limiter
from webapp.paging import Page, page_number
from webapp.public.blueprint import OPEN, blueprint
from webapp.shared import cities, now, place, runtime
from webapp.shared import public_reading as reading

STATES = ("valid", "ended", "renamed")


@blueprint.get("/register")
@everyone(OPEN)
@cacheable
def register() -> str:
    """Search the register by any name a holder ever had, title number, type, city, year or state, as on a day."""
    search, wrong_day = _search()
    asked = Page(page_number(), 0)
    with reading() as session:
        total, rows = public.register(session, search, asked.offset, asked.size)
        years = public.register_years(session)
    return render_template(
        "public/register.html",
        search=search,
        wrong_day=wrong_day,
        rows=rows,
        page=replace(asked, total=total),
        years=years,
        cities=cities(),
    )


@blueprint.get("/register/<title_no>")
@everyone(OPEN)
@cacheable
def title(title_no: str) -> str:
    """Check one title: whether it counts on a day, and every name its holder has had. Raises NotFound."""
    on, wrong_day = _day(request.args.get("on", ""))
    with reading() as session:
        found = public.title(session, title_no, on)
        remark, level = public.afterwards(session, found, now())
    return render_template(
        "public/title.html",
        title=found,
        remark=remark,
        level=level,
        on=on,
        today=_today(),
        wrong_day=wrong_day,
        address=_address(found.title_no),
    )


@blueprint.get("/register/<title_no>/qr.png")
@everyone(OPEN)
@cacheable
def title_qr(title_no: str) -> Response:
    """The code for a certificate or plaque: it leads to the check of this title. Raises NotFound."""
    with reading() as session:
        found = public.title(session, title_no)
    return Response(qr_png(_address(found.title_no)), mimetype="image/png")


@blueprint.get("/register/<title_no>/sheet.pdf")
@everyone(OPEN)
@limiter.limit(PRINTS)
def title_sheet(title_no: str) -> Response:
    """What the register says of a title today, on one sheet. Raises NotFound."""
    with reading() as session:
        found = public.title(session, title_no, _today())
    facts = TitleFacts(
        found.title_no,
        found.type,
        found.name,
        found.holder,
        place(found.city),
        found.cycle_year,
        found.granted_on,
        found.document_no,
        state_words(found),
        _today(),
        _address(found.title_no),
        language(),
    )
    answer = Response(title_pdf(facts), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.title_no}.pdf"'
    return answer


def state_words(found: public.Registered) -> str:
    """The state of a title in words: valid, renamed, under rectification, or ended since when."""
    words = pick(*STATUS_NAMES[found.status])
    if found.status == "RECTIFYING":
        words = pick("有效（整改中）", "Valid (under rectification)")
    if found.renamed and found.valid:
        words += pick("，企业已更名", ", holder renamed")
    return words


def _address(title_no: str) -> str:
    return runtime().settings.site_url.rstrip("/") + url_for("public.title", title_no=title_no)


def _today() -> date:
    return in_business_zone(now()).date()


def _day(text: str) -> tuple[date | None, bool]:
    """The day that was asked for, and whether what was typed is none."""
    if not text.strip():
        return None, False
    try:
        return date.fromisoformat(text.strip()), False
    except ValueError:
        return None, True


def _search() -> tuple[public.Search, bool]:
    year, state = request.args.get("year", ""), request.args.get("state", "")
    on, wrong = _day(request.args.get("on", ""))
    if state and state not in STATES:
        abort(404)
    search = public.Search(
        text=" ".join(request.args.get("q", "").split())[:100],
        type=request.args.get("type", ""),
        city=request.args.get("city", ""),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        on=on,
        state=state,
    )
    return search, wrong
