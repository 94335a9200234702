"""What an enterprise sees after signing in: its applications and titles, messages, deadlines, its own register."""

from webapp.enterprise import applications, calendar, filings, home, messages
from webapp.enterprise.blueprint import blueprint

__all__ = ["applications", "blueprint", "calendar", "filings", "home", "messages"]
