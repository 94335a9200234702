"""How often one address may send what needs no sign-in. Counted per web process; sign-in has its exact table."""

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)

OBJECTIONS = "10 per hour"
LOOK_UPS = "30 per minute"
PRINTS = "20 per minute"
RECEIPTS = "20 per hour"
REGISTRATIONS = "10 per hour"
RESETS = "10 per hour"
ONE_TIME_LINKS = "60 per hour"


def init_app(app: Flask) -> None:
    """Count for this application."""
    limiter.init_app(app)
