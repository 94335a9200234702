"""The prints: application, receipt, title sheet. A PDF of the same facts has the same bytes, today and next year."""

from datetime import date, datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import typst

from engine.clock import in_business_zone
from engine.errors import Language
from engine.printing import words as w
from engine.printing.blocks import Block, row, sections
from engine.printing.facts import ApplicationFacts, Attachment, TitleFacts
from engine.printing.fonts import fonts
from engine.printing.qr import qr_svg
from engine.programme.titles.models import TYPE_NAMES, TYPE_NAMES_EN
from engine.store import json
from forms.viewmodel import FormView

_AT_ONCE = BoundedSemaphore(2)
"""Prints that one process makes at a time: each takes a processor for about a second."""
TEMPLATES = Path(__file__).parent / "templates"


def application_pdf(view: FormView, facts: ApplicationFacts) -> bytes:
    """One version of an application on A4: cover with QR, its sections, attachments with their hashes.

    `view` is the read-only view of the frozen answers. Number, version and hash stand on every page. Raises
    FontsMissing.
    """
    labels = w.words(w.APPLICATION, facts.language)
    data = _application(facts, labels) | {
        "sections": sections(view, labels["none"]),
        "attachment_columns": _attachment_columns(labels),
        "attachments": [_attachment(file) for file in facts.attachments],
    }
    return compile_sheet("application", data, facts.submitted_at)


def receipt_pdf(facts: ApplicationFacts) -> bytes:
    """That a version was submitted, on one sheet. Raises FontsMissing."""
    labels = w.words(w.RECEIPT, facts.language)
    data = _application(facts, labels)
    data["cover"].append(row(labels["files"], labels["files_n"].format(n=len(facts.attachments))))
    data |= {
        "body": labels["body"].replace("{enterprise}", facts.enterprise),
        "note": labels["note"],
        "always_header": True,
    }
    return compile_sheet("receipt", data, facts.submitted_at)


def title_pdf(facts: TitleFacts) -> bytes:
    """What the public register says of a title on a day, on one sheet with the code to check it. Raises FontsMissing."""
    labels = w.words(w.TITLE, facts.language)
    state = f"{labels['title_no']} {facts.title_no}"
    data = {
        "title": f"{labels['heading']} {facts.title_no}",
        "foot": state,
        "hash": facts.address,
        "head_right": state,
        "body": labels["body"].format(on=day(facts.on, facts.language)),
        "note": labels["note"],
        "cover": [
            row(labels["title_no"], facts.title_no),
            row(labels["type"], type_name(facts.type, facts.language)),
            row(labels["name"], facts.name),
            row(labels["holder"], facts.holder),
            row(labels["place"], facts.place),
            row(labels["year"], str(facts.cycle_year)),
            row(labels["document"], f"{facts.document_no}（{day(facts.granted_on, facts.language)}）"),
            row(labels["state"], facts.state),
        ],
        "always_header": True,
        **_common(labels, facts.address, facts.language),
    }
    return compile_sheet("title", data, facts.on)


def _application(facts: ApplicationFacts, labels: dict[str, str]) -> dict[str, Any]:
    version = labels["version_n"].format(n=facts.version)
    submitted = f"{day(facts.submitted_at, facts.language)} {in_business_zone(facts.submitted_at):%H:%M:%S}"
    number = f"{labels['application_no']} {facts.application_no} · {version}"
    return {
        "title": f"{labels['heading']} {facts.application_no} {version}",
        "kind": type_name(facts.type, facts.language),
        "head_right": number,
        "foot": number,
        "hash": f"SHA-256 {facts.sha256}",
        "always_header": False,
        "cover": [
            row(labels["application_no"], facts.application_no),
            row(labels["version"], version),
            row(labels["type"], type_name(facts.type, facts.language)),
            row(labels["object"], facts.object_name),
            row(labels["enterprise"], facts.enterprise),
            row(labels["uscc"], facts.uscc),
            row(labels["place"], facts.place),
            row(labels["year"], str(facts.cycle_year)),
            row(labels["submitted_at"], submitted),
            row(labels["sha256"], _broken(facts.sha256)) | {"long": False},
        ],
        **_common(labels, facts.address, facts.language),
    }


def _common(labels: dict[str, str], address: str, language: Language) -> dict[str, Any]:
    return {
        "labels": labels,
        "lang": language,
        "programme": w.PROGRAMME[language],
        "head_left": w.PROGRAMME[language],
        "author": w.PROGRAMME[language],
        "address": address,
        "qr": qr_svg(address),
    }


def _attachment_columns(labels: dict[str, str]) -> list[Block]:
    narrow = [labels["file"], labels["size"], labels["pages"], labels["hash"]]
    return [{"label": label, "wide": number in (0, 3)} for number, label in enumerate(narrow)]


def _attachment(file: Attachment) -> list[str]:
    return [file.name, size(file.size), "" if file.pages is None else str(file.pages), _broken(file.sha256)]


def _broken(sha256: str) -> str:
    """A hash that may be broken after every eight digits (a zero width space); the foot has it in one piece."""
    return "\u200b".join(sha256[n : n + 8] for n in range(0, len(sha256), 8))


def size(count: int) -> str:
    """Bytes as people write them."""
    return f"{count / 1024 / 1024:.1f} MB" if count >= 1024 * 1024 else f"{max(1, round(count / 1024))} KB"


def type_name(type: str, language: Language) -> str:
    """The name of SCENE, WORKSHOP or FACTORY."""
    return (TYPE_NAMES if language == "zh" else TYPE_NAMES_EN).get(type, type)


def day(value: date, language: Language) -> str:
    """A day in the business zone, as the language writes it."""
    on = in_business_zone(value).date() if isinstance(value, datetime) else value
    return f"{on.year}年{on.month}月{on.day}日" if language == "zh" else f"{on:%d %B %Y}".lstrip("0")


def compile_sheet(template: str, data: dict[str, Any], at: date) -> bytes:
    """The PDF. Its time is that of the facts, so that the same facts give the same bytes."""
    on = in_business_zone(at).date() if isinstance(at, datetime) else at
    with _AT_ONCE:
        return _made(template, data, on, int(at.timestamp()) if isinstance(at, datetime) else 0)


def _made(template: str, data: dict[str, Any], on: date, moment: int) -> bytes:
    made: bytes = typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data | {"date": [on.year, on.month, on.day]})},
        timestamp=moment,
    )
    return made
