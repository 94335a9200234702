"""What every refusal must be: named, in both languages, in bounded time, and without a trace in the database."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from sqlalchemy import TextClause, func, select, text

from engine import commands
from engine.bpmn import lint_set
from engine.errors import Refusal
from engine.policy import SYSTEM
from engine.problems import Problem, errors
from engine.runtime import Runtime
from engine.store import models

SECONDS = 8.0
"""Processor time that no single hostile thing may take; most take a hundredth."""


@contextmanager
def bounded() -> Iterator[None]:
    """The block ends within `SECONDS` of this thread's processor time."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < SECONDS


def refused(act: Callable[[], Any]) -> Refusal:
    """The refusal that the act meets, after a look at its texts."""
    with bounded(), pytest.raises(Refusal) as caught:
        act()
    refusal = caught.value
    for language in ("zh", "en"):
        text = refusal.message(language)  # type: ignore[arg-type]
        assert text
        assert len(text) < 20_000, "nobody reads that"
        text.encode()
    assert any("\u4e00" <= c <= "\u9fff" for c in refusal.message("zh"))
    assert refusal.code != "Refusal"
    return refusal


def findings(files: Mapping[str, bytes]) -> list[Problem]:
    """What lint finds; each finding names its file and speaks both languages."""
    with bounded():
        found = lint_set(files)
    for problem in found:
        assert problem.file in files
        assert problem.code
        assert problem.zh != problem.en
        assert any("\u4e00" <= c <= "\u9fff" for c in problem.zh)
    return found


@cache
def _counts() -> TextClause:
    """One statement for all tables: hundreds of tests ask it twice."""
    tables = models.load().tables.values()
    counts = (select(func.count()).select_from(table).scalar_subquery().label(table.name) for table in tables)
    return text(str(select(*counts)))


def rows(rt: Runtime) -> dict[str, int]:
    """The number of rows of every table."""
    with rt.reading() as session:
        return dict(session.execute(_counts()).one()._mapping)


def refused_everywhere(rt: Runtime, files: Mapping[str, bytes]) -> list[Problem]:
    """Lint finds errors, deployment refuses, nothing is written; what lint found."""
    found = findings(files)
    assert errors(found), f"lint passes {sorted(files)}"
    before = rows(rt)
    refused(lambda: commands.deploy(rt, SYSTEM, files))
    assert rows(rt) == before
    return found
