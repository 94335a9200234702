"""Atom feeds (RFC 4287) of everything that is announced, the map of the site, and what robots may visit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from flask import Response, abort, render_template, request, url_for
from sqlalchemy.orm import Session

from engine.programme import public
from webapp.access import everyone
from webapp.caching import cacheable
from webapp.public.blueprint import OPEN, blueprint
from webapp.shared import public_reading as reading
from webapp.shared import runtime

MOST = 50
ATOM = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed: `endpoint` and `id` make its address and its identity, which never change."""

    endpoint: str
    id: int
    title: str
    summary: str
    at: datetime


@blueprint.get("/feed.atom")
@everyone(OPEN)
@cacheable
def feed() -> Response:
    """The newest notices, public notices, results, renamings and revocations."""
    with reading() as session:
        found = [item for kind in KINDS for item in KINDS[kind](session)]
    return _feed("", found)


@blueprint.get("/feeds/<kind>.atom")
@everyone(OPEN)
@cacheable
def feed_of(kind: str) -> Response:
    """One kind of announcement. Raises NotFound."""
    if kind not in KINDS:
        abort(404)
    with reading() as session:
        return _feed(kind, list(KINDS[kind](session)))


@blueprint.get("/sitemap.xml")
@everyone(OPEN)
@cacheable
def sitemap() -> Response:
    """Every public page that is about something, for search engines."""
    fixed = ("home", "guide_page", "notices", "announcements", "publications", "register", "renamings")
    addresses = [absolute(f"public.{name}") for name in (*fixed, "revocations", "data_page", "accessibility")]
    with reading() as session:
        items = [item for kind in KINDS for item in KINDS[kind](session)]
        _, titles = public.register(session, public.Search(), 0, 40_000)
    addresses += [absolute(f"public.{item.endpoint}", id=item.id) for item in items]
    addresses += [absolute("public.title", title_no=title.title_no) for title in titles]
    return Response(render_template("public/sitemap.xml", addresses=addresses), mimetype="application/xml")


@blueprint.get("/robots.txt")
@everyone(OPEN)
@cacheable
def robots() -> Response:
    """Public pages only; nothing to sign in to, to fill in or to check by a code."""
    closed = ("/sign-in", "/start", "/verify", "/language", "/objections", "/account")
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        f"Sitemap: {absolute('public.sitemap')}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def absolute(endpoint: str, **arguments: object) -> str:
    """The full address of a page, on the site's own name whatever the visitor's browser called it."""
    return runtime().settings.site_url.rstrip("/") + url_for(endpoint, **arguments)  # type: ignore[arg-type]


def _feed(kind: str, items: list[Item]) -> Response:
    newest = sorted(items, key=lambda item: (item.at, item.endpoint, item.id), reverse=True)[:MOST]
    page = render_template(
        "public/feed.xml",
        kind=kind,
        items=newest,
        updated=newest[0].at if newest else datetime.fromisoformat("2022-04-30T00:00:00+08:00"),
        identity=identity,
        address=lambda item: absolute(f"public.{item.endpoint}", id=item.id),
        self_address=absolute(request.endpoint or "", **(request.view_args or {})),
        home=absolute("public.home"),
    )
    return Response(page, mimetype=ATOM)


def identity(*parts: object) -> str:
    """A tag URI (RFC 4151) that stays the same for ever: the site's name in the year it began, and what it names."""
    host = urlsplit(runtime().settings.site_url).hostname or "localhost"
    return f"tag:{host},2022:" + "/".join(str(part) for part in parts if part != "")


def _notices(session: Session) -> Iterator[Item]:
    for entry in public.notices(session, MOST):
        yield Item("notice", entry.id, entry.title, entry.number, entry.at)


def _announcements(session: Session) -> Iterator[Item]:
    for row in public.announcements(session, MOST):
        days = f"{row.starts_on.isoformat()} – {row.ends_on.isoformat()}"
        yield Item("announcement", row.id, row.title, days, row.at)


def _entries(
    endpoint: str, rows: Callable[..., tuple[public.Entry, ...]]
) -> Callable[[Session], Iterator[Item]]:
    def items(session: Session) -> Iterator[Item]:
        for entry in islice(rows(session), MOST):
            yield Item(endpoint, entry.id, entry.title, entry.number, entry.at)

    return items


KINDS: dict[str, Callable[[Session], Iterator[Item]]] = {
    "notices": _notices,
    "announcements": _announcements,
    "results": _entries("publication", public.publications),
    "renamings": _entries("renaming", public.renamings),
    "revocations": _entries("revocation", public.revocations),
}
