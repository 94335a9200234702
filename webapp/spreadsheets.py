"""Spreadsheets that are sent to a browser: what is written in them stays text."""

from engine.workbooks import text_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

__all__ = ["XLSX", "text_workbook"]
