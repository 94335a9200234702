"""Templates: those of the product are right, and a wrong one is named with what is wrong."""

import shutil
from pathlib import Path

import pytest
from docx import Document

from engine.documents.errors import TemplateBroken
from engine.documents.kinds import KINDS
from engine.documents.rendering import render_file
from engine.documents.samples import sample
from engine.documents.templates import digest, faults
from engine.documents.values import complete
from engine.settings import Settings

DELIVERED = Settings().processes / "documents"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The delivered templates, to be spoilt."""
    copy = tmp_path / "documents"
    shutil.copytree(DELIVERED, copy)
    return copy


def type_into(file: Path, text: str) -> None:
    document = Document(str(file))
    document.add_paragraph(text)
    document.save(str(file))


def test_the_delivered_templates_are_right() -> None:
    assert faults(DELIVERED) == []


def test_an_unknown_name_is_found_in_word_and_in_typst(folder: Path) -> None:
    type_into(folder / "receipt.docx", "{{ wages }}")
    with (folder / "receipt.typ").open("a", encoding="utf-8") as file:
        file.write("#(d.wages)\n")
    assert {(fault.file, fault.en) for fault in faults(folder)} == {
        ("receipt.docx", "unknown name wages"),
        ("receipt.typ", "unknown name wages"),
    }


def test_a_value_that_nothing_prints_any_more_is_found(folder: Path) -> None:
    file = folder / "receipt.typ"
    file.write_text(file.read_text("utf-8").replace("#(d.result)", ""), encoding="utf-8")
    [fault] = faults(folder)
    assert "结果" in fault.zh
    assert "result" in fault.en


def test_a_column_that_a_list_does_not_have_is_found(folder: Path) -> None:
    file = folder / "notice.typ"
    file.write_text(file.read_text("utf-8").replace("#(r.label)", "#(r.wages)"), encoding="utf-8")
    type_into(folder / "notice.docx", "{% for x in deadlines %}{{ x.wages }}{% endfor %}")
    assert {fault.file for fault in faults(folder)} == {"notice.typ", "notice.docx"}
    assert all("wages" in fault.en for fault in faults(folder))


def test_a_missing_a_broken_and_a_foreign_file_are_named(folder: Path) -> None:
    (folder / "minutes.docx").unlink()
    (folder / "notice.docx").write_bytes(b"no word file")
    type_into(folder / "receipt.docx", "{% if reason %}")
    assert {fault.file for fault in faults(folder)} >= {"minutes.docx", "notice.docx", "receipt.docx"}


def test_a_template_cannot_reach_beyond_its_values(folder: Path) -> None:
    kind = KINDS["receipt"]
    values = complete(kind, sample(kind))
    type_into(folder / "receipt.docx", "{{ ''.__class__.__mro__ }}")
    with pytest.raises(TemplateBroken):
        render_file(folder, kind, values, "docx")
    (folder / "receipt.typ").write_text('#read("/etc/passwd")', encoding="utf-8")
    with pytest.raises(TemplateBroken):
        render_file(folder, kind, values, "pdf")


def test_an_edited_template_or_layout_has_another_hash(folder: Path) -> None:
    kind = KINDS["receipt"]
    before = digest(folder, kind)
    type_into(folder / "receipt.docx", "另加一段。")
    after = digest(folder, kind)
    (folder / "layout.typ").write_text((folder / "layout.typ").read_text("utf-8") + "\n", encoding="utf-8")
    assert len({before, after, digest(folder, kind)}) == 3
