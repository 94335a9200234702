"""Keeping the system running: backup, restore, check, workers, what is kept how long, figures for monitoring."""
