"""What must be impossible at the desks: the wrong person or time is refused by name, and nothing changes."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.programme.documents.errors import DocumentNumberMalformed
from engine.programme.documents.operations import check_number
from engine.programme.reviews.models import ExpertSheet
from engine.store.tasks import Draft
from tests.programme import answers
from tests.web.conftest import token
from tests.web.deciding_world import Site
from tests.web.scoring_world import ONE, furnished, house, scoring_database, seal, site

FIXTURES = (furnished, house, scoring_database, site)


def tries(client: FlaskClient, id: int) -> list[tuple[str, int, str]]:
    """Opening, drafting and sealing by pages, sealing by the interface: what each answers."""
    csrf = token(client.get("/account/password"))
    form = {"csrf_token": csrf, "declaration": "NONE", "comment": "补写", "signed": "true", "_revision": "1"}
    found = []
    for address in (f"/scoring/tasks/{id}/open", f"/tasks/{id}/draft", f"/tasks/{id}"):
        answer = client.post(address, data=form)
        found.append((address, answer.status_code, answer.text))
    body = {"variables": answers.sheet()}
    answer = client.post(f"/v2/user-tasks/{id}/completion", json=body, headers={"X-CSRFToken": csrf})
    assert {"detail", "detail_en", "title"} <= set(answer.json or {})
    return [*found, ("/v2", answer.status_code, answer.text)]


@pytest.mark.parametrize("who", ["recused", "sealed", "another", "officer"])
def test_nobody_scores_who_may_not(site: Site, who: str) -> None:
    """A recused expert, one whose sheet is sealed, another of the panel, somebody of the department (I8)."""
    task, other = site.house.tasks("expert_sheet", ONE)[:2]
    login = {"another": str(other.assignee), "officer": "officer"}.get(who, str(task.assignee))
    client = site.client(login)
    if who == "recused":
        form = {"declaration": "RECUSE", "recusal_reason": "曾任顾问", "_revision": "1"}
        client.post(f"/tasks/{task.id}", data={**form, "csrf_token": token(client.get("/account/password"))})
    if who == "sealed":
        seal(site.house, ONE, 28)
    sheets = [(sheet.id, sheet.sha256) for sheet in site.house.rows(select(ExpertSheet))]
    drafts = len(site.house.rows(select(Draft)))
    for address, status, text in tries(client, task.id):
        assert status in (403, 404, 409), (address, status)
        assert "企业简介" not in text, address
    assert [(sheet.id, sheet.sha256) for sheet in site.house.rows(select(ExpertSheet))] == sheets
    assert len(site.house.rows(select(Draft))) == drafts


@pytest.mark.parametrize(
    "number",
    [
        "鲁工信装〔2024〕1２0号",
        "鲁工信装〔２０24〕120号",
        "鲁工信装〔2024〕12٠号",
        "鲁工信装[2024]120号",
        "鲁工信装〔2024〕0120号",
    ],
)
def test_a_number_written_otherwise_is_no_other_number(number: str) -> None:
    """Else 120 in full-width digits would be free while 120 is taken."""
    with pytest.raises(DocumentNumberMalformed):
        check_number(number)
