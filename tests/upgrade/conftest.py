"""A stored database of the first release, not upgraded yet, on either database system."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.upgrade.database import copy_to_postgres, unpack

Old = Callable[[str], str]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Old:
    """`old("filing")` answers the address of a fresh copy."""

    def opened(name: str) -> str:
        path = tmp_path / "old.sqlite3"
        url = unpack(name, path)
        if request.param == "sqlite":
            return url
        target: str = request.getfixturevalue("postgres_database")
        copy_to_postgres(path, target)
        return target

    return opened
