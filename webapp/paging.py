"""Pages of long lists, addressed by `?page=2`; the other parameters of the address stay."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request, url_for
from sqlalchemy import Select, func
from sqlalchemy.orm import Session

SIZE = 50
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page stands in its list: first and last row (from 1), total, neighbours' addresses."""

    number: int
    total: int
    size: int = SIZE

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        """Number of its first row."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """Number of its last row."""
        return min(self.offset + self.size, self.total)

    @property
    def previous(self) -> str | None:
        """Address of the page before."""
        return self._address(self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        """Address of the page after."""
        return self._address(self.number + 1) if self.last < self.total else None

    def _address(self, number: int) -> str:
        arguments = {**request.args.to_dict(), **(request.view_args or {}), "page": number}
        return url_for(request.endpoint or "", **arguments)


def page_of(session: Session, query: "Select[Any]", size: int = SIZE) -> Page:
    """The page asked for of what a query finds that neither groups nor drops repeated rows."""
    counted = query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    return Page(page_number(), session.scalar(counted) or 0, size)


def part_of(rows: Sequence[Row], size: int = SIZE) -> tuple[Sequence[Row], Page]:
    """The rows of the page asked for, of all of them, and where it stands."""
    page = Page(page_number(), len(rows), size)
    return rows[page.offset : page.offset + size], page


def page_number() -> int:
    """The page asked for; 1 when it is missing or not a number from 1 to 100,000."""
    text = request.args.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:7]) <= 100_000 else 1
