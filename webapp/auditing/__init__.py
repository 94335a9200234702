"""The audit trail for those who may read it: search, one link, the chain with its anchors, signed exports, event logs."""

from webapp.auditing import chain, events, listing, one
from webapp.auditing.blueprint import blueprint

__all__ = ["blueprint", "chain", "events", "listing", "one"]
