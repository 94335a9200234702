"""What was handed in is looked at from outside: the prints verify, the county returns it, the enterprise corrects it."""

import re

from playwright.sync_api import expect

from engine.programme.applications.statuses import RETURNED
from tests.browser.journey import company as c
from tests.browser.journey.company import Company
from tests.browser.journey.filing import send, sign_by_name, take
from tests.browser.journey.house import OFFICIALS
from tests.browser.journey.person import Person
from tests.browser.journey.registering import sign_in
from tests.support.pdf_text import pages

REASONS = {
    "invest": "与审计报告附注所列金额不符，请核对单位是否为万元。",
    "equipment[2].eq_model": "型号与合同不一致。",
    "spread": "请写明已推广的企业名称和时间。",
}
"""The two fields and the one cell of a table that the county returns, and why."""
SPREAD = "2023年推广至示例齿轮厂、示例丝杠厂两家协作企业，各建成检测工位2个。"


def prints(company: Company) -> None:
    """The receipt and the application as PDF; the address beside the QR code verifies for anybody."""
    filler, public = company.filler, company.public
    filler.open(f"/enterprise/applications/{company.application_no}")
    filler.reads("现由谁办理", "历下区")
    filler.look("申报进度，已提交")
    for name in ("提交回执 PDF", "申报书 PDF"):
        href = filler.page.get_by_role("link", name=name).first.get_attribute("href")
        text = "".join(pages(filler.fetched(str(href))))
        assert company.application_no in text, name
        address = re.search(rf"{re.escape(company.house.address)}/verify/[\w-]{{24}}", text)
        assert address is not None, name
        public.open(address[0])
        public.reads("确有这一版本", "是最新版本", company.application_no)
        assert c.NAME not in public.page.content()
    public.look("申报书核验")


def returned(company: Company) -> None:
    """The county's officer names two fields and a cell, each with its reason."""
    county = company.county
    sign_in(county, OFFICIALS[0])
    county.open("/inbox/offered")
    county.look("待办，有申报")
    county.follow("县级经办审核")
    county.press("领取任务")
    county.reads(c.OBJECT)
    county.look("县级审核")
    county.fill({"result": "RETURN", "opinion": "请按所列三处补正后重新提交。"})
    if not county.window.script:  # the list comes with the answer of the server
        county.press("提交")
        county.look("县级审核，要补正的栏目")
    for field, reason in REASONS.items():
        _pick(county, field, reason)
    county.look("县级审核，退回")
    county.press("提交")
    county.heading("已提交")
    company.house.until_status(company.application_no, RETURNED)  # the head of the county signs


def _pick(county: Person, field: str, reason: str) -> None:
    """Tick one field of the application among its sections, and write why."""
    box = county.page.locator(f"[name$='.field'][value='{field}']")
    box.wait_for(state="attached")
    for group in county.page.locator("details").filter(has=box).all():
        if group.get_attribute("open") is None:
            group.locator("> summary").click()
    box.check()
    name = str(box.get_attribute("name")).removesuffix(".field")
    county.fill({f"{name}.reason": reason})


def corrected(company: Company) -> None:
    """Only these are open, with the old value and the reason; the legal representative signs again."""
    filler = company.filler
    assert "退回" in company.house.mail(c.FILLER_MAIL, "退回")["subject"]
    filler.open("/enterprise")
    filler.look("企业首页，被退回")
    take(filler, "按退回意见补正")
    filler.reads("需要修改 3 项", *REASONS.values())
    filler.look("补正目录")
    filler.follow("总投资")
    filler.reads(REASONS["invest"])
    expect(filler.page.locator("[name=description]")).to_have_count(0)
    filler.fill({"invest": "1,460"})
    filler.look("补正 总投资")
    filler.press("保存并返回目录")
    filler.follow(re.compile("第 3 行 · 型号、版本$"))
    filler.reads(REASONS["equipment[2].eq_model"])
    expect(filler.page.locator("input[name^='equipment'][name*='].eq_']:not([type=hidden])")).to_have_count(1)
    filler.fill({"equipment[2].eq_model": "VI-3A"})
    filler.look("补正 装备清单")
    filler.press("保存并返回目录")
    filler.follow("已推广情况")
    filler.fill({"spread": SPREAD})
    filler.look("补正 已推广情况")
    filler.press("保存并返回目录")
    filler.follow("核对并提交")
    filler.reads("与上次提交的不同", "1,460", "VI-3A")
    expect(filler.page.get_by_text(re.compile("还有 .+ 处要填写或修改"))).to_have_count(0)
    send(filler, "补正")
    filler.heading("已提交：按退回意见补正")
    company.house.work()
    legal = company.legal
    legal.open("/enterprise")
    take(legal, "法定代表人再次确认")
    sign_by_name(company, "再次确认")
    legal.heading("已提交：法定代表人再次确认")
    company.house.work()
    filler.open(f"/enterprise/applications/{company.application_no}")
    filler.reads("第 2 版", "已补正")
    filler.look("申报进度，已补正")
    filler.follow(re.compile("与上一版对照"))
    filler.reads("1,280", "1,460", "VI-3A", *REASONS.values())
    filler.look("新旧对照")


def deadlines(company: Company) -> None:
    """The secret address of the calendar; what is due for the enterprise is in it."""
    filler = company.filler
    filler.follow(re.compile("消息"))
    filler.look("消息")
    filler.press("生成日历地址")
    address = filler.page.get_by_label("地址").input_value()
    filler.look("日历地址")
    assert address.endswith(".ics")
    calendar = company.public.fetched(address).decode()
    assert calendar.startswith("BEGIN:VCALENDAR")
    assert "BEGIN:VEVENT" in calendar
