"""Registration, sign-in and account pages: axe finds nothing, nothing is too wide, and they work without script."""

import re

import pyotp
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM
from engine.store.tasks import UserTask
from engine.worker import drain
from tests.browser.conftest import Site, Tab
from tests.browser.test_accessible import check
from tests.web import world
from tests.web.account_world import FORM, GOOD, add_person, deploy_registration, link
from webapp import sessions

pytestmark = pytest.mark.browser

STRANGERS = (
    "/registration",
    "/registration/received",
    "/registration/confirmed",
    "/sign-in",
    "/sign-in/forgot",
    "/sign-in/forgot/sent",
    "/sign-in/reset/no-such-token",
)
SIGNED_IN = (
    "/account",
    "/account/password",
    "/account/email",
    "/account/second-factor",
    "/account/members",
    "/account/identity",
    "/account/sessions/end-others",
    "/account/email/no-such-token",
)


@pytest.fixture
def people(site: Site) -> Site:
    """An administrator without a password, as a demonstration has them, and the registration's diagram."""
    deploy_registration(site.runtime)
    grants = [Grant(role, world.USCC) for role in ("enterprise_admin", "enterprise_filler")]
    with site.runtime.transaction() as tx:
        add_account(tx.session, Scribe(SYSTEM, tx.now), "boss", "田管理", grants)
    return site


def enter(tab: Tab) -> None:
    """Sign in as the administrator, wherever an enterprise's people arrive."""
    tab.sign_in("田管理")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_strangers(tab: Tab, people: Site, language: str) -> None:
    tab.open(f"/language/{language}")
    assert [text for path in STRANGERS for text in check(tab, path)] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_ones_own_account(tab: Tab, people: Site, language: str) -> None:
    enter(tab)
    tab.open(f"/language/{language}")
    assert [text for path in SIGNED_IN for text in check(tab, path)] == []


def test_the_second_factor_from_qr_code_to_recovery_codes(tab: Tab, people: Site) -> None:
    add_person(people.runtime, "careful", "enterprise_filler")
    page = tab.open("/sign-in")
    page.locator("#login").fill("careful")
    page.locator("#password").fill(GOOD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_selector("form[action='/sign-out']")
    tab.open("/account/second-factor")
    page.get_by_label("当前密码").fill(GOOD)
    page.get_by_role("button", name="开始启用").click()
    assert check(tab, "/account/second-factor") == []
    shown = page.evaluate("document.querySelector('.qr').naturalWidth")
    assert shown > 100, "the picture is there under the policy"
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("验证码").fill(pyotp.TOTP(secret).at(sessions.CLOCK.now()))
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.get_by_role("heading", name="两步验证已启用")).to_be_visible()
    assert tab.axe() == []
    assert tab.overflow() <= 0
    assert page.locator(".codes li").count() == 8


def test_an_enterprise_registers_without_script(browser: Browser, people: Site) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(people.address + "/sign-in")
    page.get_by_role("link", name="企业注册").click()
    page.get_by_label(re.compile("所在市")).select_option("370100")
    page.get_by_role("button", name=re.compile("更新县")).click()
    for key in ("enterprise", "uscc", "contact", "mobile", "email", "login", "legal_name", "legal_email"):
        page.locator(f"[name={key}]").fill(FORM[key])
    page.locator("[name=county]").select_option("370102")
    page.locator("[name=entrusted][type=checkbox]").check()
    page.get_by_role("button", name="提交注册").click()
    expect(page.get_by_role("heading", name="已收到注册")).to_be_visible()
    page.goto(people.address + link(people.runtime, FORM["email"]))
    page.get_by_label(re.compile("新密码")).fill(GOOD)
    page.get_by_label(re.compile("再输入一次")).fill(GOOD)
    page.get_by_role("button", name="确认并送交核对").click()
    expect(page.get_by_role("heading", name="邮箱已确认")).to_be_visible()
    drain(people.runtime)
    context.close()
    with people.runtime.reading() as session:
        found = session.scalars(select(UserTask.element_id).where(UserTask.process_id == "registration"))
        assert found.all() == ["county_check"]


def test_errors_of_the_registration_are_accessible(tab: Tab, people: Site) -> None:
    page = tab.open("/registration")
    page.get_by_role("button", name="提交注册").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert tab.axe() == []
    page.set_viewport_size({"width": 320, "height": 900})
    assert tab.overflow() <= 0
