"""A stretch of the trail for whoever checks it without this system: signed, with all that checking needs.

The archive holds the very texts that were hashed, so that a verifier needs SHA-256 and nothing of ours. A link that
names somebody whom the exporting person may not know (`engine.masking`) is given without its contents: its hash and
the one before it keep the chain whole.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from engine import masking, policy
from engine.audit import anchors, chain
from engine.audit.checking import canonical, links
from engine.audit.signing import Signer, signer
from engine.clock import start_of_day
from engine.commands.refusals import NoReason
from engine.commands.retrying import command
from engine.errors import Refusal
from engine.policy import Actor
from engine.runtime import Runtime
from engine.store import json
from engine.store.trail import Audit

FORMAT = "luzhi audit export 1"
STANDALONE = Path(__file__).parent / "standalone"
ALONG = ("verify.py", "README.txt")
"""Files of every export that are the same in all of them."""


class NothingToExport(Refusal):
    """No link lies in these days."""

    zh = "{first}至{last}没有审计记录。"
    en = "There are no audit entries from {first} to {last}."
    remedy_zh = "请另选起止日期。"
    remedy_en = "Choose other days."
    status = 404


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    first: int
    last: int
    withheld: int
    public_key: str


def export(
    rt: Runtime, actor: Actor, first_day: date, last_day: date, out: IO[bytes], reason: str
) -> Exported:
    """Write the links of these days (both included) as a signed archive; a link tells who took it and why.

    Raises NotAllowed, NoReason, NothingToExport, BadKey.
    """
    policy.require(actor, "audit.export")
    if not reason.strip():
        raise NoReason()
    key = signer(rt.settings)
    with rt.reading() as session:
        ends = span(session, first_day, last_day)
    _note(rt, actor, key, ends, reason.strip())
    with rt.reading() as session:
        return _write(session, actor, key, ends, out, {"reason": reason.strip(), "made_at": rt.clock.now()})


def span(session: Session, first_day: date, last_day: date) -> tuple[int, int]:
    """First and last number of the links of these days. Raises NothingToExport."""
    inside = (Audit.at >= start_of_day(first_day), Audit.at < start_of_day(last_day + timedelta(days=1)))
    first, last = session.execute(
        select(func.min(Audit.sequence), func.max(Audit.sequence)).where(*inside)
    ).one()
    if first is None:
        raise NothingToExport(first=first_day.isoformat(), last=last_day.isoformat())
    return first, last


@command
def _note(rt: Runtime, actor: Actor, key: Signer, ends: tuple[int, int], reason: str) -> None:
    """Link the export, and before it the public key, when it is signed under another one than the last."""
    with rt.transaction() as tx:
        newest = select(Audit.object_key).where(Audit.action == "audit.key").order_by(Audit.sequence.desc())
        if tx.session.scalar(newest.limit(1)) != key.public:
            chain.append(
                tx.session,
                at=tx.now,
                actor=policy.SYSTEM.login,
                action="audit.key",
                object_type="audit_key",
                object_key=key.public,
                detail={"fingerprint": key.fingerprint},
            )
        chain.append(
            tx.session,
            at=tx.now,
            actor=actor.login,
            action="audit.export",
            object_type="audit",
            object_key=f"{ends[0]}-{ends[1]}",
            detail={"reason": reason},
        )


def _write(
    session: Session, actor: Actor, key: Signer, ends: tuple[int, int], out: IO[bytes], more: dict[str, Any]
) -> Exported:
    made_at: datetime = more["made_at"]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        pack = _Pack(archive, made_at)
        lines = _Lines(session, masking.reader(session, actor).without_masks(), ends)
        pack.add("links.txt", lines)
        inside = (found for found in anchors.known(session) if ends[0] <= found.sequence <= ends[1])
        pack.add("anchors.txt", (f"{found.line()}\n".encode() for found in inside))
        pack.add("public_key.txt", [f"{key.public}\n".encode()])
        for name in ALONG:
            pack.add(name, [(STANDALONE / name).read_bytes()])
        manifest = json.canonical(
            {
                "format": FORMAT,
                "first": ends[0],
                "last": ends[1],
                "before": lines.before,
                "end": lines.end,
                "withheld": lines.withheld,
                "made_at": made_at.isoformat(),
                "made_by": actor.login,
                "reason": more["reason"],
                "files": dict(pack.hashes),
            }
        ).encode()
        pack.add("manifest.json", [manifest])
        pack.add("manifest.sig", [f"{key.sign(manifest)}\n".encode()])
    return Exported(*ends, lines.withheld, key.public)


class _Lines:
    """The lines of links.txt, once; afterwards the ends of the stretch and how much was withheld are known."""

    def __init__(self, session: Session, eyes: masking.Reader, ends: tuple[int, int]) -> None:
        self.session, self.eyes, self.ends = session, eyes, ends
        self.before, self.end, self.withheld = "", "", 0

    def __iter__(self) -> Iterator[bytes]:
        for row in links(self.session, self.ends[0] - 1, self.ends[1]):
            self.before = self.before or row.previous
            self.end = row.hash
            text = canonical(row) if self._may_see(row) else None
            self.withheld += text is None
            yield f"{row.hash} {text or f'withheld {row.previous}'}\n".encode()

    def _may_see(self, row: Row[Any]) -> bool:
        """Whether nothing of the link is hidden from the reader."""
        detail, eyes = json.loads(row.detail), self.eyes
        texts = (row.object_key, row.business_key or "")
        return (
            row.actor not in eyes.hidden_logins
            and all(eyes.text(each) == each for each in texts)
            and eyes.value(detail) == detail
        )


class _Pack:
    """Puts files into the archive as they come, and keeps their hashes."""

    def __init__(self, archive: zipfile.ZipFile, at: datetime) -> None:
        self.archive, self.at = archive, at
        self.hashes: dict[str, str] = {}

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        digest = hashlib.sha256()
        info = zipfile.ZipInfo(name, self.at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        with self.archive.open(info, "w", force_zip64=True) as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        self.hashes[name] = digest.hexdigest()
