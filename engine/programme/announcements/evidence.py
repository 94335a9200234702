"""Evidence that a public notice stood: what it said, by hash, where, and when it was put up and taken down.

The canonical content is the notice's own lines, one below the other. Once a day the page is fetched as everybody
reads it, and every line is looked for in it.
"""

import re
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, build_opener

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.clock import start_of_day
from engine.programme.announcements.models import (
    CHECKED,
    PUT_UP,
    TAKEN_DOWN,
    PublicationEvidence,
    PublicNotice,
)

if TYPE_CHECKING:
    from engine.runtime import Runtime

PATH = "/announcements/{id}"
SECONDS = 20
"""How long the check waits for the site to answer."""

Fetch = Callable[[str], str]
"""The text of the page at an address. Raises OSError when it cannot be reached."""


def lines(notice: PublicNotice) -> list[str]:
    """The canonical content: title, first and last day, how to reach the office, every item as it was passed."""
    days = (notice.starts_on, notice.ends_on)
    facts = [notice.title, *(f"{day.year}年{day.month}月{day.day}日" for day in days)]
    facts += [text for text in (notice.phone, notice.email, notice.address) if text]
    rows = sorted(notice.items, key=lambda item: item.application_no)
    return facts + [text for row in rows for text in (row.application_no, row.enterprise, row.object_name)]


def digest(content: list[str]) -> str:
    """SHA-256 of the canonical content: its lines without spaces, one below the other, UTF-8."""
    return sha256("\n".join(_plain(line) for line in content).encode()).hexdigest()


def seen(notice: PublicNotice, page: str) -> list[str]:
    """The canonical lines that a page says."""
    text = _plain(unescape(re.sub(r"<[^>]+>", " ", page)))
    return [line for line in lines(notice) if _plain(line) in text]


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def put_up(session: Session, notice: PublicNotice, *, at: datetime) -> None:
    """Note that the notice is out, and what it says."""
    _note(session, notice, PUT_UP, at, sha=digest(lines(notice)), same=True)


def check(session: Session, notice: PublicNotice, page: str | None, *, at: datetime, url: str) -> bool:
    """Note what the page said at this instant; None: it could not be reached. Answers whether it is the same."""
    wanted = lines(notice)
    found = seen(notice, page) if page is not None else []
    same = found == wanted
    missing = [line for line in wanted if line not in found]
    detail = "页面无法访问 unreachable" if page is None else "、".join(missing[:5])
    kind = TAKEN_DOWN if at >= notice.ends_at else CHECKED
    _note(
        session,
        notice,
        kind,
        at,
        sha=digest(found) if page is not None else None,
        same=same,
        detail=detail,
        url=url,
    )
    return same


def _note(
    session: Session,
    notice: PublicNotice,
    kind: str,
    at: datetime,
    *,
    sha: str | None,
    same: bool,
    detail: str = "",
    url: str = "",
) -> None:
    row = PublicationEvidence(
        notice_id=notice.id,
        kind=kind,
        at=at,
        url=url or PATH.format(id=notice.id),
        sha256=sha,
        same=same,
        detail=detail,
    )
    session.add(row)
    session.flush()


def of(session: Session, notice_id: int) -> list[PublicationEvidence]:
    """The evidence of a notice, oldest first."""
    where = PublicationEvidence.notice_id == notice_id
    return list(session.scalars(select(PublicationEvidence).where(where).order_by(PublicationEvidence.id)))


def due(session: Session, at: datetime) -> list[PublicNotice]:
    """Notices to look at now: running ones not yet looked at today, and ended ones whose end is not on record."""
    found = []
    for notice in session.scalars(select(PublicNotice).order_by(PublicNotice.id)):
        known = of(session, notice.id)
        if not known or any(row.kind == TAKEN_DOWN for row in known):
            continue  # put up by an old release, or over
        today = start_of_day(at.date())
        looked = any(row.kind == CHECKED and row.at >= today for row in known)
        if at >= notice.ends_at or (at >= start_of_day(notice.starts_on) and not looked):
            found.append(notice)
    return found


def watch(rt: "Runtime", fetch: Fetch | None = None) -> int:
    """Look at every public notice that is due, as everybody reads it; how many said what they should."""
    with rt.reading() as session:
        wanted = [notice.id for notice in due(session, rt.clock.now())]
    same = 0
    for id in wanted:
        url = rt.settings.site_url.rstrip("/") + PATH.format(id=id)
        page = _page(fetch or _fetch, url)
        with rt.transaction() as tx:
            notice = tx.session.get_one(PublicNotice, id)
            same += check(tx.session, notice, page, at=tx.now, url=url)
    return same


def _page(fetch: Fetch, url: str) -> str | None:
    try:
        return fetch(url)
    except (URLError, OSError):
        return None


class _Stay(HTTPRedirectHandler):
    """Goes nowhere else: a site that sends the check elsewhere does not show the notice."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """No other address is asked."""


_OPENER = build_opener(_Stay)


def _fetch(url: str) -> str:
    # the address is the site's own, out of its settings
    with _OPENER.open(url, timeout=SECONDS) as answer:
        return str(answer.read().decode("utf-8", "replace"))
