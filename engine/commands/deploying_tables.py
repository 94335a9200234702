"""What deploying catalogues and calendars takes beyond other files: they are checked as one set."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from engine.problems import Problem
from engine.runtime import Runtime
from engine.table_lint import lint_tables
from engine.tables import Tables, definition_id, is_table, read
from engine.workdays import Year


def first(tables: Tables, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """What counts from the folder so far and is no longer read there once one of its sort is deployed."""
    suffixes = {PurePosixPath(file).suffix for file in files if is_table(file)}
    return {
        file: content
        for file, content in tables.folder_files.items()
        if PurePosixPath(file).suffix in suffixes
    }


def lint(rt: Runtime, session: Session, files: Mapping[str, bytes]) -> list[Problem]:
    """The findings of the tables among the files, together with what is deployed and pinned."""
    if not any(map(is_table, files)):
        rt.tables  # noqa: B018 - asked before this deployment has its number, so that nobody else keeps half of it
        return []
    return lint_tables(files, rt.tables, rt.pins(session))


def names(file: str, content: bytes) -> tuple[str, str, str]:
    """Id, Chinese name and edition or year of a table. Raises CatalogueInvalid, CalendarInvalid."""
    table = read(file, content)
    if isinstance(table, Year):
        return definition_id(table), f"{table.year}年工作日历", str(table.year)
    return definition_id(table), table.zh, table.edition
