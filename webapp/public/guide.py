"""The guide for applicants, and how accessible the site is."""

from collections.abc import Iterable

from flask import render_template

from engine.programme import public
from engine.programme.guide import STATUSES, guide
from engine.programme.stages import cycle_status
from webapp.access import everyone
from webapp.caching import cacheable
from webapp.i18n import pick
from webapp.public.blueprint import OPEN, blueprint
from webapp.shared import now, runtime
from webapp.shared import public_reading as reading


@blueprint.get("/guide")
@everyone(OPEN)
@cacheable
def guide_page() -> str:
    """Conditions, materials, steps, periods, legal basis, whom to ask, common questions."""
    with reading() as session:
        cycle = public.current_cycle(session)
        status = cycle_status(session, cycle, now()) if cycle else None
        offices = public.offices(session)
    return render_template(
        "public/guide.html",
        guide=guide(runtime().settings.processes),
        source=lambda code: pick(*STATUSES[code]),
        status=status,
        department=[o for o in offices if o.parent is None],
        cities=_with_counties(offices),
    )


def _with_counties(offices: Iterable[public.Office]) -> list[tuple[public.Office, list[public.Office]]]:
    """Each city's office with those of its counties and zones."""
    known = list(offices)
    top = {office.code for office in known if office.parent is None}
    return [
        (city, [office for office in known if office.parent == city.code])
        for city in known
        if city.parent in top
    ]


@blueprint.get("/accessibility")
@everyone(OPEN)
@cacheable
def accessibility() -> str:
    """How accessible the site is, and whom to tell."""
    return render_template("public/accessibility.html")
