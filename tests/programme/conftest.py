"""Fixtures of the main line (`house`) and of the side lines (`desk`)."""

from tests.programme.mainline import furnished, house

__all__ = ["furnished", "house"]
