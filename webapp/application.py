"""The factory: one application that serves one runtime."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from engine import logs as lines
from engine.runtime import Runtime
from forms.decode import MAX_PAIRS
from webapp import (
    access,
    account,
    administration,
    announcing,
    api,
    assets,
    auditing,
    caching,
    collaboration,
    compression,
    dates,
    demo,
    department,
    documents,
    enterprise,
    evaluation,
    experts,
    files,
    health,
    i18n,
    inbox,
    inspector,
    limits,
    logs,
    masks,
    meetings,
    metrics,
    objections,
    people,
    prints,
    problems,
    public,
    recommending,
    scoring,
    security,
    sessions,
    shell,
    start,
    studio,
    tasks,
    titles,
)
from webapp.settings import WebSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PARTS = (security, compression, caching, i18n, dates, masks, assets, shell, problems, limits)
GROUPS = (
    public,
    objections,
    prints,
    documents,
    account,
    enterprise,
    inbox,
    tasks,
    collaboration,
    meetings,
    announcing,
    recommending,
    scoring,
    titles,
    experts,
    evaluation,
    start,
    files,
    department,
    studio,
    administration,
    inspector,
    api,
    demo,
    health,
    metrics,
    auditing,
)
MAX_BODY = 8 * 1024 * 1024  # bytes of one submission; attachments have their own way in (webapp.files)


def create_app(runtime: Runtime, settings: WebSettings | None = None) -> Flask:
    """The application that serves this runtime. Raises Unmarked when a view has no access mark."""
    lines.configure()
    app = Flask(__name__)
    _configure(app, runtime, settings or WebSettings())

    # the order of the hooks: its number, session, who it is, may they come in, is the form ours
    logs.init_app(app)
    sessions.init_app(app)
    LoginManager(app).user_loader(_person)
    access.init_app(app, account.sign_in_page)
    files.init_app(app)
    evaluation.init_app(app)
    CSRFProtect(app)
    for part in PARTS:
        part.init_app(app)
    for group in GROUPS:
        app.register_blueprint(group.blueprint)
    access.check_marks(app)
    app.wsgi_app = _reading_together(app.wsgi_app, runtime)  # type: ignore[method-assign]
    return app


def _reading_together(inner: "WSGIApplication", runtime: Runtime) -> "WSGIApplication":
    """What a request reads until it writes, it reads with one session; what it streams afterwards has its own."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with runtime.sharing():
            return inner(environ, start_response)

    return answer


def _configure(app: Flask, runtime: Runtime, settings: WebSettings) -> None:
    app.extensions.update(luzhi=runtime, luzhi_settings=settings)
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        HTTPS=settings.https,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_PARTS=MAX_PAIRS,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session: a form may stay open all day
        WTF_CSRF_SSL_STRICT=settings.https,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]


def _person(who: str) -> people.Person | None:
    person = sessions.person(who)
    if person is not None:
        logs.knows(person.number)
    return person
