"""Findings about sections, lists and advice: what would be shown wrongly or never."""

from collections.abc import Iterator

from forms import fixed, hints, totals
from forms.components import TYPES
from forms.definition import Component, Definition
from forms.reader import Reader
from forms.sections import Section, keyed, split

LAYOUTS = ("sections", "page")
PREFILL_SOURCES = ("LAST_YEAR", "ORGANISATION")


def sections(reader: Reader, definition: Definition) -> None:
    """Two sections of one address, one answer in two sections, a page without a heading."""
    if "layout" in definition.raw or definition.properties.get("layout", "page") not in LAYOUTS:
        reader.report(
            "", "FORM_SECTION", f"表单的 layout 应写在 properties 中，为 {'、'.join(LAYOUTS)} 之一",
            f"the layout of a form stands among its properties and is one of {', '.join(LAYOUTS)}",
        )  # fmt: skip
    seen: dict[str, Section] = {}
    owners: dict[str, str] = {}
    for section in split(definition.components):
        element = section.head.id if section.head else ""
        if section.id in seen or section.id.startswith("f-"):
            reader.report(
                element, "FORM_SECTION", f"部分的编号“{section.id}”重复或以 f- 开头，请改组件 id",
                f"the section id “{section.id}” is taken or begins with f-: change the component's id",
            )  # fmt: skip
        if definition.layout == "sections" and not section.title("zh"):
            reader.report(
                element, "FORM_SECTION", "分页填写的每一部分都应有标题（组的 label 或 properties.section）",
                "every section with a page of its own has a heading (a group's label or properties.section)",
            )  # fmt: skip
        for key in section.keys():  # noqa: SIM118 - a method
            if owners.setdefault(key, section.id) != section.id:
                reader.report(
                    element, "FORM_SECTION", f"“{key}”同时出现在 {owners[key]} 和 {section.id} 两部分",
                    f"“{key}” stands in two sections, {owners[key]} and {section.id}",
                )  # fmt: skip
        seen[section.id] = section


def component(reader: Reader, found: Component) -> None:
    """Lists whose sums or rows make no sense, advice that says nothing, marks without a prefilled value."""
    for code, zh, en, is_error in (*_list(found), *_advice(found), *_prefill(found)):
        reader.report(found.id, code, zh, en, "error" if is_error else "warning")


def _list(found: Component) -> Iterator[tuple[str, str, str, bool]]:
    if found.type != "dynamiclist":
        return
    columns = {".".join(c.path): c for c in keyed(found.children)}
    for key in totals.keys(found):
        if key not in columns or columns[key].type != "number":
            yield (
                "FORM_TOTALS",
                f"totals 中的“{key}”不是数字列",
                f"“{key}” in totals is no number column",
                True,
            )
    if fixed.is_fixed(found):
        if fixed.KEY in columns:
            yield "FORM_ROWS", "row_key 是保留的列名", "row_key is a reserved column", True
    elif "row_label" in found.properties:
        yield "FORM_ROWS", "row_label 只用于固定行（rows）", "row_label needs fixed rows (rows)", False


def _advice(found: Component) -> Iterator[tuple[str, str, str, bool]]:
    properties = found.properties
    for name in hints.NAMES:
        words = [language for language in ("zh", "en") if properties.get(f"{name}_{language}")]
        if name not in properties:
            if words:
                yield (
                    "FORM_HINT",
                    f"有 {name}_{words[0]} 而没有 {name}",
                    f"{name}_{words[0]} without {name}",
                    True,
                )
            continue
        if not TYPES[found.type].keyed:
            yield "FORM_HINT", f"{found.type} 不能有 {name}", f"{found.type} cannot have a {name}", True
        if "zh" not in words:
            yield "FORM_HINT", f"{name} 没有提示文字 {name}_zh", f"{name} has no text ({name}_zh)", True
        elif "en" not in words:
            yield "FORM_LABEL_EN", f"缺少英文提示 {name}_en", f"it has no English advice ({name}_en)", False


def _prefill(found: Component) -> Iterator[tuple[str, str, str, bool]]:
    source = found.properties.get("prefill_source")
    if source is None:
        return
    if source not in PREFILL_SOURCES:
        known = ", ".join(PREFILL_SOURCES)
        yield "FORM_PROPERTY", f"prefill_source 应为 {known} 之一", f"prefill_source is one of {known}", True
    if "prefill" not in found.properties:
        yield "FORM_PROPERTY", "prefill_source 没有对应的 prefill", "prefill_source without prefill", True
