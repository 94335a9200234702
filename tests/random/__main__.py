"""Plays one random process on every way: `python -m tests.random PROCESS_SEED PATH_SEED [--xml]`."""

import shutil
import sys
import tempfile
from pathlib import Path
from random import Random

from tests.random.blocks import generate
from tests.random.cases import CaseDriver
from tests.random.play import play
from tests.random.program import Outcome
from tests.random.stored import StoredDriver
from tests.support.runtimes import create_schema, sqlite_url


def main(process_seed: int, path_seed: int, show: bool) -> None:
    """Print what differs from the plain run, way by way."""
    program = generate(process_seed, path_seed)
    for diagram in program.diagrams if show else ():
        print(diagram.xml().decode())
    wanted = play(program, CaseDriver(program, reload=False))
    print("plain:", wanted.status, dict(sorted(wanted.variables.items())))
    for order in range(3):
        _compare(f"shuffled {order}", wanted, play(program, CaseDriver(program, reload=False), Random(order)))
    _compare("reloaded", wanted, play(program, CaseDriver(program, reload=True)))
    folder = Path(tempfile.mkdtemp(prefix="luzhi-random-"))
    for name, order_of in (("stored", None), ("stored, shuffled", Random(process_seed))):
        create_schema(sqlite_url(folder / f"{name}.sqlite3"))
        driver = StoredDriver(program, sqlite_url(folder / f"{name}.sqlite3"))
        _compare(name, wanted, play(program, driver, order_of))
        driver.close()
    shutil.rmtree(folder)


def _compare(way: str, wanted: Outcome, found: Outcome) -> None:
    print(f"{way}:", "the same" if wanted == found else found.status)
    for part in ("history", "variables", "effects"):
        a, b = getattr(wanted, part), getattr(found, part)
        for key in sorted(a.keys() | b.keys()):
            if a.get(key) != b.get(key):
                print(f"  {part} {key}: {a.get(key)} plainly, {b.get(key)} here")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), "--xml" in sys.argv)
