"""An installation made once by migration, to be copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.runtime import Runtime
from tests.support.kept import furnish, installation
from tests.support.runtimes import open_runtime, sqlite_url


@pytest.fixture(scope="session")
def kept_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    rt = installation(sqlite_url(folder / "luzhi.sqlite3"), folder / "files")
    furnish(rt)
    rt.close()
    return folder


@pytest.fixture
def kept(kept_template: Path, tmp_path: Path) -> Iterator[Runtime]:
    """A furnished installation: its database at `here/luzhi.sqlite3`, its attachments at `here/files`."""
    shutil.copytree(kept_template, tmp_path / "here")
    rt = open_runtime(sqlite_url(tmp_path / "here" / "luzhi.sqlite3"), files=tmp_path / "here" / "files")
    yield rt
    rt.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Runtime]:
    """An installation without anything yet."""
    rt = open_runtime(sqlite_url(tmp_path / "there" / "luzhi.sqlite3"), files=tmp_path / "there" / "files")
    yield rt
    rt.close()
