"""What keeps a real installation from starting: weak or missing secrets, debug mode, invented people, plain HTTP.

A demonstration (LUZHI_DEMO=1) is exempt: it holds nothing real. Everything is told at once, each with what to do;
the command then ends with 78 (EX_CONFIG), with which a service manager does not try again.
"""

import os
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import make_url, select

from engine.accounts.passwords import verify
from engine.errors import Refusal
from engine.operation.strength import KNOWN, REGULAR, SHORT, weakness
from engine.programme.demo import is_built
from engine.runtime import Runtime
from engine.store.people import Account, RoleGrant
from webapp.settings import WebSettings

EX_CONFIG = 78
ADMINISTRATORS = ("sysadmin", "secadmin", "auditadmin", "process_owner")
COMMON = ("admin", "password", "changeme", "luzhi", "123456", "Admin@123", "postgres", "")
"""Passwords that installers leave behind; the door itself takes none of them."""
WHY = {
    SHORT: ("不足 32 字节随机数", "it holds less than 32 random bytes"),
    KNOWN: ("含有示例中常见的词", "it holds words of well-known samples"),
    REGULAR: ("是有规律的字符", "it follows a pattern"),
}


class SecretMissing(Refusal):
    """There is no secret key."""

    zh = "没有密钥：LUZHI_SECRET_KEY 未设置，{file} 也不存在。"
    en = "There is no secret key: LUZHI_SECRET_KEY is not set, and {file} is not there."
    remedy_zh = "全新安装请先运行 luzhi init；否则请放回原来的密钥，换成新密钥会使所有人的双因素登录失效。"
    remedy_en = (
        "On a fresh installation run luzhi init first; else put the former key back: "
        "under a new one everybody's second factor is void."
    )


class SecretWeak(Refusal):
    """The secret key can be guessed."""

    zh = "密钥太弱：{why_zh}。"
    en = "The secret key is weak: {why_en}."
    remedy_zh = (
        "请用 python3 -c 'import secrets; print(secrets.token_urlsafe(48))' 生成，作为 LUZHI_SECRET_KEY。"
    )
    remedy_en = (
        "Make one by python3 -c 'import secrets; print(secrets.token_urlsafe(48))' for LUZHI_SECRET_KEY."
    )


class OtherSecretWeak(Refusal):
    """The token of the figures or the key of the audit trail's exports can be guessed."""

    zh = "{name} 太弱：{why_zh}。"
    en = "{name} is weak: {why_en}."
    remedy_zh = "请换成随机生成的：{how}。"
    remedy_en = "Put a random one in its place: {how}."


OTHERS = {
    "LUZHI_METRICS_TOKEN": "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
    "LUZHI_AUDIT_KEY": "luzhi audit new-key",
}
"""What else opens or signs something, and what makes one."""


class StolenMissing(Refusal):
    """The list of stolen passwords is not where the settings say."""

    zh = "泄露密码名单 {file} 不存在或无法读取。"
    en = "The list of stolen passwords, {file}, is not there or cannot be read."
    remedy_zh = "请放好这个文件，或取消 LUZHI_BREACHED_PASSWORDS。"
    remedy_en = "Put the file there, or take LUZHI_BREACHED_PASSWORDS away."


class DebugMode(Refusal):
    """Debug mode shows strangers the inside."""

    zh = "环境变量 {name} 打开了调试模式。"
    en = "The environment variable {name} turns debug mode on."
    remedy_zh = "请取消这个变量。"
    remedy_en = "Take this variable away."


class InventedPeople(Refusal):
    """The database is that of a demonstration."""

    zh = "这个数据库是演示数据库，里面是虚构的人员和数据。"
    en = "This database is that of a demonstration: its people and data are invented."
    remedy_zh = "正式系统请用新的数据库（LUZHI_DATABASE_URL）运行 luzhi init；演示请设置 LUZHI_DEMO=1。"
    remedy_en = "For a real system use a new database (LUZHI_DATABASE_URL) and luzhi init; to demonstrate, LUZHI_DEMO=1."


class DefaultPassword(Refusal):
    """An administrator has a password that everybody knows."""

    zh = "{count} 名管理员的口令是众所周知的默认口令。"
    en = "{count} administrators have a default password that everybody knows."
    remedy_zh = "请安全管理员停用这些账号，或以 luzhi account 另建管理员；默认口令不能用于正式系统。"
    remedy_en = "Let a security administrator close these accounts, or enter others by luzhi account."


class DatabasePassword(Refusal):
    """The database has a password that everybody knows."""

    zh = "数据库口令是默认口令，或与用户名相同。"
    en = "The database's password is a default one, or the same as its user."
    remedy_zh = "请在数据库中更换口令，并改 LUZHI_DATABASE_URL。"
    remedy_en = "Change it in the database and in LUZHI_DATABASE_URL."


class PlainHttp(Refusal):
    """Passwords would travel in the open."""

    zh = "网站在 {host} 上对外提供服务，却没有启用 HTTPS（LUZHI_HTTPS）。"
    en = "The site would be served on {host} to other machines without HTTPS (LUZHI_HTTPS)."
    remedy_zh = "请在前面设置 TLS 代理，并设 LUZHI_HTTPS=1、LUZHI_PROXIES=1；或只监听 127.0.0.1。"
    remedy_en = (
        "Put a proxy with TLS in front, with LUZHI_HTTPS=1 and LUZHI_PROXIES=1; or listen on 127.0.0.1 only."
    )


class PlainAddress(Refusal):
    """Links in mails would lead to plain HTTP."""

    zh = "网站地址 LUZHI_SITE_URL 是 {url}，不是 https://。"
    en = "The site's address LUZHI_SITE_URL is {url}, not https://."
    remedy_zh = "请设为用户实际访问的 https:// 地址：邮件、日历、二维码中的链接以它开头。"
    remedy_en = "Set it to the https:// address that people use: links in mails, calendars and QR codes begin with it."


class SeveralOnSqlite(Refusal):
    """Several web processes on one SQLite file."""

    zh = "SQLite 只支持一个网站进程，现在要求 {processes} 个。"
    en = "SQLite serves one web process, and {processes} are asked for."
    remedy_zh = "请用 --processes 1（可加大 --threads），或改用 PostgreSQL。"
    remedy_en = "Use --processes 1 (with more --threads), or PostgreSQL."


def findings(
    runtime: Runtime, settings: WebSettings, *, host: str | None = None, processes: int = 1
) -> list[Refusal]:
    """Everything that keeps this process from starting; `host` and `processes` of a web server, None of a worker."""
    found = list(_wherever(runtime, processes))
    if settings.demo:
        return found
    found += _secrets(settings)
    found += _other_secrets(runtime, settings)
    found += _stolen(runtime)
    found += _debug()
    found += _people(runtime)
    if host is not None:
        found += _addresses(settings, runtime.settings.site_url, host)
    return found


def _wherever(runtime: Runtime, processes: int) -> Iterator[Refusal]:
    if processes > 1 and runtime.engine.dialect.name == "sqlite":
        yield SeveralOnSqlite(processes=processes)


def _secrets(settings: WebSettings) -> Iterator[Refusal]:
    if settings.secret_key is None and not settings.secret_key_file.exists():
        yield SecretMissing(file=settings.secret_key_file)
        return
    why = weakness(settings.signing_key())
    if why is not None:
        yield SecretWeak(why_zh=WHY[why][0], why_en=WHY[why][1])


def _other_secrets(runtime: Runtime, settings: WebSettings) -> Iterator[Refusal]:
    given = (settings.metrics_token, runtime.settings.audit_key)
    for (name, how), secret in zip(OTHERS.items(), given, strict=True):
        why = weakness(secret.get_secret_value()) if secret is not None else None
        if why is not None:
            yield OtherSecretWeak(name=name, how=how, why_zh=WHY[why][0], why_en=WHY[why][1])


def _stolen(runtime: Runtime) -> Iterator[Refusal]:
    file = runtime.settings.breached_passwords
    if file is not None and not (file.is_file() and os.access(file, os.R_OK)):
        yield StolenMissing(file=file)


def _debug() -> Iterator[Refusal]:
    off = {"", "0", "false", "no"}
    for name in ("FLASK_DEBUG", "PYTHONDEVMODE"):
        if os.environ.get(name, "").lower() not in off:
            yield DebugMode(name=name)


def _people(runtime: Runtime) -> Iterator[Refusal]:
    url = make_url(runtime.settings.database_url)
    if url.password and url.password in {*COMMON, url.username}:
        yield DatabasePassword()
    if is_built(runtime):
        yield InventedPeople()
        return
    with runtime.reading() as session:
        held = select(RoleGrant.login).where(
            RoleGrant.role.in_(ADMINISTRATORS), RoleGrant.revoked_at.is_(None)
        )
        rows = session.execute(
            select(Account.login, Account.password_hash).where(
                Account.active.is_(True), Account.password_hash.is_not(None), Account.login.in_(held)
            )
        ).all()
    known = sum(any(verify(kept, guess) for guess in (*COMMON, login)) for login, kept in rows)
    if known:
        yield DefaultPassword(count=known)


def _addresses(settings: WebSettings, site_url: str, host: str) -> Iterator[Refusal]:
    if not settings.https and not _loopback(host):
        yield PlainHttp(host=host)
    address = urlsplit(site_url)
    reached = settings.https or not _loopback(address.hostname or "")
    if address.scheme != "https" and reached:
        yield PlainAddress(url=site_url)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
