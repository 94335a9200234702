"""Messages to people: kept for each, read in the site, mailed to confirmed addresses.

`operations.notify` tells somebody something. What the registers do is told by itself: `changes` collects what
happened inside a transaction, `delivery` turns it into messages right before the commit, all at once, however
many items a list has. `reminders` looks for deadlines that come near; a worker calls it.
"""
