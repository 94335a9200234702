"""A `.form` file as a Definition, and every fault of its shape: what is mistyped is reported and left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import simplejson

from engine.problems import Problem, Severity
from forms.components import TYPES
from forms.definition import Component, Definition
from forms.expressions import is_feel
from forms.guard import RESERVED

SCHEMA_VERSION = 19
MAX_SIZE = 2_000_000
MAX_DEPTH = 8
MAX_COMPONENTS = 2000
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")

_ATTRIBUTES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("key", "label", "description", "path", "valuesKey", "valuesExpression", "text"), (str,)),
    **dict.fromkeys(("expression", "dataSource", "columnsExpression", "source", "alt", "subtype"), (str,)),
    **dict.fromkeys(("dateLabel", "timeLabel", "timeSerializingFormat", "accept"), (str,)),
    **dict.fromkeys(("properties", "validate", "conditional", "appearance", "layout"), (dict,)),
    **dict.fromkeys(("components", "values", "columns"), (list,)),
    **dict.fromkeys(("disabled", "allowAddRemove", "disallowPassedDates"), (bool,)),
    **dict.fromkeys(("readonly", "multiple"), (bool, str)),
    **dict.fromkeys(("decimalDigits", "defaultRepetitions"), (int,)),
}
VALIDATE: dict[str, tuple[type, ...]] = {
    "required": (bool,),
    **dict.fromkeys(("minLength", "maxLength"), (int, str)),
    **dict.fromkeys(("min", "max"), (int, Decimal, str)),
    **dict.fromkeys(("pattern", "patternErrorMessage", "validationType"), (str,)),
}
_NAMES = {
    str: ("文字", "text"),
    dict: ("对象", "an object"),
    list: ("列表", "a list"),
    bool: ("true 或 false", "true or false"),
    int: ("整数", "a whole number"),
    Decimal: ("数字", "a number"),
}


class _Refused(ValueError):
    """JSON that is well formed and still refused; `args` are the Chinese and the English text."""


@dataclass
class Reader:
    """Reads one file and collects what is wrong with it."""

    file: str
    problems: list[Problem] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)
    _count: int = 0

    def report(self, element: str, code: str, zh: str, en: str, severity: Severity = "error") -> None:
        """Add a finding."""
        self.problems.append(Problem(self.file, element, severity, code, zh, en))

    def read(self, text: str) -> Definition | None:
        """The definition, or None when the file is no form at all."""
        raw = self._json(text)
        if raw is None:
            return None
        if raw.get("schemaVersion") != SCHEMA_VERSION or isinstance(raw.get("schemaVersion"), bool):
            got = str(raw.get("schemaVersion"))[:20]
            self.report(
                "", "FORM_SCHEMA_VERSION", f"schemaVersion 应为 {SCHEMA_VERSION}，文件中是 {got}",
                f"schemaVersion must be {SCHEMA_VERSION}; the file has {got}",
            )  # fmt: skip
        if raw.get("type", "default") != "default":
            self.report("", "FORM_TYPE", "表单的 type 应为 default", "the type of a form is default")
        identity = raw.get("id")
        if not isinstance(identity, str) or not _ID.fullmatch(identity):
            self.report(
                "", "FORM_ID", "表单缺少有效的 id（英文字母、数字、_ 和 -）", "the form has no valid id"
            )
            identity = "form"
        properties = self._typed_properties("", raw.get("properties", {}))
        components = self._components(raw.get("components"), "components", (), 0)
        return Definition(self.file, identity, components, {**raw, "properties": properties})

    def _json(self, text: str) -> dict[str, Any] | None:
        try:
            if len(text) > MAX_SIZE:
                raise _Refused("文件过大", "the file is too large")
            raw = simplejson.loads(
                text.removeprefix("\ufeff"),
                use_decimal=True,
                object_pairs_hook=_no_duplicates,
                parse_constant=_no_constant,
            )
        except _Refused as refused:
            self.report("", "FORM_JSON", *refused.args)
            return None
        except (ValueError, RecursionError, ArithmeticError) as error:
            self.report("", "FORM_JSON", f"不是有效的 JSON：{error}", f"not valid JSON: {error}")
            return None
        if not isinstance(raw, dict):
            self.report("", "FORM_JSON", "表单应为一个 JSON 对象", "a form is a JSON object")
            return None
        return raw

    def _components(self, raw: Any, where: str, prefix: tuple[str, ...], depth: int) -> tuple[Component, ...]:
        if not isinstance(raw, list):
            self.report(where, "FORM_COMPONENTS", "components 应为列表", "components must be a list")
            return ()
        if depth > MAX_DEPTH:
            self.report(where, "FORM_COMPONENTS", "组件嵌套过深", "components are nested too deeply")
            return ()
        found = (self._component(entry, f"{where}[{n}]", prefix, depth) for n, entry in enumerate(raw))
        return tuple(component for component in found if component is not None)

    def _component(self, raw: Any, where: str, prefix: tuple[str, ...], depth: int) -> Component | None:
        self._count += 1
        if not isinstance(raw, dict) or self._count > MAX_COMPONENTS:
            self.report(
                where, "FORM_COMPONENTS", "组件无效或过多", "the component is invalid or there are too many"
            )
            return None
        identity = self._identity(raw, where)
        kind = raw.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            self._unknown_type(identity, kind)
            return None
        clean = self._typed(identity, raw)
        path = self._path(identity, kind, clean, prefix)
        children: tuple[Component, ...] = ()
        if TYPES[kind].container:
            inside = path if kind == "group" else ()
            children = self._components(raw.get("components", []), f"{where}.components", inside, depth + 1)
        return Component(kind, identity, path, clean, children)

    def _identity(self, raw: Mapping[str, Any], where: str) -> str:
        identity = raw.get("id")
        if not isinstance(identity, str) or not _ID.fullmatch(identity):
            self.report(where, "FORM_ID", "组件缺少有效的 id", "the component has no valid id")
            return where
        if identity in self._ids:
            self.report(
                identity, "FORM_ID_DUPLICATE", f"id “{identity}”重复", f"the id “{identity}” is used twice"
            )
        self._ids.add(identity)
        return identity

    def _unknown_type(self, element: str, kind: Any) -> None:
        shown = str(kind)[:40]
        if kind in ("html", "iframe"):
            self.report(
                element, "FORM_TYPE", f"不允许使用 {shown} 组件（可能带入脚本），请改用 text 组件",
                f"{shown} components are refused (they may carry script); use a text component",
            )  # fmt: skip
        else:
            known = ", ".join(TYPES)
            self.report(
                element, "FORM_TYPE", f"没有“{shown}”这种组件，可用：{known}",
                f"there is no component type “{shown}”; there are: {known}",
            )  # fmt: skip

    def _path(
        self, element: str, kind: str, raw: Mapping[str, Any], prefix: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Where its value stands; groups without a `path` stand where they are."""
        name = "path" if kind in ("group", "dynamiclist") else "key"
        text = raw.get(name) or ""
        if not TYPES[kind].keyed and kind != "group":
            return ()
        if not text:
            if kind == "group":
                return prefix
            self.report(element, "FORM_KEY", f"缺少 {name}", f"it has no {name}")
            return (*prefix, re.sub(r"[^a-z0-9_]", "_", f"x_{element}".lower()))
        steps = tuple(text.split("."))
        bad = [s for s in steps if not _KEY.fullmatch(s) or "__" in s or s in RESERVED]
        if bad:
            self.report(
                element, "FORM_KEY", f"{name} “{text}”应由小写英文字母、数字和下划线组成，以字母开头，且不是保留名称",
                f"the {name} “{text}” must be lower-case ASCII letters, digits and _, begin with a letter, and "
                "not be reserved",
            )  # fmt: skip
        return (*prefix, *steps)

    def _typed(self, element: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The attributes that are of their type; the others are reported."""
        clean = {name: value for name, value in raw.items() if self._fits(element, name, value, _ATTRIBUTES)}
        if "validate" in clean:
            validate = clean["validate"]
            clean["validate"] = {
                name: value
                for name, value in validate.items()
                if self._fits(element, name, value, VALIDATE, "validate.")
                and self._no_bare_text(element, name, value)
            }
        if "properties" in clean:
            clean["properties"] = self._typed_properties(element, clean["properties"])
        hide = clean.get("conditional", {}).get("hide")
        if hide is not None and not is_feel(hide):
            self.report(
                element,
                "FORM_FEEL",
                "conditional.hide 应为以 = 开头的 FEEL",
                "conditional.hide is FEEL that begins with =",
            )
            clean["conditional"] = {}
        return clean

    def _fits(
        self, element: str, name: str, value: Any, table: Mapping[str, tuple[type, ...]], prefix: str = ""
    ) -> bool:
        types = table.get(name)
        if types is None or (value is None and name != "key"):
            return value is not None
        if isinstance(value, types) and (bool in types or not isinstance(value, bool)):
            return True
        zh, en = ("或".join(_NAMES[t][0] for t in types), " or ".join(_NAMES[t][1] for t in types))
        self.report(element, "FORM_ATTRIBUTE", f"{prefix}{name} 应为{zh}", f"{prefix}{name} must be {en}")
        return False

    def _no_bare_text(self, element: str, name: str, value: Any) -> bool:
        """min, max, minLength and maxLength are numbers or FEEL."""
        if (
            name not in ("min", "max", "minLength", "maxLength")
            or not isinstance(value, str)
            or is_feel(value)
        ):
            return True
        self.report(
            element, "FORM_VALIDATE", f"validate.{name} 应为数字，或以 = 开头的 FEEL",
            f"validate.{name} is a number, or FEEL that begins with =",
        )  # fmt: skip
        return False

    def _typed_properties(self, element: str, raw: Any) -> dict[str, str]:
        if not isinstance(raw, dict):
            self.report(element, "FORM_PROPERTY", "properties 应为对象", "properties must be an object")
            return {}
        for name, value in raw.items():
            if not isinstance(value, str):
                self.report(
                    element,
                    "FORM_PROPERTY",
                    f"properties.{name} 的值应为文字",
                    f"properties.{name} must be text",
                )
        return {name: value for name, value in raw.items() if isinstance(value, str)}


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise _Refused(f"JSON 中“{name[:40]}”出现两次", f"“{name[:40]}” occurs twice in a JSON object")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise _Refused(f"JSON 中不能有 {name}", f"{name} is no JSON value")
