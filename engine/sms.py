"""Text messages: short words that something waits, sent by a worker through a gateway, once per idempotency key.

`send` leaves one in the outbox; it is not left at all where no gateway is set. A worker hands it over (`Gateway`) as
JSON, `{"mobile", "text", "key"}`, to one address over HTTPS; that a message which comes twice is sent once is for the
gateway, which is told the key. The text holds no link, number of a person or content: it says where to read on.
"""

import base64
import json
import re
import ssl
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy.orm import Session

from engine import outbox
from engine.runtime import Runtime

KIND = "sms"
ATTEMPTS = 12  # with the default pauses about half a day: an older one would come too late
SECONDS = 20
MOST = 140  # characters, two parts of a text message
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LATER = frozenset({408, 425, 429})


def number(text: str | None) -> str | None:
    """A mobile number of this country as its eleven digits, or None for anything else."""
    digits = re.sub(r"[\s-]", "", text or "").removeprefix("+86")
    return digits if _MOBILE.fullmatch(digits) else None


def send(session: Session, *, mobile: str, text: str, at: datetime, key: str) -> None:
    """Leave a text message for after the commit; a key that was used before leaves nothing."""
    short = text if len(text) <= MOST else f"{text[: MOST - 1]}…"
    outbox.leave(session, at, KIND, {"mobile": mobile, "text": short}, key, retries=ATTEMPTS)


class BadGateway(ValueError):
    """The setting sms_url names no gateway."""


class GatewayAway(Exception):
    """The gateway did not take the message now; it is tried again."""


class Gateway:
    """Hands text messages to one gateway; the outbox's handler for KIND."""

    def __init__(self, url: str) -> None:
        """Raises BadGateway."""
        self.server = _server(url)

    def __call__(self, payload: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Hand one over; of it the last four digits are kept. Raises EffectRefused, GatewayAway."""
        kept = {"mobile": f"…{payload['mobile'][-4:]}"}
        status = self._post({**payload, "key": key})
        if 400 <= status < 500 and status not in _LATER:
            raise outbox.EffectRefused(f"the gateway answered {status}", kept)
        if not 200 <= status < 300:
            raise GatewayAway(f"the gateway answered {status}")
        return kept

    def _post(self, body: Mapping[str, Any]) -> int:
        host, port, path = str(self.server.hostname), self.server.port, self.server.path or "/"
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self.server.username:
            pair = f"{unquote(self.server.username)}:{unquote(self.server.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        connection = (
            HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
            if self.server.scheme == "https"
            else HTTPConnection(host, port, timeout=SECONDS)
        )
        try:
            connection.request("POST", path, json.dumps(body, ensure_ascii=False).encode(), headers)
            return connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise GatewayAway(f"{type(error).__name__}") from error
        finally:
            connection.close()


def serve(rt: Runtime) -> bool:
    """Let this worker send text messages, where a gateway is set; whether it does. Raises BadGateway."""
    if rt.settings.sms_url is None:
        return False
    rt.effects[KIND] = Gateway(rt.settings.sms_url.get_secret_value())
    return True


def _server(url: str) -> SplitResult:
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise BadGateway("sms_url: write https:// and a host; http:// only for this machine")
    return parts
