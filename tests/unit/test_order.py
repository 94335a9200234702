"""What takes longest begins first."""

from pathlib import Path

import pytest

from tests.conftest import LONGEST

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("name", LONGEST)
def test_what_is_put_first_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_it_is_put_first(request: pytest.FixtureRequest) -> None:
    turns = [item.nodeid.startswith(LONGEST) for item in request.session.items]
    assert turns == sorted(turns, reverse=True)
