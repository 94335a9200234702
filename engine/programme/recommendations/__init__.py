"""City packages: one per city and cycle, replaceable as a whole until the deadline."""
