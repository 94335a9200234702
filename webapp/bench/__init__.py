"""The figures of the documentation, measured on this machine: `luzhi bench`.

Every bench builds what it measures through the ordinary commands, on a fresh database, and answers a `Figure`:
medians and 95th percentiles of wall and CPU time in milliseconds, and counts. Nothing here is asserted as a time
in a test; `tests/benchmarks` runs each bench small and checks the counts.
"""
