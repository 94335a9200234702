"""Guards of document numbers: the office enters them, a wrong or used one is refused at the click."""

from collections.abc import Callable

from engine.guards import GuardContext
from engine.programme.documents import operations
from engine.programme.values import as_date


def number_free(context: GuardContext) -> None:
    """The document number in `document_no` has the right form and belongs to no other document."""
    operations.require_free(context.session, context.body["document_no"])


def number_free_or_batch(context: GuardContext) -> None:
    """The number is free, or is that of a batch list of renamings issued on the same day."""
    number, issued_on = context.body["document_no"], as_date(context.body["issued_on"])
    if not operations.is_batch(context.session, number, "RENAMING", issued_on):
        operations.require_free(context.session, number)


GUARDS: dict[str, Callable[[GuardContext], None]] = {
    "documents.number_free": number_free,
    "documents.number_free_or_batch": number_free_or_batch,
}
