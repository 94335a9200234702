"""Objecting to a public notice: the form, and the receipt that is shown once.

Nothing of an objection is kept in the site's own tables: the receipt travels in a signed cookie that ends with the
page, and whoever is signed in cannot attach files, because an upload is kept under its sender's login.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from engine.definitions import NotDeployed
from engine.errors import NotFound, Refusal
from engine.policy import PUBLIC
from engine.programme import public
from engine.programme.objections.intake import Received, receive_objection
from forms import Form
from forms.errors import FieldError, InvalidForm
from webapp import files
from webapp.access import everyone
from webapp.files.purposes import SECRET
from webapp.i18n import language
from webapp.limits import OBJECTIONS, limiter
from webapp.shared import now, reading, runtime
from webapp.start import opening as starting
from webapp.start.blueprint import blueprint

OBJECTION_FORM = "objection_start"
PURPOSE = "objection"
FILES = ("evidence_files", "letter")
TRAP = "website"
"""A field that no person sees; whoever fills it in is a program."""
RECEIPT = "luzhi_receipt"
RECEIPT_SECONDS = 600
WHY = "anybody may object to a public notice (article 8)"
MEGABYTES = 64


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
        data = _validated(form, body, announcement, errors)
        received = _receive(announcement, data)
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


def _validated(
    form: Form, body: Mapping[str, Any], announcement: public.Announcement, errors: list[FieldError]
) -> dict[str, Any]:
    """Raises InvalidForm with all errors at once, TrapFilled."""
    if request.form.get(TRAP):
        raise TrapFilled
    try:
        data = form.validate(
            body, choices(announcement), runtime().clock, functions=runtime().functions, files=_files()
        )
    except InvalidForm as refusal:
        raise InvalidForm([*errors, *refusal.errors]) from None
    if errors:
        raise InvalidForm(errors)
    return data


def _receive(announcement: public.Announcement, data: dict[str, Any]) -> Received:
    evidence, letter = (data.pop(name, None) or [] for name in FILES)
    item = next(i for i in announcement.items if i.reference == data["application_no"])
    facts = {**data, "cycle_year": announcement.cycle_year, "city": item.city}
    return receive_objection(
        runtime(), PUBLIC, facts, announcement.ends_at, evidence_files=evidence, letter_files=letter
    )


def _files() -> Any:
    """What the form may know of files: the visitor's own; nobody's for signed-in people."""
    return _NoFiles() if current_user.is_authenticated else files.usable(files.own_purpose(PURPOSE))


class _NoFiles:
    def facts(self, ids: Any) -> Mapping[str, Any]:
        """None are known."""
        return {}


def with_receipt(received: Received) -> Response:
    """Go on to the page that shows number and secret, once."""
    session.pop(SECRET, None)  # nothing links the next objection from this browser to this one
    answer = make_response(redirect(url_for("start.objection_received")))
    answer.set_cookie(
        RECEIPT,
        _signer().dumps([received.objection_no, received.code, received.late]),
        max_age=RECEIPT_SECONDS,
        path=url_for("start.objection_received"),
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
        number, code, late = _signer().loads(request.cookies.get(RECEIPT, ""), max_age=RECEIPT_SECONDS)
    except BadSignature:
        raise NotFound(what_zh="这份回执（只显示一次）", what_en="This receipt (it is shown once)") from None
    answer = make_response(render_template("start/objection_received.html", no=number, code=code, late=late))
    answer.delete_cookie(RECEIPT, path=url_for("start.objection_received"))
    return answer


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=RECEIPT)


def announcement_of(notice: int) -> public.Announcement:
    """The public notice. Raises NotFound."""
    with reading() as database:
        return public.announcement(database, notice)


def choices(announcement: public.Announcement) -> dict[str, Any]:
    """What the form may choose from: the items of the notice."""
    return {
        "items": [
            {"value": i.reference, "label": f"{i.enterprise} — {i.object_name}"} for i in announcement.items
        ]
    }


def _page(
    notice: int,
    data: Mapping[str, Any],
    errors: Sequence[FieldError] = (),
    *,
    refusal: Refusal | None = None,
) -> str:
    announcement = announcement_of(notice)
    try:
        form = starting.form_of(OBJECTION_FORM)
    except NotDeployed:
        form = None
    if not current_user.is_authenticated:
        files.page(files.own_purpose(PURPOSE))
    view = form.view(
        data, choices(announcement), runtime().clock, errors, language=language(),
        functions=runtime().functions, files=_files(),
    ) if form else None  # fmt: skip
    if view is not None and current_user.is_authenticated:
        view = replace(view, sections=tuple(_without_files(section) for section in view.sections))
    return render_template(
        "start/objection.html",
        announcement=announcement,
        open=announcement.open_at(now()),
        view=view,
        trap=TRAP,
        refusal=refusal.message(language()) if refusal else "",
        has_errors=bool(errors or refusal),
    )


def _without_files(section: Any) -> Any:
    return replace(section, fields=tuple(f for f in section.fields if f.kind != "filepicker"))
