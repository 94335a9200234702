"""Signing in and out, registration, one's own account and the people of one's enterprise; the choice of language."""

from webapp.account import (  # noqa: F401 - they add their addresses to the blueprint
    factor_pages,
    member_pages,
    oidc,
    opening,
    own_pages,
    recovery,
    registration,
    session_pages,
)
from webapp.account.views import blueprint, sign_in_page

__all__ = ["blueprint", "sign_in_page"]
