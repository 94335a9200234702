"""The doors to a task: its page in both languages, the interface, the bulk action. Each must refuse alike."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, text

from engine.inbox.models import LEFT_OUT, REFUSED, SUCCEEDED, BatchItem
from engine.runtime import Runtime
from engine.store import json, models
from tests.web.conftest import token
from tests.web.deciding_world import Site

ASIDE = {
    "audit_head",
    "web_session",
    "login_attempt",
    "throttle",
    "inbox_batch",
    "inbox_batch_item",
    "task_seen",
}
"""What a look or a refused batch may write: nothing of the programme."""
CHINESE = re.compile("[\u4e00-\u9fff]")
QUOTED = re.compile("“[^”]*”|\\S*〔\\d+〕\\d+号")
"""Names and numbers of documents, that English quotes as they stand."""
AUDIT = "SELECT action, object_key FROM audit WHERE action NOT IN ('batch.confirm', 'account.sign_in') ORDER BY sequence"


@dataclass(frozen=True, slots=True)
class Refused:
    """What the interface said: the name of the refusal, its words, its article."""

    code: str
    status: int
    zh: str
    en: str
    basis: str
    errors: str
    """What stands beside the fields, in both languages."""


def everything(rt: Runtime) -> dict[str, Any]:
    """Every row of every table that matters, and what the audit trail says."""
    with rt.engine.connect() as connection:
        found: dict[str, Any] = {
            # when somebody signed in last is written by signing in, whatever is refused afterwards
            table.name: connection.execute(select(*(c for c in table.c if c.name != "signed_in_at"))).all()
            for table in models.load().sorted_tables
            if table.name not in {*ASIDE, "audit"}
        }
        return {**found, "audit": connection.execute(text(AUDIT)).all()}


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The new rows of each table that is different."""
    return {
        name: [row for row in after[name] if row not in before[name]]
        for name in after
        if after[name] != before[name]
    }


def pairs(body: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """A body as the fields of an HTML form."""
    for key, value in body.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from pairs(value, f"{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, row in enumerate(value):
                yield from pairs(row, f"{name}[{number}].")
        elif isinstance(value, list):
            yield from ((name, str(each)) for each in value)
        elif value is not None:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)


class Person:
    """Somebody signed in who tries every door."""

    def __init__(self, site: Site, login: str) -> None:
        self.site, self.login = site, login
        self.client: FlaskClient = site.client(login)
        self.csrf = token(self.client.get("/account/password"))

    def post(self, address: str, fields: Mapping[str, Any], language: str = "zh") -> tuple[int, str]:
        """Post a form; status and text."""
        self.client.set_cookie("luzhi_language", language)
        sent: dict[str, list[str]] = {"csrf_token": [self.csrf]}
        for name, value in pairs(fields):
            sent.setdefault(name, []).append(value)
        answer = self.client.post(address, data=sent)
        return answer.status_code, html.unescape(answer.text)

    def api(self, task: int, body: Mapping[str, Any]) -> Refused | None:
        """Complete through the interface; None when it was accepted."""
        return self.called(f"/v2/user-tasks/{task}/completion", {"variables": body})

    def called(self, address: str, body: Mapping[str, Any]) -> Refused | None:
        """Call the interface; what it refused, None when it did not."""
        sent = {"data": json.dumps(body), "content_type": "application/json"}
        answer = self.client.post(address, headers={"X-CSRFToken": self.csrf}, **sent)
        if answer.status_code < 300:
            return None
        told = answer.json or {}
        errors = "".join(f"{each['zh']} {each['en']}" for each in told.get("errors", ()))
        words = told["detail"], told.get("detail_en", ""), told.get("basis", "")
        return Refused(told["title"], answer.status_code, *words, errors)

    def bulk(self, task: int, body: Mapping[str, Any]) -> BatchItem | None:
        """One opinion for many, with this task ticked; what came of it, None where it may not be seen."""
        planned = self.client.post(
            "/inbox/offered/bulk",
            data={"csrf_token": self.csrf, "action": "complete", "scope": "ticked", "id": str(task)},
        )
        if "Location" not in planned.headers:  # not even to be seen
            assert planned.status_code == 422, planned.status_code
            return None
        self.post(planned.headers["Location"], body)
        query = select(BatchItem).where(BatchItem.task_id == task).order_by(BatchItem.batch_id)
        found: BatchItem = self.site.house.rows(query)[-1]
        return found


def refused(person: Person, task: int, body: Mapping[str, Any], code: str, *, page: bool = True) -> Refused:
    """The refusal with this name that every door answers, word for word, and after which nothing is different.

    `page`: not for a long form, whose page sends a declaration only.
    """
    before = everything(person.site.house.rt)
    told = person.api(task, body)
    assert told is not None, "the interface accepts it"
    assert told.code == code, told
    assert not CHINESE.search(QUOTED.sub("", told.en)), told.en
    for language, words in (("zh", told.zh), ("en", told.en)) if page else ():
        status, text = person.post(f"/tasks/{task}", body, language)
        assert status == told.status, (language, status)
        assert code in ("InvalidForm", "NotFound") or words in text, (language, words)
    item = person.bulk(task, body)
    assert (item is None) == (code == "NotFound")
    assert item is None or item.state != SUCCEEDED
    if item is not None and item.state in (
        LEFT_OUT,
        REFUSED,
    ):  # else the opinion itself was refused, before the first row
        assert item.reason_zh
        assert item.reason_en
    left = changed(before, everything(person.site.house.rt))
    assert left == {}, left
    return told
