"""Document numbers and the register of issued documents."""
