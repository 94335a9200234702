"""The tables, one module per family, and the one way to reach a database.

Doors: `engine.store.models` (every table), `engine.store.database` (engines), `engine.store.migrations`
(create or upgrade), `engine.store.json` (the one JSON).
"""
