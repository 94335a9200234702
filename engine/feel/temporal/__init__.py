"""Dates, times and durations: reading and writing ISO 8601 text, arithmetic, properties (DMN 1.5, 10.3.2.3)."""
