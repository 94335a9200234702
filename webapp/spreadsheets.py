"""Spreadsheets in which every cell is text, as it stands: codes keep their digits and nothing is computed."""

from io import BytesIO

from xlsxwriter import Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def text_workbook(out: BytesIO) -> Workbook:
    """An empty workbook that is written to `out` when it is closed; text never becomes a formula, link or number."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    return Workbook(out, options)
