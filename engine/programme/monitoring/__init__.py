"""Monitoring by an entrusted agency, and rectification (articles 10 and 11(3))."""
