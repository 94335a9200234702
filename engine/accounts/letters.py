"""The mails that accounts need, Chinese first. Nothing in them says more than their reader knows already."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from engine import mail
from engine.policy import ROLES

SITE_ZH = "山东省智能制造场景、数字化车间、智能工厂培育认定平台（鲁智）"
SITE_EN = "Luzhi, the platform for intelligent manufacturing scenes, workshops and factories in Shandong"
IGNORE_ZH = "如果不是您本人的操作，请不要理会这封邮件，什么也不会改变。"
IGNORE_EN = "If it was not you, ignore this mail; nothing will change."


def _send(
    session: Session,
    to: str,
    key: str,
    at: datetime,
    subject: str,
    zh: Iterable[str],
    en: Iterable[str],
    link: str = "",
) -> None:
    chinese = "\n".join((*zh, "", SITE_ZH))
    english = "\n".join((*en, "", SITE_EN))
    mail.send(session, to=to, subject=subject, text=mail.both(chinese, english), at=at, key=key, link=link)


def confirm_registration(
    session: Session, to: str, no: str, enterprise: str, token: str, *, at: datetime
) -> None:
    """Ask for the confirmation of a registration's address; the link lives for 48 hours."""
    zh = (
        f"有人以这个邮箱为“{enterprise}”申请注册（编号 {no}）。",
        "请在 48 小时内打开文末的链接，确认邮箱并设置密码；逾期自动作废，可以重新申请。",
        "确认后由所在县（市、区）核对企业信息，结果另行邮件告知。",
        IGNORE_ZH,
    )
    en = (
        f"Somebody registers “{enterprise}” with this address (number {no}).",
        "Open the link at the end within 48 hours to confirm the address and choose a password; after that it lapses.",
        "The county then checks the enterprise; the result comes by mail.",
        IGNORE_EN,
    )
    _send(
        session,
        to,
        f"registration {no} confirm",
        at,
        "请确认邮箱 Confirm your address",
        zh,
        en,
        f"/registration/confirm/{token}",
    )


def enterprise_is_known(
    session: Session, to: str, login: str, enterprise: str, *, at: datetime, key: str
) -> None:
    """Tell an administrator that somebody tried to register the enterprise once more."""
    zh = (
        f"有人为“{enterprise}”申请注册。该企业已有账号，因此没有新建。",
        f"您（{login}）是该企业的管理员。如果是同事需要账号，请登录后在“成员”页面邀请。",
        IGNORE_ZH,
    )
    en = (
        f"Somebody tried to register “{enterprise}”, which has accounts already; nothing was made.",
        f"You ({login}) are its administrator. If a colleague needs an account, invite them on the page “Members”.",
        IGNORE_EN,
    )
    _send(session, to, key, at, "企业已注册 Already registered", zh, en, "/account/members")


def registration_decided(
    session: Session, to: str, no: str, enterprise: str, login: str, reason: str | None, *, at: datetime
) -> None:
    """Tell the contact that accounts were opened (`reason` is None), or why not."""
    zh: tuple[str, ...]
    en: tuple[str, ...]
    if reason is None:
        zh = (f"“{enterprise}”的注册（编号 {no}）已通过。", f"您的账号：{login}，密码为您确认邮箱时所设。")
        en = (
            f"The registration of “{enterprise}” (number {no}) was approved.",
            f"Your login: {login}; the password is the one you chose.",
        )
    else:
        zh = (f"“{enterprise}”的注册（编号 {no}）未通过。", f"理由：{reason}", "更正后可以重新申请。")
        en = (
            f"The registration of “{enterprise}” (number {no}) was refused.",
            f"Reason: {reason}",
            "You may register again once it is mended.",
        )
    link = "/sign-in" if reason is None else "/registration"
    _send(session, to, f"registration {no} decided", at, "注册结果 Result of your registration", zh, en, link)


def registration_lapsed(session: Session, to: str, no: str, enterprise: str, *, at: datetime) -> None:
    """Tell the contact that nobody confirmed the address in time."""
    zh = (
        f"“{enterprise}”的注册（编号 {no}）在 48 小时内没有确认，已自动作废。",
        "如仍需要，请重新申请。",
    )
    en = (
        f"The registration of “{enterprise}” (number {no}) was not confirmed within 48 hours and has lapsed.",
        "Register again if you still need it.",
    )
    _send(
        session,
        to,
        f"registration {no} lapsed",
        at,
        "注册已作废 Registration lapsed",
        zh,
        en,
        "/registration",
    )


def invitation(
    session: Session, to: str, number: int, name: str, enterprise: str, role: str, token: str, *, at: datetime
) -> None:
    """Invite a person to work for an organisation."""
    role_zh, role_en = ROLES[role]
    zh = (f"{name}：", f"“{enterprise}”邀请您作为{role_zh}使用本平台。请在 7 日内打开文末的链接接受邀请。")
    en = (f"{name},", f"“{enterprise}” invites you as its {role_en}. Open the link at the end within 7 days.")
    _send(
        session,
        to,
        f"invitation {number} {token[:6]}",
        at,
        "邀请您使用平台 You are invited",
        (*zh, IGNORE_ZH),
        (*en, IGNORE_EN),
        f"/account/invitation/{token}",
    )


def opening(session: Session, to: str, login: str, name: str, token: str, *, at: datetime, days: int) -> None:
    """The link with which somebody opens the account that an administrator entered."""
    zh = (
        f"{name}：",
        f"管理员为您开立了账号 {login}。请在 {days} 日内打开文末的链接，设置密码后登录。",
        IGNORE_ZH,
    )
    en = (
        f"{name},",
        f"an administrator entered the account {login} for you. Open the link at the end within {days} days, choose "
        "a password and sign in.",
        IGNORE_EN,
    )
    key = f"opening {login} {token[:8]}"
    _send(session, to, key, at, "请开通账号 Open your account", zh, en, f"/account/opening/{token}")


def reset(session: Session, to: str, login: str, token: str, *, at: datetime) -> None:
    """The link with which a forgotten password is replaced."""
    zh = (f"有人要求重置账号 {login} 的密码。请在 30 分钟内打开文末的链接设置新密码。", IGNORE_ZH)
    en = (
        f"Somebody asked for a new password of {login}. Open the link at the end within 30 minutes.",
        IGNORE_EN,
    )
    _send(
        session,
        to,
        f"reset {token[:8]} {at.isoformat()}",
        at,
        "重置密码 Reset your password",
        zh,
        en,
        f"/sign-in/reset/{token}",
    )


def confirm_email(session: Session, to: str, login: str, token: str, *, at: datetime) -> None:
    """The link that confirms a new mail address of an account."""
    zh = (f"账号 {login} 登记了这个邮箱。请在 48 小时内打开文末的链接确认。", IGNORE_ZH)
    en = (f"The account {login} gave this address. Open the link at the end within 48 hours.", IGNORE_EN)
    _send(
        session,
        to,
        f"email {token[:8]} {at.isoformat()}",
        at,
        "请确认邮箱 Confirm your address",
        zh,
        en,
        f"/account/email/{token}",
    )


def changed(session: Session, to: str, login: str, what: tuple[str, str], *, at: datetime) -> None:
    """Tell the owner of an account that something about signing in has changed (ASVS 6.3.7)."""
    zh = (
        f"账号 {login}：{what[0]}。",
        "如果不是您本人的操作，请立即在登录页选择“忘记密码”，并联系本单位的管理员。",
    )
    en = (
        f"The account {login}: {what[1]}.",
        "If it was not you, choose “Forgot your password?” on the sign-in page now and tell your administrator.",
    )
    key = f"changed {login} {what[1]} {at.isoformat()}"
    _send(session, to, key, at, "账号安全提醒 Security of your account", zh, en)
