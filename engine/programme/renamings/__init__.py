"""Changes of a holder's name (article 12)."""
