"""Statements whose best plan depends on the values are planned for them, however often they are asked."""

import pytest
from sqlalchemy import literal, select, text

from engine.runtime import Runtime
from engine.store.database import AFRESH

pytestmark = pytest.mark.postgres
TWICE_PREPARED = 12
"""A connection prepares at the sixth time, and the server may settle on one plan at the eleventh."""


@pytest.mark.parametrize("options", [{}, AFRESH])
def test_only_what_is_planned_afresh_is_never_prepared(
    postgres_rt: Runtime, options: dict[str, bool]
) -> None:
    prepared = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%planned_here%'")
    with postgres_rt.reading() as session:
        for number in range(TWICE_PREPARED):
            asked = select(literal(number).label("planned_here"))
            assert session.scalar(asked, execution_options=options) == number
        found = session.connection().execute(prepared).scalar_one()
    assert found == (0 if options else 1)
