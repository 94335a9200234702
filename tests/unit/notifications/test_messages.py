"""Changes become messages: to whom, in what words, once, and nothing secret in them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine import mail
from engine.clock import BUSINESS_ZONE, VirtualClock
from engine.conditions import Grant
from engine.directory import Scribe, add_account, add_organisation
from engine.notifications import operations
from engine.notifications.models import Notification
from engine.policy import SYSTEM
from engine.programme.applications import statuses as s
from engine.programme.applications.models import Application
from engine.programme.applications.operations import change_status
from engine.programme.cycles.models import Cycle
from engine.programme.objections.operations import receive
from engine.programme.returns.operations import ask
from engine.programme.titles.models import REVOKED, Title
from engine.programme.titles.operations import change_status as change_title
from engine.runtime import Runtime
from engine.settings import Settings
from engine.store.people import Account, Organisation
from engine.store.work import Outbox
from tests.support.runtimes import MORNING, rows, statements

USCC, OTHER = "91370200264574251E", "91370300164104482A"
FILLER, LEGAL, STRANGER, CLOSED, OFFICER = "filler", "legal", "stranger", "closed", "officer"
SECRET = "内部意见：评分 61.5，专家张三"


@pytest.fixture
def told(database: str, clock: VirtualClock) -> Iterator[Runtime]:
    """A runtime that tells, with two enterprises, their people, and one county with a telephone."""
    runtime = Runtime.open(
        Settings(_env_file=None, database_url=database, sqlite_synchronous="OFF"), VirtualClock(MORNING)
    )
    with runtime.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        for code, name, kind in (
            ("370000", "山东省工业和信息化厅", "province"),
            ("370100", "济南市工业和信息化局", "city"),
            ("370102", "历下区工业和信息化局", "county"),
            (USCC, "示例企业", "enterprise"),
            (OTHER, "别家企业", "enterprise"),
        ):
            add_organisation(tx.session, scribe, code, name, kind, None)
        tx.session.get_one(Organisation, "370102").phone = "0531-00000102"
        for login, role, code in (
            (FILLER, "enterprise_filler", USCC),
            (LEGAL, "legal_representative", USCC),
            (CLOSED, "enterprise_filler", USCC),
            (STRANGER, "enterprise_filler", OTHER),
            (OFFICER, "county_officer", "370102"),
        ):
            add_account(tx.session, scribe, login, login, [Grant(role, code)])
        tx.session.execute(update(Account).where(Account.login == CLOSED).values(active=False))
        tx.session.add(_cycle())
    yield runtime
    runtime.close()


def _cycle() -> Cycle:
    return Cycle(
        year=2024,
        measure_code="SDPR-2022-0040001",
        title="通知",
        parameters={},
        catalogues={},
        cities=["370100"],
        quotas={},
        direct_filing=[],
        status="OPEN",
    )


def application(runtime: Runtime, status: str, *, number: int = 1, name: str = "一号工厂") -> str:
    """Enter an application in a state; its number."""
    no = f"2024-370102-{number:04d}"
    with runtime.transaction() as tx:
        tx.session.add(
            Application(
                application_no=no,
                cycle_year=2024,
                uscc=USCC,
                enterprise="示例企业",
                type="FACTORY",
                object_name=name,
                county="370102",
                city="370100",
                industry="C34",
                catalogue="2021",
                status=status,
                opened_at=tx.now,
            )
        )
    return no


def change(runtime: Runtime, no: str, to: str, *, basis: str = "第七条", note: str = "") -> None:
    with runtime.transaction() as tx:
        found = tx.session.scalars(select(Application).where(Application.application_no == no)).one()
        change_status(found, to, actor=OFFICER, basis=basis, at=tx.now, note=note)


def messages(runtime: Runtime, login: str = FILLER) -> list[Notification]:
    return rows(runtime, select(Notification).where(Notification.login == login).order_by(Notification.id))


def test_everybody_of_the_enterprise_is_told_and_nobody_else(told: Runtime) -> None:
    change(told, application(told, s.SUBMITTED), s.COUNTY_DONE)
    everybody = rows(told, select(Notification.login).order_by(Notification.login))
    assert everybody == [FILLER, LEGAL]


def test_a_message_says_what_happened_on_what_basis_what_to_do_and_who_has_it(told: Runtime) -> None:
    change(told, application(told, s.DRAFT), s.SUBMITTED)
    [message] = messages(told)
    assert message.subject_zh == "“一号工厂”已提交"
    for part in (
        "智能工厂",
        "2024-370102-0001",
        "依据：第七条",
        "需要您做：",
        "历下区工业和信息化局",
        "0531-00000102",
    ):
        assert part in message.text_zh
    for part in ("smart factory", "Basis: Article 7", "What to do:", "Who has it: ", "0531-00000102"):
        assert part in message.text_en
    assert message.link == "/enterprise/applications/2024-370102-0001"
    assert message.read_at is None


def test_a_return_names_every_field_with_its_reason(told: Runtime) -> None:
    no = application(told, s.SUBMITTED)
    items = [
        {"field": "investment", "label": "总投资", "label_en": "Investment", "reason": "单位应为万元"},
        {"field": "photos", "label": "现场照片", "label_en": "Photos", "reason": "缺少说明"},
    ]
    with told.transaction() as tx:
        found = tx.session.scalars(select(Application)).one()
        ask(tx.session, found, "COUNTY", items, due=tx.now + timedelta(days=3), actor=OFFICER, at=tx.now)
        change_status(found, s.RETURNED, actor=OFFICER, basis="第七条", at=tx.now, note="请补正两处")
    [message] = messages(told)
    assert message.business_key == no
    assert "须补正“总投资”：单位应为万元" in message.text_zh
    assert "须补正“现场照片”：缺少说明" in message.text_zh
    assert "请补正两处" in message.text_zh
    assert "To correct, “Investment”" in message.text_en
    assert "现由谁办理：贵单位" in message.text_zh


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (s.CITY_AGREED, s.NOT_RECOMMENDED),
        (s.RECOMMENDED, s.FORMAL_FAILED),
        (s.REVIEWED, s.NOT_PROPOSED),
        (s.PROPOSED, s.MEETING_REJECTED),
        (s.ANNOUNCED, s.OBJECTION_UPHELD),
        (s.DRAFT, s.LAPSED),
        (s.SUBMITTED, s.EXCLUDED),
        (s.IN_REVIEW, s.TERMINATED),
    ],
)
def test_whoever_was_not_recognised_gets_a_letter_with_the_reason(
    told: Runtime, before: str, after: str
) -> None:
    no = application(told, before)
    change(told, no, after, basis="第八条（厅长办公会 纪要〔2024〕7号）", note="要素三未满足")
    [message] = messages(told)
    assert "原因或说明：要素三未满足" in message.text_zh
    assert "纪要" not in message.text_zh  # minutes are not public
    assert "第八条" in message.text_zh
    [application_row] = rows(told, select(Application))
    assert application_row.reason == "要素三未满足"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (s.FORMAL_PASSED, s.IN_REVIEW),
        (s.IN_REVIEW, s.REVIEWED),
        (s.REVIEWED, s.PROPOSED),
        (s.PROPOSED, s.MEETING_PASSED),
    ],
)
def test_what_is_not_decided_yet_is_not_told(told: Runtime, before: str, after: str) -> None:
    change(told, application(told, before), after, basis="第八条（抽取种子 42）", note=SECRET)
    assert messages(told) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [(s.SUBMITTED, s.COUNTY_DONE), (s.COUNTY_DONE, s.CITY_AGREED), (s.RECOMMENDED, s.FORMAL_PASSED)],
)
def test_the_offices_own_words_stay_theirs(told: Runtime, before: str, after: str) -> None:
    change(told, application(told, before), after, note=SECRET)
    [message] = messages(told)
    assert "内部意见" not in message.text_zh + message.text_en


def test_the_public_notice_tells_its_days_and_the_publication_its_number(told: Runtime) -> None:
    no = application(told, s.MEETING_PASSED)
    change(told, no, s.ANNOUNCED, basis="第八条（公示 2024年9月9日至2024年9月13日）")
    change(told, no, s.RECOGNISED, basis="第八条（鲁工信装〔2024〕120号）")
    notice, result = messages(told)
    assert "2024年9月9日至2024年9月13日" in notice.text_zh
    assert "鲁工信装〔2024〕120号" in result.text_zh
    assert "Article 8" in result.text_en


def test_a_list_of_thirty_costs_what_one_does(told: Runtime) -> None:
    numbers = [application(told, s.MEETING_PASSED, number=n, name=f"工厂{n}") for n in range(1, 31)]

    def announce(some: list[str]) -> list[str]:
        with statements(told) as seen, told.transaction() as tx:
            found = tx.session.scalars(
                select(Application).where(Application.application_no.in_(some)).order_by(Application.id)
            ).all()
            for item in found:
                change_status(item, s.ANNOUNCED, actor=OFFICER, basis="第八条", at=tx.now)
        return [statement for statement in seen if "application_event" not in statement]

    with told.reading():
        assert told.calendar.is_workday(date(2024, 7, 1))  # what is deployed is read once a process
    one = announce(numbers[:1])
    assert len(announce(numbers[1:])) == len(one)
    assert len(messages(told)) == 30


def test_what_a_savepoint_takes_back_is_not_told(told: Runtime) -> None:
    application(told, s.SUBMITTED)
    with told.transaction() as tx:
        found = tx.session.scalars(select(Application)).one()
        savepoint = tx.session.begin_nested()
        change_status(found, s.COUNTY_DONE, actor=OFFICER, basis="第七条", at=tx.now)
        tx.session.flush()
        savepoint.rollback()
    assert messages(told) == []


def test_a_transaction_that_fails_tells_nothing(told: Runtime) -> None:
    no = application(told, s.SUBMITTED)

    def fail() -> None:
        with told.transaction() as tx:
            found = tx.session.scalars(select(Application).where(Application.application_no == no)).one()
            change_status(found, s.COUNTY_DONE, actor=OFFICER, basis="第七条", at=tx.now)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        fail()
    assert messages(told) == []


def objection(runtime: Runtime, no: str, kind: str = "NAMED", **more: Any) -> None:
    facts = {
        "application_no": no,
        "kind": kind,
        "statement": "该厂设备系租用，我在车间工作三年",
        "name": "李举报",
        "contact": "13800000000",
        "cycle_year": 2024,
    }
    with runtime.transaction() as tx:
        receive(tx.session, facts, actor="public", at=tx.now, **more)


def test_an_objection_is_told_without_who_sent_it_and_in_what_words(told: Runtime) -> None:
    objection(told, application(told, s.ANNOUNCED))
    [message] = messages(told)
    assert message.kind == operations.OBJECTION
    said = f"{message.subject_zh}{message.text_zh}{message.text_en}{message.key}{message.link}"
    for secret in ("李举报", "13800000000", "车间工作三年", "租用", "YY-2024"):
        assert secret not in said


def test_a_clue_without_a_name_and_a_late_objection_are_not_told(told: Runtime) -> None:
    no = application(told, s.ANNOUNCED)
    objection(told, no, "ANONYMOUS")
    objection(told, no, received_until=datetime(2024, 1, 1, tzinfo=BUSINESS_ZONE))
    assert messages(told) == []


def test_the_end_of_a_title_is_told_with_its_document(told: Runtime) -> None:
    with told.transaction() as tx:
        title = Title(
            title_no="2023-F-0001",
            application_no="2023-370102-0001",
            measure_code="m",
            type="FACTORY",
            name="一号工厂",
            holder="示例企业",
            uscc=USCC,
            city="370100",
            county="370102",
            industry="C34",
            cycle_year=2023,
            status="REVOKING",
            granted_on=tx.now.date(),
            document_no="鲁工信装〔2023〕1号",
        )
        tx.session.add(title)
        tx.session.flush()
        change_title(
            title,
            REVOKED,
            actor=OFFICER,
            basis="第十一条（一）：鲁工信装〔2024〕9号",
            at=tx.now,
            effective_on=tx.now.date(),
            document_no="鲁工信装〔2024〕9号",
        )
    [message] = messages(told)
    assert message.subject_zh == "称号“一号工厂”已被撤销"
    assert "鲁工信装〔2024〕9号" in message.text_zh


def notify(runtime: Runtime, to: Any, key: str = "k") -> None:
    with runtime.transaction() as tx:
        operations.notify(
            tx.session,
            to=to,
            kind=operations.ACCOUNT,
            subject=("标题", "Subject"),
            text=("正文", "Text"),
            link="/account",
            at=tx.now,
            key=key,
        )


def test_people_are_told_once_under_one_key(told: Runtime) -> None:
    notify(told, [FILLER, OFFICER])
    notify(told, [FILLER, STRANGER])
    everybody = rows(told, select(Notification.login).order_by(Notification.login))
    assert everybody == [FILLER, OFFICER, STRANGER]


def test_closed_accounts_and_unknown_logins_are_told_nothing(told: Runtime) -> None:
    notify(told, [CLOSED, "nobody"])
    assert rows(told, select(Notification)) == []


def test_mails_go_to_confirmed_addresses_only(told: Runtime) -> None:
    with told.transaction() as tx:
        tx.session.execute(
            update(Account)
            .where(Account.login == FILLER)
            .values(email="filler@example.com", email_confirmed_at=tx.now)
        )
        tx.session.execute(update(Account).where(Account.login == LEGAL).values(email="legal@example.com"))
    change(told, application(told, s.SUBMITTED), s.COUNTY_DONE)
    [row] = rows(told, select(Outbox).where(Outbox.kind == mail.KIND))
    assert row.payload["to"] == "filler@example.com"
    assert row.payload["text"].index("依据") < row.payload["text"].index("Basis")
    assert row.payload["link"] == "/enterprise/applications/2024-370102-0001"


def test_a_person_reads_one_message_or_all_and_only_their_own(told: Runtime) -> None:
    for key in ("a", "b", "c"):
        notify(told, USCC, key)
    mine, theirs = messages(told), messages(told, LEGAL)
    with told.transaction() as tx:
        operations.mark_read(tx.session, FILLER, mine[0].id, tx.now)
        operations.mark_read(tx.session, FILLER, theirs[0].id, tx.now)
        assert operations.unread(tx.session, FILLER) == 2
        operations.mark_read(tx.session, FILLER, None, tx.now)
        assert operations.unread(tx.session, FILLER) == 0
        assert operations.unread(tx.session, LEGAL) == 3


def test_a_new_calendar_address_ends_the_former_and_only_its_hash_is_kept(told: Runtime) -> None:
    with told.transaction() as tx:
        first = operations.new_calendar_link(tx.session, FILLER, tx.now)
        second = operations.new_calendar_link(tx.session, FILLER, tx.now)
        tx.session.flush()
        assert operations.calendar_owner(tx.session, first) is None
        assert operations.calendar_owner(tx.session, second) == FILLER
        operations.end_calendar_links(tx.session, FILLER, tx.now)
        tx.session.flush()
        assert operations.calendar_owner(tx.session, second) is None
    kept = rows(told, select(operations.CalendarLink.token_sha256))
    assert first not in kept
    assert second not in kept


def test_both_databases_tell_once_under_one_key(any_rt: Runtime) -> None:
    with any_rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, USCC, "示例企业", "enterprise", None)
        add_account(tx.session, scribe, FILLER, FILLER, [Grant("enterprise_filler", USCC)])
    for _ in range(2):
        notify(any_rt, USCC)
    [message] = messages(any_rt)
    assert message.subject_zh == "标题"
