"""What is said about each file of another answer: rows are headed by the file's name and follow their file."""

from collections.abc import Iterable, Mapping
from typing import Any

from forms import FileFacts
from forms.expressions import Evaluator
from forms.openable import openable
from tests.unit.forms.helpers import CLOCK, small

FORM = small(
    {"type": "filepicker", "key": "photos", "label": "照片", "multiple": True},
    {"type": "dynamiclist", "path": "told", "label": "照片说明", "allowAddRemove": False,
     "properties": {"rows": "=photos", "row_files": "true", "row_label": "照片"},
     "components": [{"type": "textfield", "key": "caption", "label": "说明", "validate": {"maxLength": 4}}]},
    {"type": "textfield", "key": "note", "label": "备注"},
)  # fmt: skip


class Names:
    """Every file is a picture named after its id."""

    def facts(self, ids: Iterable[str]) -> Mapping[str, FileFacts]:
        """Their names, sizes and types."""
        return {id: FileFacts(id, f"{id}.png", 9, "image/png") for id in ids}


def told(*pairs: tuple[str, str | None]) -> list[dict[str, Any]]:
    return [{"row_key": file, "caption": caption} for file, caption in pairs]


BASE = {"photos": ["a", "b"], "told": told(("a", "甲"), ("b", "乙")), "note": None}


def test_captions_follow_their_files_in_whatever_order_they_were_sent() -> None:
    body = {"photos": ["c", "b"], "told": told(("a", "甲"), ("b", "乙"))}
    assert FORM.validate(body, {}, CLOCK, files=Names())["told"] == told(("c", None), ("b", "乙"))


def test_rows_are_headed_by_names_on_pages_and_in_exports() -> None:
    view = FORM.view(BASE, {}, CLOCK, readonly=True, files=Names())
    [rows] = [f.rows for f in view.sections[0].fields if f.kind == "dynamiclist"]
    assert [(row.label, row.file and row.file.id, row.texts) for row in rows] == [
        ("a.png", "a", ("甲",)),
        ("b.png", "b", ("乙",)),
    ]
    [sheet] = FORM.tables(BASE, {}, CLOCK, files=Names())
    assert sheet.rows == (("a.png", "甲"), ("b.png", "乙"))


def test_a_caption_is_checked_at_its_file() -> None:
    long = {**BASE, "told": told(("b", "乙"), ("a", "说得太长了"))}
    assert [e.path for e in FORM.check(long, {}, CLOCK, files=Names())] == ["told[0].caption"]


def test_a_return_of_the_files_opens_what_is_said_about_them() -> None:
    only = {"photos": "重拍"}
    sent = {"photos": ["b", "c"]}
    kept = FORM.validate(sent, {}, CLOCK, only=only, base=BASE, files=Names())
    assert kept["told"] == told(("b", "乙"), ("c", None)), (
        "the old one goes with its file, the new one has none yet"
    )
    body = {**sent, "told": told(("b", "乙"), ("c", "丙"))}
    assert FORM.validate(body, {}, CLOCK, only=only, base=BASE, files=Names())["told"][1]["caption"] == "丙"
    closed = {"told": told(("a", "改了"))}
    found = FORM.check(closed, {}, CLOCK, only={"note": "补充"}, base=BASE, files=Names())
    assert [e.path for e in found] == ["told[0].caption"]


def test_a_return_names_a_caption_by_the_number_of_its_file() -> None:
    labels = {o["value"]: o["label"] for o in openable(FORM.definition, BASE, {}, Evaluator(CLOCK))}
    assert labels["told[1].caption"] == "照片说明 · 第 2 行（乙） · 说明"
