"""Mails: decided inside a transaction, sent by a worker after its commit, once per idempotency key.

`send` leaves a mail in the outbox. A worker with a mail server hands it over (`Mailer`): a server that is away is
tried again with growing pauses for about a day, then stands as an incident; a mailbox that the server refuses for
good is noted on the outbox row and not tried again. The text is forgotten once it is handed over, for it may hold
a one-time link.
"""

import hashlib
import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy.orm import Session

from engine import outbox
from engine.errors import Refusal
from engine.runtime import Runtime

KIND = "mail"
ATTEMPTS = 30  # with the default pauses a little over a day
SECONDS = 30  # of silence after which a mail server counts as away
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets


class BadAddress(Refusal):
    """Not a mail address: one address, ASCII, without spaces, line ends or names."""

    zh = "“{address}”不是有效的电子邮箱地址。"
    en = "“{address}” is not a mail address."
    remedy_zh = "请填写一个邮箱，如 name@example.com。"
    remedy_en = "Give one address such as name@example.com."
    status = 422


def checked(address: str) -> str:
    """The address without spaces around it. Raises BadAddress for anything that is not exactly one address."""
    found = address.strip()
    if len(found) > LONGEST_ADDRESS or ADDRESS.fullmatch(found) is None:
        raise BadAddress(address=found[:LONGEST_ADDRESS])
    return found


def send(
    session: Session, *, to: str, subject: str, text: str, at: datetime, key: str, link: str = ""
) -> None:
    """Leave a mail for after the commit; a key that was used before leaves nothing. Raises BadAddress.

    `text` is plain, Chinese first and English after it (`both`). `link`: a path of this site that the mail ends
    with, in full.
    """
    payload = {
        "to": checked(to),
        "subject": " ".join(subject.split()),  # a line end in a subject would begin another header
        "text": text,
        "link": link,
        "at": at.isoformat(),
    }
    outbox.leave(session, at, KIND, payload, key, retries=ATTEMPTS)


def both(zh: str, en: str) -> str:
    """A text in both languages, Chinese first."""
    return f"{zh.rstrip()}\n\n----------------------------------------\n\n{en.rstrip()}\n"


class BadServer(ValueError):
    """The setting smtp_url names no mail server."""


class Mailer:
    """Hands mails to one mail server; the outbox's handler for KIND."""

    def __init__(self, url: str, sender: str, site: str) -> None:
        """Raises BadServer, BadAddress."""
        self.server = _server(url)
        self.sender = checked(sender)
        self.site = site.rstrip("/")

    def __call__(self, payload: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Hand one mail over. Raises EffectRefused when the server refuses this recipient or text for good."""
        kept = {name: payload[name] for name in ("to", "subject", "at")}
        with self._connection() as connection:
            try:
                connection.send_message(self.message(payload, key))
            except smtplib.SMTPRecipientsRefused as error:
                code, reason = next(iter(error.recipients.values()))
                raise _refused(code, reason, kept) from error
            except smtplib.SMTPDataError as error:
                raise _refused(error.smtp_code, error.smtp_error, kept) from error
        return kept

    def message(self, payload: Mapping[str, Any], key: str) -> EmailMessage:
        """The mail. Its Message-ID comes from the key, so that a mail sent twice after a crash is seen as one."""
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = self.sender, payload["to"], payload["subject"]
        message["Date"] = format_datetime(datetime.fromisoformat(payload["at"]))
        number = hashlib.sha256(key.encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{number}@{self.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: holiday notices are not an answer to it
        link = f"\n\n{self.site}{payload['link']}\n" if payload.get("link") else ""
        message.set_content(payload["text"].rstrip() + link, charset="utf-8", cte="base64")
        return message

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        """A connection, encrypted with a verified certificate where the address says so, signed in with a user."""
        host, port = str(self.server.hostname), self.server.port or PORTS[self.server.scheme]
        tls = ssl.create_default_context()
        kind = self.server.scheme
        opened = (
            smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=tls)
            if kind == "smtps"
            else smtplib.SMTP(host, port, timeout=SECONDS)
        )
        with opened as connection:
            if kind == "smtp+starttls":
                connection.starttls(context=tls)
            if self.server.username:
                connection.login(unquote(self.server.username), unquote(self.server.password or ""))
            yield connection


def serve(rt: Runtime) -> bool:
    """Let this worker send mails, where a mail server is set; whether it does. Raises BadServer, BadAddress."""
    if rt.settings.smtp_url is None:
        return False
    url = rt.settings.smtp_url.get_secret_value()
    rt.effects[KIND] = Mailer(url, rt.settings.mail_from, rt.settings.site_url)
    return True


def _server(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise BadServer("smtp_url: write smtp://, smtp+starttls:// or smtps:// and a host")
    if parts.username and parts.scheme == "smtp":
        raise BadServer("smtp_url: a password goes over smtps:// or smtp+starttls:// only")
    return parts


def _refused(code: int, reason: bytes | str, kept: Mapping[str, Any]) -> Exception:
    """What a refusal of the server means: for good (5xx, RFC 5321 4.2.1), or until later (4xx)."""
    said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    text = f"{code} {said}"
    return outbox.EffectRefused(text, kept) if code >= 500 else MailPostponed(text)


class MailPostponed(Exception):
    """The server will not take this mail now; it is tried again."""
