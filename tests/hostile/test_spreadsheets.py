"""Names that begin like formulas stay text in every spreadsheet and list that the product hands out."""

import csv
import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO

import pytest
from flask.testing import FlaskClient

from engine.documents import archive
from engine.runtime import Runtime
from tests.hostile import roaming
from tests.hostile.staged import moments, stand
from tests.programme.mainline import CITY, FIRST, furnished
from tests.web.conftest import token
from tests.web.deciding_world import Site

FIXTURES = (furnished, moments, stand)
EVIL = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1+1", "＝1+1", '=HYPERLINK("http://x.cn")')
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NAMES = {
    "account": ("name",),
    "application": ("enterprise", "object_name", "reason"),
    "expert": ("name", "employer"),
    "expert_sheet": ("comment",),
    "organisation": ("name",),
    "publication_item": ("enterprise", "object_name"),
    "title": ("holder", "name"),
    "title_name": ("holder",),
    "user_task": ("company", "name"),
}
"""Columns that hold what people typed."""
LOGINS = {"dept_officer@370000": 7, f"city_officer@{CITY}": 4, f"enterprise_filler@{FIRST}": 4}
"""With how many files at least name what was poisoned."""
FILES = re.compile(r"\.(xlsx|csv|zip)$")


def poison(rt: Runtime) -> None:
    """Every name begins like a formula; what protects the rows is taken away in this copy."""
    with rt.engine.begin() as connection:
        run = connection.exec_driver_sql
        for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            run(f'DROP TRIGGER "{name}"')
        for table, columns in NAMES.items():
            for number, column in enumerate(columns):
                for turn, text in enumerate(EVIL):
                    where = f"(rowid + {number}) % {len(EVIL)} = {turn}"
                    run(f"UPDATE {table} SET {column} = ? || {column} WHERE {where}", (text,))  # noqa: S608


def handed_out(site: Site, login: str) -> Iterator[tuple[str, bytes]]:
    """Every spreadsheet, list and archive that this person may fetch; the export of the inbox, too."""
    client = site.client(login)
    with site.house.rt.reading() as session:
        known = {**roaming.objects(session), "format": ["xlsx", "csv"], "dataset": ["titles"]}
    with site.app.test_request_context():
        addresses = list(dict.fromkeys(a for a in roaming.every(site.app, known) if FILES.search(a)))
    for address in addresses:
        answer = client.get(address, buffered=True)
        if answer.status_code == 200:
            yield from unpacked(address, answer.get_data())
    yield "inbox", exported(client)


def exported(client: FlaskClient) -> bytes:
    """The spreadsheet of the inbox."""
    form = {"csrf_token": token(client.get("/account/password")), "action": "export", "scope": "all"}
    return client.post("/inbox/all/bulk", data=form).get_data()


def unpacked(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, or the files of an archive; workbooks stay whole."""
    if not name.endswith(".zip"):
        yield name, body
        return
    with zipfile.ZipFile(BytesIO(body)) as archive:
        for entry in archive.namelist():
            if FILES.search(entry):
                yield from unpacked(entry, archive.read(entry))


def words(name: str, body: bytes) -> list[str]:
    """The texts of a file; a workbook, whose texts are text as they stand, holds neither formula nor link."""
    if not body.startswith(b"PK"):
        found = [cell for row in csv.reader(StringIO(body.decode("utf-8-sig"))) for cell in row]
        assert [cell for cell in found if cell.lstrip(" ").startswith(BEGINS)] == [], name
        return found
    with zipfile.ZipFile(BytesIO(body)) as book:
        parts = {part: book.read(part).decode() for part in book.namelist() if part.endswith(".xml")}
    sheets = [text for part, text in parts.items() if part.startswith("xl/worksheets/")]
    assert [text for text in sheets if re.search("<f[ >]|<hyperlink", text)] == [], name
    return [parts.get("xl/sharedStrings.xml", "")]


def reached(name: str, body: bytes) -> bool:
    """Whether something that people typed stands in the file at all."""
    return any("1+1" in text for text in words(name, body))


@pytest.mark.parametrize("login", LOGINS)
def test_no_cell_is_a_formula(stand: Callable[[str], Site], login: str) -> None:
    site = stand("published")
    poison(site.house.rt)
    seen = {name: reached(name, body) for name, body in handed_out(site, login)}
    assert sum(seen.values()) >= LOGINS[login], seen


def test_no_cell_of_an_archived_year_is_a_formula(stand: Callable[[str], Site]) -> None:
    rt = stand("published").house.rt
    poison(rt)
    lists = [entry for entry in archive._entries(rt, 2024) if FILES.search(entry.path)]
    assert len({entry.path for entry in lists}) == len(lists)
    assert [entry.path for entry in lists if reached(entry.path, entry.open().read())]
