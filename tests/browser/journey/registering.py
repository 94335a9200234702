"""An enterprise comes to its accounts: the public form, the mail, the county's check, the invitation."""

import re

from tests.browser.journey import company as c
from tests.browser.journey.company import Company
from tests.browser.journey.house import OFFICIALS, PASSWORD
from tests.browser.journey.person import Person


def register(company: Company) -> None:
    """From the public form to two accounts that may sign in."""
    _ask(company.filler)
    _confirm(company)
    _check(company)
    _first_sign_in(company)
    _accept(company)


def sign_in(person: Person, login: str) -> None:
    """By the form, with a password."""
    person.open("/sign-in")
    if person.page.locator("form[action='/sign-out']").count():
        return  # still signed in
    person.page.get_by_label("账号").fill(login)
    person.page.get_by_label("密码").fill(PASSWORD)
    person.press("登录")
    person.page.wait_for_selector("form[action='/sign-out']")


def signed_in(person: Person, login: str) -> None:
    """With a fresh session of that login, without opening a page: those who sign in by the form are others."""
    person.page.context.clear_cookies()
    page = person.fetched("/sign-in").decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"login": login, "password": PASSWORD, "csrf_token": token[1]}
    answer = person.page.request.post(f"{person.address}/sign-in", form=form, max_redirects=0)
    assert answer.status == 302, (login, answer.status)


def _ask(filler: Person) -> None:
    filler.open("/")
    filler.look("首页")
    filler.follow("登录")
    filler.look("登录")
    filler.follow("企业注册")
    filler.look("企业注册")
    filler.press("提交注册")
    filler.reads("处需要修改")
    filler.look("注册有误")
    filler.fill({"enterprise": c.NAME, "uscc": " ".join((c.USCC[:8], c.USCC[8:])), "city": c.CITY})
    if not filler.window.script:
        filler.click(filler.page.locator("button[name=_update]").first)
    filler.fill(
        {
            "county": c.COUNTY,
            "contact": "林晨",
            "mobile": "138 0531 0001",
            "email": c.FILLER_MAIL,
            "login": "linchen",
            "legal_name": c.LEGAL_NAME,
            "legal_email": c.LEGAL_MAIL,
            "entrusted": True,
        }
    )
    filler.press("提交注册")
    filler.heading("已收到注册")
    filler.look("已收到注册")


def _confirm(company: Company) -> None:
    filler = company.filler
    filler.open(company.house.mail(c.FILLER_MAIL, "请确认邮箱")["link"])
    filler.look("确认邮箱")
    filler.page.get_by_label("新密码").fill(PASSWORD)
    filler.page.get_by_label("再输入一次").fill(PASSWORD)
    filler.press("确认并送交核对")
    filler.heading("邮箱已确认")
    filler.look("邮箱已确认")
    company.house.work()


def _check(company: Company) -> None:
    county = company.county
    sign_in(county, OFFICIALS[0])
    county.open("/inbox/offered")
    county.look("待办")
    county.follow("县级核对企业信息")
    county.look("核对企业注册")
    county.press("领取任务")
    county.look("核对企业注册，已领取")
    county.fill({"decision": "APPROVE"})
    county.press("提交")
    county.heading("已提交")
    county.look("核对完成")
    company.house.work()


def _first_sign_in(company: Company) -> None:
    filler = company.filler
    assert "linchen" in company.house.mail(c.FILLER_MAIL, "注册结果")["text"]
    sign_in(filler, "linchen")
    filler.heading("我的申报")
    filler.reads(c.NAME)
    filler.look("企业首页")
    filler.open("/account/members")
    filler.look("成员")


def _accept(company: Company) -> None:
    legal = company.legal
    legal.open(company.house.mail(c.LEGAL_MAIL, "邀请")["link"])
    legal.look("接受邀请")
    legal.page.get_by_label("账号").fill("gaoyuan")
    legal.page.get_by_label("新密码").fill(PASSWORD)
    legal.page.get_by_label("再输入一次").fill(PASSWORD)
    legal.press("开通账号并接受")
    legal.look("已接受")
    if "/sign-in" in legal.page.url:
        sign_in(legal, "gaoyuan")
    legal.look("法定代表人的首页")
