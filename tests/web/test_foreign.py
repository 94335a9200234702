"""Objects of others, by every role: each address that names one answers as if it did not exist, and changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update

from engine.accounts import invitations, links, members
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.files import operations
from engine.notifications.models import Notification
from engine.notifications.operations import notify
from engine.policy import ROLES, SYSTEM, Actor
from engine.programme.applications.models import Application
from engine.programme.objections.operations import receive
from engine.programme.registrations.models import CONFIRMED, Registration
from engine.runtime import Runtime
from engine.store.accounts import Invitation
from engine.store.files import StoredFile, Upload
from engine.store.models import Base
from engine.store.people import Account
from tests.support.files import pdf
from tests.web import world
from tests.web.conftest import PASSWORD, SignIn, token
from tests.web.test_roles import place_of
from webapp.sessions import CLOCK

FOREIGN = "91370300264574251E"
NUMBER, REGISTRATION = "2024-370302-0001", "ZC-2024-0001"
SECRET = "只有当事人知道的话"
RIVAL = Actor("rival", "别家的人", (Grant("enterprise_admin", FOREIGN),))
PROVINCE = {"dept_officer", "dept_head", "dept_deputy", "director", "office", "legal_review", "supervision"}
"""Who sees applications and objections everywhere."""
CHECKERS = {"secadmin", "auditadmin", "supervision"}
"""Who sees registrations everywhere."""
NOBODY: set[str] = set()
KEPT_OUT = (302, 400, 401, 403, 404, 405, 409, 415, 422)
LOGS = {"audit", "web_session", "login_attempt", "throttle"}


@dataclass(frozen=True, slots=True)
class Theirs:
    """What belongs to an enterprise in another city."""

    objection: str
    file: str
    upload: str
    message: int
    grant: int
    invitation: int
    email: str


@pytest.fixture
def theirs(runtime: Runtime) -> Theirs:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    with runtime.transaction() as tx:
        session, scribe = tx.session, Scribe(SYSTEM, tx.now)
        add_organisation(session, scribe, "370300", "淄博市", "city", "370000")
        add_organisation(session, scribe, FOREIGN, "淄博别家有限公司", "enterprise", "370300")
        add_account(session, scribe, RIVAL.login, RIVAL.name, RIVAL.grants, email="rival@example.com")
        session.add(application(tx.now))
        session.add(registration(tx.now))
        session.flush()
        facts = {
            "application_no": NUMBER,
            "kind": "NAMED",
            "name": SECRET,
            "contact": SECRET,
            "statement": SECRET,
            "cycle_year": 2024,
            "city": "370300",
        }
        objection = receive(session, facts, actor="public", at=tx.now).objection_no
        put = operations.put
        file = put(session, runtime.files, RIVAL, "start:renaming", f"{SECRET}.pdf", pdf(), tx.now).id
        upload = operations.begin(
            session, RIVAL, purpose="start:renaming", name="a.pdf", size=100, at=tx.now
        ).id
        both = (SECRET, SECRET)
        notify(session, to=[RIVAL.login], kind="STATUS", subject=both, text=both, at=tx.now, key="k")
        grant = members(session, FOREIGN)[0].grant
        invited = invitations.invite(
            session, RIVAL, FOREIGN, "enterprise_viewer", "某人", "x@example.com", at=tx.now
        )
        session.flush()
        message = session.scalars(select(Notification.id)).one()
        email = links.issue(
            session, links.EMAIL, "rival new@example.com", at=CLOCK.now(), valid=invitations.VALID
        )
        return Theirs(objection, file, upload, message, grant, invited.id, email)


def application(at):  # type: ignore[no-untyped-def]
    return Application(
        application_no=NUMBER,
        cycle_year=2024,
        uscc=FOREIGN,
        enterprise="淄博别家有限公司",
        type="FACTORY",
        object_name=SECRET,
        county="370302",
        city="370300",
        industry="C34",
        catalogue="2021",
        status="DRAFT",
        opened_at=at,
    )


def registration(at):  # type: ignore[no-untyped-def]
    return Registration(
        registration_no=REGISTRATION,
        uscc=FOREIGN,
        enterprise="淄博别家有限公司",
        city="370300",
        county="370302",
        contact=SECRET,
        mobile="13805330001",
        email="c@example.com",
        login="contact",
        legal_name=SECRET,
        legal_email="l@example.com",
        status=CONFIRMED,
        created_at=at,
    )


def addresses(theirs: Theirs) -> Iterator[tuple[str, str, set[str]]]:
    """Method, address, and the roles that may."""
    paper = f"/enterprise/applications/{NUMBER}"
    yield "GET", paper, NOBODY
    yield "GET", f"{paper}/application.pdf", NOBODY
    yield "GET", f"{paper}/receipt.pdf", NOBODY
    yield "GET", f"/applications/{NUMBER}/application.pdf", PROVINCE
    yield "GET", f"/applications/{NUMBER}/self-evaluation", PROVINCE
    yield "GET", f"/applications/{NUMBER}/changes/1", PROVINCE
    yield "GET", f"/applications/compare?no={NUMBER}&no={NUMBER}0", NOBODY
    yield "GET", f"/objections/{theirs.objection}", PROVINCE
    yield "GET", f"/objections/{theirs.objection}/identity", PROVINCE
    yield "POST", f"/objections/{theirs.objection}/identity", {"dept_officer", "dept_head", "supervision"}
    yield "GET", f"/account/registrations/{REGISTRATION}", CHECKERS
    for file in (theirs.file, theirs.upload):
        yield "GET", f"/files/{file}", NOBODY
        yield "GET", f"/files/{file}/preview", NOBODY
        for method in ("HEAD", "PATCH", "POST", "DELETE"):
            yield method, f"/files/uploads/{file}", NOBODY
    yield "POST", f"/enterprise/messages/{theirs.message}/read", NOBODY
    yield "GET", f"/account/members?of={FOREIGN}", NOBODY
    yield "POST", f"/account/members?of={FOREIGN}", NOBODY
    for of in ("", f"?of={FOREIGN}", f"?of={world.USCC}"):
        yield "POST", f"/account/members/{theirs.grant}/withdraw{of}", NOBODY
        yield "POST", f"/account/invitations/{theirs.invitation}/withdraw{of}", NOBODY
    yield "POST", f"/account/email/{theirs.email}", NOBODY


def state(runtime: Runtime) -> dict[str, object]:
    """How many rows each table has, and the rows that somebody might have changed."""
    with runtime.reading() as session:
        counted = {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table.name not in LOGS
        }
        rows = [
            session.execute(text(f"SELECT * FROM {name} ORDER BY id")).all()  # noqa: S608
            for name in ("upload", "stored_file", "invitation", "notification", "one_time_link", "role_grant")
        ]
    return {**counted, "rows": rows}


def enter(runtime: Runtime, sign_in: SignIn, role: str) -> FlaskClient:
    with runtime.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "somebody", "某人", [Grant(role, place_of(role))])
        known = tx.session.get_one(Account, 1).password_hash
        tx.session.execute(update(Account).where(Account.login == "somebody").values(password_hash=known))
    return sign_in("somebody", PASSWORD)


@pytest.mark.parametrize("role", ROLES)
def test_what_belongs_to_others_does_not_exist(
    app: Flask, runtime: Runtime, theirs: Theirs, sign_in: SignIn, role: str
) -> None:
    client = enter(runtime, sign_in, role)
    csrf = token(client.get("/account/password"))
    before = state(runtime)
    for method, address, allowed in addresses(theirs):
        if role in allowed:
            continue
        headers = {"X-CSRFToken": csrf, "Upload-Offset": "0"}
        kind = "application/offset+octet-stream" if method == "PATCH" else None
        answer = client.open(address, method=method, headers=headers, content_type=kind)
        assert answer.status_code in KEPT_OUT, (method, address, answer.status_code)
        assert answer.status_code != 302 or answer.headers["Location"].startswith("/sign-in"), address
        assert SECRET not in answer.get_data(as_text=True), (method, address)
    assert state(runtime) == before


def test_the_same_for_nobody_in_particular(client: FlaskClient, runtime: Runtime, theirs: Theirs) -> None:
    csrf = token(client.get("/sign-in"))
    before = state(runtime)
    for method, address, _ in addresses(theirs):
        answer = client.open(address, method=method, headers={"X-CSRFToken": csrf})
        assert answer.status_code in KEPT_OUT, (method, address, answer.status_code)
        assert SECRET not in answer.get_data(as_text=True), (method, address)
    assert state(runtime) == before


def test_whoever_it_belongs_to_does_find_it(runtime: Runtime, theirs: Theirs, sign_in: SignIn) -> None:
    """Else the test above would pass for addresses that lead nowhere."""
    with runtime.transaction() as tx:
        known = tx.session.get_one(Account, 1).password_hash
        tx.session.execute(update(Account).where(Account.login == "rival").values(password_hash=known))
    client = sign_in("rival")
    headers = {"X-CSRFToken": token(client.get("/account/password"))}
    for address in (
        f"/enterprise/applications/{NUMBER}",
        f"/files/{theirs.file}",
        f"/account/members?of={FOREIGN}",
        "/enterprise/messages",
    ):
        assert client.get(address, buffered=True).status_code == 200, address
    assert client.head(f"/files/uploads/{theirs.upload}").status_code == 200
    for address in (
        f"/enterprise/messages/{theirs.message}/read",
        f"/account/invitations/{theirs.invitation}/withdraw?of={FOREIGN}",
        f"/account/email/{theirs.email}",
    ):
        assert client.post(address, headers=headers).status_code == 302, address
    for upload in (theirs.upload, theirs.file):
        assert client.delete(f"/files/uploads/{upload}", headers=headers).status_code == 204
    with runtime.reading() as session:
        assert session.get(StoredFile, theirs.file) is session.get(Upload, theirs.upload) is None
        assert session.get_one(Invitation, theirs.invitation).withdrawn_at is not None


@pytest.mark.parametrize("role", ["enterprise_admin", "enterprise_viewer"])
def test_who_looks_on_for_an_enterprise_sees_its_pages_and_does_nothing(
    runtime: Runtime, sign_in: SignIn, role: str
) -> None:
    world.add_measure(runtime)
    world.add_cycle(runtime)
    client = enter(runtime, sign_in, role)
    for address in ("/enterprise", "/enterprise/filings", "/enterprise/filings.csv", "/enterprise/messages"):
        assert client.get(address).status_code == 200, address
    csrf = token(client.get("/account/password"))
    assert client.get("/start/application").status_code == 403
    assert client.post("/start/application", data={"csrf_token": csrf}).status_code == 403
    invited = client.post("/account/members", data={"csrf_token": csrf})
    assert invited.status_code == (422 if role == "enterprise_admin" else 403)
