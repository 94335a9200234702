"""Review opinions and the director's meeting."""
