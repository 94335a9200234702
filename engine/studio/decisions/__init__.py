"""Decision tables: examples as tests, gaps and overlaps, and their way through a spreadsheet."""
