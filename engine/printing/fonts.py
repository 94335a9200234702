"""The fonts of the prints: files beside this module, never those of the machine, so that prints are the same.

`python -m webapp.assets` puts them there (Noto Serif SC and Noto Sans SC, OFL-1.1); they are not in the repository.
"""

from functools import lru_cache
from pathlib import Path

import typst

FOLDER = Path(__file__).parent / "fonts"
SOURCES = (
    ("noto-serif-sc", "400Regular", "NotoSerifSC_400Regular.ttf"),
    ("noto-serif-sc", "700Bold", "NotoSerifSC_700Bold.ttf"),
    ("noto-sans-sc", "400Regular", "NotoSansSC_400Regular.ttf"),
    ("noto-sans-sc", "700Bold", "NotoSansSC_700Bold.ttf"),
)
"""Package, folder and file of each font."""


class FontsMissing(RuntimeError):
    """The fonts of the prints are not there: run `python -m webapp.assets` (or `make install`)."""


def complete() -> bool:
    """Whether every font is there."""
    return all((FOLDER / name).exists() for _, _, name in SOURCES)


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The fonts, read once per process. Raises FontsMissing."""
    if not complete():
        raise FontsMissing(FontsMissing.__doc__)
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
