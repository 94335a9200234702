"""What an inspection answers, and how it objects."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """An accepted file: its number of pages, where it has pages."""

    pages: int | None = None


class Objection(Exception):
    """A file is not accepted. `refusal` names a class of `engine.files.refusals`; the texts say what was found."""

    def __init__(self, refusal: str, zh: str = "", en: str = "") -> None:
        self.refusal, self.zh, self.en = refusal, zh, en
        super().__init__(f"{refusal}: {en}")


def damaged(zh: str, en: str) -> Objection:
    """The structure is broken."""
    return Objection("DamagedFile", zh, en)


def foreign(zh: str, en: str) -> Objection:
    """There are data that do not belong to it."""
    return Objection("ForeignData", zh, en)


def too_large(zh: str, en: str) -> Objection:
    """It unpacks to too much."""
    return Objection("TooLargeInside", zh, en)
