"""The registers around the expert pool: relations, rests, bars, declarations, history; draws and their edits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.programme.frozen import Frozen
from engine.store.base import Base, Instant, Json

ALIVE = text("voided_at IS NULL")
IN_FORCE = text("lifted_at IS NULL")


class ExpertRelation(Base):
    """A relation of an expert to an enterprise. It is ended with a date, never taken away."""

    __tablename__ = "expert_relation"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('EMPLOYMENT','SHAREHOLDING','ADVICE','KINSHIP','COMPETITOR','GROUP','OTHER')",
            name="kind",
        ),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), index=True)
    enterprise: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str | None] = mapped_column(String(18), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    share: Mapped[int | None]  # per cent of working time (employment) or of the shares (shareholding)
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(400), default="")
    declared_by: Mapped[str] = mapped_column(String(80))
    declared_at: Mapped[datetime] = mapped_column(Instant)


class ExpertRest(Base):
    """A time in which an expert is not drawn."""

    __tablename__ = "expert_rest"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)  # the last day; None: until further notice
    reason: Mapped[str] = mapped_column(String(200), default="")
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class ExpertEvent(Frozen, Base):
    """One change of the pool: who, when, what was and what is."""

    __tablename__ = "expert_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(20))
    changes: Mapped[Any] = mapped_column(Json)  # name -> [before, after]


class ExpertBar(Base):
    """An officer's own reason why an expert must not review an application."""

    __tablename__ = "expert_bar"
    __table_args__ = (
        # one reason at a time: the next one is given after this one was lifted
        Index(
            "expert_bar_in_force_idx",
            "application_no",
            "login",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40))
    login: Mapped[str] = mapped_column(String(80), index=True)
    reason: Mapped[str] = mapped_column(String(400))
    barred_by: Mapped[str] = mapped_column(String(80))
    barred_at: Mapped[datetime] = mapped_column(Instant)
    lifted_by: Mapped[str | None] = mapped_column(String(80))
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)
    lift_reason: Mapped[str] = mapped_column(String(400), default="")


class ExpertDeclaration(Frozen, Base):
    """What an expert signed before the file was opened: to have no conflict. Who asks to be recused: ExpertRecusal."""

    __tablename__ = "expert_declaration"
    __table_args__ = (UniqueConstraint("application_no", "expert"),)  # it is signed once

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40))
    expert: Mapped[str] = mapped_column(String(80), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # NONE
    reason: Mapped[str] = mapped_column(String(200), default="")
    signed_at: Mapped[datetime] = mapped_column(Instant)


class ExpertRecusal(Frozen, Base):
    """Why an expert left a seat: asked by the expert, found by the registers, or freed by an officer (I8)."""

    __tablename__ = "expert_recusal"
    __table_args__ = (UniqueConstraint("seat_id"),)  # a seat is left once

    id: Mapped[int] = mapped_column(primary_key=True)
    application_no: Mapped[str] = mapped_column(String(40), index=True)
    cycle_year: Mapped[int] = mapped_column(index=True)
    seat_id: Mapped[int]
    place: Mapped[int]
    round: Mapped[int]  # of scoring, in which it was left
    expert: Mapped[str] = mapped_column(String(80), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # ASKED, FOUND, FREED
    reason: Mapped[str] = mapped_column(String(400))  # in the words of whoever stated it
    submission_id: Mapped[int | None]  # the declaration as it was sent
    stated_by: Mapped[str] = mapped_column(String(80))
    stated_at: Mapped[datetime] = mapped_column(Instant)


class ExpertImport(Base):
    """A spreadsheet of experts that was read and shown; applied by a second step."""

    __tablename__ = "expert_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), index=True)  # who brought it
    name: Mapped[str] = mapped_column(String(200))
    read_at: Mapped[datetime] = mapped_column(Instant)
    rows: Mapped[Any] = mapped_column(Json)
    applied_at: Mapped[datetime | None] = mapped_column(Instant)


class PanelDraw(Base):
    """A draw: its seed, announced before; what it is drawn from, fixed with the seed; what came out."""

    __tablename__ = "panel_draw"
    __table_args__ = (
        UniqueConstraint("cycle_year", "number"),
        # prevents a draw from being repeated silently: another one only after this one was voided, with its reason
        Index("panel_draw_alive_idx", "cycle_year", unique=True, sqlite_where=ALIVE, postgresql_where=ALIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_year: Mapped[int]
    number: Mapped[int]
    seed: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(400), default="")
    algorithm: Mapped[str] = mapped_column(String(20))
    input: Mapped[Any] = mapped_column(Json)  # pool, applications, conflicts, rules: as they stood
    input_sha256: Mapped[str] = mapped_column(String(64))
    announced_by: Mapped[str] = mapped_column(String(80))
    announced_at: Mapped[datetime] = mapped_column(Instant)
    result_sha256: Mapped[str | None] = mapped_column(String(64))  # of what the seed alone drew
    witness: Mapped[str] = mapped_column(String(80), default="")
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by: Mapped[str | None] = mapped_column(String(80))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    void_reason: Mapped[str] = mapped_column(String(400), default="")


class PanelEdit(Frozen, Base):
    """One expert exchanged by hand before the draw was confirmed, with the reason."""

    __tablename__ = "panel_edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(index=True)
    application_no: Mapped[str] = mapped_column(String(40))
    leaving: Mapped[str] = mapped_column(String(80))
    coming: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(400))
    edited_by: Mapped[str] = mapped_column(String(80))
    edited_at: Mapped[datetime] = mapped_column(Instant)
