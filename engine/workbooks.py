"""Files for spreadsheet programs: what looks like a formula, a link or a number stays the text that it is."""

from io import BytesIO
from typing import Any

from xlsxwriter import Workbook


def text_workbook(out: BytesIO) -> Workbook:
    """A workbook that is written to `out` when it is closed."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    return Workbook(out, options)


def safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: a text that begins like one gets an apostrophe before it."""
    if isinstance(value, str) and value.lstrip(" ").startswith(
        ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    ):
        return "'" + value
    return value
