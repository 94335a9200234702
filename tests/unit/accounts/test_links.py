"""One-time links: one purpose, one subject, once, until their instant; also when two open one at once."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.accounts import links, logins
from engine.accounts.errors import LinkInvalid, LoginTaken
from engine.runtime import Runtime
from tests.support.racing import race

NOW = datetime(2024, 6, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def issue(rt: Runtime, subject: str = "somebody") -> str:
    with rt.transaction() as tx:
        return links.issue(tx.session, links.RESET, subject, at=NOW, valid=HOUR)


def redeem(rt: Runtime, token: str, *, purpose: str = links.RESET, at: datetime = NOW) -> str:
    with rt.transaction() as tx:
        return links.redeem(tx.session, purpose, token, at=at)


def test_a_link_is_redeemed_once(any_rt: Runtime) -> None:
    token = issue(any_rt)
    assert redeem(any_rt, token) == "somebody"
    with pytest.raises(LinkInvalid):
        redeem(any_rt, token)


def test_looking_does_not_use_it_up(any_rt: Runtime) -> None:
    token = issue(any_rt)
    for _ in range(2):
        with any_rt.reading() as session:
            assert links.peek(session, links.RESET, token, at=NOW) == "somebody"


def test_another_purpose_a_guess_and_the_end_of_its_time_open_nothing(any_rt: Runtime) -> None:
    token = issue(any_rt)
    for purpose, guess, at in (
        (links.EMAIL, token, NOW),
        (links.RESET, token[:-1], NOW),
        (links.RESET, "", NOW),
        (links.RESET, token, NOW + HOUR),
    ):
        with pytest.raises(LinkInvalid):
            redeem(any_rt, guess, purpose=purpose, at=at)
    assert redeem(any_rt, token, at=NOW + HOUR - timedelta(microseconds=1)) == "somebody"


def test_a_new_link_ends_the_one_before_of_the_same_subject_only(any_rt: Runtime) -> None:
    first, other, second = issue(any_rt), issue(any_rt, "other"), issue(any_rt)
    with pytest.raises(LinkInvalid):
        redeem(any_rt, first)
    assert redeem(any_rt, other) == "other"
    assert redeem(any_rt, second) == "somebody"


def test_tokens_are_long_random_and_differ(any_rt: Runtime) -> None:
    tokens = {issue(any_rt, str(number)) for number in range(20)}
    assert len(tokens) == 20
    assert all(len(token) >= 43 for token in tokens)


def test_of_two_at_once_one_is_refused(any_rt: Runtime) -> None:
    token = issue(any_rt)
    results = race(*[lambda: redeem(any_rt, token)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["LinkInvalid", "str"]


@pytest.mark.parametrize(
    "login", ["", "abc", "1abc", "Abcd", "a b c d", "system", "public", "x" * 41, "a/bcd"]
)
def test_logins_that_cannot_be(any_rt: Runtime, login: str) -> None:
    with any_rt.reading() as session, pytest.raises(LoginTaken):
        logins.require_free(session, login)


def test_a_login_that_nobody_has_is_free(any_rt: Runtime) -> None:
    with any_rt.reading() as session:
        logins.require_free(session, "lin.chen-7")
        assert logins.free(session, "lin.chen-7") == "lin.chen-7"
        assert logins.free(session, "system") == "user-system"
