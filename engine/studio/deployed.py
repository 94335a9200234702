"""What is deployed, as the files that it came from; and how a folder of files differs from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.store.definitions import Definition, Resource
from engine.studio.comparing.changes import Change
from engine.studio.comparing.compare import changes


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that differs between what is deployed and a folder, with what differs in it."""

    file: str
    status: Literal["new", "changed", "missing"]
    """New in the folder; changed there; deployed, but missing in the folder."""
    changes: tuple[Change, ...] = ()


def newest_ids() -> Select[int]:
    """The keys of the definitions that count now: the newest version of each."""
    return select(func.max(Definition.id)).group_by(Definition.kind, Definition.definition_id)


def deployed_files(session: Session) -> dict[str, bytes]:
    """The diagrams, decisions, forms, catalogues and calendars whose versions count now: content by file name.

    A file with several decisions, of which one was deployed later in another file, is still there for the others.
    """
    rows = session.execute(
        select(Resource.file, Resource.content)
        .join(Definition, Definition.sha256 == Resource.sha256)
        .where(Definition.id.in_(newest_ids()))
        .order_by(Definition.id)
    )
    return {row.file: row.content for row in rows}


def file_changes(deployed: Mapping[str, bytes], files: Mapping[str, bytes]) -> list[FileChange]:
    """How a folder's files differ from what is deployed, by file name. Raises what `changes` raises."""
    found: list[FileChange] = []
    for file in sorted({*deployed, *files}):
        if file not in deployed:
            found.append(FileChange(file, "new"))
        elif file not in files:
            found.append(FileChange(file, "missing"))
        elif deployed[file] != files[file]:
            found.append(FileChange(file, "changed", tuple(changes(file, deployed[file], files[file]))))
    return found
