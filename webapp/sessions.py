"""Sessions. A visitor's lives in a signed cookie; a signed-in person's lives in a table and can be ended there.

The cookie of a signed-in person is a random token; the table keeps its SHA-256 only. The token is a new one at
every sign-in (ASVS 7.2.4). Security instants use the machine's clock, not the business clock: a demo that moves
its time forward must not end anybody's session, nor unlock a throttled account.
"""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any, cast

import structlog
from flask import Flask, Request, Response, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as Database

from engine.clock import SystemClock
from engine.store.people import WebSession
from engine.store.trouble import no_room
from webapp import people
from webapp.shared import reading, settings, writing

log = structlog.get_logger(__name__)
CLOCK = SystemClock()
LOGIN_KEY = "_user_id"  # where Flask-Login keeps who is signed in
TABLE_PREFIX = "t."
TOUCH_EVERY = timedelta(minutes=1)
UNATTENDED = "/inbox/news/"
"""What pages ask by themselves: nobody is there, so it keeps no session alive."""
AGENT_LENGTH = 300
HANDLE_LENGTH = 16


class KeptSession(SecureCookieSession):
    """A session that knows its token in the table, if it has one."""

    token: str | None = None
    person: people.Person | None = None
    """Who began it, if the account is still open."""


class TableSessions(SecureCookieSessionInterface):
    """Chooses the place of a session by whether somebody is signed in."""

    session_class = KeptSession

    def open_session(self, app: Flask, request: Request) -> KeptSession:
        """The session of the cookie; an unknown, ended or forged one is an empty session."""
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if cookie.startswith(TABLE_PREFIX):
            return _load(cookie.removeprefix(TABLE_PREFIX))
        serializer = self.get_signing_serializer(app)
        if not cookie or serializer is None:
            return KeptSession()
        try:
            return KeptSession(serializer.loads(cookie))
        except BadSignature:
            return KeptSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed, and set or clear the cookie."""
        session = cast(KeptSession, session)  # only open_session makes them
        if session.get(LOGIN_KEY) is not None:
            self._save_in_table(app, session, response)
        elif session.modified:
            if session.token:
                end(session.token)
            self._save_in_cookie(app, session, response)

    def _save_in_table(self, app: Flask, session: KeptSession, response: Response) -> None:
        if session.token is None:
            session.token = _create(session)
            self._set(app, response, TABLE_PREFIX + session.token)
        elif session.modified:
            _keep(session.token, data=dict(session))

    def _save_in_cookie(self, app: Flask, session: KeptSession, response: Response) -> None:
        if not session:
            response.delete_cookie(self.get_cookie_name(app), **self._attributes(app))
            return
        # create_app always sets a key
        serializer = cast(URLSafeTimedSerializer, self.get_signing_serializer(app))
        self._set(app, response, serializer.dumps(dict(session)))

    def _set(self, app: Flask, response: Response, value: str) -> None:
        response.set_cookie(self.get_cookie_name(app), value, **self._attributes(app))

    def _attributes(self, app: Flask) -> dict[str, Any]:
        return {"path": "/", "httponly": True, "samesite": "Lax", "secure": app.config["HTTPS"]}


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _load(token: str) -> KeptSession:
    now = CLOCK.now()
    with reading() as database:
        found = people.arrival(database, _digest(token))
        if found is None or found.expires_at <= now or found.seen_at + _idle() <= now:
            return KeptSession()
        session = KeptSession(found.data)
        session.token, session.person = token, found.person(database)
    stale = found.seen_at + TOUCH_EVERY <= now and not request.path.startswith(UNATTENDED)
    if stale:
        _keep(token, seen_at=now)
    return session


def _keep(token: str, **values: Any) -> None:
    """Note the click, or a word for the next page; where the disk is full, pages can be read all the same."""
    try:
        _update(token, **values)
    except DBAPIError as error:
        if not no_room(error):
            raise
        log.exception("storage.full")


def _idle() -> timedelta:
    return timedelta(minutes=settings().session_idle_minutes)


def _create(session: KeptSession) -> str:
    token = secrets.token_urlsafe(32)
    now = CLOCK.now()
    with writing() as database:
        database.execute(delete(WebSession).where(WebSession.expires_at <= now))
        database.add(
            WebSession(
                token_sha256=_digest(token),
                login=session[LOGIN_KEY],
                data=dict(session),
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=settings().session_hours),
                address=request.remote_addr,
                agent=request.headers.get("User-Agent", "")[:AGENT_LENGTH],
            )
        )
    return token


def _update(token: str, **values: Any) -> None:
    with writing() as database:
        database.execute(update(WebSession).where(WebSession.token_sha256 == _digest(token)).values(values))


def person(login: str) -> people.Person | None:
    """The person with this login: with whom the session came, unless somebody else has signed in since."""
    known = cast(KeptSession, session).person
    if known is not None and known.id == login:
        return known
    with reading() as database:
        return people.load(database, login)


def end(token: str) -> None:
    """End one session."""
    with writing() as database:
        database.execute(delete(WebSession).where(WebSession.token_sha256 == _digest(token)))


def end_all(database: Database, login: str, *, but: str | None = None) -> int:
    """End every session of a person: after a changed password or a withdrawn account. Answers how many there were.

    `but`: the token of one that stays.
    """
    mine = (WebSession.login == login, WebSession.token_sha256 != _digest(but or ""))
    tokens = database.scalars(select(WebSession.token_sha256).where(*mine)).all()
    database.execute(delete(WebSession).where(*mine))
    return len(tokens)


def token() -> str | None:
    """The token of this request's session, if it is one of the table."""
    return getattr(session, "token", None)


def rotate() -> None:
    """Go on under a new token: what somebody may do has changed, so the old one must not (ASVS 7.2.4)."""
    if old := token():
        end(old)
    session.token = None  # type: ignore[attr-defined]
    session.modified = True


def handle(row: WebSession) -> str:
    """What names a session in forms: of the hash a part, with which nobody can enter."""
    return row.token_sha256[:HANDLE_LENGTH]


def living(database: Database, login: str) -> list[WebSession]:
    """The sessions of a person that have not ended, the last used first."""
    now = CLOCK.now()
    rows = select(WebSession).where(
        WebSession.login == login, WebSession.expires_at > now, WebSession.seen_at > now - _idle()
    )
    return list(database.scalars(rows.order_by(WebSession.seen_at.desc())))


def is_mine(row: WebSession) -> bool:
    """Whether it is the session of this very request."""
    current = token()
    return current is not None and row.token_sha256 == _digest(current)


def init_app(app: Flask) -> None:
    """Use these sessions; over HTTPS the cookie is bound to this host and path (`__Host-`)."""
    app.session_interface = TableSessions()
    app.config["SESSION_COOKIE_NAME"] = "__Host-luzhi" if app.config["HTTPS"] else "luzhi"
