"""People and rights as a spreadsheet: checked row by row, proposed by one administrator, approved whole by another."""
