"""What a browser, a program and a reader of the code find closed: evidence of docs/asvs.csv that has no other place."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser

from engine.runtime import Runtime
from tests.support.runtimes import rows
from tests.web import routes
from tests.web.conftest import PASSWORD, SignIn, token
from webapp import create_app
from webapp.settings import WebSettings

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("engine", "forms", "webapp")


# requests and answers


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    for address in ("/", "/sign-in", "/static/site.css", "/v2/user-tasks/search"):
        answer = client.open(address, method=method)
        assert answer.status_code in (404, 405), address


def test_no_other_origin_is_let_in(app: Flask, client: FlaskClient) -> None:
    for _, address in routes.walk(app, "GET"):
        answer = client.get(address, headers={"Origin": "https://elsewhere.example"})
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")], address


def test_every_text_says_its_characters(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("city")
    for _, address in routes.walk(app, "GET"):
        answer = client.get(address)
        if answer.get_data() and answer.mimetype.startswith("text/"):
            assert answer.mimetype_params["charset"] == "utf-8", address


@pytest.mark.parametrize(
    "address",
    [
        "/static/",
        "/static/build/",
        "/.git/config",
        "/.env",
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
    ],
)
def test_folders_and_sources_are_not_there(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_what_stands_in_the_address_is_no_form(client: FlaskClient) -> None:
    csrf = token(client.get("/sign-in"))
    answer = client.post(f"/sign-in?login=city&password={PASSWORD}", data={"csrf_token": csrf})
    assert answer.status_code == 422
    assert client.get("/account").status_code == 302


def test_of_a_parameter_given_twice_one_counts(client: FlaskClient) -> None:
    csrf = token(client.get("/sign-in"))
    pairs = {"login": ["city", "officer"], "password": [PASSWORD, "x"], "csrf_token": csrf}
    client.post("/sign-in", data=pairs)
    assert "李强" in client.get("/account").get_data(as_text=True)


# cookies, sessions, passwords


@pytest.fixture
def secure(runtime: Runtime, settings: WebSettings, app: Flask) -> FlaskClient:
    """A browser that came over HTTPS."""
    client = create_app(runtime, settings.model_copy(update={"https": True})).test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def test_every_cookie_is_bound_to_the_host(secure: FlaskClient) -> None:
    cookies = [
        cookie
        for address in ("/sign-in", "/language/en")
        for cookie in secure.get(address, base_url="https://localhost").headers.getlist("Set-Cookie")
    ]
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-luzhi")
        for word in ("Secure", "HttpOnly", "Path=/", "SameSite="):
            assert word in cookie
        assert "Domain" not in cookie
    assert "Sign in" in secure.get("/sign-in", base_url="https://localhost").get_data(as_text=True)


def test_the_token_of_a_session_stands_on_no_page(sign_in: SignIn) -> None:
    client = sign_in("city")
    cookie = client.get_cookie("luzhi")
    assert cookie is not None
    for address in ("/", "/account", "/inbox/mine"):
        assert cookie.value not in client.get(address, follow_redirects=True).get_data(as_text=True)


def test_signing_out_leaves_no_page_behind(sign_in: SignIn) -> None:
    client = sign_in("city")
    answer = client.post("/sign-out", data={"csrf_token": token(client.get("/account"))})
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_a_password_is_typed_unseen_and_may_be_pasted(client: FlaskClient, sign_in: SignIn) -> None:
    pages = [
        client.get("/sign-in").get_data(as_text=True),
        sign_in("city").get("/account").get_data(as_text=True),
    ]
    fields = [
        field for page in pages for field in re.findall(r'<input[^>]*name="[^"]*password[^"]*"[^>]*>', page)
    ]
    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert "autocomplete=" in field
        assert 'autocomplete="off"' not in field
        assert "maxlength" not in field or int(re.findall(r'maxlength="(\d+)"', field)[0]) >= 64
    scripts = [path.read_text(encoding="utf-8") for path in scripts_of_pages()]
    assert not [script for script in scripts if re.search(r'"paste"', script) and "password" in script]


def test_no_question_and_no_hint_replaces_a_password(app: Flask, client: FlaskClient) -> None:
    for address in ("/sign-in", "/forgot", "/register/new"):
        page = client.get(address).get_data(as_text=True)
        assert not re.search("密保|密码提示|安全问题", page), address


def test_signing_in_failing_and_leaving_are_links_of_the_trail(runtime: Runtime, sign_in: SignIn) -> None:
    from sqlalchemy import select

    from engine.store.trail import Audit

    client = sign_in("city")
    client.post("/sign-out", data={"csrf_token": token(client.get("/account"))})
    sign_in("city", "falsch falsch falsch")
    sign_in("mein passwort im falschen feld", "x")
    links = rows(runtime, select(Audit).where(Audit.action.like("account.sign%")).order_by(Audit.sequence))
    assert [(link.action, link.actor, link.object_key) for link in links] == [
        ("account.sign_in", "city", "city"),
        ("account.sign_out", "city", "city"),
        ("account.sign_in_failed", "public", "city"),
        ("account.sign_in_failed", "public", "?"),  # it may be a password that was typed into the wrong field
    ]
    assert all("address" in link.detail for link in links)
    assert "falsch" not in str([link.detail for link in links])


def test_a_refused_right_is_logged(sign_in: SignIn, capsys: pytest.CaptureFixture[str]) -> None:
    sign_in("city").get("/audit/")
    [line] = [line for line in capsys.readouterr().err.splitlines() if '"event": "refused"' in line]
    assert "NotAllowed" in line
    assert "auditing.listing" in line


# the code


@dataclass(frozen=True, slots=True)
class Source:
    """What one file imports, calls and names."""

    path: str
    imported: set[str]
    called: set[str]
    attributes: set[str]
    keywords: set[str | None]


@cache
def sources() -> list[Source]:
    """Every file of ours, read once."""
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return [source(path) for path in paths]


def source(path: Path) -> Source:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    modules = {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }
    return Source(
        path.relative_to(ROOT).as_posix(),
        names | modules,
        {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)},
        {node.attr for node in nodes if isinstance(node, ast.Attribute)},
        {node.arg for node in nodes if isinstance(node, ast.keyword)},
    )


def scripts_of_pages() -> list[Path]:
    return sorted((ROOT / "webapp" / "frontend" / "src").rglob("*.js"))


UNSAFE = {"pickle", "marshal", "shelve", "yaml", "dill", "jsonpickle", "telnetlib", "ftplib", "ldap", "ldap3"}
RUNS_TEXTS = {"eval", "exec", "os.system", "os.popen", "__import__"}
PROGRAMS = {
    "engine/files/checking.py",  # our own checker of files, in a process of its own
    "engine/operation/backup/databases.py",  # pg_dump, pg_restore
    "engine/store/private_postgres.py",  # the server of tests and benches
    "webapp/assets.py",  # the build of the browser's files
    "webapp/bench/serving.py",
    "webapp/cli/serve.py",
}
DICE = ("engine/programme/rehearsal/", "webapp/bench/", "engine/operation/checking/")
"""Where chance need not be unguessable: invented people, benches, samples of a check."""


def test_nothing_is_read_that_could_be_code_and_no_text_is_run() -> None:
    for each in sources():
        assert each.imported.isdisjoint(UNSAFE), each.path
        assert each.called.isdisjoint(RUNS_TEXTS), each.path


def test_programs_are_called_by_lists_in_few_places() -> None:
    assert {each.path for each in sources() if "subprocess" in each.imported} <= PROGRAMS
    assert [each.path for each in sources() if "shell" in each.keywords] == []


def test_weak_hashes_are_not_used() -> None:
    for each in sources():
        assert each.attributes.isdisjoint({"md5", "sha1", "MD5", "SHA1", "ECB", "PKCS1v15"}), each.path


def test_guessable_dice_decide_nothing() -> None:
    using = [each.path for each in sources() if "random" in each.imported]
    assert [path for path in using if not path.startswith(DICE)] == []


def test_scripts_take_no_messages_of_other_windows() -> None:
    for path in scripts_of_pages():
        assert not re.search(
            r'addEventListener\("message"|onmessage\s*=|postMessage\(', path.read_text("utf-8")
        ), path


def test_scripts_make_no_markup_of_texts() -> None:
    for path in scripts_of_pages():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function\(|document\.write\(|insertAdjacentHTML", text), path


def test_scripts_cannot_soil_what_all_objects_share() -> None:
    """What comes from a page names keys of one object at most: never of an object found by another such name."""
    soiling = r"\]\s*\[[^\]]+\]\s*(?:=|\+=|\?\?=|\|\|=)[^=>]|__proto__|setPrototypeOf|\.constructor\b.*\[|deepMerge|merge\("
    for path in scripts_of_pages():
        assert not re.search(soiling, path.read_text(encoding="utf-8")), path


# in front of it


AMBIGUOUS = {
    "two lengths": "Content-Length: 5\r\nContent-Length: 6\r\n",
    "lengths in one": "Content-Length: 5, 6\r\n",
    "both framings": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "an unknown coding": "Transfer-Encoding: xchunked\r\n",
    "chunked first": "Transfer-Encoding: chunked, identity\r\n",
    "a sign": "Content-Length: +5\r\n",
    "a blank before the colon": "Content-Length : 5\r\n",
    "a folded line": "X-One: a\r\n Content-Length: 5\r\n",
    "a lower line in a name": "Content_Length: 5\r\nTransfer-Encoding: identity\r\n",
}


@pytest.mark.parametrize("framing", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_a_message_of_doubtful_length_is_not_read(framing: str) -> None:
    """Two servers that disagree where a request ends would smuggle a second one past the first (ASVS 4.2.1)."""
    raw = f"POST /sign-in HTTP/1.1\r\nHost: luzhi\r\n{framing}\r\n0\r\n\r\nGET /audit/ HTTP/1.1\r\n\r\n".encode()
    with pytest.raises(ParseException):
        next(RequestParser(Config(), iter([raw]), ("127.0.0.1", 50000)))


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_programs_are_not_led_from_http_to_https(name: str) -> None:
    text = (ROOT / "docker" / name).read_text(encoding="utf-8")
    assert re.search(r"/v2/.*\s*(?:\{ return 403|\{\s+respond 403)", text)


def test_only_present_tls_is_spoken() -> None:
    text = (ROOT / "docker" / "nginx.conf").read_text(encoding="utf-8")
    assert re.findall(r"ssl_protocols (.*);", text) == ["TLSv1.2 TLSv1.3"]
    [ciphers] = re.findall(r"ssl_ciphers (.*);", text)
    assert all(each.startswith("ECDHE+") for each in ciphers.split(":"))
