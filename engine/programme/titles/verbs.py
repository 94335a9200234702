"""What diagrams may ask of the register of titles."""

from typing import Any

from engine.programme.declare import flag, number, text
from engine.programme.measures.validity import governing
from engine.programme.titles import operations
from engine.programme.titles.models import TYPE_NAMES
from engine.verbs import VerbContext, Verbs

VERBS = Verbs()


@VERBS.register(
    "titles.facts",
    zh="读取称号",
    en="Read a title",
    inputs=(text("title_no", "称号编号", "Title number"),),
    outputs=(
        text("holder", "企业名称", "Holder"),
        text("uscc", "统一社会信用代码", "USCC"),
        text("city", "市", "City"),
        text("title_name", "场景/车间/工厂名称", "Name of the object"),
        text("title_type", "称号类型", "Type"),
        text("title_status", "状态", "Status"),
        number("title_year", "年度", "Cycle year"),
        flag("measure_expired", "依据文件已失效", "The measure has expired"),
    ),
)
def facts(context: VerbContext, title_no: str) -> dict[str, Any]:
    """The small facts of a title that tasks show and route by."""
    title = operations.require(context.session, title_no)
    measure = governing(context.session, context.now, title.measure_code or None)
    return {
        "holder": title.holder,
        "uscc": title.uscc,
        "city": title.city,
        "title_name": title.name,
        "title_type": TYPE_NAMES[title.type],
        "title_status": title.status,
        "title_year": title.cycle_year,
        "measure_expired": measure is not None and context.now >= measure.expires_at,
    }
