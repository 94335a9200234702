"""The public follows: the notice, an objection, its handling, the publication, the title and its QR code."""

import re

from playwright.sync_api import expect

from engine.printing import qr_png
from tests.browser.journey import company as c
from tests.browser.journey.company import Company
from tests.support.files import pdf

STATEMENT = "公示的在线检测场景，据了解其中两个检测工位尚未联网，请核查。"


def objected(company: Company) -> None:
    """Somebody reads the notice and objects, with evidence; number and code are told once."""
    company.house.until_notice(company.application_no)
    public = company.public
    public.open("/")
    public.look("首页，公示期")
    public.follow("公示")
    public.look("公示列表")
    public.click(public.page.get_by_role("link", name=re.compile("公示|名单")).last)
    public.open(f"/announcements/{company.house.until_notice(company.application_no)}")
    public.reads(c.NAME, c.OBJECT, company.application_no)
    public.look("公示")
    public.follow("提出异议")
    public.look("提出异议")
    public.press("提交异议")
    public.reads("处需要修改")
    public.fill({"application_no": company.application_no, "kind": "NAMED"})
    if not public.window.script:  # name and contact come with the answer of the server
        public.press("提交异议")
    expect(public.page.locator("[name=name]")).to_be_visible()
    public.fill({"name": "赵守正", "contact": "0531-00000001", "statement": STATEMENT})
    public.fill({"evidence_files": [("现场记录.pdf", pdf("记录"))]})
    public.look("提出异议，已填")
    public.press("提交异议")
    public.heading("已收到异议")
    public.look("已收到异议")
    number, code = (text.inner_text() for text in public.page.locator(".confirmation strong").all()[:2])
    company.objection, company.code = number, code
    company.house.work()
    _status(company, "核查中", "已收到")
    public.look("异议进展")


def _status(company: Company, *states: str) -> None:
    public = company.public
    public.open("/objections/status")
    public.page.get_by_label("异议编号").fill(company.objection)
    public.page.get_by_label("查询码").fill(company.code)
    public.press("查询")
    expect(public.page.locator(".tag").first).to_have_text(re.compile("|".join(states)))


def published(company: Company) -> None:
    """The objection was not upheld and is answered; the title is published."""
    company.title_no = company.house.until_title(company.application_no)
    _status(company, "已办结")
    company.public.reads("不成立")
    company.public.look("异议已办结")


def checked(company: Company) -> None:
    """Anybody checks the title: by its number, and by the address in its QR code."""
    public = company.public
    public.open("/results")
    public.look("认定结果")
    public.open("/register")
    public.page.locator("[name=q]").last.fill(company.title_no)
    public.page.locator("[name=q]").last.press("Enter")
    public.reads(c.OBJECT)
    public.look("称号查询")
    public.follow(re.compile(company.title_no))
    public.reads(c.OBJECT, c.NAME, "有效")
    public.look("称号")
    address = f"{company.house.address}/register/{company.title_no}"
    public.reads(address)
    assert public.fetched(f"/register/{company.title_no}/qr.png") == qr_png(address)
    public.open(address)
    public.reads(c.NAME)
    for private in (c.LEGAL_NAME, "林晨", "赵守正", c.FILLER_MAIL):
        assert private not in public.page.content()


def told(company: Company) -> None:
    """The enterprise reads what it was told, its title, and its register of filings."""
    filler = company.filler
    filler.open("/enterprise")
    filler.reads(company.title_no)
    filler.look("企业首页，有称号")
    filler.open("/enterprise/messages")
    filler.reads("退回")
    filler.look("全部消息")
    filler.open("/enterprise/filings")
    filler.reads(company.title_no, c.OBJECT)
    filler.look("历年申报记录")
    filler.open(f"/enterprise/applications/{company.application_no}")
    filler.reads(company.title_no)
    filler.look("申报进度，已认定")
