"""Anchors: once a day the end of the chain is put down, in the database and in a file outside it.

Who rewrites the whole database, triggers and hashes and all, makes a chain that holds in itself. It does not hold
against a file that lies elsewhere, a printed page or a mail of the days before.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import mail
from engine.audit import chain
from engine.audit.checking import Mark
from engine.clock import in_business_zone
from engine.commands.retrying import command
from engine.errors import Refusal
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store import json
from engine.store.trail import AuditAnchor


class BadAnchors(Refusal):
    """A line of the file is no anchor."""

    zh = "锚点文件第 {line} 行无法读取。"
    en = "Line {line} of the file of anchors cannot be read."
    remedy_zh = "请用未改动的副本核验。"
    remedy_en = "Check with a copy that nobody changed."
    status = 422


@dataclass(frozen=True, slots=True)
class Anchor:
    """What the chain's last link was on a day."""

    day: date
    sequence: int
    hash: str

    @property
    def mark(self) -> Mark:
        """What the chain must hold."""
        return Mark(self.sequence, self.hash)

    def line(self) -> str:
        """As it stands in the file."""
        return json.canonical({"day": self.day.isoformat(), "sequence": self.sequence, "hash": self.hash})


def drop(rt: Runtime) -> Anchor:
    """Today's anchor; made, told and linked if there is none yet. The file gets every anchor that it lacks."""
    anchor = _today(rt)
    publish(rt)
    return anchor


@command
def _today(rt: Runtime) -> Anchor:
    day = in_business_zone(rt.clock.now()).date()
    with rt.transaction() as tx:
        row = tx.session.get(AuditAnchor, day)
        if row is None:
            chain.lock(tx.session)
            sequence, hash = chain.head(tx.session)
            # A second worker fails on the primary key, and finds this one's when it tries again.
            row = AuditAnchor(day=day, sequence=sequence, hash=hash, at=tx.now)
            tx.session.add(row)
            tx.session.flush()
            _tell(rt, tx.session, _anchor(row))
            chain.append(
                tx.session,
                at=tx.now,
                actor=SYSTEM.login,
                action="audit.anchor",
                object_type="audit",
                object_key=sequence,
                detail={"day": day.isoformat(), "hash": hash},
            )
        return _anchor(row)


def _tell(rt: Runtime, session: Session, anchor: Anchor) -> None:
    """Mail it to whoever keeps anchors elsewhere, if the settings name somebody."""
    if not rt.settings.audit_mail:
        return
    day = anchor.day
    mail.send(
        session,
        to=rt.settings.audit_mail,
        subject=f"审计锚点 Audit anchor {day.isoformat()}",
        text=mail.both(
            f"{day.year}年{day.month}月{day.day}日，审计链共 {anchor.sequence} 条，末条哈希：\n{anchor.hash}\n\n"
            "请保存本邮件。",
            f"On {day.isoformat()} the audit chain had {anchor.sequence} links, the last one with the hash\n"
            f"{anchor.hash}\n\nPlease keep this mail.",
        ),
        at=rt.clock.now(),
        key=f"audit-anchor-{day.isoformat()}",
    )


def known(session: Session) -> list[Anchor]:
    """The anchors in the database, oldest first."""
    return [_anchor(row) for row in session.scalars(select(AuditAnchor).order_by(AuditAnchor.day))]


def publish(rt: Runtime) -> int:
    """Add the anchors that the file outside the database lacks; how many. What stands there is never changed."""
    path = rt.settings.audit_anchors_file()
    with rt.reading() as session:
        anchors = known(session)
    there = {anchor.day for anchor in read(path)} if path.exists() else set()
    missing = [anchor for anchor in anchors if anchor.day not in there]
    if missing:
        _add(path, missing)
    return len(missing)


def _add(path: Path, anchors: Iterable[Anchor]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{anchor.line()}\n" for anchor in anchors).encode()
    with path.open("ab", buffering=0) as file:
        end = file.seek(0, os.SEEK_END)
        try:
            while lines:
                lines = lines[file.write(lines) :]
            os.fsync(file.fileno())
        except OSError:  # a full disk: half a line would make all of the file unreadable
            file.truncate(end)
            raise


def read(path: Path) -> list[Anchor]:
    """The anchors of a file, in its order. Raises BadAnchors."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_read(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _read(number: int, line: str) -> Anchor:
    try:
        found: dict[str, Any] = json.loads(line)
        return Anchor(date.fromisoformat(found["day"]), int(found["sequence"]), str(found["hash"]))
    except (json.BadJson, KeyError, TypeError, ValueError) as error:
        raise BadAnchors(line=number) from error


def before(anchors: Sequence[Anchor], day: date) -> Mark | None:
    """The newest anchor of an earlier day: from there on, a check of `day` and later begins. None: from the start."""
    earlier = [anchor for anchor in anchors if anchor.day < day]
    return max(earlier, key=lambda anchor: anchor.day).mark if earlier else None


def _anchor(row: AuditAnchor) -> Anchor:
    return Anchor(row.day, row.sequence, row.hash)
