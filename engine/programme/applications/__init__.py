"""Applications: one object of one enterprise in one cycle."""
