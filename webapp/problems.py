"""Every refusal and every failure as a page: what happened, why, what to do, and nothing that was typed is lost.

A `Refusal` shows its own words with its own status. Anything unknown gets a number, is logged under it and
shown without a detail. What a failed form carried is shown again, to be copied.
"""

from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine.errors import Refusal
from engine.store.trouble import no_room
from webapp import logs
from webapp.api.body import plain_problem, problem
from webapp.i18n import gettext as _
from webapp.i18n import language

log = structlog.get_logger(__name__)

_PLAIN = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>系统出现了问题</title></head><body>
<h1>系统出现了问题</h1><p>系统没有完成这项操作，请稍后重试。问题编号：{number}</p>
<p lang="en">There is a problem with the service. Try again later. Problem no. {number}</p></body></html>"""

SECRET_FIELDS = frozenset({"csrf_token", "password", "password_new", "password_again", "code", "next"})


@dataclass(frozen=True, slots=True)
class Page:
    """What an error page says."""

    status: int
    heading: str
    what: str
    todo: str = ""
    basis: str = ""
    number: str = ""


def answer(page: Page, kept: list[tuple[str, str]] | None = None) -> tuple[str | Response, int]:
    """Render the error page with what the form carried, by its field names or as `kept` by their labels.

    The programming interface gets the same words as problem details.
    """
    if is_api():
        return plain_problem(page.status, page.heading, f"{page.what}{page.todo}{page.number}"), page.status
    return render_template("problem.html", page=page, kept=_kept() if kept is None else kept), page.status


def _kept() -> list[tuple[str, str]]:
    if request.method != "POST":
        return []
    given = request.form.items(multi=True)
    return [(k, v) for k, v in given if v.strip() and k not in SECRET_FIELDS and not k.startswith("_")]


def refusal_page(refusal: Refusal) -> Page:
    """The page for a refusal, in the language of the request."""
    return Page(
        status=refusal.status,
        heading=_heading(refusal.status),
        what=refusal.message(language()),
        basis=refusal.as_dict()["basis"],
    )


def _refusal(refusal: Refusal) -> Any:
    if refusal.status in (403, 429):  # rights and limits; what was filled in wrongly is no event
        log.warning("refused", refusal=refusal.code, status=refusal.status)
    return problem(refusal) if is_api() else answer(refusal_page(refusal))


def is_api() -> bool:
    """Whether the request came to the programming interface, found or not."""
    return request.path.startswith("/v2/")


def _heading(status: int) -> str:
    known = {
        400: _("请求无法识别"),
        401: _("需要登录"),
        403: _("您没有这项权限"),
        404: _("没有找到这个页面"),
        405: _("这个地址不接受这种操作"),
        409: _("这项操作没有被接受"),
        413: _("提交的内容太大"),
        422: _("填写的内容需要修改"),
        429: _("操作过于频繁"),
    }
    return known.get(status) or _("这项操作没有完成")


def _http(error: HTTPException) -> tuple[str | Response, int]:
    cause = getattr(error, "original_exception", None)
    if cause is not None:  # what failed after the view, e.g. a session that could not be begun
        return _unknown(cause)
    status = error.code or 500
    texts = {
        400: (_("服务器无法识别这次请求，没有作任何改动。"), _("请返回上一页，刷新后重试。")),
        401: (_("需要先登录，没有作任何改动。"), _("请登录后再试。")),
        404: (_("地址可能有误，或内容已移走。"), _("请检查地址，或从首页重新进入。")),
        405: (_("没有作任何改动。"), _("请从页面上的按钮操作，不要直接输入地址。")),
        413: (_("单次提交不能超过 8 MB，没有作任何改动。"), _("请减少内容后再提交。")),
        429: (_("短时间内请求过多，没有作任何改动。"), _("请稍候几分钟再试。")),
    }
    what, todo = texts.get(status, (_("没有作任何改动。"), _("请稍后重试。")))
    unread = status == 413  # the body was not read, so there is nothing to show again
    return answer(Page(status, _heading(status), what, todo), [] if unread else None)


def _csrf(error: CSRFError) -> tuple[str | Response, int]:
    return answer(
        Page(
            400,
            _("页面已过期"),
            _("为了安全，表单中的校验码只在登录期间有效，这次提交没有被接受，没有作任何改动。"),
            _("您填写的内容保留在下面。请重新打开原页面（必要时先登录），把内容填回后再提交。"),
        )
    )


def _unknown(error: Exception) -> tuple[str | Response, int]:
    number = logs.number()
    log.exception("storage.full" if no_room(error) else "unexpected", number=number)
    page = _no_room(number) if no_room(error) else _failure(number)
    try:
        return answer(page)
    except Exception:  # e.g. the database that the frame reads is away: plain text needs nothing
        log.exception("error page failed", number=number)
        return _PLAIN.format(number=number), page.status


def _failure(number: str) -> Page:
    return Page(
        500,
        _("系统出现了问题"),
        _("系统没有完成这项操作。此前已保存的内容不受影响。"),
        _("请稍后重试；若仍不成功，请联系技术支持并告知下面的编号。"),
        number=number,
    )


def _no_room(number: str) -> Page:
    """A disk is full: it is not their fault, and will pass."""
    return Page(
        503,
        _("系统存储空间已满"),
        _("系统的存储空间已满，没有完成这项操作，没有作任何改动。此前已保存的内容不受影响，仍可查看。"),
        _("请联系技术支持并告知下面的编号；您填写的内容保留在下面，请复制保存，恢复后再提交。"),
        number=number,
    )


def init_app(app: Flask) -> None:
    """Register the handlers: refusals, CSRF, HTTP errors, and everything else."""
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unknown)
