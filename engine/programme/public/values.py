"""The plain values that public pages, feeds and files are made of: a field that is not here cannot become public."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.programme.titles.models import ACTIVE, RECTIFYING

VALID = frozenset({ACTIVE, RECTIFYING})
"""Public states in which a title counts; that a revocation is being considered is not public."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The measure that applies now, or the last one that did."""

    code: str
    name: str
    document_no: str
    in_force_on: date
    expires_on: date
    expired: bool
    successor: str | None


@dataclass(frozen=True, slots=True)
class Permission:
    """A decision to continue after expiry: its document, its cycle, and until when."""

    document_no: str
    cycle_year: int
    decided_on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list of documents."""

    id: int
    cycle_year: int
    title: str
    number: str
    on: date
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One name on a public notice or a published list."""

    reference: str
    type: str
    enterprise: str
    object_name: str
    city: str


@dataclass(frozen=True, slots=True)
class NoticeText:
    """An issued notice in full."""

    entry: Entry
    body: str
    instants: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A public notice (公示) in full. Objections are received until `ends_at`, exclusive."""

    id: int
    cycle_year: int
    title: str
    starts_on: date
    ends_on: date
    ends_at: datetime
    phone: str
    email: str
    address: str
    items: tuple[Item, ...]
    at: datetime

    def open_at(self, now: datetime) -> bool:
        """Whether objections are still received."""
        return now < self.ends_at


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A publication (公布) in full."""

    entry: Entry
    supplement_to: str | None
    repeals: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """One link of a title's chain of names (article 12)."""

    holder: str
    since: date
    until: date | None
    document_no: str


@dataclass(frozen=True, slots=True)
class Change:
    """One public change of a title's state: from which day, by which document."""

    on: date
    state: str
    document_no: str | None


@dataclass(frozen=True, slots=True)
class Registered:
    """A title as the register shows it on a day: `state` and `holder` are those of that day, `now` that of today.

    `granted` is False on days before the title was published.
    """

    title_no: str
    type: str
    name: str
    holder: str
    city: str
    cycle_year: int
    status: str
    granted_on: date
    document_no: str
    ended_on: date | None
    ended_document_no: str | None
    from_the_start: bool = False
    renamed: bool = False
    granted: bool = True
    present_holder: str = ""
    names: tuple[Named, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether it counted on that day: titles under rectification do, until a decision ends them (article 11)."""
        return self.granted and self.status in VALID


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for in the register; empty fields match everything. `on`: as on that day, None for today.

    `state`: "valid", "ended", "renamed" or "".
    """

    text: str = ""
    type: str = ""
    city: str = ""
    year: int | None = None
    on: date | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Renamed:
    """One line of a list of renamings (article 12)."""

    title_no: str
    type: str
    name: str
    city: str
    old_holder: str
    new_holder: str
    granted_by: str


@dataclass(frozen=True, slots=True)
class RenamingList:
    """A notice of consent to renamings with its lines; `label` is 更名, or 名称变更登记 after the measure's end."""

    entry: Entry
    label: str
    lines: tuple[Renamed, ...]


@dataclass(frozen=True, slots=True)
class RevocationNotice:
    """A decision by which a title ended: names and the ground's number, and nothing of the case (article 11)."""

    entry: Entry
    title_no: str
    type: str
    name: str
    holder: str
    city: str
    ground: int | None
    ended_on: date
    from_the_start: bool


@dataclass(frozen=True, slots=True)
class Office:
    """Where to ask: the office of a place, with its telephone and address where they are known."""

    code: str
    name: str
    parent: str | None
    phone: str
    address: str
