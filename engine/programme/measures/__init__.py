"""Legal bases: the measure, its validity (article 15), its renewal, and acts after its expiry."""
