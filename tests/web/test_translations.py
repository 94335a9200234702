"""Both languages are complete, and placeholders are the same in both."""

import re

import pytest

from webapp.translations import extract

PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module")
def messages() -> set[str]:
    """Every message that code and pages name."""
    return extract.messages()


def test_every_message_has_its_english(messages: set[str]) -> None:
    catalogue = extract.english()
    missing = [text for text in messages if not (catalogue.get(text) and catalogue.get(text).string)]
    assert missing == [], "run python -m webapp.translations.extract and fill in en.po"


def test_no_english_is_left_of_a_message_that_is_gone(messages: set[str]) -> None:
    stale = {str(message.id) for message in extract.english() if message.id} - messages
    assert stale == set()


def test_placeholders_are_the_same_in_both_languages() -> None:
    for message in extract.english():
        if message.id:
            assert sorted(PLACEHOLDER.findall(message.id)) == sorted(PLACEHOLDER.findall(message.string)), (
                message.id
            )


def test_english_pages_have_no_chinese_left_in_the_frame(client) -> None:  # type: ignore[no-untyped-def]
    client.set_cookie("luzhi_language", "en")
    for address in ("/", "/sign-in", "/register", "/expired", "/accessibility"):
        page = client.get(address).get_data(as_text=True).replace("中文", "")
        assert not re.search(r"[\u4e00-\u9fff]", page), address
