"""Neither a signature nor a note below it, as 此件主动公开, is alone on a page (GB/T 9704-2012, 7.3.5)."""

from io import BytesIO

import docx
import pytest

from engine.documents.kinds import KINDS, Kind
from engine.documents.rendering import render_file
from engine.documents.samples import sample
from engine.settings import project_root
from tests.support.pdf_text import pages

FOLDER = project_root() / "processes" / "documents"
NOTED = [kind for kind in KINDS.values() if "note" in kind.texts and (FOLDER / f"{kind.id}.docx").is_file()]
SIGNED = [
    kind for kind in KINDS.values() if "signer" in kind.texts and (FOLDER / f"{kind.id}.docx").is_file()
]


@pytest.mark.parametrize("paragraphs", [8, 29, 30])
def test_the_note_stays_on_the_page_of_the_signature(paragraphs: int) -> None:
    values = sample(KINDS["notice"]) | {
        "body": ["现将有关事项通知如下，请认真组织。"] * paragraphs,
        "deadlines": [],
        "attachments": [],
        "note": "此件主动公开",
    }
    made = render_file(FOLDER, KINDS["notice"], values, "pdf")
    [noted] = [text for text in pages(made) if "此件主动公开" in text]
    assert values["signer"] in noted


@pytest.mark.parametrize("kind", NOTED, ids=lambda kind: str(kind.id))
def test_in_word_the_signature_is_kept_with_what_follows(kind: object) -> None:
    assert kind in NOTED
    made = docx.Document(BytesIO(render_file(FOLDER, kind, sample(kind), "docx")))
    names = [paragraph.text for paragraph in made.paragraphs]
    values = sample(kind)
    first = max(n for n, text in enumerate(names) if text.strip() == values["signer"])
    note = next(n for n, text in enumerate(names) if n > first and text.strip() == f"（{values['note']}）")
    assert all(made.paragraphs[n].paragraph_format.keep_with_next for n in range(first, note))


@pytest.mark.parametrize("kind", SIGNED, ids=lambda kind: str(kind.id))
def test_in_word_the_signature_is_kept_with_the_text_before_it(kind: Kind) -> None:
    for values in (
        sample(kind),
        sample(kind) | {"attachments": [], "repeals": "", "contact": "", "note": ""},
    ):
        given = {name: value for name, value in values.items() if name in sample(kind)}
        made = docx.Document(BytesIO(render_file(FOLDER, kind, given, "docx"))).paragraphs
        signed = [n for n, paragraph in enumerate(made) if paragraph.text.strip() == given["signer"]]
        before = [paragraph for paragraph in made[: max(signed)] if paragraph.text.strip()]
        assert before[-1].paragraph_format.keep_with_next
        assert not before[-2].paragraph_format.keep_with_next, "the rest flows over pages"
