"""Values of every kind of document, read from the registers and made into text. One module an area."""
