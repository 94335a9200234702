"""Whether everything is whole: the database, the audit chain, what is deployed, running cases, attachments.

It only reads. `check` is asked after a restore, after a crash of the machine, and every night if one likes.
"""

from engine.operation.checking.report import Area, Finding, Report
from engine.operation.checking.whole import AREAS, Share, check

__all__ = ["AREAS", "Area", "Finding", "Report", "Share", "check"]
