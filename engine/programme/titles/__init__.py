"""Titles: grant, status, chain of names, valid titles on a day."""
