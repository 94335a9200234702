"""A workbook to be written: what looks like a formula, a link or a number stays the text that it is."""

from io import BytesIO

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
