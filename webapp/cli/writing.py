"""Files that a command writes: a new one, whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file to write to; it is gone again when what is written into it is refused or fails.

    Raises ClickException for a name that is taken, or where nothing can be written.
    """
    try:
        out = path.open("xb")
    except FileExistsError:
        raise click.ClickException(
            f"{path} 已存在，请换一个文件名。It exists; choose another name."
        ) from None
    except OSError as error:
        raise click.ClickException(f"{path} 无法写入。It cannot be written: {error.strerror}") from None
    try:
        with out:
            yield out
    except BaseException:
        path.unlink()
        raise
