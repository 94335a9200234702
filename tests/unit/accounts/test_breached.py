"""The list of passwords stolen elsewhere is looked up where it lies."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.accounts import breached, passwords
from engine.accounts.errors import WeakPassword

STOLEN = "purple monkey dishwasher"
LINES = st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stolen") / "list.txt"


@given(lines=LINES, other=st.text(st.characters(exclude_categories=["Cs"])), ends=st.booleans())
def test_every_line_is_found_and_nothing_else(file: Path, lines: list[str], other: str, ends: bool) -> None:
    kept = sorted({line.encode() for line in lines})
    file.write_bytes(b"\n".join(kept) + (b"\n" if ends and kept else b""))
    for line in kept:
        assert breached.listed(line.decode(), file)
    known = {other.encode(), other.casefold().encode()} & set(kept)
    assert breached.listed(other, file) is bool(known)


def test_lines_of_another_system_are_found(file: Path) -> None:
    file.write_bytes(b"alpha beta gamma\r\npurple monkey dishwasher\r\nzeta eta theta\r\n")
    assert breached.listed(STOLEN, file)
    assert not breached.listed("purple monkey", file)


def test_a_stolen_password_is_no_password(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords.check(STOLEN)
    file.write_text(f"another one\n{STOLEN}\n")
    monkeypatch.setenv("LUZHI_BREACHED_PASSWORDS", str(file))
    for password in (STOLEN, STOLEN.title()):
        with pytest.raises(WeakPassword, match=r"stolen elsewhere|泄露"):
            passwords.check(password)
    passwords.check("quiet lanterns over seven hills")
