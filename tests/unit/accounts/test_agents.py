"""A browser is named as its owner knows it."""

import pytest
from flask import Flask

from webapp.account.agents import in_words

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
EDGE = CHROME + " Edg/126.0.2592.87"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.49.2600"
)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome 126 · Windows"),
        (EDGE, "Edge 126 · Windows"),
        (FIREFOX, "Firefox 128 · Linux"),
        (IPHONE, "Safari 17 · iPhone"),
        (WECHAT, "微信 8 · Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("x" * 300, "x" * 60),
        ("", "未说明的浏览器"),
        (None, "未说明的浏览器"),
    ],
)
def test_browser_and_system_are_named(agent: str | None, words: str) -> None:
    app = Flask(__name__)
    app.config["HTTPS"] = False
    with app.test_request_context():
        assert in_words(agent) == words
