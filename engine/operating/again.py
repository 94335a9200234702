"""Which rows of a batch that tried again stopped again at the same place: the incident that stands there since.

It is read from the incidents, not kept: a step that a worker takes fails after the row was done, some attempts later.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from engine.store.instances import Incident
from engine.store.operating import SUCCEEDED, OperatorBatchItem

AGAIN = "AGAIN"
"""Among the results of rows: done, and stopped again."""
RETRIES = ("retry", "retry_one")


def stopped_again(act: str) -> ColumnElement[Any] | None:
    """For rows of a batch of this act: the first incident at the place of one that was tried again, or null.

    None for acts that try nothing again. It counts from the instant of the row on, whether it still stands or not.
    """
    if act not in RETRIES:
        return None
    item, tried, since = OperatorBatchItem, aliased(Incident), aliased(Incident)
    if act == "retry_one":
        of_row: ColumnElement[bool] = tried.id == item.target
    else:
        stood = or_(tried.resolved_at.is_(None), tried.resolved_at >= item.at)
        of_row = and_(tried.instance_id == item.target, tried.created_at < item.at, stood)
    # The one that was tried stays where its step failed at once; a worker's makes another one.
    stays = or_(since.resolved_at.is_(None), since.resolved_at > item.at)
    stands = or_(since.id > tried.id, and_(since.id == tried.id, stays))
    same = and_(since.wait_key == tried.wait_key, since.element_id == tried.element_id)
    place = func.coalesce(since.instance_id, 0) == func.coalesce(tried.instance_id, 0)
    found = select(func.min(since.id)).select_from(tried).join(since, and_(same, place, stands))
    return found.where(of_row, item.state == SUCCEEDED).correlate(item).scalar_subquery()
