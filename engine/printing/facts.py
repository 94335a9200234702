"""What a print says besides the answers of its form: plain values that the caller has read and may show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.errors import Language


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attached file: its name, size in bytes, pages where they can be counted, and the hash of its content."""

    name: str
    size: int
    sha256: str
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """One frozen version of an application. `address` is where its code is checked."""

    application_no: str
    version: int
    type: str
    object_name: str
    enterprise: str
    uscc: str
    place: str
    cycle_year: int
    submitted_at: datetime
    sha256: str
    address: str
    attachments: Sequence[Attachment] = field(default=())
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """A title as the register shows it on `on`. `address` is the page that checks it."""

    title_no: str
    type: str
    name: str
    holder: str
    place: str
    cycle_year: int
    granted_on: date
    document_no: str
    state: str
    on: date
    address: str
    language: Language = "zh"
