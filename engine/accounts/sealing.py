"""Secrets that must be read again are kept sealed (AES-256-GCM), under a key that the database does not hold.

The key comes from the signing key of the web site. Whoever has a copy of the database alone learns nothing; a
sealed text put into another account's row does not open, for it is sealed for its owner.
"""

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

EDITION = "1."
NONCE = 12  # bytes, as NIST SP 800-38D recommends
PURPOSE = b"luzhi second factor 1"


class SealBroken(Exception):
    """A text that was sealed under another key or for another owner, was changed, or never was sealed."""


class Box:
    """Seals and opens under one key."""

    def __init__(self, signing_key: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(signing_key.encode())
        self._cipher = AESGCM(derived)

    def seal(self, text: str, owner: str) -> str:
        """The sealed text; each time another one."""
        nonce = secrets.token_bytes(NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())
        return EDITION + base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str, owner: str) -> str:
        """The text again. Raises SealBroken."""
        if not sealed.startswith(EDITION):
            raise SealBroken("not sealed")
        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(EDITION))
            return self._cipher.decrypt(raw[:NONCE], raw[NONCE:], owner.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise SealBroken("another key or owner, or changed") from error
