"""Revocation: ground, evidence, hearing, legal review, meeting, decision (article 11)."""
