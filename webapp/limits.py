"""How often one address may send what needs no sign-in. Counted per web process; sign-in has its exact table.

With several processes an address may send as many times as much. What must hold exactly does not rest on this:
codes and tokens have too many values to be tried, and what all visitors upload in a day is summed in the database.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, request
from flask_limiter import Limiter
from limits import parse

from engine.errors import Refusal
from webapp import access

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


limiter = Limiter(network, storage_uri="memory://", headers_enabled=False)


def spend(size: int) -> None:
    """Count bytes that a visitor sends. Raises AddressSpent."""
    if not limiter.limiter.hit(BYTES, "bytes", network(), cost=max(1, size // 1024)):
        raise AddressSpent(megabytes=KILOBYTES // 1024)


def init_app(app: Flask) -> None:
    """Count for this application."""
    limiter.init_app(app)
