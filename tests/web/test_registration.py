"""An enterprise registers itself: form, mail, password, the county's check, accounts."""

import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engine import audit, commands
from engine.accounts.errors import LinkInvalid
from engine.clock import VirtualClock
from engine.files.cleaning import clean
from engine.programme.registrations import intake
from engine.programme.registrations.errors import EnterpriseKnown
from engine.programme.registrations.models import Registration
from engine.runtime import Runtime
from engine.store.files import StoredFile
from engine.store.instances import ElementEvent, Instance
from engine.store.people import Account, Organisation, RoleGrant
from engine.store.tasks import CREATED, UserTask
from engine.worker import drain
from tests.support.files import pdf
from tests.web import world
from tests.web.account_world import (
    FORM,
    GOOD,
    KNOWN_USCC,
    NEW_USCC,
    add_enterprise,
    add_person,
    deploy_registration,
    link,
    mails,
    post,
    text_of,
)
from tests.web.conftest import SignIn, token


@pytest.fixture
def ready(runtime: Runtime) -> Runtime:
    deploy_registration(runtime)
    return runtime


def register(client: FlaskClient, **changed: str):  # type: ignore[no-untyped-def]
    return post(client, "/registration", **{**FORM, **changed})


def confirm(client: FlaskClient, runtime: Runtime, to: str = "lin@example.com", **changed: str):  # type: ignore[no-untyped-def]
    form = {"login": "linchen", "password_new": GOOD, "password_again": GOOD, **changed}
    return post(client, link(runtime, to), **form)


def row(runtime: Runtime) -> Registration:
    with runtime.reading() as session:
        return session.scalars(select(Registration).order_by(Registration.id.desc())).first()  # type: ignore[return-value]


def the_task(runtime: Runtime) -> UserTask:
    with runtime.reading() as session:
        wanted = select(UserTask).where(UserTask.process_id == "registration", UserTask.state == CREATED)
        return session.scalars(wanted).one()


def decide(runtime: Runtime, who: str = "county", **body: str) -> None:
    done = commands.complete(runtime, world.actor(who), the_task(runtime).id, body)
    assert not done.incidents
    drain(runtime)


def test_the_whole_way_to_two_accounts(client: FlaskClient, ready: Runtime, sign_in: SignIn) -> None:
    assert register(client).headers["Location"] == "/registration/received"
    assert confirm(client, ready).headers["Location"] == "/registration/confirmed"
    drain(ready)
    task = the_task(ready)
    assert task.element_id == "county_check"
    county = sign_in("county")
    assert "林晨" in text_of(county.get(f"/account/registrations/{row(ready).registration_no}"))
    decide(ready, decision="APPROVE")
    with ready.reading() as session:
        place = session.get_one(Organisation, NEW_USCC)
        assert (place.kind, place.parent) == ("enterprise", "370102")
        roles = set(session.scalars(select(RoleGrant.role).where(RoleGrant.organisation == NEW_USCC)))
        assert roles == {"enterprise_admin", "enterprise_filler"}
        assert audit.verify(session) is None
    assert row(ready).status == "OPENED"
    assert row(ready).password_hash is None, "the account has it now"
    assert "linchen" in mails(ready, "lin@example.com")[-1]["text"]
    assert sign_in("linchen", GOOD).get("/account/members").status_code == 200
    invited = post(
        client, link(ready, "gao@example.com"), login="gaoyuan", password_new=GOOD, password_again=GOOD
    )
    assert invited.headers["Location"] == "/sign-in"
    assert "法定代表人" in text_of(sign_in("gaoyuan", GOOD).get("/account"))


def test_a_refusal_is_mailed_with_its_reason_and_opens_nothing(client: FlaskClient, ready: Runtime) -> None:
    register(client)
    confirm(client, ready)
    drain(ready)
    decide(ready, decision="REFUSE", reason="名称与执照不符")
    assert "名称与执照不符" in mails(ready, "lin@example.com")[-1]["text"]
    with ready.reading() as session:
        assert session.get(Organisation, NEW_USCC) is None
        assert session.scalar(select(Account.id).where(Account.login == "linchen")) is None
    assert row(ready).password_hash is None


def test_after_three_working_days_the_city_may_decide(client: FlaskClient, ready: Runtime) -> None:
    register(client)
    confirm(client, ready)
    drain(ready)
    _later(ready, timedelta(days=5))
    assert the_task(ready).element_id == "city_check"
    decide(ready, "city", decision="APPROVE")
    assert row(ready).status == "OPENED"


def test_unconfirmed_for_48_hours_it_lapses_and_the_link_is_dead(client: FlaskClient, ready: Runtime) -> None:
    register(client)
    address = link(ready, "lin@example.com")
    _later(ready, timedelta(hours=48))
    assert row(ready).status == "LAPSED"
    assert client.get(address).status_code == 404
    with ready.reading() as session:
        assert session.scalars(select(Instance.status)).one() == "COMPLETED"


def test_the_link_is_dead_at_its_instant_even_when_no_worker_runs(
    client: FlaskClient, ready: Runtime
) -> None:
    register(client)
    address = link(ready, "lin@example.com")
    assert isinstance(ready.clock, VirtualClock)
    ready.clock.set(ready.clock.now() + timedelta(hours=48))
    assert client.get(address).status_code == 404
    with pytest.raises(LinkInvalid):
        intake.confirm_registration(ready, address.rpartition("/")[2], "linchen", "hash")


def test_a_link_works_once(client: FlaskClient, ready: Runtime) -> None:
    register(client)
    address = link(ready, "lin@example.com")
    assert confirm(client, ready).status_code == 302
    assert client.get(address).status_code == 404


def test_a_known_enterprise_gets_the_same_answer_and_its_administrator_a_mail(
    client: FlaskClient, ready: Runtime
) -> None:
    unknown = register(client)
    add_enterprise(ready)
    add_person(ready, "boss", "enterprise_admin", place=KNOWN_USCC, email="boss@example.com")
    known = register(client, uscc=KNOWN_USCC, email="other@example.com")
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert known.get_data() == unknown.get_data()
    assert mails(ready, "other@example.com") == []
    assert mails(ready, "boss@example.com")[0]["link"] == "/account/members"
    register(client, uscc=KNOWN_USCC, email="other@example.com")
    assert len(mails(ready, "boss@example.com")) == 1, "one a day, however often somebody tries"


def test_an_enterprise_without_administrator_may_register_and_keeps_its_place(
    client: FlaskClient, ready: Runtime
) -> None:
    add_enterprise(ready)
    register(client, uscc=KNOWN_USCC)
    confirm(client, ready)
    drain(ready)
    decide(ready, decision="APPROVE")
    with ready.reading() as session:
        assert session.get_one(Organisation, KNOWN_USCC).name == "泉城样例电机有限公司"


def test_a_known_address_or_login_changes_no_answer(client: FlaskClient, ready: Runtime) -> None:
    add_person(ready, "boss", "enterprise_filler", email="lin@example.com")
    assert register(client, login="boss").headers["Location"] == "/registration/received"
    taken = confirm(client, ready, login="boss")
    assert taken.status_code == 422, "only who reads the mail learns that a login is taken"
    assert "已被使用" in text_of(taken)
    assert confirm(client, ready, login="boss2").status_code == 302, "and may choose another one at once"


def test_two_of_one_enterprise_do_not_both_reach_the_county(client: FlaskClient, ready: Runtime) -> None:
    register(client)
    register(client, email="second@example.com", login="second")
    assert confirm(client, ready).status_code == 302
    refused = confirm(client, ready, "second@example.com", login="second")
    assert refused.status_code == 409
    assert "已有一份注册" in text_of(refused)


def test_an_approval_is_refused_at_the_click_when_the_enterprise_has_accounts_meanwhile(
    client: FlaskClient, ready: Runtime, sign_in: SignIn
) -> None:
    add_enterprise(ready)
    register(client, uscc=KNOWN_USCC)
    confirm(client, ready)
    drain(ready)
    add_person(ready, "boss", "enterprise_admin", place=KNOWN_USCC, email="boss@example.com")
    with pytest.raises(EnterpriseKnown):
        commands.complete(ready, world.actor("county"), the_task(ready).id, {"decision": "APPROVE"})
    decide(ready, decision="REFUSE", reason="该企业已有管理员")


def test_a_login_given_away_meanwhile_gets_a_number_that_the_mail_tells(
    client: FlaskClient, ready: Runtime, sign_in: SignIn
) -> None:
    register(client)
    confirm(client, ready)
    drain(ready)
    add_person(ready, "linchen", "city_officer", place="370100")
    decide(ready, decision="APPROVE")
    assert "linchen-2" in mails(ready, "lin@example.com")[-1]["text"]
    assert sign_in("linchen-2", GOOD).get("/account").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("uscc", "91370200264574251X", "校验位"),
        ("uscc", "11370000MB28486112", "以 91 开头"),
        ("county", "370202", "县（市、区）"),
        ("email", "not an address", "邮箱"),
        ("mobile", "12345", "11 位"),
        ("login", "Ab", "小写字母"),
        ("legal_email", "LIN@example.com", "不能与联系人的相同"),
        ("entrusted", "", "委托"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    client: FlaskClient, ready: Runtime, field: str, value: str, said: str
) -> None:
    answer = register(client, **{field: value})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert mails(ready) == []


@pytest.mark.parametrize(
    "password", ["short", "password2024!!", "linchen13805310001", NEW_USCC, "青岛样例机床有限公司1"]
)
def test_a_weak_password_is_refused_and_not_shown_again(
    client: FlaskClient, ready: Runtime, password: str
) -> None:
    register(client)
    answer = confirm(client, ready, password_new=password, password_again=password)
    assert answer.status_code == 422
    assert "不够安全" in text_of(answer)
    assert f'value="{password}"' not in text_of(answer)
    assert confirm(client, ready).status_code == 302, "the link was not used up by the failure"


def test_what_a_contact_typed_is_no_process_variable(client: FlaskClient, ready: Runtime) -> None:
    register(client)
    confirm(client, ready)
    drain(ready)
    with ready.reading() as session:
        kept = session.scalars(select(Instance.state)).one()
        seen = " ".join(str(vars(event)) for event in session.scalars(select(ElementEvent)))
    for secret in ("林晨", "13805310001", "lin@example.com", "gao@example.com", "高远", GOOD):
        assert secret not in kept
        assert secret not in seen


def test_without_script_the_counties_follow_the_city(client: FlaskClient, ready: Runtime) -> None:
    everything = text_of(client.get("/registration"))
    assert "青州市" in everything
    body = {**FORM, "county": "", "csrf_token": token(client.get("/registration"))}
    answer = client.post("/registration/counties", data=body)
    assert answer.status_code == 200
    assert "青州市" not in text_of(answer)
    assert "历下区" in text_of(answer)
    assert "林晨" in text_of(answer), "what was typed stays"


def test_other_counties_do_not_see_a_registration(
    client: FlaskClient, ready: Runtime, sign_in: SignIn
) -> None:
    register(client)
    number = row(ready).registration_no
    for who in ("other_city", "filler", "head"):
        assert sign_in(who).get(f"/account/registrations/{number}").status_code == 403
    assert sign_in("city").get(f"/account/registrations/{number}").status_code == 200


def test_registrations_of_one_address_are_throttled(client: FlaskClient, ready: Runtime) -> None:
    codes = [register(client, email=f"a{n}@example.com").status_code for n in range(11)]
    assert codes == [302] * 10 + [429]
    with ready.reading() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 10


def test_before_the_diagram_is_deployed_the_page_says_whom_to_call(app: Flask) -> None:
    assert "主管部门" in text_of(app.test_client().get("/registration"))


def _upload(client: FlaskClient, runtime: Runtime) -> tuple[str, TestResponse]:
    """Register without JavaScript, with a business licence; the licence's id."""
    page = client.get("/registration")
    answer = client.post(
        "/registration",
        data={**FORM, "csrf_token": token(page), "papers": (io.BytesIO(pdf("执照")), "执照.pdf")},
        content_type="multipart/form-data",
    )
    with runtime.reading() as session:
        return session.scalars(select(StoredFile.id)).one(), answer


def test_the_licence_is_read_by_the_deciding_officers_alone_and_only_when_confirmed(
    client: FlaskClient, ready: Runtime, sign_in: SignIn
) -> None:
    id, answer = _upload(client, ready)
    assert answer.headers["Location"] == "/registration/received"
    address, page = f"/files/{id}", f"/account/registrations/{row(ready).registration_no}"
    assert sign_in("county").get(address).status_code == 404, "the address is not confirmed yet"
    assert "执照.pdf" not in text_of(sign_in("county").get(page))
    confirm(client, ready)
    county = sign_in("county")
    assert "执照.pdf" in text_of(county.get(page))
    answer = county.get(address)
    assert (answer.status_code, answer.data) == (200, pdf("执照"))
    answer.close()
    with sign_in("city").get(address) as answer:
        assert answer.status_code == 200
    for stranger in ("other_city", "filler", "officer", "head", "city_head"):
        assert sign_in(stranger).get(address).status_code == 404, stranger
    assert client.get(address).status_code in (302, 404)


def test_whoever_has_registered_no_longer_holds_the_files(client: FlaskClient, ready: Runtime) -> None:
    id, _ = _upload(client, ready)
    headers = {"X-CSRFToken": token(client.get("/registration"))}
    assert client.delete(f"/files/uploads/{id}", headers=headers).status_code == 404
    register(client, papers=id, uscc=KNOWN_USCC)
    with ready.reading() as session:
        count = session.scalar(select(func.count()).select_from(Registration))
    assert count == 1, "another's file is not taken"


@pytest.mark.parametrize("end", ["LAPSED", "REFUSED", "OPENED"])
def test_papers_of_what_came_to_nothing_are_removed_after_the_time(
    client: FlaskClient, ready: Runtime, end: str
) -> None:
    id, _ = _upload(client, ready)
    if end == "LAPSED":
        _later(ready, timedelta(hours=48))
    else:
        confirm(client, ready)
        drain(ready)
        decide(ready, decision="APPROVE" if end == "OPENED" else "REFUSE", reason="无法核实")
    assert row(ready).status == end
    days = timedelta(days=ready.settings.files_days)
    for after, stays in ((days - timedelta(hours=1), True), (timedelta(hours=2), end == "OPENED")):
        _later(ready, after)
        clean(ready)
        with ready.reading() as session:
            assert (session.get(StoredFile, id) is not None) == stays, end


def test_papers_stay_while_the_registration_waits(client: FlaskClient, ready: Runtime) -> None:
    id, _ = _upload(client, ready)
    confirm(client, ready)
    drain(ready)
    _later(ready, timedelta(days=30))
    clean(ready)
    with ready.reading() as session:
        assert session.get(StoredFile, id) is not None


def test_a_file_that_is_not_taken_is_told_beside_its_field(client: FlaskClient, ready: Runtime) -> None:
    answer = client.post(
        "/registration",
        data={
            **FORM,
            "csrf_token": token(client.get("/registration")),
            "papers": (io.BytesIO(b"<html>"), "x.pdf"),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "不是 PDF 文档" in text_of(answer)
    with ready.reading() as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 0


def _later(runtime: Runtime, by: timedelta) -> None:
    assert isinstance(runtime.clock, VirtualClock)
    runtime.clock.set(runtime.clock.now() + by)
    drain(runtime)
