"""Whether a printed application is what was submitted. Nothing personal is told, and codes cannot be guessed."""

from typing import Any

from flask import redirect, render_template, request, url_for

from engine.programme.applications.verification import verify as find
from webapp.access import everyone
from webapp.limits import LOOK_UPS, limiter
from webapp.public.blueprint import blueprint
from webapp.shared import public_reading as reading

WHY = "whoever holds a print may check it; the code is random and tells number, time and hash only"


@blueprint.get("/verify/")
@blueprint.get("/verify")
@everyone(WHY)
def verify_form() -> Any:
    """A field for the code of a print, for whoever cannot scan it."""
    code = "".join(request.args.get("code", "").split())
    if code:
        return redirect(url_for("public.verify", verification=code[:80]))
    return render_template("public/verify.html", found=None, code="")


@blueprint.get("/verify/<verification>")
@everyone(WHY)
@limiter.limit(LOOK_UPS)
def verify(verification: str) -> Any:
    """What was submitted under this code: number, version, type, time, hash, and whether it is the newest."""
    with reading() as session:
        found = find(session, verification)
    page = render_template("public/verify.html", found=found, code=verification)
    return page, 200 if found else 404
