"""What people are told when somebody else changes their account: a message in the site, and a mail."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine.conditions import Grant
from engine.notifications import operations as messages
from engine.policy import ROLES
from engine.runtime import Transaction
from engine.store.people import Organisation

WORDS: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "grant": (
        ("您有了新的角色", "You have a new role"),
        ("您现在担任{0}。请重新登录。", "You are {1} now. Please sign in again."),
    ),
    "listed": (
        ("您的角色有变化", "Your roles have changed"),
        (
            "经批准的名单更新了您的角色，请重新登录后查看。理由：{0}",
            "An approved list changed your roles; sign in again to see them. Reason: {0}",
        ),
    ),
    "revoke": (
        ("您的角色已收回", "A role of yours was revoked"),
        ("您不再担任{0}。理由：{2}", "You are no longer {1}. Reason: {2}"),
    ),
    "factor": (
        ("两步验证已重置", "Your second factor was reset"),
        (
            "安全管理员重置了您的两步验证，登录后请重新设置。理由：{0}。如非您本人要求，请立即联系安全管理员。",
            "A security administrator reset your second factor; set it up again after signing in. Reason: {0}. If you "
            "did not ask for it, tell a security administrator at once.",
        ),
    ),
    "open": (
        ("您的账号已重新启用", "Your account is open again"),
        (
            "您的账号已由安全管理员重新启用。理由：{0}",
            "A security administrator opened your account again. Reason: {0}",
        ),
    ),
    "away": (
        ("已为您登记外出代办", "An absence was entered for you"),
        (
            "安全管理员为您登记了外出：{0} 至 {1} 由 {2} 代办。理由：{3}",
            "A security administrator entered that you are away from {0} to {1} and {2} stands in. Reason: {3}",
        ),
    ),
    "stand_in": (
        ("请您代办同事的任务", "You stand in for a colleague"),
        (
            "{0} 至 {1}，由您代办 {2} 手中的任务。理由：{3}",
            "From {0} to {1} you stand in for {2}. Reason: {3}",
        ),
    ),
}
"""Subject and text by occasion, each in Chinese and English."""


def tell(tx: Transaction, login: str, occasion: str, facts: tuple[str, ...]) -> None:
    """Tell one person; closed accounts are told nothing."""
    (subject_zh, subject_en), (zh, en) = WORDS[occasion]
    messages.notify(
        tx.session,
        to=[login],
        kind=messages.ACCOUNT,
        subject=(subject_zh, subject_en),
        text=(zh.format(*facts), en.format(*facts)),
        link="/account",
        at=tx.now,
        key=f"administration {occasion} {login} {tx.now.isoformat()}",
    )


def role_words(session: Session, grant: Grant) -> tuple[str, str]:
    """A right in Chinese and English."""
    place = session.get(Organisation, grant.organisation)
    name = place.name if place is not None else grant.organisation
    zh, en = ROLES[grant.role]
    return f"{name}{zh}", f"{en} of {name}"
