"""One cycle played through every desk: a step's first task is done by its official in a browser, all others by the
invented people of the rehearsal."""
