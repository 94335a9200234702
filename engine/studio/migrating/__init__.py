"""Moving running instances to other rules: whom, how each element goes over, a dry run, batches, and back again.

Doors: `plans` (what a process owner does), `work` (what the worker does), `mapping` (what stands for what).
"""
