"""Objections to what was announced: receive, verify, decide, reply."""
