"""Administrators keep the machinery running and read nothing of what people wrote, judged or objected.

Secrets are planted wherever content could come by: answers, variables, history, messages, jobs, the outbox,
incidents, the trail. Each of the three opens every address there is and takes every export.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import audit, commands
from engine.accounts.administration import granting
from engine.accounts.administration.importing import lists, sheet
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM, Actor
from engine.programme.objections.operations import receive
from engine.store.instances import ElementEvent, Incident, Instance
from engine.store.messages import Message
from engine.store.people import Account
from engine.store.trail import Audit
from engine.store.work import Job, Outbox, Timer
from tests.hostile.roaming import every, found, objects, read, text_of
from tests.programme import answers
from tests.programme.mainline import EXPERTS, House, person
from tests.web.conftest import token
from tests.web.deciding_world import Site
from tests.web.scoring_world import ONE, furnished, house, scoring_database, site
from tests.web.secrets_of_registers import leaks, secrets_of
from webapp.limits import limiter

FIXTURES = (furnished, house, scoring_database, site)
CONTENT = "只有承办人能看的内容"
"""Planted where machinery carries what somebody wrote."""
COMMENT, OBJECTOR, CONTACT = "专家写给组长的评语", "不愿透露姓名的人", "13900001111"
THREE = {"sysadmin": "sysadmin", "sec": "secadmin", "aud": "auditadmin"}
KINDS = ("applicant", "expert", "score", "opinion", "objector")
LEFT_OUT = ("static", "account.", "demo.", "files.uploads", "prints.", "public.", "start.", "health.")
"""What shows everybody the same, and one's own account."""


@pytest.fixture
def planted(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A scored panel, a named objector, and content in every drawer of the machinery."""
    monkeypatch.setattr(limiter, "enabled", False)
    house = site.house
    [task, *_] = house.tasks("expert_sheet", ONE)
    expert = person("expert", "370000", task.assignee)
    commands.complete(house.rt, expert, task.id, answers.sheet(comment=COMMENT))
    objection = {"application_no": ONE, "kind": "NAMED", "name": OBJECTOR, "contact": CONTACT}
    about = {"statement": CONTENT, "evidence": "", "cycle_year": 2024, "city": "370100"}
    with house.rt.transaction() as tx:
        for login, role in THREE.items():
            if login != "sysadmin":
                add_account(tx.session, Scribe(SYSTEM, tx.now), login, login, [Grant(role, "370000")])
        known = tx.session.scalars(select(Account.password_hash).where(Account.login == "officer")).one()
        tx.session.execute(update(Account).values(password_hash=known))
        receive(tx.session, {**objection, **about}, actor="public", at=tx.now)
        plant(tx.session, tx.now)
    keeper = Actor("sec", "sec", (Grant("secadmin", "370000"),))
    granting.ask(house.rt, keeper, EXPERTS[0], Grant("expert_leader", "370000"), "组长")
    kept = lists.upload(house.rt, keeper, "名单.xlsx", listed(EXPERTS[1], "new.expert"), "聘任")
    assert kept == 1
    return site


def listed(*logins: str) -> bytes:
    """A list that makes people experts."""
    made, out = Workbook(), BytesIO()
    assert made.active is not None
    made.active.append([f"{zh} {en}" for zh, en in sheet.COLUMNS.values()])
    for login in logins:
        made.active.append([login, "待聘专家", "370000", f"{login}@example.com", "", "expert", "370000"])
    made.save(out)
    return out.getvalue()


def plant(session: Session, now: Any) -> None:
    """What an application's machinery may hold at some time, each with content, an expert and the objector."""
    instance = session.scalars(select(Instance).where(Instance.business_key == ONE).limit(1)).one()
    who = f"{EXPERTS[0]} {OBJECTOR} {CONTACT}"
    body = {"opinion": CONTENT, "reply": [CONTENT, who], "to": CONTACT, "nested": {"comment": CONTENT}}
    instance_id = instance.id
    told = {"created_at": now, "error": f"gave up on {who}", "retries": 0}
    job = Job(kind="verb", instance_id=instance_id, wait_key="w1", element_id="planted", payload=body, **told)
    session.add(job)
    session.flush()
    session.add_all(
        [
            Outbox(kind="mail", payload=body, idempotency_key="planted", created_at=now, refusal=who),
            Message(
                name="planted",
                correlation_key=ONE,
                message_id="planted",
                variables=body,
                published_at=now,
                expires_at=now,
            ),
            Incident(
                instance_id=instance_id,
                wait_key="w1",
                element_id="planted",
                type="VERB",
                message=f"about {who}",
                job_id=job.id,
                created_at=now,
            ),
            *(
                ElementEvent(
                    instance_id=instance_id,
                    revision=instance.revision,
                    element_instance="planted",
                    element_id="planted",
                    element_type="task",
                    event="VARIABLE",
                    at=now,
                    actor=EXPERTS[0],
                    detail=detail,
                )
                for detail in (
                    {"name": "opinion", "value": CONTENT},
                    {"variable": "reply", "before": CONTENT, "after": who},
                )
            ),
        ]
    )
    for login in ("sysadmin", "sec", "aud", EXPERTS[0]):
        audit.append(
            session,
            at=now,
            actor=login,
            action="instance.variable",
            object_type="instance",
            object_key=instance_id,
            business_key=ONE,
            detail={"variable": "opinion", "before": CONTENT, "after": [CONTENT], "reason": who},
        )


def known(session: Session) -> dict[str, list[object]]:
    """Objects of every kind, the machinery's above all."""

    def some(column: Any, most: int = 3) -> list[object]:
        return list(session.scalars(select(column).order_by(column.desc()).limit(most)))

    instances = list(session.scalars(select(func.max(Instance.id)).group_by(Instance.process_id)))
    found = objects(session)
    return {
        **found,
        "key": instances,
        "id": [*found["id"], 1],
        "sequence": some(Audit.sequence, 8),
        "incident": some(Incident.id),
        "job": some(Job.id),
        "outbox": some(Outbox.id),
        "timer": some(Timer.id, 1),
        "login": [EXPERTS[0]],
        "kind": found["kind"][:1],
        "code": ["370000"],
        "file_id": found["file_id"][:2],
        "name": ["opinion", "application_no"],
    }


def secrets(house: House, role: str) -> dict[str, set[str]]:
    """What the registers hold and this administrator must not see; who keeps accounts sees whose they are."""
    with house.rt.reading() as session:
        registers = secrets_of(session)
        own = set(session.scalars(select(Account.name).where(Account.login.in_(THREE))))
    kept = {kind: registers[kind] - own for kind in KINDS}
    kept["planted"] = {CONTENT, COMMENT, OBJECTOR, CONTACT}
    if role == "secadmin":
        kept["expert"] = set()
    else:
        kept["expert"] |= {"new.expert", "待聘专家"}
    return kept


def told_by(address: str, text: str, hidden: dict[str, set[str]]) -> list[tuple[str, str]]:
    """The secrets in an answer; what the address itself said is no news."""
    return [(kind, value) for kind, value in leaks(text, hidden) if value not in address]


def exports(client: FlaskClient, house: House) -> Iterator[tuple[str, dict[str, str]]]:
    """Every export there is, by address and form."""
    days = {"first": "2024-05-01", "last": "2024-08-01", "reason": "年度检查"}
    with house.rt.reading() as session:
        keys = list(session.scalars(select(func.max(Instance.id)).group_by(Instance.process_id)))
        last = audit.head(session)[0]
    yield "/audit/list.xlsx", days
    yield "/audit/export.zip", days
    for process in ("application", "annual_cycle"):
        for kind in ("xes", "csv"):
            yield "/audit/events", {**days, "process": process, "format": kind}
    for key in keys:
        for kind in ("xes", "csv"):
            yield f"/inspector/instances/{key}/events", {**days, "format": kind}
    for sequence in range(last - 3, last + 1):
        yield f"/audit/{sequence}/unmask", days


@pytest.mark.parametrize("login", THREE)
def test_no_administrator_reads_content_or_an_objector(planted: Site, login: str) -> None:
    client, house = planted.client(login), planted.house
    with house.rt.reading() as session:
        addresses = list(every(planted.app, known(session), LEFT_OUT))
    shown, answered = {}, set()
    for address in addresses:
        answer, shown[address] = read(client, address)
        assert answer.status_code < 500, address
        answered.add(answer.status_code)
    assert {200, 403} <= answered
    for address, form in exports(client, house):
        answer = client.post(
            address, data={**form, "csrf_token": token(client.get("/account"))}, buffered=True
        )
        assert answer.status_code in (200, 403, 404), (address, answer.status_code)
        shown[f"{address} {form}"] = text_of(answer.get_data(), answer.mimetype)
    hidden = secrets(house, THREE[login])
    told = {address: hits for address, text in shown.items() if (hits := told_by(address, text, hidden))}
    assert told == {}


def test_the_planted_secrets_are_where_they_could_be_read(planted: Site) -> None:
    """Otherwise the walk above would prove nothing: whoever may read content finds it by the same addresses."""
    supervisor = planted.client("supervisor")
    with planted.house.rt.reading() as session:
        [sequence] = session.scalars(
            select(Audit.sequence).where(Audit.actor == "aud", Audit.action == "instance.variable")
        )
    page = supervisor.get(f"/audit/{sequence}").text
    assert CONTENT in page
    assert found({"link": page}, [OBJECTOR]) != {}


@pytest.mark.parametrize(
    "query",
    [
        {"variable": "opinion", "value": CONTENT},
        {"text": CONTENT},
        {"text": OBJECTOR},
        {"text": CONTACT},
        {"text": EXPERTS[0]},
        {"key": CONTENT},
    ],
)
def test_searching_is_no_way_to_ask_for_content(planted: Site, query: dict[str, str]) -> None:
    """A list that finds a case by what was written in it would say what was written in it."""
    client = planted.client("sysadmin")
    assert f">{ONE}<" in client.get("/inspector/instances", query_string={"key": ONE}).text
    assert f">{ONE}<" in client.get("/inspector/instances", query_string={"text": "about"}).text
    page = client.get("/inspector/instances", query_string=query)
    assert page.status_code in (200, 422)
    assert f">{ONE}<" not in page.text
