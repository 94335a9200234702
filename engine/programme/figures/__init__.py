"""The figures of a cycle: how many came how far, how long each step took, who has how much to do.

Counted by the database in groups, never row by row; no opinion, score or expert's name is among them.
"""
