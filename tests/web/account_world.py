"""What the tests of accounts share: the registration's diagram and forms, mails that wait, links in them."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from engine import commands
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store.people import Account
from engine.store.work import Outbox
from tests.web import world
from tests.web.conftest import token
from webapp.account.passwords import hash_password

GOOD = "seven quiet lanterns 7"
NEW_USCC = "91370200264574251E"
KNOWN_USCC = "91370100163148844D"
"""An enterprise that the register has, without anybody who administers it, once `add_enterprise` was called."""
FORM = {
    "enterprise": "青岛样例机床有限公司",
    "uscc": NEW_USCC,
    "city": "370100",
    "county": "370102",
    "contact": "林晨",
    "mobile": "13805310001",
    "email": "lin@example.com",
    "login": "linchen",
    "legal_name": "高远",
    "legal_email": "gao@example.com",
    "entrusted": "true",
}


def deploy_registration(runtime: Runtime) -> None:
    """The real diagram with its forms."""
    root = project_root()
    paths = [root / "processes" / "registration.bpmn"]
    paths += [root / "forms" / "definitions" / f"registration_{part}.form" for part in ("start", "check")]
    commands.deploy(runtime, SYSTEM, {path.name: path.read_bytes() for path in paths})


def add_enterprise(runtime: Runtime) -> None:
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, KNOWN_USCC, "泉城样例电机有限公司", "enterprise", "370102")


def mails(runtime: Runtime, to: str | None = None) -> list[dict[str, Any]]:
    """What waits to be mailed, oldest first."""
    with runtime.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == "mail").order_by(Outbox.id))
        return [row.payload for row in rows if to is None or row.payload["to"] == to]


def link(runtime: Runtime, to: str) -> str:
    """The address in the last mail to somebody."""
    return str(mails(runtime, to)[-1]["link"])


def post(client: FlaskClient, page: str, to: str | None = None, **form: str) -> TestResponse:
    """Open a page and send its form, to `to` or to itself."""
    opened = client.get(page)
    assert opened.status_code == 200, (page, opened.status_code)
    return client.post(to or page, data={"csrf_token": token(opened), **form})


def give_email(runtime: Runtime, login: str, email: str) -> None:
    with runtime.transaction() as tx:
        tx.session.execute(
            update(Account).where(Account.login == login).values(email=email, email_confirmed_at=tx.now)
        )


def add_person(
    runtime: Runtime, login: str, *roles: str, place: str = world.USCC, email: str | None = None
) -> None:
    """A person with the password GOOD."""
    grants = [Grant(role, place) for role in roles]
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_account(
            tx.session, scribe, login, f"某{login}", grants, password_hash=hash_password(GOOD), email=email
        )


def text_of(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))
