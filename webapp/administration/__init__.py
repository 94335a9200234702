"""Organisations, people and their rights, for the security administrator; the review of access for the auditor."""

from webapp.administration import (  # noqa: F401 - they add their addresses to the blueprint
    absences,
    accounts,
    imports,
    organisations,
    people,
    requests,
    reviews,
)
from webapp.administration.blueprint import blueprint

__all__ = ["blueprint"]
