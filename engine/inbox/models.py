"""Tables of the inbox: what a case is about in a few words, what it is found by, who follows it."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base

Token = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared byte by byte, so that a prefix is a range of the index on every database."""


class CaseFace(Base):
    """What the lists say about a business key: the company, its code, the object, city, type, year."""

    __tablename__ = "case_face"

    key: Mapped[str] = mapped_column(primary_key=True)
    company: Mapped[str] = mapped_column(default="")
    uscc: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    type: Mapped[str] = mapped_column(default="")
    year: Mapped[str] = mapped_column(default="")


class CaseToken(Base):
    """A beginning by which a case is found: every tail of a name and of its pinyin initials, codes and numbers."""

    __tablename__ = "case_token"
    __table_args__ = ({"sqlite_with_rowid": False},)

    token: Mapped[str] = mapped_column(Token, primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)


class CaseFollow(Base):
    """A person who keeps an eye on a case; it gives no right to see anything."""

    __tablename__ = "case_follow"
    __table_args__ = (Index("ix_case_follow_key", "key"),)

    login: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
