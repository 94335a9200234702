"""Logs as JSON lines on standard error, one event a line, each with what it belongs to.

Bound wherever they are known: `process` (web, worker, cli), `request_id`, `actor` (the number of the account, never
a name), `instance`, `job`. No personal data: neither what people typed nor what a database says of a row; only
events of signing in name the login and the address, as the law on networks has them kept. A traceback is written
without local variables: they hold secrets.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import Any

import structlog

WEB, WORKER = "web", "worker"
_DETAILS = re.compile(
    r"^(DETAIL:|CONTEXT:|HINT:|\[parameters:).*?(?=^\S|\Z)|^Key \(.*$", re.MULTILINE | re.DOTALL
)
"""What databases add to an error: the values of the row."""


def bound(**what: Any) -> AbstractContextManager[None]:
    """Everything that is logged within the block says so, too."""
    return structlog.contextvars.bound_contextvars(**what)


def bind(**what: Any) -> None:
    """Everything that this thread logs from now on says so, too, until `forget`."""
    structlog.contextvars.bind_contextvars(**what)


def forget() -> None:
    """Nothing is bound any more."""
    structlog.contextvars.clear_contextvars()


def without_details(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event without the values that a database names in its errors."""
    for name in ("exception", "error", "event"):
        if isinstance(event.get(name), str):
            event[name] = without_values(event[name])
    return event


def without_values(text: str) -> str:
    """An error's text without the values of rows that a database adds to it."""
    return _DETAILS.sub("", text).rstrip()


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_details,
]
_LINE = structlog.processors.JSONRenderer(ensure_ascii=False)


def configure(process: str = "") -> None:
    """Set structlog up. `process`: what this one is; then lines of libraries are taken over, too."""
    structlog.configure(
        processors=[*_SHARED, _LINE],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    if process:
        _name(process)
        logging.basicConfig(handlers=[_handler()], level=logging.WARNING, force=True)
        # A look of a worker that takes longer than a second is no news; it would be told every second.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def _name(process: str) -> None:
    """Every line says which kind of process wrote it, whatever is bound in its thread."""

    def name(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["process"] = process
        return event

    structlog.configure(processors=[name, *_SHARED, _LINE])


def _handler() -> logging.Handler:
    """Writes what libraries log as the same lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _LINE],
        )
    )
    return handler
