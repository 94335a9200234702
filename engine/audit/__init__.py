"""The audit trail: every accepted command becomes a link in one chain of SHA-256 hashes.

A link's hash covers its own facts and its predecessor's hash, so that no row can be changed, left out or put in
between without breaking every later one; the head row tells when the end was cut off. `verify` walks the chain.
Whoever rewrites the whole database can make another chain that holds: once a day the head is put down as an anchor
(`anchors`), in the database and in a file outside it, and a chain without its anchors does not hold. `exporting`
gives a stretch of the chain, signed, to whoever checks it without this system.
"""

from engine.audit.chain import GENESIS, append, head, link_hash, lock
from engine.audit.checking import Broken, verify

__all__ = ["GENESIS", "Broken", "append", "head", "link_hash", "lock", "verify"]
