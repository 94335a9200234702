"""Event logs for process mining: what happened in the cases of one process in some days, as XES or CSV.

People are pseudonyms that nobody can lead back: a key of the export, which is not kept, makes them. What people wrote
is not in it: variables and submissions are left out, and so is every login and name.
"""

from engine.eventlog.exporting import FORMATS, Period, export, export_one

__all__ = ["FORMATS", "Period", "export", "export_one"]
