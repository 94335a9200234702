"""A real installation does not start with weak or missing secrets, in debug mode, with invented people or default
passwords, or in the open; a demonstration does."""

import base64
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import update

from engine.audit.signing import new_key
from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.operation.strength import KNOWN, REGULAR, SHORT, weakness
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.shifted_clock import ShiftedClock
from engine.store.people import Account
from webapp.account.passwords import hash_password
from webapp.cli import main
from webapp.settings import WebSettings
from webapp.starting import EX_CONFIG, findings

GOOD = secrets.token_urlsafe(48)
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is refused here


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FLASK_DEBUG", "PYTHONDEVMODE", "LUZHI_SECRET_KEY", "LUZHI_DEMO", "LUZHI_HTTPS"):
        monkeypatch.delenv(name, raising=False)


def settings(**more: object) -> WebSettings:
    return WebSettings(_env_file=None, **{"secret_key": GOOD, **more})  # type: ignore[arg-type]


def names(runtime: Runtime, host: str | None = "127.0.0.1", processes: int = 1, **more: object) -> list[str]:
    return [found.code for found in findings(runtime, settings(**more), host=host, processes=processes)]


def with_address(runtime: Runtime, url: str) -> Runtime:
    runtime.settings = runtime.settings.model_copy(update={"site_url": url})
    return runtime


def test_a_good_installation_starts(runtime: Runtime) -> None:
    assert names(runtime) == []
    with_address(runtime, "https://luzhi.example.gov.cn")
    assert names(runtime, host=EVERYWHERE, processes=1, https=True) == []
    assert names(runtime, host=None) == []


def test_a_missing_key_is_asked_for_and_none_is_made(runtime: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "secret_key"
    assert names(runtime, secret_key=None, secret_key_file=file) == ["SecretMissing"]
    assert not file.exists()


WEAK = {
    "x" * 64: REGULAR,
    "0123456789abcdef" * 4: REGULAR,
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQ": REGULAR,
    "qwertyuiopasdfghjklzxcvbnm" * 2: REGULAR,
    "20241123" * 8: REGULAR,
    "short": SHORT,
    secrets.token_hex(16): SHORT,
    "change-me-please-" + "8fK2qLw0vYb3nT6z" * 3: KNOWN,
    "Your_Secret_Key_" + secrets.token_hex(32).upper() + "Z": KNOWN,
    "": SHORT,
}


@pytest.mark.parametrize(("key", "why"), WEAK.items(), ids=range(len(WEAK)))
def test_a_weak_key_is_refused_with_the_reason(runtime: Runtime, key: str, why: str) -> None:
    assert weakness(key) == why
    assert names(runtime, secret_key=SecretStr(key)) == ["SecretWeak"]


@pytest.mark.parametrize(
    "weak", ["metrics", "changeme-" + GOOD, base64.b64encode(bytes(32)).decode()], ids=range(3)
)
def test_so_are_other_weak_secrets(runtime: Runtime, weak: str) -> None:
    assert names(runtime, metrics_token=SecretStr(weak)) == ["OtherSecretWeak"]
    runtime.settings = runtime.settings.model_copy(update={"audit_key": SecretStr(weak)})
    assert names(runtime) == ["OtherSecretWeak"]
    assert names(runtime, demo=True) == []


def test_secrets_that_the_product_makes_are_strong(runtime: Runtime) -> None:
    runtime.settings = runtime.settings.model_copy(update={"audit_key": SecretStr(new_key())})
    assert names(runtime, metrics_token=SecretStr(secrets.token_urlsafe(48))) == []


def test_a_list_of_stolen_passwords_must_be_there(runtime: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "stolen.txt"
    runtime.settings = runtime.settings.model_copy(update={"breached_passwords": file})
    assert names(runtime) == ["StolenMissing"]
    file.write_text("correct horse battery staple\n")
    assert names(runtime) == []


def test_keys_that_were_drawn_are_strong() -> None:
    made = (
        secrets.token_urlsafe(48),
        secrets.token_urlsafe(32),
        secrets.token_hex(32),
        base64.b64encode(secrets.token_bytes(32)).decode(),
    )
    assert [weakness(key) for key in made] == [None] * len(made)


@pytest.mark.parametrize("name", ["FLASK_DEBUG", "PYTHONDEVMODE"])
def test_debug_mode_is_refused(runtime: Runtime, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert names(runtime) == ["DebugMode"]
    monkeypatch.setenv(name, "0")
    assert names(runtime) == []


def test_the_database_of_a_demonstration_is_refused(runtime: Runtime) -> None:
    ShiftedClock(runtime.engine).set(runtime.clock.now(), "demo")
    assert names(runtime) == ["InventedPeople"]
    assert names(runtime, demo=True) == []


@pytest.mark.parametrize("password", ["admin", "Admin@123", "sec-zhang"])
def test_administrators_with_default_passwords_are_refused(runtime: Runtime, password: str) -> None:
    with runtime.transaction() as tx:
        hashed = hash_password(password)
        scribe = Scribe(SYSTEM, tx.now)
        add_account(
            tx.session, scribe, "sec-zhang", "张伟", [Grant("secadmin", "370000")], password_hash=hashed
        )
    assert names(runtime) == ["DefaultPassword"]
    with runtime.transaction() as tx:
        tx.session.execute(update(Account).where(Account.login == "sec-zhang").values(active=False))
    assert names(runtime) == []


@pytest.mark.parametrize("password", ["luzhi", "postgres", "owner"])
def test_a_default_password_of_the_database_is_refused(runtime: Runtime, password: str) -> None:
    url = f"postgresql+psycopg://owner:{password}@db/luzhi"
    runtime.settings = runtime.settings.model_copy(update={"database_url": url})
    assert names(runtime) == ["DatabasePassword"]


def test_plain_http_stays_on_this_machine(runtime: Runtime) -> None:
    assert names(runtime, host=EVERYWHERE) == ["PlainHttp"]
    assert names(runtime, host="10.1.2.3") == ["PlainHttp"]
    assert names(runtime, host="localhost") == names(runtime, host="::1") == []


def test_links_lead_to_https(runtime: Runtime) -> None:
    assert names(runtime, https=True) == ["PlainAddress"]
    with_address(runtime, "http://luzhi.example.gov.cn")
    assert names(runtime) == ["PlainAddress"]


def test_several_processes_need_postgresql_in_a_demonstration_too(runtime: Runtime) -> None:
    assert names(runtime, processes=2) == ["SeveralOnSqlite"]
    assert names(runtime, processes=2, demo=True) == ["SeveralOnSqlite"]


def test_everything_is_told_at_once_in_both_languages_with_what_to_do(runtime: Runtime) -> None:
    found = findings(runtime, settings(secret_key=SecretStr("luzhi")), host=EVERYWHERE, processes=2)
    assert [refusal.code for refusal in found] == ["SeveralOnSqlite", "SecretWeak", "PlainHttp"]
    for refusal in found:
        assert refusal.remedy_zh
        assert refusal.remedy_en
        assert "…" not in refusal.message("zh") + refusal.message("en")


@pytest.mark.parametrize("command", [["serve"], ["worker"]])
def test_the_command_ends_with_a_status_that_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("LUZHI_DATABASE_URL", f"sqlite:///{tmp_path / 'luzhi.sqlite3'}")
    monkeypatch.setenv("LUZHI_SECRET_KEY_FILE", str(tmp_path / "secret_key"))
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    key = (tmp_path / "secret_key").read_text()
    assert weakness(key) is None
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    (tmp_path / "secret_key").unlink()
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    done = CliRunner().invoke(main, command)
    assert done.exit_code == EX_CONFIG
    assert "放回原来的密钥" in done.output
    assert "put the former key back" in done.output
    assert not (tmp_path / "secret_key").exists()


def test_a_command_says_that_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUZHI_DATABASE_URL", "postgresql+psycopg://luzhi:a-password@127.0.0.1:1/luzhi")
    done = CliRunner().invoke(main, ["init", "--check"])
    assert done.exit_code == 1
    assert "数据库没有应答" in done.output
    assert "refused" in done.output.replace("\n", " ")
    assert "a-password" not in done.output
    assert "Traceback" not in done.output
