"""How often one address may send what needs no sign-in, counted over all processes as sign-in is.

The counts lie in the database under keyed digests, so that no table says of an address what it did here.
"""

from datetime import timedelta
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import parse
from limits.storage import Storage
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.accounts import throttle
from engine.errors import Refusal
from webapp import access, sessions
from webapp.shared import reading, writing

OBJECTIONS = "10 per hour"
LOOK_UPS = "30 per minute"
FOLLOWING = "120 per minute"
PRINTS = "20 per minute"
RECEIPTS = "20 per hour"
REGISTRATIONS = "10 per hour"
RESETS = "10 per hour"
ONE_TIME_LINKS = "60 per hour"
PROVIDER = "30 per minute"
KILOBYTES = 200 * 1024
"""What one address may upload in a day without an account: three objections with all their evidence."""
BYTES = parse(f"{KILOBYTES} per day")
UNKNOWN = "unknown"


class AddressSpent(Refusal):
    """One address has uploaded, without an account, as much as it may in a day."""

    zh = "从您的网络地址，一天内未登录上传的内容已达到上限（{megabytes} MB），这次没有接收。"
    en = "Your network address has uploaded {megabytes} MB today without an account, which is the limit."
    remedy_zh = "请明天再传，或不带附件提交，并在正文中说明证据可以另行提供。"
    remedy_en = "Try again tomorrow, or send without files and say that there is evidence to follow."
    basis = "附件检查 check of attachments"
    status = 429


def network() -> str:
    """The address that counts: of IPv6 the network of 64 bits, which is one customer's altogether."""
    text = request.remote_addr or UNKNOWN
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return text
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False))


def person() -> str:
    """Whoever is signed in: for what one person may ask too often."""
    return f"login {access.actor().login}"


class Counts(Storage):
    """The counts of the limiter in the site's own database."""

    STORAGE_SCHEME = ["luzhi"]  # noqa: RUF012 - the library reads this name from the class
    base_exceptions = SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count; what is spent with it."""
        with writing() as session:
            return _spend(session, key, expiry, amount)

    def get(self, key: str) -> int:
        """What is spent."""
        with reading() as session:
            return throttle.spent(session, _digest(key), sessions.CLOCK.now())[0]

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds of the epoch."""
        with reading() as session:
            return throttle.spent(session, _digest(key), sessions.CLOCK.now())[1].timestamp()

    def check(self) -> bool:
        """Whether it answers."""
        self.get("")
        return True

    def reset(self) -> int | None:
        """Forget all counts."""
        with writing() as session:
            throttle.forget(session)
        return None

    def clear(self, key: str) -> None:
        """Forget one count."""
        with writing() as session:
            throttle.forget(session, _digest(key))


def _spend(session: Session, key: str, seconds: int, amount: int) -> int:
    at = sessions.CLOCK.now()
    return throttle.spend(session, _digest(key), amount, lasts=timedelta(seconds=seconds), at=at)


def _digest(key: str) -> str:
    """What stands in the table for a key: nobody without the site's own key finds the address in it."""
    secret = blake2b(str(current_app.secret_key).encode()).digest()
    return blake2b(key.encode(), key=secret, digest_size=18).hexdigest()


limiter = Limiter(network, storage_uri="luzhi://", headers_enabled=False)


def spend(session: Session, size: int) -> None:
    """Count bytes that a visitor sends, in the transaction that takes them. Raises AddressSpent."""
    key = BYTES.key_for("bytes", network())
    if _spend(session, key, BYTES.get_expiry(), max(1, size // 1024)) > BYTES.amount:
        raise AddressSpent(megabytes=KILOBYTES // 1024)


def init_app(app: Flask) -> None:
    """Count for this application."""
    limiter.init_app(app)
