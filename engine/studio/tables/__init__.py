"""Catalogues and calendars as tables: edited, imported, exported, and the deadlines that a change would move."""
