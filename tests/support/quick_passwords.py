"""Hashing a password takes a tenth of a second on purpose; hundreds of tests sign in, and look at something else."""

from argon2 import PasswordHasher

from engine.accounts import passwords

PRODUCT = passwords._HASHER
"""What the product hashes with: looked at by the tests of passwords."""


def hash_quickly() -> None:
    """Hash with the least effort in this process."""
    passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._NOBODY = passwords.hash_password("nobody has this password")
