"""The 推荐汇总表 as WPS and Excel find it: sixteen columns, codes as text, a page that prints."""

from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from engine.catalogues import Catalogues
from engine.programme.applications.models import Application
from engine.programme.cycles.models import Cycle
from engine.programme.recommendations.table import Line, values
from engine.programme.recommendations.workbook import workbook
from engine.settings import Settings

HEADINGS = [
    "序号（推荐优先顺序）", "市", "县（市、区）", "企业名称", "统一社会信用代码", "申报类型", "场景/车间/工厂名称",
    "所属行业（大类）", "对应环节—场景", "CMMM等级及得分", "总投资（万元）", "是否市级称号（文号）", "联系人", "职务",
    "手机", "备注",
]  # fmt: skip
CATALOGUES = Catalogues.load(Settings(_env_file=None).processes / "catalogues")
CYCLE = Cycle(year=2024, quotas={}, cities=["370100"])
SAID = {
    "enterprise": "泉城示例重工有限公司",
    "invest": Decimal("3200.5"),
    "cmmm_level": "2",
    "cmmm_score": Decimal("2.1"),
    "contact": "王晓",
    "contact_title": "主任",
    "mobile": "13800001111",
    "scene_link": "2021-01",
    "scene": "2021-01-02",
}


def line(number: int, type: str = "FACTORY", **changes: Any) -> Line:
    facts: dict[str, Any] = {
        "application_no": f"2024-370102-{number:04d}",
        "type": type,
        "uscc": "91370100MA3C5X8K9A",
        "enterprise": "泉城示例重工有限公司",
        "object_name": "=重载齿轮智能工厂",
        "county": "370102",
        "city": "370100",
        "industry": "C34",
        "catalogue": "2021",
        "city_title": False,
        "county_result": "AGREE",
        **changes,
    }
    said = SAID if type == "SCENE" else {k: v for k, v in SAID.items() if not k.startswith("scene")}
    return Line(Application(**facts), number, said)


def opened(*lines: Line) -> Workbook:
    return load_workbook(BytesIO(workbook(values(CATALOGUES, CYCLE, "370100", lines, "2024年7月3日"))))


def cells(page: Worksheet, row: int) -> list[Any]:
    return [cell.value for cell in page[row]]


def test_one_sheet_a_type_in_the_order_of_article_2() -> None:
    book = opened(line(1), line(1, "SCENE"), line(1, "WORKSHOP"))
    assert book.sheetnames == ["智能制造场景", "数字化车间", "智能工厂"]
    assert [page["A1"].value for page in book] == ["附件1", "附件2", "附件3"]


def test_title_unit_line_and_headings() -> None:
    [page] = opened(line(1)).worksheets
    assert {str(area) for area in page.merged_cells.ranges} == {"A1:P1", "A2:P2", "A3:P3"}
    assert page["A2"].value == "2024年度山东省智能工厂推荐汇总表"
    assert page["A3"].value.startswith("推荐单位（盖章）：济南市工业和信息化局")
    assert page["A3"].value.endswith("填报日期：2024年7月3日")
    assert cells(page, 4) == HEADINGS


def test_a_line_and_what_is_text_in_it() -> None:
    titled = line(1, "SCENE", city_title=True, city_title_no="济工信〔2023〕7号", county_result="SILENT")
    page = opened(titled)["智能制造场景"]
    assert cells(page, 5) == [
        1, "济南市", "历下区", "泉城示例重工有限公司", "91370100MA3C5X8K9A", "智能制造场景", "=重载齿轮智能工厂",
        "通用设备制造业", "工厂建设—数字孪生工厂建设", "二级，2.1分", 3200.5, "是（济工信〔2023〕7号）", "王晓", "主任",
        "13800001111", "县级逾期未出具意见",
    ]  # fmt: skip
    for column in "EO":
        assert page[f"{column}5"].data_type == "s"
        assert page[f"{column}5"].number_format == "@"
    assert page["G5"].data_type == "s", "a name that begins with = is no formula"


def test_the_page_prints_on_a4_with_its_headings_on_every_sheet_of_paper() -> None:
    [page] = opened(*(line(n) for n in range(1, 60))).worksheets
    assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
    assert page.print_title_rows == "$4:$4"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page["A5"].font.name, page["A5"].font.sz) == ("仿宋", 12)
    assert page.freeze_panes == "A5"


def test_a_row_is_as_high_as_its_longest_name_needs() -> None:
    [page] = opened(
        line(1), line(2, object_name="重载齿轮智能工厂二期数字化改造与设备互联项目" * 2)
    ).worksheets
    assert page.row_dimensions[6].height > page.row_dimensions[5].height


def test_no_sign_is_cut_off_below_its_line() -> None:
    """A sign of 12 points is 16 pixels wide: eight of them fill a line of the column of names."""
    name = "重载齿轮智能工厂二期数字化改造与"
    [page] = opened(line(1, object_name=name), line(2, object_name=f"{name}设")).worksheets
    heights = [page.row_dimensions[row].height for row in range(1, 7)]
    assert heights == [24, 30, 21, 3 * 18, 2 * 18, 3 * 18]


def test_nothing_recommended_is_said() -> None:
    [page] = opened().worksheets
    assert page["A5"].value == "无推荐"
