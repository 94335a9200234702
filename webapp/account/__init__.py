"""Signing in and out, and the choice of language."""

from webapp.account.views import blueprint, sign_in_page

__all__ = ["blueprint", "sign_in_page"]
