"""The navigation fits on a line: what is public stands behind one entry for whoever has many of their own."""

import re

from flask import Flask

from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM
from engine.runtime import Runtime
from tests.web.conftest import PASSWORD, SignIn
from webapp.account.passwords import hash_password
from webapp.shell import ONE_LINE

BAR = re.compile(r'<nav class="site-nav".*?</nav>', re.DOTALL)
MORE = re.compile(r"<details class=\"site-more\">.*?</details>", re.DOTALL)


def bar(runtime: Runtime, sign_in: SignIn, role: str, path: str = "/inbox") -> str:
    with runtime.transaction() as tx:
        grant = Grant(role, "370000")
        scribe = Scribe(SYSTEM, tx.now)
        add_account(tx.session, scribe, "somebody", "某人", [grant], password_hash=hash_password(PASSWORD))
    found = BAR.search(sign_in("somebody", PASSWORD).get(path).get_data(as_text=True))
    assert found
    return found[0]


def test_the_department_opens_what_is_public(runtime: Runtime, sign_in: SignIn) -> None:
    navigation = bar(runtime, sign_in, "dept_officer")
    more = MORE.search(navigation)
    assert more
    assert "公开信息" in more[0]
    assert 'href="/register"' in more[0]
    assert 'href="/inbox"' not in more[0]
    assert MORE.sub("", navigation).count("<li") <= ONE_LINE


def test_the_entry_says_when_the_page_is_behind_it(runtime: Runtime, sign_in: SignIn) -> None:
    navigation = bar(runtime, sign_in, "dept_officer", "/register")
    assert '<summary class="here">' in navigation
    assert re.search(r'href="/register" aria-current="page"', navigation)


def test_whoever_has_few_entries_sees_all(runtime: Runtime, sign_in: SignIn) -> None:
    navigation = bar(runtime, sign_in, "agency")
    assert not MORE.search(navigation)
    assert 'href="/register"' in navigation


def test_visitors_see_all_entries(app: Flask) -> None:
    found = BAR.search(app.test_client().get("/").get_data(as_text=True))
    assert found
    assert not MORE.search(found[0])
    assert found[0].count("<li") == 6


def test_the_desk_of_objections_is_not_the_page_of_public_notices(runtime: Runtime, sign_in: SignIn) -> None:
    navigation = bar(runtime, sign_in, "dept_officer", "/announcing/objections")
    assert re.search(r'href="/announcing/objections" aria-current="page"', navigation)
    assert navigation.count('aria-current="page"') == 1
    assert 'class="here"' not in navigation


def test_the_score_table_belongs_to_the_year_for_the_department(runtime: Runtime, sign_in: SignIn) -> None:
    navigation = bar(runtime, sign_in, "dept_officer", "/scoring/cycles/2024")
    assert re.search(r'href="/department/cycles" aria-current="page"', navigation)
