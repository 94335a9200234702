"""Rows and files are put into order by buttons, without JavaScript, wherever their list stands."""

import re

import pytest
from flask.testing import FlaskClient

from engine.runtime import Runtime
from tests.support.files import pdf
from tests.web import attaching
from tests.web.attaching import Browser
from tests.web.conftest import SignIn, token
from webapp.tasks.rows import changed


@pytest.mark.parametrize(
    ("action", "after"),
    [
        ("up:photos[1]", ["b", "a", "c"]),
        ("down:photos[0]", ["b", "a", "c"]),
        ("up:photos[0]", ["a", "b", "c"]),
        ("down:photos[2]", ["a", "b", "c"]),
        ("up:photos[7]", ["a", "b", "c"]),
        ("up:photos[-1]", ["a", "b", "c"]),
    ],
)
def test_files_move_by_one_place(action: str, after: list[str]) -> None:
    body = {"photos": ["a", "b", "c"]}
    assert changed(body, action)["photos"] == after
    assert body["photos"] == ["a", "b", "c"], "what was sent stays as it was"


def test_files_within_a_row_move_in_their_own_row() -> None:
    body = {"effects": [{"evidence": ["a"]}, {"evidence": ["b", "c"]}], "plan": {"steps": [{"n": "1"}]}}
    after = changed(body, "up:effects[1].evidence[1]")
    assert after["effects"] == [{"evidence": ["a"]}, {"evidence": ["c", "b"]}]
    assert changed(body, "copy:plan.steps[0]")["plan"]["steps"] == [{"n": "1"}, {"n": "1"}]


@pytest.mark.parametrize(
    "action", ["up:effects[9].evidence[1]", "up:[1]", "up:a b[1]", "up:effects.x[1]", "up:"]
)
def test_a_place_that_is_not_there_changes_nothing(action: str) -> None:
    body = {"effects": [{"evidence": ["b", "c"]}]}
    assert changed(body, action)["effects"] == [{"evidence": ["b", "c"]}]


def test_without_script_a_file_moves_up_by_its_button(sign_in: SignIn, runtime: Runtime) -> None:
    task = attaching.begin(runtime)
    client: FlaskClient = sign_in("filler")
    browser = Browser(client, f"task:{task}")
    ids = [browser.send(f"{name}.pdf", pdf(name)) for name in ("first", "second")]
    address = f"/tasks/{task}"
    page = client.get(address).get_data(as_text=True)
    field = re.search(r'name="(evidence)" value="" data-files-name', page)
    assert field is not None
    sent = {
        "csrf_token": token(client.get(address)),
        field[1]: ids,
        "_action": f"up:{field[1]}[1]",
    }
    page = client.post(address, data=sent).get_data(as_text=True)
    shown = re.findall(r'<li data-file="([^"]+)"', page)
    assert [id for id in shown if id in ids] == ids[::-1]
    assert f'value="down:{field[1]}[0]"' in page
    assert f'value="up:{field[1]}[0]"' not in page
