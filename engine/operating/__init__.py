"""What those who keep the system going do to running instances: told before it is done, one by one or many at once.

Doors: `acts` (what can be done), `trying` (what would happen, by the real command in a transaction that is given up),
`doing` (for good, unless something has moved since), `batches` and `work` (many, one transaction each).
"""
