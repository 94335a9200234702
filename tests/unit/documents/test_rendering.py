"""Files of documents: they open, say what their values say as text and nothing else, and are the same each time."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm
from openpyxl import load_workbook

from engine.documents.kinds import KINDS, Kind
from engine.documents.rendering import render_file
from engine.documents.samples import sample
from engine.documents.sheets import text_sheet
from engine.documents.values import complete
from engine.settings import Settings
from tests.support import pdf_text

FOLDER = Settings().processes / "documents"
WRITTEN = [pytest.param(kind, id=kind.id) for kind in KINDS.values() if kind.formats == ("docx", "pdf")]
HOSTILE = '<w:p>&amp;</w:p> {{ 7*7 }} {% raw %} #panic("x") *粗* _斜_ $x$ ]] } "引号" \u202e=HYPERLINK("x")'
SEEN = '<w:p>&amp;</w:p> {{ 7*7 }} {% raw %} #panic("x") *粗* _斜_ $x$ ]] } "引号" =HYPERLINK("x")'


def hostile(kind: Kind, text: str = HOSTILE) -> dict[str, Any]:
    """Every value of a kind is the hostile text."""
    found: dict[str, Any] = dict.fromkeys(kind.texts, text) | {name: [text, text] for name in kind.lists}
    return found | {name: [dict.fromkeys(columns, text)] for name, columns in kind.rows.items()}


def words(content: bytes) -> str:
    """All text of a Word file: paragraphs, tables, headers and footers."""
    document = Document(BytesIO(content))
    section = document.sections[0]
    parts = [document, section.first_page_header, section.footer, section.even_page_footer]
    texts = [p.text for part in parts for p in part.paragraphs]
    return "\n".join(texts + [cell.text for t in document.tables for row in t.rows for cell in row.cells])


@pytest.mark.parametrize("kind", WRITTEN)
def test_every_value_stands_in_both_files(kind: Kind) -> None:
    values = complete(kind, sample(kind))
    word, print = words(render_file(FOLDER, kind, values, "docx")), render_file(FOLDER, kind, values, "pdf")
    printed = "".join(pdf_text.pages(print))
    for name in ("date", "object", "enterprise", "holder", "issuer"):
        if name in kind.names:
            assert values[name] in word, name
            assert values[name].replace(" ", "") in printed, name
    assert "{{" not in word
    assert "{%" not in word


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_value_is_text_whatever_it_looks_like(kind: Kind) -> None:
    values = complete(
        kind,
        hostile(kind) | {"address": "https://example.org/"} if "address" in kind.texts else hostile(kind),
    )
    assert SEEN in words(render_file(FOLDER, kind, values, "docx"))
    printed = "".join(pdf_text.pages(render_file(FOLDER, kind, values, "pdf")))
    assert '#panic("x")' in printed
    assert "{{7*7}}" in printed


def test_the_same_values_give_the_same_bytes() -> None:
    kind = KINDS["renaming_consent"]
    values = complete(kind, sample(kind))
    for format in kind.formats:
        once = render_file(FOLDER, kind, values, format)
        assert render_file(FOLDER, kind, values, format) == once
        assert render_file(FOLDER, kind, values | {"number": "鲁工信装〔2024〕67号"}, format) != once


def test_a_document_has_the_page_of_the_standard() -> None:
    """GB/T 9704-2012: 37 mm above, 28 mm at the binding, 156 mm of text, 22 lines of 28.95 points."""
    kind = KINDS["notice"]
    document = Document(BytesIO(render_file(FOLDER, kind, complete(kind, sample(kind)), "docx")))
    [section] = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (round(section.top_margin.mm), round(section.left_margin.mm)) == (37, 28)
    text = section.page_width - section.left_margin - section.right_margin
    assert abs(text - Mm(156)) < Mm(1)
    normal = document.styles["Normal"]
    assert normal.font.size.pt == 16
    assert normal.paragraph_format.line_spacing.pt == pytest.approx(28.95)
    assert 'w:eastAsia="仿宋_GB2312"' in normal.element.xml
    assert document.settings.odd_and_even_pages_header_footer


def test_twenty_eight_signs_stand_in_a_line_and_twenty_two_lines_on_a_page() -> None:
    kind = KINDS["notice"]
    values = complete(kind, sample(kind) | {"body": ["国" * 28 * 60], "deadlines": [], "contact": ""})
    pages = pdf_text.pages(render_file(FOLDER, kind, values, "pdf"))
    full = pages[1]
    assert full.count("国") == 28 * 22


def test_page_numbers_stand_outside_with_a_line_on_both_sides() -> None:
    kind = KINDS["notice"]
    values = complete(kind, sample(kind) | {"body": ["正文。"] * 60})
    pages = pdf_text.pages(render_file(FOLDER, kind, values, "pdf"))
    assert all(f"—{number}—" in page for number, page in enumerate(pages, start=1))
    letter = KINDS["result_letter"]
    [first, *_] = pdf_text.pages(render_file(FOLDER, letter, complete(letter, sample(letter)), "pdf"))
    assert "—1—" not in first


def test_what_is_empty_leaves_no_label_behind() -> None:
    kind = KINDS["notice"]
    values = complete(
        kind, {name: value for name, value in sample(kind).items() if name not in kind.optional}
    )
    word = words(render_file(FOLDER, kind, values, "docx"))
    printed = "".join(pdf_text.pages(render_file(FOLDER, kind, values, "pdf")))
    for label in ("抄送", "附件", "联系方式", "（）"):
        assert label not in word
        assert label not in printed


def test_long_names_and_long_lists_still_print() -> None:
    kind = KINDS["publication"]
    row = dict.fromkeys(kind.rows["items"], "名" * 200)
    values = complete(kind, sample(kind) | {"items": [row] * 60})
    assert words(render_file(FOLDER, kind, values, "docx")).count("名" * 200) >= 60
    assert len(pdf_text.pages(render_file(FOLDER, kind, values, "pdf"))) > 10


def test_a_certificate_carries_the_code_of_its_check() -> None:
    kind = KINDS["certificate"]
    values = complete(kind, sample(kind))
    document = Document(BytesIO(render_file(FOLDER, kind, values, "docx")))
    assert len(document.inline_shapes) == 1
    assert values["address"] in "".join(pdf_text.pages(render_file(FOLDER, kind, values, "pdf")))


def test_a_spreadsheet_holds_text_only() -> None:
    rows = [["编号", "名称"], ["=1+1", "@SUM(A1)"], ["0013", "http://example.org"], ["+86", "长" * 40_000]]
    sheet = load_workbook(BytesIO(text_sheet("登记簿", rows))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells[2:6]] == ["=1+1", "@SUM(A1)", "0013", "http://example.org"]
    assert not any(cell.hyperlink for cell in cells)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_an_office_program_opens_a_word_file(tmp_path: Path) -> None:
    kind = KINDS["result_letter"]
    file = tmp_path / "letter.docx"
    file.write_bytes(render_file(FOLDER, kind, complete(kind, sample(kind)), "docx"))
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/home", "--headless", "--convert-to", "pdf", "--outdir",
         str(tmp_path), str(file)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert (tmp_path / "letter.pdf").stat().st_size > 1000
