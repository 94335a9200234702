"""Files of other modelers, and worse, uploaded into a change: each is answered by a page, never by a traceback."""

import io

import pytest

from engine.runtime import Runtime
from engine.studio.drafts import drafting
from tests.hostile import strange
from tests.web import world
from tests.web.conftest import SignIn, token

FILES = [(file, content) for file, content in strange.everything() if len(content) < 500_000]
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_upload_is_answered_by_a_page(sign_in: SignIn, runtime: Runtime, part: int) -> None:
    change = drafting.begin(runtime, world.actor("owner"), title="别处画的图", reason="看看能不能用")
    owner = sign_in("owner")
    page = f"/studio/changes/{change}"
    csrf = token(owner.get(page))
    for file, content in FILES[part::PARTS]:
        sent = {"upload": (io.BytesIO(content), file), "csrf_token": csrf}
        answer = owner.post(f"{page}/files", data=sent, content_type="multipart/form-data")
        assert answer.status_code in (302, 400, 409, 413, 422), file
        if answer.status_code == 302:
            for address in (
                f"{page}/files/{file}",
                f"{page}/files/{file}?plain=1",
                f"{page}/files/{file}/content",
            ):
                assert owner.get(address).status_code == 200, (file, address)
    assert owner.get(page).status_code == 200
    for address in ("all", "renaming", "p", "q"):
        found = owner.get(f"/studio/handbook/{address}?change={change}")
        assert found.status_code in (200, 404, 422), address


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "x.exe", "x.bpmn.html", "图.bpmn", "a b.bpmn", "x" * 300 + ".bpmn", "."]
)
def test_a_name_that_is_none_is_refused_in_words(sign_in: SignIn, runtime: Runtime, name: str) -> None:
    change = drafting.begin(runtime, world.actor("owner"), title="名称", reason="试")
    owner = sign_in("owner")
    page = f"/studio/changes/{change}"
    sent = {"upload": (io.BytesIO(b"x"), name), "csrf_token": token(owner.get(page))}
    answer = owner.post(f"{page}/files", data=sent, content_type="multipart/form-data")
    assert answer.status_code in (302, 422)
    if answer.status_code == 302:
        assert "/files/" not in answer.headers["Location"]
