"""Annual cycles: one recognition a year, opened by its notice."""
