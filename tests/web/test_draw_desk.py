"""The desk of the draw: what there is to draw from, the matrix with loads and conflicts, exchanges, confirmation."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.conditions import Grant
from engine.directory import Scribe, add_account
from engine.policy import SYSTEM
from engine.programme.reviews import draw
from engine.programme.reviews.draw import EDITED, Edit
from engine.programme.reviews.draw_errors import EditNotLawful
from engine.programme.reviews.models import Expert, Seat
from engine.programme.reviews.pool_models import PanelDraw
from engine.store.people import Account
from tests.programme.mainline import FIRST, SECOND, House, furnished, open_house
from tests.web.conftest import PASSWORD, token
from tests.web.deciding_world import Site
from webapp import assets, create_app
from webapp.account.passwords import hash_password
from webapp.settings import WebSettings

FIXTURES = (furnished,)
ONE, BARRED = "2024-370102-0001", "expert-3"
OFFICER = "dept_officer@370000"


@pytest.fixture
def site(tmp_path: Path, furnished: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Two applications wait for their panels; one expert works for the first applicant."""
    shutil.copy(furnished, tmp_path / "luzhi.sqlite3")
    house = open_house(tmp_path / "luzhi.sqlite3", "2024-06-03 09:00")
    numbers = (house.apply(FIRST), house.apply(SECOND, "二号工厂"))
    house.recommend((numbers[0], FIRST), (numbers[1], SECOND))
    for number in numbers:
        house.check_formally(number)
    house.department("formal_list", "dept_officer", confirmed=True)
    with house.rt.transaction() as tx:
        grants = [Grant("dept_officer", "370000")]
        add_account(tx.session, Scribe(SYSTEM, tx.now), OFFICER, "周涛", grants)
        tx.session.execute(update(Account).values(password_hash=hash_password(PASSWORD)))
        tx.session.execute(update(Expert).where(Expert.login == BARRED).values(employer_uscc=FIRST))
    names = assets.ENTRIES
    monkeypatch.setattr(assets, "manifest", lambda: {name: name for name in names})
    key = "test-key-of-enough-length-0123456789"
    settings = WebSettings(secret_key=key, demo=False, https=False, second_factor_for_officials=False)
    yield Site(create_app(house.rt, settings), house)
    house.rt.close()


def line_of(page: str, name: str) -> str:
    """The line of one expert in the matrix."""
    return page[page.index(f'<tr><th scope="row">{name}<') :].partition("</tr>")[0]


def exchange_of(house: House) -> tuple[str, str]:
    """Two experts who may be exchanged for one another in the first panel."""
    [row] = house.rows(select(PanelDraw))
    panels = draw.drawn(row).panels
    for leaving in panels[ONE]:
        for coming in sorted(house.rows(select(Expert.login))):
            try:
                draw.edited(row, panels, [Edit(ONE, leaving, coming, "当周出国")])
            except EditNotLawful:
                continue
            return leaving, coming
    raise AssertionError("no exchange is lawful")


def test_a_draw_is_seen_edited_and_confirmed(site: Site) -> None:
    client, id, page = site.open("draw", OFFICER)
    assert '<dt>待抽取的申报</dt><dd class="tnum">2</dd>' in page
    assert "所在单位就是申报单位 1" in page
    assert 'id="matrix-h"' not in page, "nobody sees what would come out before the seed is announced"

    def send(act: str, **form: str) -> str:
        csrf = token(client.get(f"/tasks/{id}"))
        answer = client.post(f"/experts/draw/2024/{act}", data={"csrf_token": csrf, **form})
        return client.get(answer.headers["Location"]).get_data(as_text=True)

    assert "种子为 1 至 60 位" in send("announce", seed="二〇二四")
    page = send("announce", seed="2024-1")
    barred = line_of(page, "专家2")
    assert barred.count("mark-conflict") == 1
    assert re.search(r'<td class="tnum">(\d)</td><td class="tnum">1</td>', barred), "load and conflicts"
    assert page.count('class="mark mark-seat"') == 10
    leaving, coming = exchange_of(site.house)
    change = {"application_no": ONE, "leaving": leaving, "coming": coming, "reason": "当周出国"}
    assert "mark-edited" not in send("exchange", **{**change, "coming": BARRED}), "a conflict is not let in"
    assert "mark-edited" not in send("exchange", **{**change, "reason": " "}), "nor anything without a reason"
    assert send("exchange", **change).count("mark-edited") == 1
    assert send("void", reason="").count("mark-edited") == 1
    form = {f"edits[0].{name}": value for name, value in change.items()}
    body = {"csrf_token": token(client.get(f"/tasks/{id}")), "seed": "2024-1", "witness": "监督员", **form}
    done = client.post(f"/tasks/{id}", data={**body, "_action": "submit", "_revision": "2"})
    assert done.headers.get("Location") == f"/tasks/{id}/done", done.get_data(as_text=True)
    seats = site.house.rows(select(Seat).where(Seat.application_no == ONE))
    assert {seat.expert: seat.origin for seat in seats}[coming] == EDITED
    assert leaving not in {seat.expert for seat in seats}
    assert BARRED not in {seat.expert for seat in seats}
