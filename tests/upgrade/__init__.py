"""Databases of earlier releases: they come to the newest revision with everything, and their cases go on."""
