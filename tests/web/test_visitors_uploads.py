"""People without an account may upload a little, and only a little; a full disk is told, not crashed on."""

import errno
import os
from collections import namedtuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine import commands
from engine.files import limits as file_limits
from engine.files import operations, store
from engine.files.refusals import StorageFull, VisitorsFull
from engine.policy import PUBLIC, SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store import trouble
from engine.store.files import Upload
from tests.support.files import pdf
from tests.web import attaching, world
from tests.web.attaching import Browser
from tests.web.conftest import SignIn
from webapp import limits
from webapp.files import own_purpose
from webapp.files.purposes import own_purposes

Usage = namedtuple("Usage", "total used free")
PAGE = "/start/objection/1"


@pytest.fixture(autouse=True)
def _notice(app: Flask, runtime: Runtime) -> None:
    form = project_root() / "forms" / "definitions" / "objection_start.form"
    commands.deploy(runtime, SYSTEM, {form.name: form.read_bytes()})
    world.add_announcement(runtime)


@pytest.fixture
def visitor(client: FlaskClient) -> Browser:
    """Somebody on the page of an objection, with the purpose that it has for them."""
    page = client.get(PAGE).get_data(as_text=True)
    purpose = page.partition('data-purpose="')[2].partition('"')[0]
    assert purpose.startswith("objection:")
    return Browser(client, purpose, PAGE)


def begun(runtime: Runtime) -> int:
    with runtime.reading() as session:
        return len(session.scalars(select(Upload.id)).all())


def test_an_address_has_a_budget_for_a_day(
    visitor: Browser, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BYTES", limits.parse("30 per day"))  # kB
    assert visitor.create("a.pdf", 20 * 1024).status_code == 201
    answer = visitor.create("b.pdf", 20 * 1024)
    assert answer.status_code == 429
    assert "一天内" in (answer.json or {})["message"]
    assert begun(runtime) == 1, "nothing is kept of what was refused"


def test_a_large_form_of_a_visitor_is_counted_before_it_is_read(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BYTES", limits.parse("30 per day"))
    answer = client.post(PAGE, data={"statement": "x" * 40 * 1024})  # without the token, too
    assert answer.status_code == 429


def test_who_is_signed_in_has_other_limits(
    sign_in: SignIn, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BYTES", limits.parse("1 per day"))
    task = attaching.begin(runtime)
    assert Browser(sign_in("filler"), f"task:{task}").create("a.pdf", 20 * 1024).status_code == 201


def test_all_visitors_together_have_a_budget(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_limits, "VISITORS_A_DAY", 1000)

    def begin(number: int, size: int) -> None:
        with runtime.transaction() as tx:
            operations.begin(
                tx.session, PUBLIC, purpose=f"objection:{number:032}", name="a.pdf", size=size, at=tx.now
            )

    begin(1, 600)
    with pytest.raises(VisitorsFull):
        begin(2, 600)
    begin(3, 400)


def test_addresses_of_one_network_count_as_one(app: Flask) -> None:
    def seen(address: str) -> str:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return limits.network()

    assert seen("2001:db8:1:2:3::4") == seen("2001:db8:1:2::ffff") == "2001:db8:1:2::/64"
    assert seen("2001:db8:1:3::1") != seen("2001:db8:1:2::1")
    assert seen("::ffff:192.0.2.7") == seen("192.0.2.7") == "192.0.2.7"


def test_what_a_visitor_registers_with_is_not_seen_to_be_what_they_object_with(app: Flask) -> None:
    with app.test_request_context():
        objection, registration = own_purpose("objection"), own_purpose("registration")
        assert {objection, registration} == set(own_purposes())
    assert objection.partition(":")[2] != registration.partition(":")[2]


def test_a_disk_without_room_is_told_before_anything_is_sent(
    visitor: Browser, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.shutil, "disk_usage", lambda folder: Usage(1, 1, store.RESERVE + 100))
    answer = visitor.create("a.pdf", 101)
    assert answer.status_code == 507
    assert "存储空间不足" in (answer.json or {})["message"]
    assert begun(runtime) == 0
    assert visitor.create("a.pdf", 100).status_code == 201


@pytest.mark.parametrize("number", sorted(trouble.FULL))
def test_a_disk_that_fills_meanwhile_is_told_and_what_fitted_stays(
    visitor: Browser, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    content = pdf()
    address = visitor.begin("a.pdf", len(content))
    write = store._write

    def full(file: object, piece: bytes) -> None:
        write(file, piece[:40])  # type: ignore[arg-type]
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(store, "_write", full)
    answer = visitor.patch(address, 0, content)
    assert (answer.status_code, (answer.json or {})["code"]) == (507, StorageFull.__name__)
    monkeypatch.setattr(store, "_write", write)
    assert visitor.offset(address) == 40
    assert visitor.patch(address, 40, content[40:]).status_code == 204
    assert visitor.finish(address).status_code == 201


def test_another_error_of_the_disk_is_no_refusal(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(file: object, piece: bytes) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(store, "_write", broken)
    with pytest.raises(OSError, match="broken"):
        runtime.files.append("f0", 0, [b"x"])


@pytest.mark.parametrize("id", ["f0000000000000000000000000", "a b", "..", "ä"])
def test_naming_files_that_do_not_exist_leaves_nothing_on_the_disk(
    visitor: Browser, runtime: Runtime, id: str
) -> None:
    answer = visitor.delete(f"/files/uploads/{id}")
    assert answer.status_code in (404, 405)
    assert not list(runtime.files.folder.rglob("*"))
