"""Secrets that are made on first use and kept in a file: whole or not at all, and made once whoever comes first."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def made_once(path: Path, make: Callable[[], str]) -> str:
    """The text of the file, which its owner alone may read; `make` says it where there is none yet.

    Raises OSError (a full disk): then there is still no file, for half a key would be taken for one.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        growing = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            _write(growing, make())
            _link(growing, path)
        finally:
            growing.unlink(missing_ok=True)
    return path.read_text(encoding="utf-8").strip()


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _link(growing: Path, path: Path) -> None:
    """Give it its name, unless another process was faster: that one's counts."""
    try:
        os.link(growing, path)
    except OSError:
        if not path.exists():  # a file system without hard links
            growing.replace(path)
