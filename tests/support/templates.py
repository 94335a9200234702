"""Templates are compiled once for all test processes: every test has an application of its own, and each compiled them."""

import hashlib
import os
import threading
from pathlib import Path
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Kept(BytecodeCache):
    """Compiled templates by source, for all applications of this process and, in a folder, for other processes."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], CodeType] = {}
        self.folder: Path | None = None

    def share(self, folder: Path) -> None:
        """Keep them in a folder, too, and take from there what others have compiled."""
        folder.mkdir(exist_ok=True)
        self.folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Hand over what was compiled from this very source."""
        bucket.code = self.known.get((bucket.key, bucket.checksum))
        if bucket.code is None and self.folder is not None and (path := _path(self.folder, bucket)).exists():
            with path.open("rb") as file:
                bucket.load_bytecode(file)
            self._know(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it; in the folder it is whole or not there."""
        self._know(bucket)
        if self.folder is not None:
            path = _path(self.folder, bucket)
            half = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            half.write_bytes(bucket.bytecode_to_string())
            half.rename(path)

    def _know(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.known[bucket.key, bucket.checksum] = bucket.code


KEPT = Kept()


def _path(folder: Path, bucket: Bucket) -> Path:
    return folder / hashlib.sha256(f"{bucket.key} {bucket.checksum}".encode()).hexdigest()


def keep_compiled() -> None:
    """Every application of this process shares what was compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": KEPT}
