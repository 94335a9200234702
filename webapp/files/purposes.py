"""What an upload is for, and whether this person may send files for it.

`task:<id>` and `start:<process>` follow the policy table. `objection:<secret>` and `registration:<secret>` are for
visitors: the secret lives in their session, so that nobody else can name it.
"""

import secrets
from hashlib import sha256

from flask import session

from engine.errors import Refusal
from engine.files.limits import OPEN_TO_ALL
from engine.files.refusals import PurposeUnknown, no_file
from engine.store.tasks import CREATED, UserTask
from webapp import access
from webapp.access import actor
from webapp.shared import reading

SECRET = "files"  # noqa: S105 - the name of a place in the session


class SignedOut(Refusal):
    """The session ended while files were being sent."""

    zh = "登录已失效，文件没有继续上传；已上传的部分保留。"
    en = "You are signed out; the upload has stopped, and what was sent is kept."
    remedy_zh = "请在新窗口重新登录，再回到这里点“重试”。"
    remedy_en = "Sign in again in a new window, then come back and press “Retry”."
    status = 401


class FormClosed(Refusal):
    """The form was submitted or withdrawn."""

    zh = "这份表单已提交或已撤销，不能再上传附件。"
    en = "This form was submitted or withdrawn; it takes no more files."
    remedy_zh = "请从待办列表重新进入。"
    remedy_en = "Open it again from your inbox."


def own_purpose(kind: str) -> str:
    """The purpose of this visitor's uploads of a kind open to all; its secret is made when it is first asked for."""
    if SECRET not in session:
        session[SECRET] = secrets.token_urlsafe(18)
    return _purpose(kind, session[SECRET])


def _purpose(kind: str, secret: str) -> str:
    """Each kind has its own name for the visitor, so that who registered is not seen to be who objected."""
    return f"{kind}:{sha256(f'{kind} {secret}'.encode()).hexdigest()[:32]}"


def own_purposes() -> tuple[str, ...]:
    """All purposes whose secret this visitor holds."""
    secret = session.get(SECRET)
    return tuple(_purpose(kind, secret) for kind in sorted(OPEN_TO_ALL)) if secret else ()


def require(purpose: str) -> None:
    """Pass when this person may upload for this purpose now. Raises NotFound, NotAllowed, SignedOut, FormClosed."""
    kind, _, rest = purpose.partition(":")
    if kind in OPEN_TO_ALL:
        if purpose not in own_purposes():
            raise no_file()
        return
    if not actor().signed_in:
        raise SignedOut
    if kind == "task":
        _require_task(rest)
    elif kind == "start":
        access.require("instance.start", {"process_id": rest})
    else:
        raise PurposeUnknown


def _require_task(number: str) -> None:
    with reading() as database:
        known = number.isascii() and number.isdigit() and len(number) < 16
        task = database.get(UserTask, int(number)) if known else None
        if task is None or not access.may("task.read", task):
            raise no_file()
        access.require("task.draft", task)
    if task.state != CREATED:
        raise FormClosed
