"""What takes long to make is made once for all test processes and all files that import its fixture."""

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

Make = Callable[[Path], object]
Made = Callable[[str, Make], Path]
"""`made_once("scoring", make)`: the folder that `make` filled; it is to be copied and never changed."""


def once(base: Path, name: str, make: Make) -> Path:
    """The folder of this name below `base`, filled by whoever asks first; others wait.

    What a maker that failed left behind is removed before the next one tries.
    """
    folder, finished = base / name, base / f"{name}.made"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            finished.touch()
    return folder
