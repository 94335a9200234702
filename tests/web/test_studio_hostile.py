"""Drafts that carry markup, scripts, addresses or endless work, and titles that do: every page of the studio stands."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine import commands
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.settings import project_root
from engine.store import json
from engine.studio.drafts import drafting
from engine.studio.trying.recorded import record, scenarios
from engine.studio.trying.scenarios import ScenarioUnreadable
from tests.web import world
from tests.web.conftest import SignIn, token

MARK = "<img src=x onerror=alert(1)>"
NAME = f"{MARK}\u202e\u200b\"'</script><script>alert(2)</script>" + "很" * 10_000
LINK = "javascript:alert(3)"
OUTSIDE = "http://attacker.example/x"
SECONDS = 6.0
FORM, TABLE, DIAGRAM = "registration_check.form", "ranking.dmn", "registration.bpmn"
SOURCES = {
    FORM: "forms/definitions/registration_check.form",
    TABLE: "processes/decisions/ranking.dmn",
    DIAGRAM: "processes/registration.bpmn",
}
ORIGINAL = {file: (project_root() / path).read_bytes() for file, path in SOURCES.items()}


def form(*components: dict[str, Any], **more: Any) -> bytes:
    head = {"id": "registration_check", "type": "default", "schemaVersion": 19}
    fields = [{"id": f"i{n}", **each} for n, each in enumerate(components)]
    return json.dumps({**head, "components": fields, **more}).encode()


def named(content: bytes) -> bytes:
    """Every name in an XML file is hostile."""
    quoted = (
        NAME[:2000].replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("\u200b", "")
    )
    return re.sub(rb' name="[^"]*"', f' name="{quoted}"'.encode(), content)


def expressing(text: str) -> bytes:
    """A form whose one field asks an expression for everything that it may ask."""
    field = {"type": "textfield", "key": "a", "label": "a", "prefill": f"={text}"}
    return form({**field, "conditional": {"hide": f"={text}"}})


FORMS = {
    "image": form({"type": "image", "source": OUTSIDE, "alt": MARK}),
    "data image": form({"type": "image", "source": "data:image/svg+xml,<svg onload='alert(1)'/>"}),
    "iframe": form({"type": "iframe", "url": OUTSIDE, "label": MARK}),
    "script frame": form({"type": "iframe", "url": LINK}),
    "document preview": form({"type": "documentPreview", "dataSource": f'=[{{endpoint: "{OUTSIDE}"}}]'}),
    "html": form({"type": "html", "content": f"<script>{LINK}</script>{MARK}"}),
    "text": form({"type": "text", "text": f"[x]({LINK}) ![y]({OUTSIDE}) {MARK} <a href={LINK}>z</a>"}),
    "template": form({"type": "text", "text": '{{"a" + "<script>alert(4)</script>"}}'}),
    "labels": form({"type": "textfield", "key": "a", "label": NAME, "description": f"[x]({LINK}){MARK}"}),
    "values": form({"type": "select", "key": "a", "label": "a", "values": [{"label": MARK, "value": LINK}]}),
    "title": form({"type": "textfield", "key": "a", "label": "a"}, title=NAME, title_en=NAME),
    "endless": expressing("for a in 1..100000, b in 1..100000 return a * b"),
    "power": expressing("string join(for a in 1..1000000 return string(9 ** 999999), \"\")"),
    "pattern": expressing('matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")'),
    "deep": b'{"components": ' + b"[" * 50_000,
    "not text": b"\xff\xfe\x00\xd8" * 500,
    "pattern of a field": form(
        {"type": "textfield", "key": "a", "label": "a", "validate": {"pattern": "(a+)+$"}}
    ),
    "repeats": form(
        {
            "type": "dynamiclist", "path": "rows", "label": "r", "defaultRepetitions": 10**9,
            "components": [{"type": "textfield", "key": "a", "label": "a", "id": "deep"}],
        }
    ),
}  # fmt: skip
DECISIONS = {
    "names": named(ORIGINAL[TABLE]),
    "import": ORIGINAL[TABLE].replace(
        b"<decision ", f'<import namespace="n" locationURI="{OUTSIDE}" importType="t"/><decision '.encode(), 1
    ),
    "entities": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>',
    "bomb": b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><definitions>&b;</definitions>',
    "include": b'<definitions xmlns:xi="http://www.w3.org/2001/XInclude">'
    b'<xi:include href="file:///etc/passwd" parse="text"/></definitions>',
    "endless": re.sub(
        rb"<text>[^<]*</text>",
        b"<text>count(for a in 1..99999, b in 1..99999 return a)</text>",
        ORIGINAL[TABLE],
    ),
    "nothing": b"",
}
DIAGRAMS = {
    "names": named(ORIGINAL[DIAGRAM]),
    "documentation": ORIGINAL[DIAGRAM].replace(
        b"<bpmn:startEvent", f"<bpmn:documentation><![CDATA[{MARK}[x]({LINK})]]></bpmn:documentation>".encode()
        + b"<bpmn:startEvent", 1
    ),
    "endless": re.sub(rb"PT48H", b"=for a in 1..99999, b in 1..99999 return a", ORIGINAL[DIAGRAM]),
    "entities": DECISIONS["entities"],
    "far away": re.sub(rb'(x|y|width|height)="[\d.-]+"', rb'\1="1e308"', ORIGINAL[DIAGRAM]),
}  # fmt: skip
ALL = [
    *((FORM, name, content) for name, content in FORMS.items()),
    *((TABLE, name, content) for name, content in DECISIONS.items()),
    *((DIAGRAM, name, content) for name, content in DIAGRAMS.items()),
]


@pytest.fixture
def rules(runtime: Runtime) -> Runtime:
    commands.deploy(runtime, SYSTEM, ORIGINAL)
    return runtime


@pytest.fixture
def owner(sign_in: SignIn, rules: Runtime) -> FlaskClient:
    return sign_in("owner")


def begun(rules: Runtime, file: str, title: str = "改一改", reason: str = "试") -> int:
    change = drafting.begin(rules, world.actor("owner"), title=title, reason=reason)
    drafting.take_in(rules, world.actor("owner"), change, file)
    return change


def harmless(text: str) -> None:
    """Nothing of a draft is markup, a script's address or something to fetch; a link may lead outside."""
    assert not re.search(r"<img[^>]*onerror|<script>alert|<svg onload", text)
    assert not re.search(r"<[^>]*(href|src|action|data)\s*=\s*[\"']?\s*(javascript:|data:text)", text, re.I)
    assert not re.search(r"<([^>]*(src|srcset|data|poster)|link[^>]*href)\s*=\s*[\"']?http://attacker", text)


def asked(client: FlaskClient, address: str, **more: Any) -> str:
    """The page, whatever it answers, in bounded time; a defect it may not be."""
    began = time.thread_time()
    answer = client.open(address, **more)
    took = time.thread_time() - began
    assert answer.status_code < 500, address
    assert took < SECONDS, (address, took)
    text = answer.get_data(as_text=True)
    if answer.mimetype == "text/html":
        harmless(text)
    return text


@pytest.mark.parametrize(("file", "name", "content"), ALL, ids=[f"{file} {name}" for file, name, _ in ALL])
def test_a_hostile_draft_passes_every_door(
    owner: FlaskClient, rules: Runtime, file: str, name: str, content: bytes
) -> None:
    change = begun(rules, file)
    here = f"/studio/changes/{change}"
    one = f"{here}/files/{file}"
    csrf = token(owner.get(here))
    head = {"X-CSRFToken": csrf}
    saved = asked(owner, f"{one}/content", method="PUT", data=content, headers={**head, "If-Match": '"1"'})
    assert json.loads(saved)["revision"] == 2
    asked(owner, f"{one}/lint", method="POST", data=content, headers=head)
    for address in (here, one, f"{one}?plain=1", f"{one}/difference"):
        asked(owner, address)
    if file == FORM:
        for address in (f"{one}/preview", f"{one}/preview/page"):
            asked(owner, address)
        sent = {"csrf_token": csrf, "_data": "", "_action": "check", "a": "a" * 40 + "!"}
        asked(owner, f"{one}/preview/page", method="POST", data=sent)
        asked(owner, f"{one}/preview/follow", method="POST", data=sent)
    if file == TABLE:
        asked(owner, f"{one}/check", method="POST", data=content, headers=head)
        asked(owner, f"{one}/tables.xlsx")
    if file == DIAGRAM:
        for address in (f"{here}/try", f"{here}/pickers", f"{here}/scenarios"):
            asked(owner, address)
        asked(owner, f"{here}/submit", method="POST", data={"csrf_token": csrf})
        process = {"csrf_token": csrf, "process": "registration", "at": "2024-06-03T09:00", "how": "ask"}
        asked(owner, f"{here}/try", method="POST", data=process)


def test_titles_and_reasons_are_text_on_every_page(owner: FlaskClient, rules: Runtime) -> None:
    change = begun(rules, FORM, title=NAME, reason=NAME)
    csrf = token(owner.get(f"/studio/changes/{change}"))
    one = f"/studio/changes/{change}/files/{FORM}"
    asked(owner, f"/studio/changes/{change}/withdraw", method="POST", data={"csrf_token": csrf, "note": NAME})
    for address in ("/studio/changes", f"/studio/changes/{change}", one, f"{one}?plain=1", f"{one}/preview",
                    f"/studio/changes/{change}/try", f"/studio/changes/{change}/replay"):  # fmt: skip
        asked(owner, address)


def test_a_save_that_is_too_large_is_refused_and_the_draft_stands(owner: FlaskClient, rules: Runtime) -> None:
    change = begun(rules, FORM)
    head = {"X-CSRFToken": token(owner.get(f"/studio/changes/{change}")), "If-Match": '"1"'}
    address = f"/studio/changes/{change}/files/{FORM}/content"
    for size in (6, 9, 40):
        answer = owner.put(address, data=b" " * (size * 1024 * 1024), headers=head)
        assert answer.status_code in (200, 413), (size, answer.status_code)
    with rules.reading() as session:
        kept = drafting.draft(session, change, FORM)
        assert len(kept.content) < 9 * 1024 * 1024


def test_who_approves_sees_that_the_scenarios_were_changed_meanwhile(
    owner: FlaskClient, rules: Runtime, sign_in: SignIn
) -> None:
    """A scenario that is red is not taken out of the way in silence: the page of the change tells it."""
    change = begun(rules, DIAGRAM)
    with rules.reading() as session:
        known = next(each for each in scenarios(session) if each.process == "registration")
    record(
        rules,
        world.actor("owner"),
        replace(known, expect={"ended": True}),
        known.file.partition("/")[2].removesuffix(".json"),
    )
    page = asked(sign_in("second_owner"), f"/studio/changes/{change}")
    assert "录制了场景" in page
    assert known.file in page


def test_a_scenario_that_expects_nothing_is_refused_and_stops_no_page(
    owner: FlaskClient, rules: Runtime
) -> None:
    with rules.reading() as session:
        known = next(each for each in scenarios(session) if each.process == "registration")
    with pytest.raises(ScenarioUnreadable):
        record(rules, world.actor("owner"), replace(known, expect={}), "nothing")
    with rules.reading() as session:
        assert scenarios(session)
