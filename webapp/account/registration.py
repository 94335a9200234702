"""Registration of an enterprise: the public form, the confirmed address, and what the county looks at."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select

from engine.accounts.errors import LoginTaken, WeakPassword
from engine.accounts.passwords import check, hash_password
from engine.definitions import NotDeployed
from engine.errors import NotFound
from engine.form_context import form_context
from engine.programme.registrations import intake, operations
from engine.programme.registrations.models import Registration
from engine.store.people import Organisation
from forms.errors import FieldError, InvalidForm
from webapp import access
from webapp.access import actor, everyone, rule
from webapp.account.pages import Errors, new_password, page, refused
from webapp.account.views import blueprint
from webapp.i18n import language
from webapp.limits import ONE_TIME_LINKS, REGISTRATIONS, limiter
from webapp.shared import now, reading, runtime
from webapp.start.opening import form_of

FORM = "registration_start"


@blueprint.get("/registration")
@everyone("how an enterprise comes to its first account")
def registration() -> str:
    """The registration form."""
    return _form_page({})


@blueprint.post("/registration")
@everyone("how an enterprise comes to its first account")
@limiter.limit(REGISTRATIONS)
def submit_registration() -> Any:
    """Take a registration in. The answer is the same whether the enterprise is known here or not."""
    form = form_of(FORM)
    body = form.decode(request.form.items(multi=True))
    if "_update" in request.form:  # the counties of another city, without JavaScript
        return _form_page(body)
    try:
        data = form.validate(body, _context(), runtime().clock, functions=runtime().functions)
    except InvalidForm as refusal:
        return _form_page(body, refusal.errors), refusal.status
    intake.register_enterprise(runtime(), actor(), data)
    return redirect(url_for("account.registration_received"))


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
    return page("registration_show", row=row, known=known)


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


def _form_page(data: Mapping[str, Any], errors: list[FieldError] | None = None) -> str:
    try:
        view = form_of(FORM).view(
            data,
            _context(),
            runtime().clock,
            errors or (),
            language=language(),
            functions=runtime().functions,
        )
    except NotDeployed:
        view = None
    return render_template("account/registration.html", view=view, has_errors=bool(errors))
