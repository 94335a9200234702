"""Personal data as a page may show them: in part (masked), or not at all (hidden).

Masked is what a reader may know but need not see in passing: names, logins, telephone numbers, mail addresses, numbers
of identity cards. One look at the whole costs a reason and leaves a link in the audit trail (`unmask`). Hidden is
what a reader may not know: experts without `expert.read`, objectors without `objection.identify`, what people wrote
without `submission.read`; no reason opens that. `reader` says for one actor which is which, and every page about
instances, histories and the trail asks it.
"""

from engine.masking.marks import (
    masked_email,
    masked_id,
    masked_login,
    masked_name,
    masked_phone,
    masked_uscc,
    masked_value,
)
from engine.masking.reading import Reader, reader
from engine.masking.unmasking import unmask

__all__ = [
    "Reader",
    "masked_email",
    "masked_id",
    "masked_login",
    "masked_name",
    "masked_phone",
    "masked_uscc",
    "masked_value",
    "reader",
    "unmask",
]
