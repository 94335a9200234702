"""The process in which one file is inspected: `python -m engine.files.inspection <kind> <path>`; answers JSON."""

import json
import sys
from pathlib import Path

from engine.files.inspection import Objection, inspect

MEMORY = 1536 * 1024 * 1024
"""Bytes of address space: a picture of 60 million pixels takes 240 MB decoded, and the libraries map some more."""
SECONDS = 30
"""Seconds of processor time; the largest lawful file takes about three."""


def _limit() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(kind: str, path: str) -> dict[str, object]:
    """What was found, as data."""
    try:
        return {"pages": inspect(Path(path), kind).pages}
    except Objection as objection:
        return {"refusal": objection.refusal, "found_zh": objection.zh, "found_en": objection.en}
    except (MemoryError, RecursionError):
        return {
            "refusal": "TooLargeInside",
            "found_zh": "检查时内存不足",
            "found_en": "it needs too much memory",
        }


if __name__ == "__main__":
    _limit()
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
