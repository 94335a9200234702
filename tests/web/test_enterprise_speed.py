"""The pages of an enterprise cost a fixed number of statements, however many applications there are."""

from engine.programme.applications import statuses as s
from engine.runtime import Runtime
from tests.support.runtimes import statements
from tests.web import world
from tests.web.conftest import SignIn
from tests.web.test_enterprise import _application


def test_a_home_with_thirty_applications_asks_as_often_as_one_with_two(
    runtime: Runtime, sign_in: SignIn
) -> None:
    world.add_cycle(runtime)
    client = sign_in("filler")

    def asked() -> int:
        with statements(runtime) as seen:
            assert client.get("/enterprise").status_code == 200
        return len(seen)

    enter(runtime, 1, 2)
    asked()  # the first page of a session reads more: what is deployed, who it is
    few = asked()
    enter(runtime, 3, 30)
    assert asked() == few


def enter(runtime: Runtime, first: int, last: int) -> None:
    with runtime.transaction() as tx:
        for number in range(first, last + 1):
            row = _application(f"2024-370102-{number:04d}", world.USCC, "泉城示例重工有限公司", tx.now)
            row.object_name, row.status = f"工厂{number}", s.SUBMITTED
            tx.session.add(row)
