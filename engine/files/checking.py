"""Judge a file by its structure, in a process of its own with little memory and time; known bytes are not judged again."""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.files.kinds import KINDS, MEGABYTE
from engine.files.refusals import ABOUT_BYTES, FileRefused
from engine.settings import project_root
from engine.store.files import FileVerdict

RULES = 1
"""The edition of the checks. Raise it when they become stricter: stored verdicts of older editions are not reused."""
PATIENCE = 60
"""Seconds after which a check is given up; the process itself may use half of them."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found: pages where there are any, or the name of a refusal with its facts."""

    pages: int | None = None
    refusal: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def require(self, name: str, kind: str) -> None:
        """Pass for an accepted file, else raise the refusal about the file of this name."""
        if self.refusal:
            about = KINDS[kind]
            raise ABOUT_BYTES[self.refusal](name=name, kind_zh=about.zh, kind_en=about.en, **self.facts)


def judge(path: Path, kind: str) -> Verdict:
    """Look at the bytes. A file that crashes or stalls its checker is refused."""
    command = [sys.executable, "-m", "engine.files.inspection", kind, str(path.resolve())]
    try:
        done = subprocess.run(  # noqa: S603 - our own module on a path that we made
            command, capture_output=True, timeout=PATIENCE, cwd=project_root(), check=False
        )
    except subprocess.TimeoutExpired:
        return Verdict(refusal="TooComplex", facts={"seconds": PATIENCE})
    if done.returncode != 0:
        return _crashed(done.returncode)
    found = json.loads(done.stdout)
    return Verdict(found.pop("pages", None), found.pop("refusal", ""), found)


def _crashed(code: int) -> Verdict:
    if code == -24:  # SIGXCPU: the time was up
        return Verdict(refusal="TooComplex", facts={"seconds": PATIENCE // 2})
    facts = {"found_zh": "检查程序无法读取", "found_en": "the checker cannot read it"}
    return Verdict(refusal="DamagedFile", facts=facts)


def known(session: Session, digest: str, kind: str) -> Verdict | None:
    """The verdict on bytes that were judged before, by today's rules."""
    row = session.scalar(
        select(FileVerdict).where(
            FileVerdict.sha256 == digest, FileVerdict.kind == kind, FileVerdict.rules == RULES
        )
    )
    if row is None:
        return None
    facts = dict(row.facts)
    return Verdict(facts.pop("pages", None), row.refusal, facts)


def remember(session: Session, digest: str, kind: str, verdict: Verdict, at: datetime) -> None:
    """Keep a verdict in place of an older one."""
    session.execute(delete(FileVerdict).where(FileVerdict.sha256 == digest, FileVerdict.kind == kind))
    facts = {**verdict.facts, "pages": verdict.pages}
    session.add(
        FileVerdict(sha256=digest, kind=kind, rules=RULES, refusal=verdict.refusal, facts=facts, at=at)
    )
    session.flush()


def megabytes(size: int) -> str:
    """A size for sentences, in megabytes with one digit."""
    return f"{size / MEGABYTE:.1f}"


__all__ = ["FileRefused", "Verdict", "judge", "known", "megabytes", "remember"]
