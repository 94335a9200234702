"""What a request reads with one session, and what it must read anew."""

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from engine.directory import Scribe, add_organisation
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.people import Organisation


def _add(rt: Runtime, code: str) -> None:
    with rt.transaction() as tx:
        add_organisation(tx.session, Scribe(SYSTEM, tx.now), code, code, "city", None)


def _count(rt: Runtime) -> int:
    with rt.reading() as session:
        return session.scalar(select(func.count()).select_from(Organisation)) or 0


def test_parts_of_one_request_share_a_session(rt: Runtime) -> None:
    with rt.sharing():
        with rt.reading() as first:
            pass
        with rt.reading() as second:
            assert second is first
    with rt.reading() as third:
        assert third is not first


def test_what_was_written_is_read_anew(rt: Runtime) -> None:
    with rt.sharing():
        before = _count(rt)
        with rt.reading() as first:
            pass
        _add(rt, "990100")
        assert _count(rt) == before + 1
        with rt.reading() as second:
            assert second is not first


def test_who_reads_while_something_is_written_is_not_disturbed(rt: Runtime) -> None:
    _add(rt, "990100")
    with rt.sharing(), rt.reading() as outer:
        held = outer.scalars(select(Organisation)).first()
        assert held is not None
        _add(rt, "990200")
        with rt.reading() as inner:
            assert inner is not outer
            assert inner.get(Organisation, "990200") is not None
        assert held in outer


def test_a_transaction_reads_beside_the_shared_session_what_is_committed(rt: Runtime) -> None:
    with rt.sharing():
        before = _count(rt)
        with rt.transaction() as tx:
            add_organisation(tx.session, Scribe(SYSTEM, tx.now), "990300", "990300", "city", None)
            tx.session.flush()
            assert _count(rt) == before
        assert _count(rt) == before + 1


def test_after_a_failure_the_next_part_begins_anew(rt: Runtime) -> None:
    with rt.sharing():
        with pytest.raises(ZeroDivisionError), rt.reading() as broken:
            raise ZeroDivisionError
        with rt.reading() as next_one:
            assert next_one is not broken


def test_what_is_still_read_when_the_request_ends_is_read_to_its_end(rt: Runtime) -> None:
    _add(rt, "990100")
    _add(rt, "990200")

    def rows() -> Iterator[Organisation]:
        with rt.reading() as session:
            yield from session.scalars(select(Organisation).where(Organisation.code.like("990%")))

    with rt.sharing():
        stream = rows()
        first = next(stream)
    assert {first.code, *(row.code for row in stream)} == {"990100", "990200"}
