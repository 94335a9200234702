"""Catalogues and working days, as this process knows them: what is deployed; the files while nothing is.

A deployed version never changes and is compiled once by its content. A newer deployment is noticed by its number,
which every session asks at most once, so all of a transaction sees the same tables. Catalogues and calendars count
from the folder only as long as none of their sort was ever deployed: the first deployment brings them all in.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.catalogues import Catalogue, CatalogueInvalid, Catalogues, programme_functions
from engine.catalogues import parse as parse_catalogue
from engine.feel import Functions
from engine.store.definitions import CATALOGUE, Definition, Resource, newest_deployment
from engine.workdays import CalendarInvalid, WorkCalendar, Year

CATALOGUE_SUFFIX, CALENDAR_SUFFIX = ".json", ".toml"
FOLDERS = {CATALOGUE_SUFFIX: "catalogues", CALENDAR_SUFFIX: "calendar"}
CALENDAR_ID = "calendar."
"""What the ids of deployed calendars begin with: `calendar.2026` is the file `2026.toml`."""


@dataclass(frozen=True)
class Tables:
    """The catalogues and the calendar of one moment; `folder_files` holds those that are not deployed."""

    catalogues: Catalogues
    calendar: WorkCalendar
    functions: Functions
    files: Mapping[str, bytes]
    folder_files: Mapping[str, bytes]
    lists: dict[tuple[tuple[str, str], ...], dict[str, list[dict[str, Any]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Mapping[str, bytes], folder_files: Mapping[str, bytes] | None = None) -> "Tables":
        """The tables among these files; other files are left alone. Raises CatalogueInvalid, CalendarInvalid."""
        return _tables(_read_all(files), files, folder_files or {})

    def with_files(self, files: Mapping[str, bytes]) -> "Tables":
        """The same with these files in place of, or beside, those there are. Raises as `of`."""
        return Tables.of({**self.files, **{name: files[name] for name in files if is_table(name)}})


def is_table(file: str) -> bool:
    """Whether a file is a catalogue or a calendar by its name."""
    return PurePosixPath(file).suffix in FOLDERS


def read(file: str, content: bytes) -> Catalogue | Year:
    """A catalogue or a year out of its file; its name must be what it says. Raises CatalogueInvalid, CalendarInvalid."""
    return _read(file, bytes(content))


def definition_id(table: Catalogue | Year) -> str:
    """Under which id a table is deployed: every edition and every year has versions of its own."""
    return f"{CALENDAR_ID}{table.year}" if isinstance(table, Year) else f"{table.id}.{table.edition}"


def file_name(table: Catalogue | Year) -> str:
    """How the file of a table is called."""
    return f"{table.year}.toml" if isinstance(table, Year) else f"{table.id}.{table.edition}.json"


def alike(one: Catalogue, other: Catalogue) -> bool:
    """Whether two contents of an edition say the same, but for which edition is the default one."""
    return {**one.head, "default": None} == {**other.head, "default": None} and one.rows() == other.rows()


class DeployedTables:
    """What one process knows of the deployed tables; safe for threads."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, threading.Lock()
        self._seen = -1
        self._key: tuple[tuple[str, str], ...] = ()
        self._tables: Tables | None = None

    def current(self, session: Session) -> Tables:
        """The tables that count now. Raises CatalogueInvalid, CalendarInvalid for a folder's bad file."""
        newest = newest_deployment(session)
        known = self._tables
        if known is None or newest > self._seen:
            with self._lock:
                known = self._look(session, newest)
        return known

    def _look(self, session: Session, newest: int) -> Tables:
        versions = session.execute(
            select(Definition.definition_id, Definition.sha256)
            .where(Definition.kind == CATALOGUE)
            .order_by(Definition.definition_id, Definition.version)
        ).all()
        key = tuple((row.definition_id, row.sha256) for row in versions)
        if self._tables is None or key != self._key:
            self._tables, self._key = self._build(session, key), key
        self._seen = max(self._seen, newest)
        return self._tables

    def _build(self, session: Session, versions: Iterable[tuple[str, str]]) -> Tables:
        found: list[Catalogue | Year] = []
        files: dict[str, bytes] = {}
        for _, chain in groupby(versions, key=lambda version: version[0]):
            resources = [session.get_one(Resource, sha256) for _, sha256 in chain]
            compiled = [_read(each.file, each.content) for each in resources]
            found.append(_pinned_hash(compiled))
            files[file_name(found[-1])] = resources[-1].content
        folder = self._folder_files({Path(name).suffix for name in files})
        found += _read_all(folder)
        return _tables(found, {**files, **folder}, folder)

    def _folder_files(self, deployed: set[str]) -> dict[str, bytes]:
        paths = (
            path
            for suffix, folder in FOLDERS.items()
            if suffix not in deployed
            for path in sorted((self._folder / folder).glob(f"*{suffix}"))
        )
        return {path.name: path.read_bytes() for path in paths}


def _pinned_hash(chain: list[Catalogue | Year]) -> Catalogue | Year:
    """The newest version. An edition keeps the hash of the first version that says the same: a notice pinned that."""
    newest = chain[-1]
    if isinstance(newest, Year):
        return newest
    for earlier in reversed(chain[:-1]):
        if not isinstance(earlier, Catalogue) or not alike(earlier, newest):
            break
        newest = replace(newest, sha256=earlier.sha256)
    return newest


def _tables(
    found: Iterable[Catalogue | Year], files: Mapping[str, bytes], folder: Mapping[str, bytes]
) -> Tables:
    tables = list(found)
    catalogues = Catalogues(table for table in tables if isinstance(table, Catalogue))
    calendar = WorkCalendar({table.year: table for table in tables if isinstance(table, Year)})
    kept = {name: content for name, content in files.items() if is_table(name)}
    return Tables(catalogues, calendar, programme_functions(calendar, catalogues), kept, folder)


def _read_all(files: Mapping[str, bytes]) -> list[Catalogue | Year]:
    return [_read(name, bytes(files[name])) for name in sorted(files) if is_table(name)]


@lru_cache(maxsize=256)
def _read(file: str, content: bytes) -> Catalogue | Year:
    """Compiled once for all runtimes of a process: nothing changes what comes out."""
    calendar = PurePosixPath(file).suffix == CALENDAR_SUFFIX
    refused = CalendarInvalid if calendar else CatalogueInvalid
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused(file=file, zh="不是 UTF-8 文本", en="it is not UTF-8 text") from error
    table = Year.parse(file, text) if calendar else parse_catalogue(file, text)
    if file != file_name(table):
        name = file_name(table)
        raise refused(file=file, zh=f"文件名应为 {name}", en=f"it must be called {name}")
    return table
