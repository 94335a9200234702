"""Tables of a print: wide ones with a few named rows are turned over, so that no figure runs into the next."""

from engine.printing.blocks import sections
from forms.viewmodel import ColumnView, FieldView, FormView, RowView, SectionView


def _printed(columns: int, heading: str = "项目") -> list[list[str]]:
    heads = tuple(ColumnView(f"c{n}", f"指标{n}", "万元") for n in range(columns))
    rows = tuple(
        RowView(r, f"r[{r}]", (), tuple(f"{r}-{n}" for n in range(columns)), label=f"{2021 + r}年")
        for r in range(3)
    )
    field = FieldView(
        "dynamiclist",
        "f-t",
        "t",
        "t",
        "年度数据",
        columns=heads,
        rows=rows,
        readonly=True,
        row_heading=heading,
    )
    view = FormView("f", "申报书", (SectionView("s", "财务", "", False, (field,), 0),), (), True)
    [block] = sections(view, "未填写")[0]["blocks"]
    return [[column["label"] for column in block["columns"]], *block["rows"]]


def test_a_wide_table_of_a_few_years_has_the_years_as_columns() -> None:
    head, first, *rest = _printed(12)
    assert [str(text) for text in head] == ["项目", "2021年", "2022年", "2023年"]
    assert first == ["指标0（万元）", "0-0", "1-0", "2-0"]
    assert len(rest) == 11


def test_a_narrow_one_stays_as_it_is() -> None:
    head, first, *_ = _printed(4)
    assert len(head) == 5
    assert first == ["2021年", "0-0", "0-1", "0-2", "0-3"]
