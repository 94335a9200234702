"""Text messages: what a gateway is handed, and what its answers mean."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from engine import sms
from engine.outbox import EffectRefused
from engine.programme.applications import statuses
from engine.runtime import Runtime
from engine.store.people import Account
from engine.store.work import Outbox
from tests.support.runtimes import rows
from tests.unit.notifications import test_messages as messages

PAYLOAD = {"mobile": "13800010001", "text": "申报已退回。请登录系统查看。"}


class Fake(HTTPServer):
    """A gateway that notes what it gets and answers what it is told to."""

    answer = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[str, str | None, dict[str, str]]] = []


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Fake

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers.get("Authorization"), json.loads(body)))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture
def fake() -> Iterator[Fake]:
    with Fake() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def gateway(fake: Fake) -> sms.Gateway:
    return sms.Gateway(f"http://user:p%40ss@127.0.0.1:{fake.server_port}/send")


def test_the_gateway_is_handed_number_text_and_key_and_the_number_is_forgotten(fake: Fake) -> None:
    assert gateway(fake)(PAYLOAD, "k1") == {"mobile": "…0001"}
    [(path, password, body)] = fake.got
    assert (path, body) == ("/send", {**PAYLOAD, "key": "k1"})
    assert password == "Basic dXNlcjpwQHNz"


@pytest.mark.parametrize(
    ("answer", "error"), [(422, EffectRefused), (429, sms.GatewayAway), (503, sms.GatewayAway)]
)
def test_a_refusal_is_for_good_and_what_is_away_is_tried_again(
    fake: Fake, answer: int, error: type[Exception]
) -> None:
    fake.answer = answer
    with pytest.raises(error, match=str(answer)):
        gateway(fake)(PAYLOAD, "k1")


def test_no_gateway_there_is_tried_again(fake: Fake) -> None:
    fake.server_close()
    with pytest.raises(sms.GatewayAway):
        gateway(fake)(PAYLOAD, "k1")


@pytest.mark.parametrize(
    "url", ["http://sms.example.org/send", "ftp://localhost/", "file:///etc/passwd", "x"]
)
def test_the_gateway_is_reached_over_tls_only(url: str) -> None:
    with pytest.raises(sms.BadGateway):
        sms.Gateway(url)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("138 0001-0001", "13800010001"), ("+8613800010001", "13800010001"), ("0531-1", None), (None, None)],
)
def test_only_mobile_numbers_are_written_to(typed: str | None, found: str | None) -> None:
    assert sms.number(typed) == found


told = messages.told


def test_text_messages_go_to_mobile_numbers_where_a_gateway_is_set(told: Runtime) -> None:
    with told.transaction() as tx:
        tx.session.execute(
            update(Account).where(Account.login == messages.FILLER).values(mobile="138 0001 0001")
        )
    no = messages.application(told, statuses.SUBMITTED)
    messages.change(told, no, statuses.COUNTY_DONE)
    assert rows(told, select(Outbox).where(Outbox.kind == sms.KIND)) == [], (
        "without a gateway none is written"
    )
    told.settings = told.settings.model_copy(update={"sms_url": SecretStr("https://sms.example.org/send")})
    messages.change(told, no, statuses.CITY_AGREED, note=messages.SECRET)
    [left] = rows(told, select(Outbox).where(Outbox.kind == sms.KIND))
    assert left.payload["mobile"] == "13800010001"
    assert left.payload["text"].endswith("请登录系统查看。")
    assert messages.SECRET not in left.payload["text"]
    assert len(left.payload["text"]) <= sms.MOST
