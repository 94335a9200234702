"""What the registration's diagram may call. Contact, addresses and password never become process variables."""

from typing import Any

from sqlalchemy import select

from engine.policy import Actor
from engine.programme.declare import submission, text
from engine.programme.registrations import operations
from engine.programme.submitted import accepted
from engine.store.people import Account
from engine.verbs import VerbContext, Verbs

VERBS = Verbs()
NO = text("registration_no", "注册编号", "Registration number")


@VERBS.register(
    "accounts.ask_confirmation", zh="发送邮箱确认邮件", en="Mail the confirmation link", inputs=(NO,)
)
def ask_confirmation(context: VerbContext, registration_no: str) -> None:
    """Mail the link with which the contact confirms the address and chooses a password."""
    operations.ask_confirmation(context.session, registration_no, at=context.now)


@VERBS.register("accounts.lapse", zh="注册作废", en="Let a registration lapse", inputs=(NO,))
def lapse(context: VerbContext, registration_no: str) -> None:
    """End a registration that nobody confirmed."""
    operations.lapse(context.session, registration_no, at=context.now)


@VERBS.register(
    "accounts.open",
    zh="开通企业账号",
    en="Open an enterprise's accounts",
    inputs=(NO, submission("submission_id", "核对意见", "Decision")),
    outputs=(text("login", "管理员账号", "Administrator's login"),),
)
def open_accounts(context: VerbContext, registration_no: str, submission_id: Any) -> dict[str, Any]:
    """Make organisation and first account, invite the legal representative, mail the result."""
    sent = accepted(context.session, submission_id)
    name = context.session.scalar(select(Account.name).where(Account.login == sent.by)) or sent.by
    by = Actor(sent.by, name)
    return {"login": operations.open_accounts(context.session, registration_no, by=by, at=context.now)}


@VERBS.register(
    "accounts.refuse",
    zh="退回注册",
    en="Refuse a registration",
    inputs=(NO, submission("submission_id", "核对意见", "Decision")),
)
def refuse(context: VerbContext, registration_no: str, submission_id: Any) -> None:
    """Refuse with the reason of the decision, and mail it."""
    sent = accepted(context.session, submission_id)
    operations.refuse(context.session, registration_no, str(sent.data["reason"]), by=sent.by, at=context.now)
