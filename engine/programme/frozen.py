"""Rows that are written once. A correction is a new row, a new version (I7)."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Mapper, object_session

from engine.errors import Refusal


class DocumentIsFrozen(Refusal):
    """Someone tried to change or delete a frozen document."""

    zh = "“{document}”已经定稿，不能修改或删除。"
    en = "{document} is final and can be neither changed nor deleted."
    remedy_zh = "请另立新的版本。"
    remedy_en = "Make a new version instead."
    basis = "定稿不改 frozen documents never change; I7"


class Frozen:
    """Mixed into registers whose rows never change: versions, packages, opinions, sheets, notices."""


def _refuse(mapper: Mapper[Any], connection: Any, target: Any) -> None:
    """I7: frozen documents never change, only new versions are made. Raises DocumentIsFrozen."""
    raise DocumentIsFrozen(document=type(target).__name__)


def _refuse_change(mapper: Mapper[Any], connection: Any, target: Any) -> None:
    # the hook also runs for rows whose collections alone were touched: those change nothing
    session = object_session(target)
    if session is not None and session.is_modified(target, include_collections=False):
        _refuse(mapper, connection, target)


event.listen(Frozen, "before_update", _refuse_change, propagate=True)
event.listen(Frozen, "before_delete", _refuse, propagate=True)
