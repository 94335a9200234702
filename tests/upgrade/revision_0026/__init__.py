"""Databases of the release at revision 0026, and what that release asked the database; written by itself (`make.py`)."""
