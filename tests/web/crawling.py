"""A visitor who reads everything that is public: every page, feed, file, picture and print, by following links."""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from tests.support import pdf_text
from tests.web import routes
from webapp.access import mark_of

LINK = re.compile(r"""(?:href|src|action)=["']([^"'#]+)""")
LOCATION = re.compile(r"<loc>([^<]+)</loc>")
SITE = ("", "localhost", "127.0.0.1:8000")
NOT_FOLLOWED = ("/static/", "/language/")
MOST = 4000


@dataclass(slots=True)
class Crawled:
    """What was read: text by address, and which endpoints answered."""

    texts: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)


def crawl(app: Flask, client: FlaskClient, seeds: list[str]) -> Crawled:
    """Follow every link from the seeds within the site, as somebody who has not signed in."""
    found, waiting, seen = Crawled(), list(seeds), set(seeds)
    while waiting:
        assert len(seen) < MOST, "the crawl does not end"
        address = waiting.pop()
        for link in _read(app, client, address, found):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return found


def public_seeds(app: Flask) -> list[str]:
    """The address of every view that needs no sign-in, with example arguments."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            open_to_all = rule.endpoint != "static" and mark_of(app, rule.endpoint)[0] == "everyone"
            if open_to_all and "GET" in (rule.methods or ()):
                examples = {name: routes.EXAMPLES[name] for name in rule.arguments}
                found.append(app.url_for(rule.endpoint, **examples))
    return [address for address in found if not address.startswith(NOT_FOLLOWED)]


def _read(app: Flask, client: FlaskClient, address: str, found: Crawled) -> list[str]:
    answer = client.get(address)
    body = answer.get_data()
    # readiness says 503 to everybody where no worker runs, as here
    assert answer.status_code < 500 or address == "/health/ready", address
    if answer.status_code == 200:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(address).path)
        found.answered.add(str(endpoint))
    if answer.mimetype == "image/png":
        found.pictures[address] = body
        return []
    if answer.mimetype == "application/pdf":
        found.texts[address] = "".join(pdf_text.pages(body)) + body[:2000].decode("latin-1")
        return []
    text = html.unescape(body.decode()) + str(answer.headers)
    found.texts[address] = text
    return _links(address, body.decode())


def _links(address: str, text: str) -> list[str]:
    found = []
    for link in LINK.findall(text) + LOCATION.findall(text):
        parts = urlsplit(urljoin(address, html.unescape(link)))
        if parts.netloc in SITE and parts.scheme in ("", "http") and not parts.path.startswith(NOT_FOLLOWED):
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found
