"""Our own properties of forms and their components, as the form editor offers them: what docs/forms.md describes.

form-js keeps `properties` as they are, so this is only a better way to fill them in. All values are text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from forms.hints import NAMES as HINTS
from forms.kinds import KINDS
from forms.lint_parts import LAYOUTS
from webapp.i18n import pick
from webapp.tasks.desks import DESKS

TEXT, FEEL, TICK, CHOICE = "text", "feel", "tick", "choice"
VALUES = (
    "textfield", "textarea", "number", "datetime", "checkbox", "checklist", "radio", "select", "taglist", "filepicker",
)  # fmt: skip
LISTED = (*VALUES, "dynamiclist")
COMPUTABLE = ("textfield", "textarea", "number", "checkbox", "datetime", "select", "radio")
EVERY = (*LISTED, "group", "text", "image", "table", "expression", "documentPreview", "button")


@dataclass(frozen=True, slots=True)
class Offered:
    """One property: on which types (`default` is the form itself), how it is filled in, what it is called."""

    name: str
    types: tuple[str, ...]
    kind: str
    zh: str
    en: str
    choices: tuple[str, ...] = ()


def offered() -> Iterable[Offered]:
    """Every property, in the order of the editor."""
    yield Offered("title", ("default",), TEXT, "标题", "Title")
    yield Offered("title_en", ("default",), TEXT, "英文标题", "English title")
    yield Offered("desk", ("default",), CHOICE, "专用页面", "Desk", tuple(sorted(DESKS)))
    yield Offered("layout", ("default",), CHOICE, "分页", "Layout", tuple(sorted(LAYOUTS)))
    yield Offered("label_en", EVERY, TEXT, "英文标签", "English label")
    yield Offered("description", ("group",), TEXT, "填写说明", "Help text")
    yield Offered("description_en", EVERY, TEXT, "英文填写说明", "English help text")
    yield Offered("text_en", ("text",), TEXT, "英文内容", "English text")
    yield Offered("alt_en", ("image",), TEXT, "英文替代文字", "English alternative text")
    yield Offered("article", EVERY, TEXT, "依据条款", "Article")
    yield Offered("section", EVERY, TEXT, "从此开始的部分", "Section that begins here")
    yield Offered("section_en", EVERY, TEXT, "部分的英文标题", "English title of the section")
    yield from _of_values()
    yield from _of_lists()


def _of_values() -> Iterable[Offered]:
    yield Offered(
        "kind", ("textfield", "textarea"), CHOICE, "内容种类", "Kind of content", tuple(sorted(KINDS))
    )
    yield Offered("must_be_true", ("checkbox",), TICK, "必须勾选", "Must be ticked")
    yield Offered("required", LISTED, FEEL, "何时必填", "Required when")
    yield Offered("check", LISTED, FEEL, "必须成立的条件", "Must be true")
    yield Offered("error_zh", LISTED, TEXT, "不成立时的提示", "What is said otherwise (Chinese)")
    yield Offered("error_en", LISTED, TEXT, "不成立时的英文提示", "What is said otherwise (English)")
    yield Offered("computed", COMPUTABLE, FEEL, "由系统计算", "Computed")
    yield Offered("prefill", LISTED, FEEL, "预填", "Filled in beforehand")
    yield Offered(
        "prefill_source", LISTED, CHOICE, "预填的来源", "Where that comes from", ("LAST_YEAR", "ORGANISATION")
    )
    yield Offered("not_before", ("datetime",), TEXT, "不早于", "Not before")
    yield Offered("not_after", ("datetime",), TEXT, "不晚于", "Not after")
    yield Offered("plain", ("number",), TICK, "不加千分位", "Without separators")
    yield Offered("min_files", ("filepicker",), TEXT, "最少文件数", "Fewest files")
    yield Offered("max_files", ("filepicker",), TEXT, "最多文件数", "Most files")
    yield Offered("max_mb", ("filepicker",), TEXT, "每个文件至多（MB）", "Largest file (MB)")
    yield Offered("autocomplete", ("textfield", "textarea"), TEXT, "浏览器自动填写", "Autocomplete")
    yield Offered("identifying", (*LISTED, "group"), TICK, "能看出是谁填的", "Tells who sent it")
    yield Offered("declaration", ("group",), TICK, "在核对页填写", "Filled in where answers are checked")
    for number, name in enumerate(HINTS, start=1):
        yield Offered(name, LISTED, FEEL, f"提示 {number}：何时", f"Advice {number}: when")
        yield Offered(f"{name}_zh", LISTED, TEXT, f"提示 {number}：文字", f"Advice {number}: words (Chinese)")
        yield Offered(f"{name}_en", LISTED, TEXT, f"提示 {number}：英文", f"Advice {number}: words (English)")


def _of_lists() -> Iterable[Offered]:
    only = ("dynamiclist",)
    yield Offered("min_rows", only, TEXT, "最少行数", "Fewest rows")
    yield Offered("max_rows", only, TEXT, "最多行数", "Most rows")
    yield Offered("rows", only, FEEL, "固定的行", "Fixed rows")
    yield Offered("row_files", only, TICK, "每个文件一行", "A row for every file")
    yield Offered("row_label", only, TEXT, "首列标题", "Heading of the first column")
    yield Offered("row_label_en", only, TEXT, "首列英文标题", "English heading of the first column")
    yield Offered("pick", only, TEXT, "勾选的栏", "Column to tick")
    yield Offered("totals", only, TEXT, "合计的栏", "Columns with sums")


def for_script() -> list[dict[str, Any]]:
    """The properties as the editor's script takes them, named in the language of the page."""
    return [
        {
            "name": each.name,
            "types": list(each.types),
            "kind": each.kind,
            "label": pick(each.zh, each.en),
            "choices": list(each.choices),
        }
        for each in offered()
    ]
