"""Objecting to a public notice: the form, and the receipt that is shown once.

Nothing of an objection is kept in the site's own tables: the receipt travels in a signed cookie that ends with the
page, and whoever is signed in cannot attach files, because an upload is kept under its sender's login.
"""

from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from engine.errors import NotFound, Refusal
from engine.policy import PUBLIC
from engine.programme.objections.intake import Received, receive_objection
from forms.errors import FieldError, InvalidForm
from webapp import files
from webapp.access import everyone
from webapp.files.purposes import SECRET
from webapp.i18n import bound
from webapp.limits import FOLLOWING, OBJECTIONS, limiter
from webapp.shared import runtime
from webapp.start import opening as starting
from webapp.start.blueprint import blueprint
from webapp.start.noticed import NoticeForm, announcement_of, parted

OBJECTION_FORM = "objection_start"
PURPOSE = "objection"
TRAP = "website"
"""A field that no person sees; whoever fills it in is a program."""
RECEIPT = "luzhi_receipt"
RECEIPT_SECONDS = 600
WHY = "anybody may object to a public notice (article 8)"
MEGABYTES = 64
SENT = NoticeForm(
    OBJECTION_FORM,
    "start/objection.html",
    "start.follow_objection",
    lambda: "" if current_user.is_authenticated else files.own_purpose(PURPOSE),
)


class TrapFilled(Refusal):
    """The field that must stay empty was filled in: by a program, or by a browser that fills in everything."""

    zh = "“网址”一栏应当留空，请清空后再提交。"
    en = "The field “Website” must stay empty; clear it and send again."
    status = 422


@blueprint.get("/objection/<int:notice>")
@everyone(WHY)
def objection(notice: int) -> Any:
    """The objection form of one public notice. Raises NotFound."""
    return _page(notice, {})


@blueprint.post("/objection/<int:notice>/follow")
@everyone(WHY)
@limiter.limit(FOLLOWING)
def follow_objection(notice: int) -> str:
    """What of the form looks different for these answers; nothing is kept. Raises NotFound."""
    return SENT.redrawn(notice)


@blueprint.post("/objection/<int:notice>")
@everyone(WHY)
@files.takes_files(MEGABYTES)
@limiter.limit(OBJECTIONS)
def submit_objection(notice: int) -> Any:
    """Take an objection in, then show its number and secret once."""
    form = starting.form_of(OBJECTION_FORM)
    announcement = announcement_of(notice)
    pairs, errors = _sent()
    body = form.decode([pair for pair in pairs if pair[0] != TRAP])
    try:
        if request.form.get(TRAP):
            raise TrapFilled
        found = parted(announcement, SENT.validated(body, announcement, errors))
        received = receive_objection(
            runtime(),
            PUBLIC,
            found.facts,
            announcement.ends_at,
            evidence_files=found.evidence,
            letter_files=found.letter,
        )
    except InvalidForm as refusal:
        return _page(notice, body, refusal.errors), refusal.status
    except Refusal as refusal:
        return _page(notice, body, refusal=refusal), refusal.status
    return with_receipt(received)


def _sent() -> tuple[Sequence[tuple[str, str]], list[FieldError]]:
    """The pairs of the form; a visitor's files are stored on the way, those of signed-in people are not looked at."""
    if current_user.is_authenticated:
        return list(request.form.items(multi=True)), []
    return files.take(files.own_purpose(PURPOSE)), files.problems()


def with_receipt(received: Received) -> Response:
    """Go on to the page that shows number and secret, once."""
    session.pop(SECRET, None)  # nothing links the next objection from this browser to this one
    answer = make_response(redirect(url_for("start.objection_received")))
    answer.set_cookie(
        bound(RECEIPT),
        _signer().dumps([received.objection_no, received.code, received.late]),
        max_age=RECEIPT_SECONDS,
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Strict",
    )
    return answer


@blueprint.get("/objection/received")
@everyone("a receipt that only the browser which has just sent the objection holds")
def objection_received() -> Any:
    """Number and secret, once: the cookie ends with this page. Raises NotFound when it is shown already."""
    try:
        number, code, late = _signer().loads(request.cookies.get(bound(RECEIPT), ""), max_age=RECEIPT_SECONDS)
    except BadSignature:
        raise NotFound(what_zh="这份回执（只显示一次）", what_en="This receipt (it is shown once)") from None
    answer = make_response(render_template("start/objection_received.html", no=number, code=code, late=late))
    answer.delete_cookie(bound(RECEIPT), secure=current_app.config["HTTPS"])
    return answer


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=RECEIPT)


def _page(
    notice: int, data: Any, errors: Sequence[FieldError] = (), *, refusal: Refusal | None = None
) -> str:
    return SENT.page(notice, data, errors, refusal=refusal, trap=TRAP)
