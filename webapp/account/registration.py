"""Registration of an enterprise: the public form, the confirmed address, and what the county looks at."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, session, url_for
from sqlalchemy import select

from engine.accounts.errors import LoginTaken, WeakPassword
from engine.accounts.passwords import check, hash_password
from engine.definitions import NotDeployed
from engine.errors import NotFound
from engine.form_context import form_context
from engine.programme.registrations import intake, operations, papers
from engine.programme.registrations.models import Registration
from engine.store.people import Organisation
from forms import Form, FormView
from forms.errors import FieldError, InvalidForm
from webapp import access, files
from webapp.access import actor, everyone, rule
from webapp.account.pages import Errors, new_password, page, refused
from webapp.account.views import blueprint
from webapp.files.purposes import SECRET
from webapp.i18n import language
from webapp.limits import FOLLOWING, LOOK_UPS, ONE_TIME_LINKS, REGISTRATIONS, limiter
from webapp.shared import now, reading, runtime
from webapp.start import following
from webapp.start.opening import form_of

FORM = "registration_start"
PURPOSE = "registration"
MEGABYTES = 40


@blueprint.get("/registration")
@everyone("how an enterprise comes to its first account")
def registration() -> str:
    """The registration form."""
    return _form_page({})


@blueprint.post("/registration")
@everyone("how an enterprise comes to its first account")
@files.takes_files(MEGABYTES)
@limiter.limit(REGISTRATIONS)
def submit_registration() -> Any:
    """Take a registration in. The answer is the same whether the enterprise is known here or not."""
    form = form_of(FORM)
    body = form.decode(files.take(files.own_purpose(PURPOSE)))
    try:
        data = _validated(form, body)
    except InvalidForm as refusal:
        return _form_page(body, refusal.errors), refusal.status
    intake.register_enterprise(runtime(), actor(), data, data.pop("papers", None) or ())
    session.pop(SECRET, None)  # the answer is the same for a known enterprise, whose files nobody takes
    return redirect(url_for("account.registration_received"))


@blueprint.post("/registration/counties")
@everyone("how an enterprise comes to its first account")
@files.takes_files(MEGABYTES)
@limiter.limit(LOOK_UPS)
def registration_counties() -> str:
    """The same form with the counties of the city that was chosen; nothing is registered."""
    body = form_of(FORM).decode(files.take(files.own_purpose(PURPOSE)))
    return _form_page(body, files.problems())


@blueprint.post("/registration/follow")
@everyone("how an enterprise comes to its first account")
@limiter.limit(FOLLOWING)
def follow_registration() -> str:
    """What of the form looks different for these answers; nothing is kept."""
    form = form_of(FORM)
    files.page(files.own_purpose(PURPOSE))
    return following.redrawn(form, lambda data: _view(form, data))


@blueprint.get("/registration/received")
@everyone("a confirmation that repeats nothing")
def registration_received() -> str:
    """What happens next."""
    return render_template("account/registration_received.html")


@blueprint.get("/registration/confirm/<token>")
@everyone("opened by the link of a mail, which is the proof")
@limiter.limit(ONE_TIME_LINKS)
def confirm_registration(token: str) -> str:
    """Where the contact confirms the address and chooses a password. Raises LinkInvalid."""
    row = _registration(token)
    return page("registration_confirm", row=row, login=row.login)


@blueprint.post("/registration/confirm/<token>")
@everyone("opened by the link of a mail, which is the proof")
@limiter.limit(ONE_TIME_LINKS)
def submit_confirmation(token: str) -> Any:
    """Confirm, with login and password. Raises LinkInvalid, RegistrationWaits."""
    row = _registration(token)
    login = request.form.get("login", "")
    password, errors = new_password()
    errors = errors or _weak(row, password)
    if not errors:
        try:
            intake.confirm_registration(runtime(), token, login, hash_password(password))
            return redirect(url_for("account.registration_confirmed"))
        except LoginTaken as refusal:
            errors = refused("login", refusal)
    return page("registration_confirm", errors, row=row, login=login), 422


@blueprint.get("/registration/confirmed")
@everyone("a confirmation that repeats nothing")
def registration_confirmed() -> str:
    """What happens next."""
    return render_template("account/registration_confirmed.html")


@blueprint.get("/account/registrations/<no>")
@rule("registration.read")
def show_registration(no: str) -> str:
    """What an office checks: the enterprise, its contact, its legal representative."""
    with reading() as database:
        row = database.scalar(select(Registration).where(Registration.registration_no == no))
        access.require("registration.read", row)
        if row is None:
            raise NotFound(what_zh="这份注册", what_en="This registration")
        known = database.get(Organisation, row.uscc) is not None
        decides = access.may("registration.papers", row) and row.confirmed_at is not None
        shown = papers.of(database, no) if decides else []
    return page("registration_show", row=row, known=known, papers=shown, decides=decides)


def _registration(token: str) -> Registration:
    with reading() as database:
        return operations.read(database, token, at=now())


def _weak(row: Registration, password: str) -> Errors:
    facts = (row.contact, row.login, row.enterprise, row.uscc, row.mobile, row.email)
    try:
        check(password, [*facts, request.form.get("login", "")])
    except WeakPassword as refusal:
        return refused("password_new", refusal)
    return []


def _context() -> dict[str, Any]:
    return form_context(runtime(), {})


def _validated(form: Form, body: Mapping[str, Any]) -> dict[str, Any]:
    """Raises InvalidForm with all errors at once, those of files that came with a plain form included."""
    known = files.usable(files.own_purpose(PURPOSE))
    try:
        data = form.validate(body, _context(), runtime().clock, functions=runtime().functions, files=known)
    except InvalidForm as refusal:
        raise InvalidForm([*files.problems(), *refusal.errors]) from None
    if files.problems():
        raise InvalidForm(files.problems())
    return data


def _form_page(data: Mapping[str, Any], errors: list[FieldError] | None = None) -> str:
    files.page(files.own_purpose(PURPOSE))
    try:
        form = form_of(FORM)
    except NotDeployed:
        form = None
    view = _view(form, data, errors) if form else None
    return render_template(
        "account/registration.html",
        view=view,
        shown=following.shown(view),
        follows=following.attributes(form, url_for("account.follow_registration")),
        has_errors=bool(errors),
    )


def _view(form: Form, data: Mapping[str, Any], errors: list[FieldError] | None = None) -> FormView:
    return form.view(
        data,
        _context(),
        runtime().clock,
        errors or (),
        language=language(),
        functions=runtime().functions,
        files=files.usable(files.own_purpose(PURPOSE)),
    )
