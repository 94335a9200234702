"""What an export carries beside the trail: a verifier that needs nothing but Python, and how it is used."""
