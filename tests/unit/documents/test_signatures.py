"""A note below the signature, as 此件主动公开, is never alone on a page (GB/T 9704-2012, 7.3.5: it follows the date)."""

from io import BytesIO

import docx
import pytest

from engine.documents.kinds import KINDS
from engine.documents.rendering import render_file
from engine.documents.samples import sample
from engine.settings import project_root
from tests.support.pdf_text import pages

FOLDER = project_root() / "processes" / "documents"
NOTED = [kind for kind in KINDS.values() if "note" in kind.texts and (FOLDER / f"{kind.id}.docx").is_file()]


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
