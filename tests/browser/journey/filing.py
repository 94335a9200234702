"""The enterprise files: it begins, evaluates itself, fills in every section, checks, and its head signs."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.journey import answers
from tests.browser.journey import company as c
from tests.browser.journey.company import Company
from tests.browser.journey.person import PATIENCE, Person

PASTE = """(box, text) => {
    const data = new DataTransfer()
    data.setData('text/plain', text)
    box.focus()
    box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}))
}"""
"""What a browser does when cells are pasted into a box."""


def begin(company: Company) -> None:
    """From the enterprise's home to an application with a number."""
    filler = company.filler
    filler.open("/enterprise")
    filler.follow("开始新的申报")
    filler.look("发起申报")
    filler.fill({"type": "SCENE", "object_name": c.OBJECT, "industry": "C34"})
    filler.press("发起")
    filler.heading("自我评价")
    filler.look("自我评价目录")
    number = re.search(r"2024-\d{6}-\d{4}", filler.page.content())
    assert number is not None
    company.application_no = number[0]


def evaluate(company: Company) -> None:
    """First with a punished accident, which is a hard failure; then as it really was."""
    filler = company.filler
    filler.follow("单位资格")
    for slug, given in answers.evaluation().items():
        _section(filler, slug, given)
    send(filler, "自我评价")
    filler.heading("还不能继续：自我评价")
    filler.reads("暂不能申报", "有 1 项硬性条件不满足")
    expect(filler.page.get_by_role("row").filter(has_text="第六条（二）").first).to_contain_text("不满足")
    filler.look("自我评价未通过")
    company.house.work()
    filler.press("继续办理：自我评价")
    filler.reads("上次自评的结果", "暂不能申报")
    filler.look("自我评价，要修改")
    filler.follow("第六条 排除情形")
    filler.fill({"accident": "NO"})
    filler.press("保存并继续")
    send(filler, "自我评价")
    filler.heading("已提交：自我评价")
    filler.reads("可以继续申报")
    filler.look("自我评价通过")
    company.house.work()
    filler.follow("查看完整结果和参考评分")
    filler.reads("参考评分")
    filler.look("自我评价结果")


def fill_in(company: Company) -> None:
    """Every section of the application; the check tells what is missing, and what is odd."""
    filler = company.filler
    filler.open("/enterprise")
    filler.look("企业首页，待填写")
    take(filler, "填写申报书")
    filler.look("申报书目录")
    filler.follow("封面")
    for slug, given in answers.application().items():
        if slug == "scene":
            _choose_scene(filler)
        if slug == "equipment":
            _paste_equipment(filler)
        _section(filler, slug, given)
    filler.heading("核对并提交")
    filler.look("核对申报书")
    filler.press("提交")
    filler.reads("没有提交：有 3 处需要修改")
    filler.look("核对申报书，没有承诺")
    filler.fill(dict.fromkeys(("commit_true", "commit_secret", "commit_cooperate"), True))
    filler.press("提交")
    filler.heading("已提交：填写申报书")
    filler.reads("法定代表人")
    expect(filler.page.get_by_role("link", name=re.compile("撤回申报"))).to_have_count(0)
    filler.look("交法定代表人")
    company.house.work()


def sign(company: Company) -> None:
    """The legal representative reads it, promises, and submits: the number, the receipt, the print."""
    legal = company.legal
    legal.open("/enterprise")
    legal.look("法定代表人待办")
    take(legal, "法定代表人确认提交")
    legal.reads("已提交的材料", c.OBJECT)
    sign_by_name(company, "确认提交")
    legal.heading("已提交：法定代表人确认提交")
    company.house.work()
    legal.page.reload()
    legal.look("已提交申报")


def sign_by_name(company: Company, what: str) -> None:
    """Choose to submit, promise, write one's name."""
    legal = company.legal
    legal.look(f"法定代表人{what}")
    legal.fill({"decision": "SUBMIT"})
    if not legal.window.script:  # the boxes that belong to the choice come with the answer of the server
        legal.press("提交")
        legal.look(f"法定代表人{what}，要承诺")
    promises = ("commit_true", "commit_secret", "commit_cooperate", "sealed")
    legal.fill({**dict.fromkeys(promises, True), "signed_name": c.LEGAL_NAME})
    legal.press("提交")
    legal.page.wait_for_url("**/done")


def take(person: Person, task: str) -> None:
    """Open a task from the enterprise's home, which takes it where nobody holds it."""
    name = re.compile(f"^(去办理：)?{task}")
    page = person.page
    person.click(page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first)
    person.heading(task)
    expect(page.get_by_role("button", name="领取任务")).to_have_count(0)


def _choose_scene(filler: Person) -> None:
    page = filler.page
    expect(page).to_have_url(re.compile("/sections/scene$"), timeout=PATIENCE)
    page.locator("[name=scene_link]").select_option(index=1)
    if not filler.window.script:  # the scenes of a link come with the answer of the server
        filler.press("保存并继续")
        filler.reads("请选择对应典型场景")
    expect(page.locator("[name=scene] option").nth(1)).to_be_attached(timeout=PATIENCE)
    page.locator("[name=scene]").select_option(index=1)


def _paste_equipment(filler: Person) -> None:
    """Four rows of a spreadsheet with one wrong number in them, which is told at its cell and mended."""
    page = filler.page
    expect(page).to_have_url(re.compile("/sections/equipment$"), timeout=PATIENCE)
    if filler.window.script:
        page.locator("[name='equipment[0].eq_name']").evaluate(PASTE, answers.SHEET)
    else:
        page.get_by_text("从电子表格粘贴").first.click()
        page.get_by_label("在电子表格中复制各列").first.fill(answers.SHEET)
        filler.page.get_by_role("button", name="填入表中", exact=True).click()
    expect(page.locator("[name='equipment[3].eq_name']")).to_have_value("生产执行系统", timeout=PATIENCE)
    filler.look("装备清单，粘贴之后")
    page.locator("[name='equipment[3].eq_value']").fill("120")


def _section(person: Person, slug: str, given: dict[str, Any]) -> None:
    """Fill in the page of a section, look at it, go on."""
    expect(person.page).to_have_url(re.compile(rf"/sections/{slug}(#|$)"), timeout=PATIENCE)
    later = {} if person.window.script else {name: given[name] for name in given if not person.has(name)}
    person.fill({name: value for name, value in given.items() if name not in later})
    onward = "保存并继续"
    if later:  # what belongs to a choice comes with the answer of the server
        person.press(onward)
        if "/sections/" not in person.page.url:  # nothing in it had to be answered: the check tells of it
            person.follow("照片说明")
            onward = "保存并返回核对"
        person.fill(later)
    person.look(f"部分 {slug}")
    person.press(onward)


def send(filler: Person, what: str) -> None:
    """From the check of the answers to what comes of it."""
    filler.heading("核对并提交")
    filler.look(f"核对{what}")
    filler.page.locator("#declared").check()
    filler.press("提交")
    filler.page.wait_for_url("**/done")
