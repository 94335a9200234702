"""Bench of the prints: an application of eighty answers and three tables, in Chinese."""

from datetime import datetime

from engine.clock import BUSINESS_ZONE
from engine.printing import ApplicationFacts, Attachment, application_pdf
from engine.runtime import Runtime
from forms.viewmodel import ColumnView, FieldView, FormView, RowView, SectionView
from webapp.bench.engine_benches import Figure, Size
from webapp.bench.measure import Samples

SECTIONS, ANSWERS, ROWS = 10, 8, 30


def print_application(runtime: Runtime, size: Size) -> Figure:
    """Print it again and again, each time with other answers, so that nothing is remembered from the last."""
    samples, length = Samples(), 0
    for number in range(size.samples(size.rounds * 3)):
        view = _view(f"（第{number}次）")
        with samples.one():
            length = len(application_pdf(view, _facts(number)))
    return {**samples.summary(), "answers": SECTIONS * ANSWERS, "bytes": length}


def _facts(number: int) -> ApplicationFacts:
    return ApplicationFacts(
        application_no=f"2024-370102-{number:04d}",
        version=1,
        type="FACTORY",
        object_name="重载齿轮智能工厂",
        enterprise="泉城示例重工有限公司",
        uscc="91370100MA3C5X8K9A",
        place="济南市历下区",
        cycle_year=2024,
        submitted_at=datetime(2024, 6, 14, 16, 20, tzinfo=BUSINESS_ZONE),
        sha256="0123456789abcdef" * 4,
        address=f"https://example.org/verify/{number:024d}",
        attachments=tuple(Attachment(f"附件{n:02d}.pdf", n * 1_000_000, "ab" * 32, n) for n in range(1, 11)),
    )


def _view(seed: str) -> FormView:
    return FormView("bench", "申报书", tuple(_section(n, seed) for n in range(SECTIONS)), (), True)


def _section(number: int, seed: str) -> SectionView:
    texts = [f"设备互联与数据互享的建设内容{number}-{n}{seed}" for n in range(ANSWERS - 1)]
    texts.append(f"围绕设计、生产、检测、物流各环节开展建设，缩短研制周期。{seed}" * 25)
    fields = [_answer(f"k{number}-{n}", text) for n, text in enumerate(texts)]
    if number % 3 == 2:
        fields.append(_table(number, seed))
    return SectionView(f"s{number}", f"第{number + 1}部分", "请如实填写。", False, tuple(fields), 0)


def _answer(key: str, text: str) -> FieldView:
    return FieldView("textfield", key, key, key, f"项目{key}", value=text, text=text, readonly=True)


def _table(number: int, seed: str) -> FieldView:
    columns = tuple(ColumnView(f"c{n}", f"列{n}") for n in range(6))
    rows = tuple(
        RowView(r, f"r{r}", (), tuple(f"立式加工中心{number}-{r}-{n}{seed}" for n in range(6)))
        for r in range(ROWS)
    )
    return FieldView(
        "dynamiclist", f"t{number}", "t", "t", "主要设备", columns=columns, rows=rows, readonly=True
    )
