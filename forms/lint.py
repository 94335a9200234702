"""What is wrong with a `.form` file: all of it, in both languages, never a traceback."""

from collections.abc import Iterable, Iterator

from engine import feel
from engine.errors import Refusal
from engine.problems import NotDeployable, Problem, errors
from forms import cycles, hints, lint_parts, templates
from forms.components import TYPES
from forms.definition import Component, Definition, KeyPath
from forms.expressions import is_feel, source
from forms.form import Form
from forms.reader import VALIDATE, Reader

_TEXTS = {
    "label_en",
    "description",
    "description_en",
    "text_en",
    "alt_en",
    "section",
    "section_en",
    "article",
    "declaration",
}
_RULES = {
    "kind",
    "must_be_true",
    "error_zh",
    "error_en",
    "check",
    "required",
    "computed",
    "prefill",
    "not_before",
}
_LIMITS = {
    "not_after",
    "min_rows",
    "max_rows",
    "max_files",
    "min_files",
    "max_mb",
    "autocomplete",
    "plain",
    "identifying",
}
_ADVICE = {f"{name}{part}" for name in hints.NAMES for part in ("", "_zh", "_en")} | {"prefill_source"}
_TABLES = {"rows", "row_files", "row_label", "row_label_en", "totals", "pick"}
PROPERTIES = frozenset(_TEXTS | _RULES | _LIMITS | _ADVICE | _TABLES)
_FEEL_PROPERTIES = ("check", "required", "computed", "prefill", "rows", *hints.NAMES)
_COMPUTABLE = frozenset({"textfield", "textarea", "number", "checkbox", "datetime", "select", "radio"})
_NEEDS_NO_LABEL = frozenset(
    {"group", "text", "separator", "spacer", "image", "table", "documentPreview", "expression"}
)
_ONLY_ON = {
    "kind": {"textfield", "textarea"},
    "autocomplete": {"textfield", "textarea"},
    "must_be_true": {"checkbox"},
    "not_before": {"datetime"},
    "not_after": {"datetime"},
    "min_rows": {"dynamiclist"},
    "max_rows": {"dynamiclist"},
    "max_files": {"filepicker"},
    "min_files": {"filepicker"},
    "max_mb": {"filepicker"},
    "plain": {"number"},
    "declaration": {"group"},
    "rows": {"dynamiclist"},
    "row_files": {"dynamiclist"},
    "row_label": {"dynamiclist"},
    "row_label_en": {"dynamiclist"},
    "totals": {"dynamiclist"},
    "pick": {"dynamiclist"},
}
_COUNTS = ("min_rows", "max_rows", "max_files", "min_files", "max_mb")


def load(file: str, text: str) -> Form:
    """The form of a file. Raises NotDeployable with every finding when one of them is an error."""
    definition, problems = _inspect(file, text)
    if definition is None or errors(problems):
        raise NotDeployable(problems)
    return Form(definition)


def reopen(file: str, text: str) -> Form:
    """The form of a file that was deployed: it may have findings that lint has learned since; its cases go on.

    Raises NotDeployable for what cannot be read any more.
    """
    reader = Reader(file)
    definition = reader.read(text)
    if definition is None or errors(reader.problems):
        raise NotDeployable(reader.problems)
    return Form(definition)


def lint(file: str, text: str) -> list[Problem]:
    """Every finding about a file, errors first."""
    _, problems = _inspect(file, text)
    return sorted(problems, key=lambda problem: problem.severity)


def _inspect(file: str, text: str) -> tuple[Definition | None, list[Problem]]:
    reader = Reader(file)
    definition = reader.read(text)
    if definition is not None:
        _lint_keys(reader, definition.components)
        _lint_cycles(reader, definition.components)
        lint_parts.sections(reader, definition)
        for component in definition.walk():
            _Check(reader, component).run()
            lint_parts.component(reader, component)
    return definition, reader.problems


def _lint_cycles(reader: Reader, components: Iterable[Component]) -> None:
    for circle in cycles.find(components):
        names = " → ".join(".".join(component.path) for component in (*circle, circle[0]))
        reader.report(circle[0].id, "FORM_CYCLE", f"循环计算：{names}", f"computed from each other: {names}")


def _lint_keys(reader: Reader, components: Iterable[Component]) -> None:
    """Two components must not share a key, nor one's key lead through another's (`a` and `a.b`)."""
    seen: dict[KeyPath, Component] = {}
    for component in _same_object(components):
        if component.type == "dynamiclist":
            _lint_keys(reader, component.children)
        for path, other in seen.items():
            shorter = min(len(path), len(component.path))
            if path[:shorter] == component.path[:shorter]:
                key = ".".join(component.path)
                reader.report(
                    component.id, "FORM_KEY_DUPLICATE", f"“{key}”与组件 {other.id} 的数据位置重复",
                    f"“{key}” stands where the data of component {other.id} stand",
                )  # fmt: skip
        seen[component.path] = component


def _holds_answers(component: Component) -> bool:
    """Whether a component has an answer, or holds components that have."""
    return TYPES[component.type].keyed or component.type in ("group", "dynamiclist")


def _same_object(components: Iterable[Component]) -> Iterator[Component]:
    for component in components:
        if component.type == "group":
            yield from _same_object(component.children)
        elif TYPES[component.type].keyed:
            yield component


class _Check:
    """The findings about one component."""

    def __init__(self, reader: Reader, component: Component) -> None:
        self._reader, self._component = reader, component

    def run(self) -> None:
        """Report all of them."""
        self._labels()
        self._properties()
        for name, text in self._feel_texts():
            self._feel(name, text)
        for name, text in self._templates():
            self._template(name, text)
        TYPES[self._component.type].lint(self._component, self._error)

    def _error(self, code: str, zh: str, en: str) -> None:
        self._reader.report(self._component.id, code, zh, en)

    def _warn(self, code: str, zh: str, en: str) -> None:
        self._reader.report(self._component.id, code, zh, en, "warning")

    def _labels(self) -> None:
        component = self._component
        label = component.get(component.label_attribute)
        if not label and component.type not in _NEEDS_NO_LABEL:
            self._error("FORM_LABEL", "缺少标签 label", "it has no label")
        if label and not component.properties.get("label_en"):
            self._warn(
                "FORM_LABEL_EN",
                "缺少英文标签 properties.label_en",
                "it has no English label (properties.label_en)",
            )
        if component.get("text") and not component.properties.get("text_en"):
            self._warn(
                "FORM_LABEL_EN",
                "缺少英文文字 properties.text_en",
                "it has no English text (properties.text_en)",
            )

    def _properties(self) -> None:
        component, properties = self._component, self._component.properties
        for name in properties:
            if name not in PROPERTIES and ":" not in name:
                self._warn(
                    "FORM_PROPERTY", f"不认识属性 properties.{name}", f"properties.{name} is not known"
                )
            if component.type not in _ONLY_ON.get(name, {component.type}):
                zh, en = (
                    f"properties.{name} 对 {component.type} 不起作用",
                    f"properties.{name} has no effect here",
                )
                self._warn("FORM_PROPERTY", zh, en)
        for name in component.validate.keys() - VALIDATE.keys():
            self._warn("FORM_VALIDATE", f"不认识 validate.{name}", f"validate.{name} is not known")
        for name in _FEEL_PROPERTIES:
            if name in properties and not is_feel(properties[name]):
                self._error(
                    "FORM_FEEL",
                    f"properties.{name} 应为以 = 开头的 FEEL",
                    f"properties.{name} is FEEL that begins with =",
                )
        for name in _COUNTS:
            if name in properties and not (properties[name].isascii() and properties[name].isdigit()):
                self._error("FORM_PROPERTY", f"properties.{name} 应为数字", f"properties.{name} is a number")
        if "computed" in properties and component.type not in _COMPUTABLE:
            self._error(
                "FORM_PROPERTY", f"{component.type} 不能有 computed", f"{component.type} cannot be computed"
            )
        if "check" in properties and not TYPES[component.type].keyed:
            self._error(
                "FORM_PROPERTY", f"{component.type} 不能有 check", f"{component.type} cannot have a check"
            )
        for name in ("must_be_true", "identifying"):
            if properties.get(name, "true") not in ("true", "false"):
                self._error("FORM_PROPERTY", f"{name} 应为 true 或 false", f"{name} is true or false")
        if properties.get("identifying") == "true" and not _holds_answers(component):
            self._error(
                "FORM_PROPERTY", "identifying 只能用于填写项或分组", "identifying is for answers and groups"
            )

    def _feel_texts(self) -> Iterator[tuple[str, str]]:
        """(attribute, FEEL) of everything that is evaluated whole."""
        component = self._component
        candidates = {
            "conditional.hide": component.hide,
            **{
                name: component.get(name)
                for name in ("readonly", "valuesExpression", "expression", "dataSource")
            },
            **{
                name: component.get(name)
                for name in ("columnsExpression", "source", "accept", "multiple", "text")
            },
            **{
                f"validate.{name}": value
                for name, value in component.validate.items()
                if name.startswith(("m",))
            },
            **{f"properties.{name}": value for name, value in component.properties.items()},
            component.label_attribute: component.get(component.label_attribute),
            "description": component.get("description"),
        }
        for name, value in candidates.items():
            if is_feel(value):
                yield name, str(value)
            elif name == "readonly" and isinstance(value, str):
                self._error(
                    "FORM_FEEL",
                    "readonly 应为 true、false 或以 = 开头的 FEEL",
                    "readonly is true, false or FEEL",
                )

    def _templates(self) -> Iterator[tuple[str, str]]:
        component = self._component
        texts = {
            name: component.get(name) for name in (component.label_attribute, "description", "text", "alt")
        }
        texts.update({f"properties.{n}": v for n, v in component.properties.items() if n.endswith("_en")})
        yield from ((n, v) for n, v in texts.items() if isinstance(v, str) and "{{" in v and not is_feel(v))

    def _feel(self, name: str, text: str) -> None:
        if "\u00a0" in text:
            self._warn(
                "FORM_NBSP",
                f"{name} 中有不间断空格，已按普通空格处理",
                f"{name} holds no-break spaces; read as spaces",
            )
        try:
            feel.parse(source(text))
        except Refusal as refusal:
            self._error(
                "FORM_FEEL", f"{name} 的 FEEL 有误：{refusal.message('zh')}",
                f"the FEEL of {name} is broken: {refusal.message('en')}",
            )  # fmt: skip

    def _template(self, name: str, text: str) -> None:
        try:
            nodes = templates.parse(text)
        except templates.BrokenTemplate as broken:
            self._error("FORM_TEMPLATE", f"{name}：{broken.args[0]}", f"{name}: {broken.args[1]}")
            return
        for expression in templates.expressions(nodes):
            self._feel(name, expression)
