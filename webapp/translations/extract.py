"""Keeps `en.po` complete: finds every Chinese message of the site and adds those that are new, untranslated.

`python -m webapp.translations.extract` rewrites the file; a test fails while a message has no English.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

WEBAPP = Path(__file__).parent.parent
ENGLISH = Path(__file__).parent / "en.po"
METHODS = [("cli/**", "ignore"), ("**.py", "python"), ("templates/**.html", "jinja2")]


def messages() -> set[str]:
    """Every message of templates and code."""
    found = extract_from_dir(
        str(WEBAPP),
        METHODS,
        keywords={"_": None, "gettext": None},
        options_map={"templates/**.html": {"silent": "false"}},
    )
    return {text for _, _, text, *_ in found if isinstance(text, str)}


def english() -> Catalog:
    """The English catalogue."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def update() -> list[str]:
    """Bring `en.po` in line with the sources; the messages that have no English yet."""
    known = {str(m.id): str(m.string) for m in english() if m.id} if ENGLISH.exists() else {}
    fresh = Catalog(locale="en", project="luzhi", fuzzy=False, header_comment="# English of the web site.")
    for text in sorted(messages()):
        fresh.add(text, known.get(text, ""))
    with ENGLISH.open("wb") as file:
        write_po(file, fresh, width=110, omit_header=False)
    return [str(m.id) for m in fresh if m.id and not m.string]


if __name__ == "__main__":
    for text in update():
        print(text)
