"""What a reader may see: experts and objectors are named to nobody without the right, contents to no administrator."""

from typing import Any

import pytest
from sqlalchemy import select

from engine import audit, masking
from engine.commands.refusals import NoReason
from engine.directory import Scribe, add_account, add_organisation
from engine.errors import NotAllowed
from engine.policy import SYSTEM, Actor, Grant
from engine.programme.objections.models import Objection, ObjectionIdentity
from engine.programme.reviews.models import Expert
from engine.runtime import Runtime
from engine.store.instances import ElementEvent
from engine.store.trail import Audit
from tests.support.runtimes import MORNING, rows

WORDS = {
    "zh": ("〔专家〕", "〔异议人〕", "〔内容不可见〕"),
    "en": ("[an expert]", "[an objector]", "[withheld]"),
}


def holder(role: str) -> Actor:
    return Actor(f"{role}.one", "某某", (Grant(role, "370000"),))


@pytest.fixture
def house(rt: Runtime) -> Runtime:
    """An expert (account, role and entry in the pool), an objector, and an officer."""
    with rt.transaction() as tx:
        scribe = Scribe(SYSTEM, tx.now)
        add_organisation(tx.session, scribe, "370000", "山东省工业和信息化厅", "province", None)
        for login, name, role in (("gao.jian", "高建", "expert"), ("chen.ming", "陈明", "dept_officer")):
            add_account(tx.session, scribe, login, name, [Grant(role, "370000")])
        tx.session.add(Expert(login="zhu.lin", name="朱琳", field="it", conflicts=[]))
        objection = Objection(
            objection_no="YY-2024-0001",
            application_no="2024-1",
            kind="NAMED",
            statement="材料不实",
            received_at=MORNING,
        )
        objection.identity = ObjectionIdentity(name="赵守正", contact="0531-00000001，zhao@example.org")
        tx.session.add(objection)
    return rt


def eyes(rt: Runtime, role: str, language: Any = "zh") -> masking.Reader:
    with rt.reading() as session:
        return masking.reader(session, holder(role), language)


@pytest.mark.parametrize(
    "role", ["sysadmin", "secadmin", "auditadmin", "process_owner", "director", "office"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_experts_are_not_named_without_the_right(house: Runtime, role: str, language: str) -> None:
    seen = eyes(house, role, language)
    expert = WORDS[language][0]
    assert [seen.login("gao.jian"), seen.login("zhu.lin")] == [expert, expert]
    assert seen.name("gao.jian", "高建") == expert
    assert seen.name(None, "朱琳") == expert
    assert (
        seen.text("由高建（gao.jian）评分，gao.jianguo 不是")
        == f"由{expert}（{expert}）评分，gao.jianguo 不是"
    )
    assert seen.value({"gao.jian": ["zhu.lin", 3]}) == {expert: [expert, 3]}
    assert seen.without_masks().login("gao.jian") == expert  # no reason opens what a reader may not know


@pytest.mark.parametrize("role", ["dept_officer", "dept_head", "supervision"])
def test_whoever_may_see_the_pool_sees_masked_logins_and_whole_ones_with_a_reason(
    house: Runtime, role: str
) -> None:
    seen = eyes(house, role)
    assert [seen.login("gao.jian"), seen.name("gao.jian", "高建")] == ["ga***n", "高*"]
    assert seen.without_masks().login("gao.jian") == "gao.jian"
    assert seen.text("由高建评分") == "由高建评分"


@pytest.mark.parametrize("role", ["sysadmin", "auditadmin", "director"])
def test_objectors_are_not_named_without_the_right(house: Runtime, role: str) -> None:
    told = eyes(house, role).text("赵守正来信，回信至 zhao@example.org 或 0531-00000001")
    assert told == "〔异议人〕来信，回信至 〔异议人〕 或 〔异议人〕"
    assert "赵守正" in eyes(house, "supervision").text("赵守正来信")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("drafter", "chen.ming", "ch***g"),
        ("issued_by", "chen.ming", "ch***g"),
        ("returned_by", "CITY", "CITY"),
        ("leader", "gao.jian", "ga***n"),
        ("history", [{"by": "chen.ming", "said": "可以"}], [{"by": "ch***g", "said": "可以"}]),
    ],
)
def test_a_variable_that_names_a_person_is_masked_like_a_login(
    house: Runtime, name: str, value: Any, shown: Any
) -> None:
    assert eyes(house, "dept_officer").variable(name, value) == shown


def test_one_sees_oneself_the_system_and_the_public(house: Runtime) -> None:
    seen = eyes(house, "sysadmin")
    assert [seen.login(login) for login in ("sysadmin.one", "system", "public", None)] == [
        "sysadmin.one",
        "system",
        "public",
        "",
    ]
    with house.reading() as session:
        own = masking.reader(session, Actor("gao.jian", "高建", (Grant("expert", "370000"),)))
    assert own.login("gao.jian") == "gao.jian"
    assert own.login("zhu.lin") == "〔专家〕"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("city", "370100", "370100"),
        ("application_no", "2024-1", "2024-1"),
        ("sheet_submission", 7, 7),
        ("accepted", True, True),
        ("opinion", None, None),
        ("opinion", "建议认定", "〔内容不可见〕"),
        ("score", 87, "〔内容不可见〕"),
        ("invented_by_a_new_diagram", {"a": 1}, "〔内容不可见〕"),
    ],
)
def test_operations_see_what_steers_a_case_and_nothing_that_was_written(
    house: Runtime, name: str, value: Any, shown: Any
) -> None:
    assert eyes(house, "sysadmin").variable(name, value) == shown
    assert eyes(house, "dept_head").variable(name, value) == value


def test_a_variable_inside_history_trail_and_payload_is_a_variable(house: Runtime) -> None:
    seen = eyes(house, "sysadmin")
    line = ElementEvent(actor="gao.jian", detail={"name": "opinion", "value": "好", "reference": "x"})
    assert seen.event(line) == ("〔专家〕", {"name": "opinion", "value": "〔内容不可见〕", "reference": "x"})
    link = Audit(
        actor="chen.ming",
        object_type="account",
        object_key="gao.jian",
        detail={"variable": "score", "before": 80, "after": 90, "reason": "更正 13812345678"},
    )
    assert seen.link(link) == (
        "ch***g",
        "〔专家〕",
        {
            "variable": "score",
            "before": "〔内容不可见〕",
            "after": "〔内容不可见〕",
            "reason": "更正 138****5678",
        },
    )
    assert seen.payload({"to": "gao.jian", "city": "370100"}) == {"to": "〔内容不可见〕", "city": "370100"}
    assert seen.payload("高建") == "〔内容不可见〕"
    assert seen.payload(None) is None


def unmask(rt: Runtime, role: str, reason: str = "核对举报") -> masking.Reader:
    return masking.unmask(rt, holder(role), "account", "chen.ming", reason)


def test_a_look_without_masks_has_a_reason_and_leaves_a_link(house: Runtime) -> None:
    seen = unmask(house, "auditadmin")
    assert seen.login("chen.ming") == "chen.ming"
    assert seen.text("13812345678") == "13812345678"
    assert seen.login("gao.jian") == "〔专家〕"
    last = rows(house, select(Audit).order_by(Audit.sequence))[-1]
    assert (last.action, last.actor, last.object_key, last.detail) == (
        "person.unmask",
        "auditadmin.one",
        "chen.ming",
        {"reason": "核对举报"},
    )
    with house.reading() as session:
        assert audit.verify(session) is None


def test_without_reason_or_right_nothing_is_unmasked(house: Runtime) -> None:
    with pytest.raises(NoReason):
        unmask(house, "auditadmin", "  ")
    with pytest.raises(NotAllowed):
        unmask(house, "sysadmin")
    assert not rows(house, select(Audit).where(Audit.action == "person.unmask"))


def test_a_namesake_of_an_expert_is_somebody_else(house: Runtime) -> None:
    assert eyes(house, "auditadmin").name("gao.jianguo", "高建") == "高*"
