"""People and rights of the authorities: asked for by one administrator, approved by another, reviewed by a third.

The roles that exclude one another and the guarantees in the database: `engine.directory`, `engine.store.triggers`.
"""
