"""Templates are compiled once a test process: every test has an application of its own, and each compiled them anew."""

from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Kept(BytecodeCache):
    """Compiled templates by source, for all applications of this process."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand over what was compiled from this very source."""
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is not None:
            self.known[bucket.key, bucket.checksum] = bucket.code


def keep_compiled() -> None:
    """Every application of this process shares what was compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Kept()}
