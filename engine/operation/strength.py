"""Whether a secret key is one: enough random bytes, and none of those that everybody can look up."""

import math
import re
import zlib
from collections import Counter
from itertools import pairwise

BYTES = 32
"""Random bytes that a key must have at least."""
SAMPLES = (
    "changeme",
    "changethis",
    "replaceme",
    "yoursecret",
    "mysecret",
    "secretkey",
    "password",
    "example",
    "default",
    "insecure",
    "development",
    "testkey",
    "supersecret",
    "keyboardcat",
    "luzhi",
    "correcthorse",
)
"""Words of keys that stand in documentation and examples."""
SHORT, KNOWN, REGULAR = "short", "known", "regular"


def weakness(key: str) -> str | None:
    """Why a key is too weak: SHORT, KNOWN (a sample's words) or REGULAR (a pattern); None when it is not."""
    if _bytes(key) < BYTES:
        return SHORT
    bare = re.sub(r"[^a-z]", "", key.lower())
    if any(sample in bare for sample in SAMPLES):
        return KNOWN
    if re.search(r"(.{9,}).*?\1", key):
        return REGULAR
    steps = "".join(chr((ord(later) - ord(one)) % 127) for one, later in pairwise(key))
    return REGULAR if min(_information(key), _information(steps)) < BYTES * 8 * 0.6 else None


def _bytes(key: str) -> float:
    """How many random bytes a text of this length can hold, by its alphabet."""
    hexadecimal = re.fullmatch(r"[0-9a-fA-F]+", key) is not None
    return len(key) * (4 if hexadecimal else 6) / 8


def _information(text: str) -> float:
    """Bits that a text surely does not exceed: by how often its signs come, and by how far it can be compressed."""
    counts = Counter(text)
    spread = -sum(n * math.log2(n / len(text)) for n in counts.values())
    packed = (len(zlib.compress(text.encode(), 9)) - 8) * 8
    return min(spread, packed)
