"""Mails leave after the commit, once, readable; refusals are told apart from a server that is away."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import commands, mail
from engine.clock import VirtualClock
from engine.runtime import Runtime
from engine.store.instances import Incident
from engine.store.work import Job, Outbox
from engine.worker import drain
from tests.support.runtimes import rows
from tests.support.smtp import Post, mail_server

SITE = "https://apply.example.org"


@pytest.fixture
def post(rt: Runtime) -> Iterator[Post]:
    with mail_server() as server:
        rt.effects[mail.KIND] = mail.Mailer(server.url, "luzhi@gxt.example.org", SITE)
        yield server


def send(rt: Runtime, **changes: Any) -> None:
    facts: dict[str, Any] = {
        "to": "li@example.com",
        "subject": "申报已提交 Application submitted",
        "text": mail.both("您的申报已提交。", "Your application was submitted."),
        "key": "one",
    }
    with rt.transaction() as tx:
        mail.send(tx.session, at=tx.now, **{**facts, **changes})


def outbox(rt: Runtime) -> Outbox:
    [row] = rows(rt, select(Outbox))
    assert isinstance(row, Outbox)
    return row


def test_a_mail_leaves_after_the_commit_and_is_readable(rt: Runtime, post: Post) -> None:
    send(rt, link="/enterprise")
    assert post.mails == []
    drain(rt)
    [(recipient, message)] = post.mails
    assert recipient == "li@example.com"
    assert message["Subject"] == "申报已提交 Application submitted"
    assert message["From"] == "luzhi@gxt.example.org"
    assert message["Date"] == "Mon, 03 Jun 2024 09:00:00 +0800"
    assert message.get_content_charset() == "utf-8"
    text = message.get_content()
    assert text.index("您的申报已提交。") < text.index("Your application was submitted.")
    assert text.rstrip().endswith("https://apply.example.org/enterprise")


def test_a_mail_is_left_once_per_key(rt: Runtime, post: Post) -> None:
    send(rt)
    send(rt, subject="again")
    drain(rt)
    drain(rt)
    assert len(post.mails) == 1


def test_a_mail_of_a_transaction_that_failed_never_leaves(rt: Runtime, post: Post) -> None:
    def fail() -> None:
        with rt.transaction() as tx:
            mail.send(tx.session, to="li@example.com", subject="s", text="t", at=tx.now, key="k")
            raise RuntimeError("changed our mind")

    with pytest.raises(RuntimeError, match="changed"):
        fail()
    drain(rt)
    assert post.mails == []


def test_its_text_is_forgotten_once_it_is_handed_over(rt: Runtime, post: Post) -> None:
    send(rt, text="https://apply.example.org/reset/secret-token")
    drain(rt)
    assert outbox(rt).done_at is not None
    assert "secret-token" not in str(outbox(rt).payload)
    assert outbox(rt).payload["to"] == "li@example.com"


def test_a_mail_that_is_sent_again_after_a_crash_has_the_same_number(rt: Runtime) -> None:
    mailer = mail.Mailer("smtp://localhost", "luzhi@gxt.example.org", SITE)
    payload = {"to": "li@example.com", "subject": "s", "text": "t", "at": "2024-06-03T09:00:00+08:00"}
    first, again = mailer.message(payload, "k"), mailer.message(payload, "k")
    assert first["Message-ID"] == again["Message-ID"]
    assert mailer.message(payload, "other")["Message-ID"] != first["Message-ID"]


def test_a_mailbox_that_is_refused_for_good_is_noted_and_not_tried_again(
    rt: Runtime, post: Post, clock: VirtualClock
) -> None:
    post.refusals["li@example.com"] = "550 no such mailbox"
    send(rt)
    drain(rt)
    row = outbox(rt)
    assert row.done_at is None
    assert row.refused_at == clock.now()
    assert row.refusal == "550 no such mailbox"
    assert "text" not in row.payload
    assert rows(rt, select(Job)) == []
    assert rows(rt, select(Incident)) == []


def test_a_mailbox_that_is_full_is_tried_again_with_growing_pauses(
    rt: Runtime, post: Post, clock: VirtualClock
) -> None:
    post.refusals["li@example.com"] = "452 mailbox full"
    send(rt)
    drain(rt)
    [job] = rows(rt, select(Job))
    first = job.wake - clock.now()
    clock.set(job.wake)
    drain(rt)
    [job] = rows(rt, select(Job))
    assert job.wake - clock.now() == 2 * first
    assert "452 mailbox full" in job.error
    post.refusals.clear()
    clock.set(job.wake)
    drain(rt)
    assert len(post.mails) == 1
    assert outbox(rt).done_at is not None


def test_a_server_that_is_away_for_a_day_becomes_an_incident(rt: Runtime, clock: VirtualClock) -> None:
    with mail_server() as server:
        url = server.url
    rt.effects[mail.KIND] = mail.Mailer(url, "luzhi@gxt.example.org", SITE)  # nobody listens there any more
    send(rt)
    began = clock.now()
    for _ in range(mail.ATTEMPTS):
        drain(rt)
        clock.advance(timedelta(hours=1))
    [incident] = rows(rt, select(Incident))
    assert "refused" in incident.message
    assert clock.now() - began > timedelta(hours=24)


def test_without_a_mail_server_mails_wait_for_a_worker_that_has_one(rt: Runtime) -> None:
    send(rt)
    drain(rt)
    assert outbox(rt).done_at is None
    with mail_server() as server:
        rt.effects[mail.KIND] = mail.Mailer(server.url, "luzhi@gxt.example.org", SITE)
        commands.wake_effects(rt)
        drain(rt)
        assert len(server.mails) == 1


@pytest.mark.parametrize(
    "address",
    [
        "li@example.com\r\nBcc: all@example.com",
        "li@example.com\nSubject: x",
        "li@example.com, wang@example.com",
        "Li <li@example.com>",
        "li@example.com>",
        "li @example.com",
        "li@-example.com",
        "@example.com",
        "li",
        "",
        f"{'a' * 250}@example.com",
        "李@example.com",
        "li@example.com\x00",
    ],
)
def test_only_one_plain_address_is_taken(rt: Runtime, address: str) -> None:
    with pytest.raises(mail.BadAddress):
        send(rt, to=address)
    assert rows(rt, select(Outbox)) == []


def test_a_line_end_in_a_subject_begins_no_header(rt: Runtime, post: Post) -> None:
    send(rt, subject="申报\r\nBcc: all@example.com\r\n\r\ntext")
    drain(rt)
    [(recipient, message)] = post.mails
    assert recipient == "li@example.com"
    assert message["Bcc"] is None
    assert message["Subject"] == "申报 Bcc: all@example.com text"


def test_encryption_that_was_asked_for_is_never_left_out(rt: Runtime, post: Post) -> None:
    url = post.url.replace("smtp://", "smtp+starttls://")  # the server knows no STARTTLS
    rt.effects[mail.KIND] = mail.Mailer(url, "luzhi@gxt.example.org", SITE)
    send(rt)
    drain(rt)
    assert post.mails == []
    assert outbox(rt).done_at is None


@pytest.mark.parametrize(
    "url",
    ["", "http://mail.example.org", "smtp://", "mail.example.org:25", "smtp://user:secret@mail.example.org"],
)
def test_an_address_that_names_no_safe_server_is_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(mail.BadServer) as refused:
        mail.Mailer(url, "luzhi@gxt.example.org", SITE)
    assert "secret" not in str(refused.value)
