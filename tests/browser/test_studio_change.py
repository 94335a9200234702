"""The studio from end to end: a change of a deadline and of a form, looked at, tried, approved, deployed, moved over.

Two process owners at their browsers; the cases are two annual cycles that run on the version before.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from engine import commands
from engine.policy import Actor
from engine.store.instances import Instance
from engine.store.people import Account
from tests.browser.journey.house import FIRST_MORNING, PASSWORD, House, furnish, opened
from tests.browser.journey.person import Person, Window, at_a_browser
from webapp.account.passwords import hash_password

pytestmark = pytest.mark.browser

DIAGRAM, FORM = "annual_cycle.bpmn", "public_notice.form"
OWNERS = ("process_owner-1", "process_owner-2")
LONGER = 'date and time(notice_ends_at) + duration("P2D")'


@dataclass(slots=True)
class Studio:
    """The house, who starts cycles in it, and the two owners at their browsers."""

    house: House
    officer: Actor
    author: Person
    colleague: Person

    def cycle(self, year: int) -> int:
        """Start a cycle; its instance."""
        variables = {"cycle_year": year}
        return commands.start(self.house.runtime, self.officer, "annual_cycle", variables).instance_key

    def versions(self) -> dict[int, int]:
        """The version that each cycle runs on, by instance."""
        runtime = self.house.runtime
        with runtime.reading() as session:
            rows = session.scalars(select(Instance).where(Instance.process_id == "annual_cycle")).all()
            return {row.id: runtime.definitions.by_key(session, row.definition_id).version for row in rows}


@pytest.fixture
def studio(tmp_path: Path, browser: Browser, built: None) -> Iterator[Studio]:
    """Two cycles run on what is deployed; nobody has touched the rules yet."""
    with opened(tmp_path, FIRST_MORNING) as house, ExitStack() as stack:
        year = furnish(house.runtime, house.clock)
        with house.runtime.transaction() as tx:
            known = update(Account).where(Account.login.in_(OWNERS))
            tx.session.execute(known.values(password_hash=hash_password(PASSWORD)))
        wide = Window("studio", 1280)
        people = [stack.enter_context(at_a_browser(browser, login, house.address, wide)) for login in OWNERS]
        for person in people:
            person.open("/sign-in")
            person.fill({"login": person.name, "password": PASSWORD})
            person.press("登录")
        yield Studio(house, year.office.staff.by_group["dept_officer@370000"][0], *people)
        assert [fault for person in people for fault in person.faults] == []


def test_a_change_from_the_first_line_to_the_cases_that_run(studio: Studio) -> None:
    old = [studio.cycle(2024), studio.cycle(2025)]
    here = begin(studio.author)
    lengthen_the_notice(studio.author, here)
    add_a_field(studio.author, here)
    look_at_the_difference(studio.author, here)
    try_it(studio, here)
    nobody_approves_their_own(studio.author, here)
    approve_and_deploy(studio.colleague, here)
    assert studio.versions() == dict.fromkeys(old, 1)
    new = studio.cycle(2023)
    assert studio.versions() == {**dict.fromkeys(old, 1), new: 2}
    plan = move_over(studio)
    assert studio.versions() == dict.fromkeys([*old, new], 2)
    undo(studio, plan)
    assert studio.versions() == {**dict.fromkeys(old, 1), new: 2}
    assert studio.house.broken() == []


def begin(author: Person) -> str:
    """A change with the diagram and the form in it; its address."""
    author.open("/studio/changes")
    author.fill({"title": "公示期延长", "reason": "征求意见后，公示多留两天"})
    author.press("新建")
    for file in (DIAGRAM, FORM):
        author.fill({"file": file})
        author.press("加入")
    author.look("变更")
    return author.page.url


def lengthen_the_notice(author: Person, here: str) -> None:
    """Type an expression that says nothing, see it found, and type what is meant."""
    page = editor(author, f"{here}/files/{DIAGRAM}")
    page.locator(".djs-element[data-element-id=notice_over]").click(force=True)
    page.locator(".bio-properties-panel-group-header-title", has_text="定时").click()
    typed(page, "date and time(notice_ends_at) +")
    expect(page.locator("[data-problems] summary")).to_contain_text(re.compile("[1-9] 项错误"))
    typed(page, LONGER)
    expect(page.locator("[data-problems] summary")).to_contain_text("0 项错误")
    author.look("流程图编辑器")


def editor(author: Person, address: str) -> Page:
    """An editor in which one can write."""
    author.open(address)
    expect(author.page.locator("#editor")).not_to_have_attribute("aria-busy", "true")
    return author.page


def typed(page: Page, expression: str) -> None:
    """Replace the expression of the timer, and wait until it is saved."""
    box = page.locator(".bio-properties-panel .cm-content").first
    box.click()
    page.keyboard.press("Control+a")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.keyboard.insert_text(expression)  # what stands there as saved may be the text before
    expect(box).to_have_text(expression)
    saved(page)


def saved(page: Page) -> None:
    """The draft is with the server."""
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible()


def add_a_field(author: Person, here: str) -> None:
    page = editor(author, f"{here}/files/{FORM}")
    page.locator(".fjs-palette-field[data-field-type=textfield]").press("Enter")
    saved(page)
    author.look("表单编辑器")


def look_at_the_difference(author: Person, here: str) -> None:
    author.open(f"{here}/files/{DIAGRAM}/difference")
    author.reads("公示期满", f"={LONGER}")
    expect(author.page.get_by_text("修改", exact=True)).to_have_count(1)
    author.look("差别")


def try_it(studio: Studio, here: str) -> None:
    """Walk a recorded run on the draft, then run every scenario and see what they reach."""
    author = studio.author
    author.open(f"{here}/try?process=annual_cycle")
    author.fill({"scenario": "annual_cycle/published.json"})
    author.press("填入")
    author.page.get_by_label("整个场景直接走完").check()
    author.press("开始试运行")
    author.reads("流程已结束")
    author.look("试运行")
    author.open(here)
    author.press("运行检查")
    author.reads("个中 0 个没有通过")
    author.open(f"{here}/scenarios")
    author.press("按草稿运行")
    worked(studio, author)
    author.reads("走到了多少", "100.0%")
    author.look("场景和覆盖")


def worked(studio: Studio, who: Person) -> None:
    """The worker does what was asked for; the page finds that out by itself and comes anew."""
    at_work = who.page.locator("[data-run]")
    expect(at_work).to_have_count(1)
    studio.house.work()
    expect(at_work).to_have_count(0)
    who.whole()


def nobody_approves_their_own(author: Person, here: str) -> None:
    """Without approval there is no deployment, and one's own change is not for oneself to approve."""
    author.open(here)
    author.press("提交审批")
    author.reads("要由另一位流程管理员批准")
    assert author.page.get_by_role("button", name="批准这些内容").count() == 0
    assert author.page.get_by_role("button", name="立即部署").count() == 0
    token = author.page.locator("[name=csrf_token]").first.input_value()
    for act, said in (("approve", "不能批准它"), ("deploy", "不能部署")):
        answer = author.page.request.post(
            f"{here}/{act}", form={"csrf_token": token}, headers={"Referer": here}
        )
        assert answer.status in (403, 409), (act, answer.status)
        assert said in answer.text(), (act, answer.text())


def approve_and_deploy(colleague: Person, here: str) -> None:
    colleague.open(here)
    colleague.look("待审批的变更")
    colleague.page.get_by_label("意见（选填）", exact=True).fill("同意，已核对公示期")
    colleague.press("批准这些内容")
    colleague.press("立即部署")
    colleague.reads("已部署")
    colleague.look("已部署的变更")


def move_over(studio: Studio) -> str:
    """Plan, try on copies, apply; the plan's address."""
    owner = studio.colleague
    owner.open("/studio/migrations/new?process=annual_cycle&version=1")
    owner.fill({"reason": "按延长后的公示期办理"})
    owner.press("拟定迁移")
    plan = owner.page.url
    owner.press("试运行")
    worked(studio, owner)
    owner.look("迁移的试运行")
    owner.reads("可以 2 件")
    owner.press("开始迁移")
    worked(studio, owner)
    owner.look("迁移后")
    return plan


def undo(studio: Studio, plan: str) -> None:
    owner = studio.colleague
    owner.open(plan)
    owner.press("撤回迁移")
    worked(studio, owner)
    owner.look("撤回后")
