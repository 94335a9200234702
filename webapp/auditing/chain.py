"""The chain as a whole: length, anchors, checks, the key; signed exports."""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO, Any

from flask import Response, redirect, render_template, request, stream_with_context, url_for
from sqlalchemy import select

from engine import audit
from engine.audit import anchors, exporting, keeping
from engine.audit.signing import signer
from engine.clock import in_business_zone
from engine.errors import Refusal
from engine.store.trail import Audit
from webapp import access
from webapp.access import actor, rule
from webapp.auditing.blueprint import blueprint
from webapp.downloads import as_file
from webapp.i18n import gettext as _
from webapp.i18n import language
from webapp.shared import now, reading, runtime

SHOWN = 60
"""Anchors and checks on the page; all anchors are in the file."""
BLOCK = 256 * 1024  # bytes


class BadDays(Refusal):
    """The form names no two days in order."""

    zh = "请填写起止日期，起始日期不晚于截止日期。"
    en = "Give a first and a last day, the first not after the last."
    status = 422


@blueprint.get("/chain")
@rule("audit.export")
def chain() -> str:
    """How the chain stands."""
    access.require("audit.export")
    return _page()


@blueprint.post("/chain/check")
@rule("audit.export")
def check() -> Any:
    """Check what came since the newest anchor but one; the outcome is a link."""
    access.require("audit.export")
    rt, today = runtime(), in_business_zone(now()).date()
    with reading() as session:
        start, broken = keeping.check(rt, session, today)
        length, _hash = audit.head(session)
    keeping.note(rt, actor().login, today, start, length, broken)
    return redirect(url_for("auditing.chain"), 303)


@blueprint.post("/export.zip")
@rule("audit.export")
def export() -> Any:
    """A signed archive of some days."""
    access.require("audit.export")
    out = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed when the last byte has been sent
    try:
        first, last = days(request.form)
        exporting.export(runtime(), actor(), first, last, out, request.form.get("reason", ""))
    except Refusal as refused:
        out.close()
        return _page(refused.message(language())), refused.status
    answer = Response(stream_with_context(_blocks(out)), content_type="application/zip")
    return as_file(answer, f"audit-{first}-{last}.zip")


def days(form: Any) -> tuple[date, date]:
    """First and last day that a form names. Raises BadDays."""
    try:
        first, last = (date.fromisoformat(form.get(name, "")) for name in ("first", "last"))
    except ValueError as error:
        raise BadDays() from error
    if first > last:
        raise BadDays()
    return first, last


def _blocks(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        out.seek(0)
        while block := out.read(BLOCK):
            yield block


def _page(error: str = "") -> str:
    settings, today = runtime().settings, in_business_zone(now()).date()
    with reading() as session:
        length, end = audit.head(session)
        known = anchors.known(session)
        query = select(Audit).where(Audit.action == "audit.verify").order_by(Audit.sequence.desc())
        checks = session.scalars(query.limit(SHOWN)).all()
    path = settings.audit_anchors_file()
    key = signer(settings)
    return render_template(
        "auditing/chain.html",
        length=length,
        end=end,
        anchors=known[::-1][:SHOWN],
        total=len(known),
        outside=len(anchors.read(path)) if path.exists() else 0,
        checks=checks,
        broken=next((each.detail["broken"] for each in checks if each.detail.get("broken")), None),
        key=key,
        error=error,
        first=today - timedelta(days=30),
        today=today,
        missing=_("锚点文件尚未生成") if not path.exists() else "",
    )
