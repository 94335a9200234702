"""Hints that two applications of a year are alike: same code, telephone, product, or nearly the same text.

A text is compared by its sketch: the smallest hashes of all its runs of eight signs. The share of equal ones among
the smallest of both estimates how much of the texts is the same (A. Broder, “On the resemblance and containment of
documents”, 1997). A hint accuses nobody: whoever reviews looks.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.programme.applications.models import Application
from engine.programme.applications.operations import latest_version
from engine.programme.reviews.models import Likeness

RUN = 8  # signs of one run
SIZE = 96  # hashes of a sketch
ALIKE = 30  # per cent of equal text from which it is told
_TEXTS = ("intro", "description", "mutuals_text", "breakthrough", "secure", "lead", "replicable", "spread")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_PRODUCTS = re.compile(r"[、，,；;/\s]+")
_ELEMENT_TEXT = "desc"


@dataclass(frozen=True, slots=True)
class Hint:
    """One other application, and what is the same: kinds among code, phone, product, text; `share` in per cent."""

    application_no: str
    object_name: str
    kinds: tuple[str, ...]
    share: int


def record(session: Session, application: Application) -> None:
    """Keep what an application is compared by, once, as its present version says it."""
    number = application.application_no
    version = latest_version(session, number)
    if version is None or session.get(Likeness, number) is not None:
        return
    content: Mapping[str, Any] = version.content
    session.add(
        Likeness(
            application_no=number,
            cycle_year=application.cycle_year,
            uscc=application.uscc,
            phones=sorted(set(_MOBILE.findall(str(content.get("mobile") or "")))),
            products=sorted(_products(content)),
            sketch=sketch("".join(_texts(content))),
        )
    )


def _products(content: Mapping[str, Any]) -> set[str]:
    named = (str(content.get(key) or "") for key in ("main_products", "ws_product"))
    return {plain(part) for text in named for part in _PRODUCTS.split(text) if len(plain(part)) > 1}


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    for key in _TEXTS:
        yield str(content.get(key) or "")
    for row in content.get("elements") or ():
        yield str(row.get(_ELEMENT_TEXT) or "")


def plain(text: str) -> str:
    """A text without what people write differently: width, case, spaces, punctuation."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def sketch(text: str) -> list[int]:
    """The smallest hashes of all runs of eight signs, ascending; empty for a text of less."""
    signs = plain(text)
    runs = {signs[start : start + RUN] for start in range(len(signs) - RUN + 1)}
    hashes = (int.from_bytes(hashlib.blake2b(run.encode(), digest_size=6).digest(), "big") for run in runs)
    return sorted(hashes)[:SIZE]


def share(one: list[int], other: list[int]) -> int:
    """How much of two texts is the same, in per cent, estimated from their sketches."""
    smallest = sorted({*one, *other})[:SIZE]
    if not smallest or not one or not other:
        return 0
    return round(100 * len(set(one) & set(other) & set(smallest)) / len(smallest))


def hints(session: Session, application_no: str, most: int = 5) -> list[Hint]:
    """The applications of the same year that are most alike; one read of small rows, whatever the files' size."""
    mine = session.get(Likeness, application_no)
    if mine is None:
        return []
    rows = session.execute(
        select(Likeness, Application.object_name)
        .join(Application, Application.application_no == Likeness.application_no)
        .where(Likeness.cycle_year == mine.cycle_year, Likeness.application_no != application_no)
    )
    found = [hint for other, name in rows if (hint := _hint(mine, other, name)).kinds]
    return sorted(found, key=lambda h: (-len(h.kinds), -h.share, h.application_no))[:most]


def _hint(mine: Likeness, other: Likeness, name: str) -> Hint:
    alike = share(mine.sketch, other.sketch)
    same = {
        "code": mine.uscc == other.uscc,
        "phone": bool(set(mine.phones) & set(other.phones)),
        "product": bool(set(mine.products) & set(other.products)),
        "text": alike >= ALIKE,
    }
    return Hint(other.application_no, name, tuple(kind for kind, yes in same.items() if yes), alike)
