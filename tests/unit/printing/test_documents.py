"""Prints: what stands on them, that they are the same each time, and that no text can be markup."""

from datetime import date
from io import BytesIO

import pikepdf
import pytest

from engine import printing
from engine.printing import TitleFacts, application_pdf, qr_png, qr_svg, receipt_pdf, title_pdf
from engine.printing import fonts as printing_fonts
from forms.viewmodel import FormView, SectionView
from tests.support import pdf_text
from tests.unit.printing import samples

HOSTILE = (
    '#panic("x") #import "/etc/passwd" *粗* _斜_ $x$ `raw` ] } <label> @ref \\ #{ // 注释 "引号" \u202e倒'
)


@pytest.fixture(scope="module")
def application() -> bytes:
    return application_pdf(samples.view(), samples.facts())


def test_every_page_carries_number_version_and_hash(application: bytes) -> None:
    pages = pdf_text.pages(application)
    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert "2024-370102-0001" in page
        assert "第2版" in page
        assert samples.SHA256 in page
        assert f"第{number}页，共{len(pages)}页" in page


def test_the_cover_says_whose_application_it_is(application: bytes) -> None:
    cover = pdf_text.pages(application)[0]
    for words in (
        "申报书",
        "智能工厂",
        "泉城示例重工有限公司",
        "91370100MA3C5X8K9A",
        "济南市历下区",
        samples.ADDRESS,
    ):
        assert words in cover
    assert "2024年6月14日16:20:05" in cover


def test_all_answers_all_rows_and_all_attachments_are_there(application: bytes) -> None:
    text = "".join(pdf_text.pages(application))
    for section in range(10):
        assert all(f"回答{section}-{n}" in text for n in range(7))
    assert all(f"设备{t}-{r}-{c}" in text for t in (2, 5, 8) for r in range(30) for c in range(6))
    assert all(f"{n:02d}_附件.pdf" in text for n in range(1, 11))


def test_a_table_that_breaks_over_pages_repeats_its_header() -> None:
    pages = pdf_text.pages(application_pdf(samples.view(sections=3, rows=90), samples.facts()))
    with_rows = [page for page in pages if "设备2-" in page]
    assert len(with_rows) > 1
    assert all("表2列0" in page for page in with_rows)


def test_the_same_version_has_the_same_bytes_and_another_does_not(application: bytes) -> None:
    assert application_pdf(samples.view(), samples.facts()) == application
    assert application_pdf(samples.view("x"), samples.facts()) != application
    assert application_pdf(samples.view(), samples.facts(version=3)) != application


def test_text_is_never_markup() -> None:
    """What would stop, import or style in Typst is printed as it was typed."""
    fields = (samples.answer("a", HOSTILE, HOSTILE), samples.answer("b", "长", HOSTILE * 20))
    view = FormView("x", HOSTILE, (SectionView("s", HOSTILE, HOSTILE, False, fields, 0),), (), True)
    pdf = application_pdf(view, samples.facts(enterprise=HOSTILE, object_name=HOSTILE))
    text = "".join(pdf_text.pages(pdf))
    for piece in ('#panic("x")', '#import"/etc/passwd"', "*粗*", "_斜_", "$x$", "`raw`", "//注释"):
        assert piece in text, piece


@pytest.mark.parametrize("text", ["", "\n\n", "A" * 5000, "\u0000\u0007", "𠮷😀", "行一\r\n行二"])
def test_odd_texts_still_print(text: str) -> None:
    view = FormView(
        "x", "", (SectionView("s", "", "", False, (samples.answer("a", text, text),), 0),), (), True
    )
    assert pdf_text.pages(application_pdf(view, samples.facts()))


def test_only_the_fonts_of_the_package_are_used(application: bytes) -> None:
    with pikepdf.open(BytesIO(application)) as document:
        names = {
            str(font.BaseFont) for page in document.pages for font in page.Resources.get("/Font", {}).values()
        }
    assert names
    assert all("NotoSerifSC" in name or "NotoSansSC" in name for name in names)


def test_a_print_is_tagged_titled_and_in_its_language(application: bytes) -> None:
    with pikepdf.open(BytesIO(application)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("zh")
        assert "2024-370102-0001" in str(document.docinfo["/Title"])
        assert not {"/JavaScript", "/EmbeddedFiles"} & set(document.Root.get("/Names", {}).keys())


def test_the_receipt_says_what_was_received_and_that_it_proves_no_more() -> None:
    text = "".join(pdf_text.pages(receipt_pdf(samples.facts())))
    for words in ("申报回执", "2024-370102-0001", samples.SHA256, "10个", "不表示通过审查"):
        assert words in text


def test_prints_are_in_english_when_asked() -> None:
    english = samples.facts(language="en")
    assert "Applicationnumber" in "".join(pdf_text.pages(application_pdf(samples.view(), english)))
    text = "".join(pdf_text.pages(receipt_pdf(english)))
    assert "Receipt" in text
    assert "Smartfactory" in text


def test_the_title_sheet_shows_the_state_and_is_no_certificate() -> None:
    facts = TitleFacts(
        "2023-F-0001", "FACTORY", "第1智能工厂", "示例装备有限公司", "济南市", 2023, date(2023, 11, 20),
        "鲁工信装〔2023〕155号", "已撤销", date(2024, 6, 3), "https://example.org/register/2023-F-0001",
    )  # fmt: skip
    text = "".join(pdf_text.pages(title_pdf(facts)))
    for words in ("2023-F-0001", "鲁工信装〔2023〕155号", "已撤销", "不是证书"):
        assert words in text


def test_the_qr_codes_hold_the_address() -> None:
    assert qr_png(samples.ADDRESS).startswith(b"\x89PNG")
    assert qr_png(samples.ADDRESS) == qr_png(samples.ADDRESS) != qr_png(samples.ADDRESS + "x")
    assert qr_svg(samples.ADDRESS).startswith("<svg")


def test_without_the_fonts_it_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing_fonts, "complete", lambda: False)
    with pytest.raises(printing.FontsMissing, match=r"webapp\.assets"):
        printing_fonts.fonts.__wrapped__()
