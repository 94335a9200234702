"""Formal review, expert review, site visits."""
