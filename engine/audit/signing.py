"""The key that signs exports of the trail: Ed25519 (RFC 8032), kept as the site's other secrets are."""

import base64
import binascii
import hashlib
import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.secret_files import made_once
from engine.settings import Settings

SEED = 32  # bytes


class BadKey(ValueError):
    """The setting is no key: 32 bytes in base64 are."""


class Signer:
    """Signs under one key; what it signs can be checked by anybody who knows `public`."""

    def __init__(self, seed: bytes) -> None:
        """Raises BadKey unless the seed is 32 bytes."""
        if len(seed) != SEED:
            raise BadKey(f"a key has {SEED} bytes")
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw().hex()

    @property
    def fingerprint(self) -> str:
        """By what people compare keys: the first half of the key's SHA-256, in groups of four characters."""
        digest = hashlib.sha256(bytes.fromhex(self.public)).hexdigest()[:32]
        return " ".join(digest[first : first + 4] for first in range(0, len(digest), 4))

    def sign(self, content: bytes) -> str:
        """The signature, in hexadecimal digits."""
        return self._key.sign(content).hex()


def signer(settings: Settings) -> Signer:
    """Who signs here: the key of the settings, or the one in the file, made on first use. Raises BadKey."""
    if settings.audit_key is not None:
        return Signer(_seed(settings.audit_key.get_secret_value()))
    return Signer(_seed(made_once(settings.audit_key_path(), new_key)))


def new_key() -> str:
    """A fresh key, as the setting wants it."""
    return base64.b64encode(secrets.token_bytes(SEED)).decode()


def _seed(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadKey("a key is 32 bytes in base64") from error
