"""A mixed load as a cycle brings it, against two web and two worker processes on PostgreSQL: `make load`."""
