"""Self-registration of enterprises: ask, confirm the mail address, be checked by the county, get accounts."""
