"""A form of eighty answers with three tables, and the facts of a version, as large as a real application."""

from datetime import datetime

from engine.clock import BUSINESS_ZONE
from engine.printing import ApplicationFacts, Attachment
from forms.viewmodel import ColumnView, FieldView, FormView, RowView, SectionView

ADDRESS = "https://example.org/verify/AbCdEfGhIjKlMnOpQrStUvWx"
SHA256 = "0123456789abcdef" * 4


def facts(**changes: object) -> ApplicationFacts:
    """The facts of version 2 of an application with ten attachments."""
    given: dict[str, object] = {
        "application_no": "2024-370102-0001",
        "version": 2,
        "type": "FACTORY",
        "object_name": "重载齿轮智能工厂",
        "enterprise": "泉城示例重工有限公司",
        "uscc": "91370100MA3C5X8K9A",
        "place": "济南市历下区",
        "cycle_year": 2024,
        "submitted_at": datetime(2024, 6, 14, 16, 20, 5, tzinfo=BUSINESS_ZONE),
        "sha256": SHA256,
        "address": ADDRESS,
        "attachments": tuple(Attachment(f"{n:02d}_附件.pdf", n * 123_456, SHA256, n) for n in range(1, 11)),
    }
    return ApplicationFacts(**{**given, **changes})  # type: ignore[arg-type]


def view(seed: str = "", sections: int = 10, rows: int = 30) -> FormView:
    """`sections` sections of eight answers; every third has a table of `rows` rows. `seed` goes into each answer."""
    return FormView(
        "sample",
        "申报书",
        tuple(_section(n, seed, rows if n % 3 == 2 else 0) for n in range(sections)),
        (),
        True,
    )


def _section(number: int, seed: str, rows: int) -> SectionView:
    fields = [answer(f"k{number}_{n}", f"第{number}部分第{n}项", f"回答{number}-{n}{seed}") for n in range(7)]
    fields.append(answer(f"k{number}_7", "建设内容", f"围绕设备互联与数据互享开展建设。{seed}" * 25))
    if rows:
        fields.append(_table(number, seed, rows))
    return SectionView(f"s{number}", f"{number}、部分", "请如实填写。", False, tuple(fields), 0)


def answer(key: str, label: str, text: str) -> FieldView:
    """One answered text field."""
    return FieldView("textfield", f"f-{key}", key, key, label, value=text, text=text, readonly=True)


def _table(number: int, seed: str, rows: int) -> FieldView:
    columns = tuple(ColumnView(f"c{n}", f"表{number}列{n}") for n in range(6))
    lines = tuple(
        RowView(r, f"r[{r}]", (), tuple(f"设备{number}-{r}-{n}{seed}" for n in range(6))) for r in range(rows)
    )
    key = f"t{number}"
    return FieldView(
        "dynamiclist", f"f-{key}", key, key, "设备清单", columns=columns, rows=lines, readonly=True
    )
