"""What the forms package may know of files while a page is shown or an answer checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.files import operations
from engine.files import reading as files
from forms.files import FileFacts
from webapp.access import actor
from webapp.shared import reading


@dataclass(frozen=True, slots=True)
class _Usable:
    purpose: str
    instance_id: int | None

    def facts(self, ids: Iterable[str]) -> Mapping[str, FileFacts]:
        with reading() as session:
            return files.usable(session, actor(), self.purpose, ids, self.instance_id)


class _Known:
    def facts(self, ids: Iterable[str]) -> Mapping[str, FileFacts]:
        with reading() as session:
            return operations.facts(session, ids)


def usable(purpose: str, instance_id: int | None = None) -> _Usable:
    """For a form that this person fills in: own uploads for this purpose, and earlier ones of the same case."""
    return _Usable(purpose, instance_id)


def known() -> _Known:
    """For answers that this person has been allowed to read."""
    return _Known()
