"""Attachments: how files come in piece by piece, are checked, kept by their hash, and who may read them.

Doors: `engine.files.operations` (begin, append, finish, put, attach, cancel), `engine.files.store` (the bytes),
`engine.files.checking` (what is accepted), `engine.files.reading` (facts, and who may read).
"""
