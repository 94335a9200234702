"""Checking a print by its code: what is told, and that nothing can be guessed."""

from flask.testing import FlaskClient

from engine.programme.applications.models import Application
from engine.programme.applications.operations import add_version
from engine.runtime import Runtime
from tests.web import world
from tests.web.test_public import text_of


def submitted(runtime: Runtime, times: int = 1) -> list[str]:
    """An application submitted so many times; the codes of its versions."""
    with runtime.transaction() as tx:
        application = Application(
            application_no="2024-370102-0001", cycle_year=2024, uscc=world.USCC, enterprise="泉城示例重工有限公司",
            type="FACTORY", object_name="重载齿轮智能工厂", county="370102", city="370100", industry="C35", catalogue="x",
            status="SUBMITTED", opened_at=tx.now,
        )  # fmt: skip
        tx.session.add(application)
        codes = []
        for number in range(times):
            content = {"object_name": "重载齿轮智能工厂", "contact": "王晓", "n": number}
            version = add_version(
                tx.session, application, content, submission_id=None, actor="filler", at=tx.now, reason="提交"
            )
            codes.append(str(version.verification_code))
        return codes


def test_a_code_tells_number_version_time_and_hash_and_no_more(client: FlaskClient, runtime: Runtime) -> None:
    [code] = submitted(runtime)
    page = text_of(client, f"/verify/{code}")
    for words in (
        "确有这一版本",
        "2024-370102-0001",
        "第 1 版",
        "智能工厂",
        "2024年6月3日 09:00",
        "是最新版本",
    ):
        assert words in page
    for words in ("泉城示例重工", "重载齿轮", "王晓", world.USCC, "filler"):
        assert words not in page


def test_an_older_version_says_that_there_is_a_newer_one(client: FlaskClient, runtime: Runtime) -> None:
    first, second = submitted(runtime, 2)
    assert "此后已提交第 2 版" in text_of(client, f"/verify/{first}")
    assert "不是最新版本" not in text_of(client, f"/verify/{second}")
    assert first != second


def test_an_unknown_code_gets_a_clear_answer(client: FlaskClient, runtime: Runtime) -> None:
    [code] = submitted(runtime)
    for wrong in (code[:-1], code.swapcase(), "2024-370102-0001", "x" * 79, "%27%20OR%201=1"):
        answer = client.get(f"/verify/{wrong}")
        assert answer.status_code == 404
        assert "没有这个核验码" in answer.get_data(as_text=True)


def test_a_code_can_be_typed(client: FlaskClient, runtime: Runtime) -> None:
    [code] = submitted(runtime)
    answer = client.get("/verify", query_string={"code": f" {code[:8]} {code[8:]} "})
    assert answer.headers["Location"] == f"/verify/{code}"
    assert "输入核验码" in text_of(client, "/verify")


def test_codes_cannot_be_tried_without_end(client: FlaskClient) -> None:
    codes = [client.get(f"/verify/{number}").status_code for number in range(31)]
    assert codes == [404] * 30 + [429]


def test_codes_are_random_and_long(runtime: Runtime) -> None:
    codes = submitted(runtime, 50)
    assert len(set(codes)) == 50
    assert {len(code) for code in codes} == {24}
