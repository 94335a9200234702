"""A form as JSON Schema 2020-12: what a program may send, with the words of the form in both languages.

The schema says the shape of canonical data: what `Form.validate` gives always fits it. Conditions and rules over
several answers stand in descriptions, and the server judges them; it also understands numbers typed as text.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from engine.errors import Language
from forms import fixed
from forms.components.files import MAX_FILES, count_of
from forms.components.moment import subtype_of
from forms.components.number import as_decimal
from forms.components.text import kind_of
from forms.definition import Component, Definition
from forms.paths import MAX_ROWS
from forms.rules import least_rows, most_rows
from forms.sections import keyed

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_KINDS = {"uscc": "^[0-9A-HJ-NPQRTUWXY]{18}$", "mobile": "^1[3-9][0-9]{9}$"}
_WORDS: dict[str, dict[Language, str]] = {
    "hide": {"zh": "满足条件时不填：", "en": "Not asked when: "},
    "computed": {"zh": "由系统计算，不需提交：", "en": "Computed, not to be sent: "},
    "required": {"zh": "满足条件时必填：", "en": "Required when: "},
    "check": {"zh": "须满足：", "en": "Must hold: "},
    "readonly": {"zh": "只读", "en": "Read-only"},
}


def schema(definition: Definition, language: Language) -> dict[str, Any]:
    """The schema of a form's data, titled in a language."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:luzhi:form:{definition.id}",
        **_words(definition.title("zh"), definition.title("en"), language),
        **_object(definition.components, language),
    }


def _words(zh: str, en: str, language: Language) -> dict[str, str]:
    """The title in the language asked for, the other one beside it."""
    own, other = (zh, en) if language == "zh" else (en, zh)
    return {"title": own, f"x-title-{'en' if language == 'zh' else 'zh'}": other}


def _object(components: Iterable[Component], language: Language) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    for component in keyed(components):
        holder = found
        for step in component.path[:-1]:
            inner = {"type": "object", "properties": {}, "additionalProperties": False}
            holder = holder["properties"].setdefault(step, inner)
        holder["properties"][component.path[-1]] = _answer(component, language)
        if _always_required(component) and len(component.path) == 1:
            required.append(component.path[-1])
    return {**found, **({"required": required} if required else {})}


def _always_required(component: Component) -> bool:
    asked = component.validate.get("required") is True or component.properties.get("must_be_true") == "true"
    open_ = component.computed is None and not component.readonly and component.hide is None
    return asked and open_ and component.type != "dynamiclist"


def _answer(component: Component, language: Language) -> dict[str, Any]:
    told = _words(component.label("zh"), component.label("en"), language)
    described = " ".join(_described(component, language))
    shape: dict[str, Any] = (
        {"readOnly": True} if component.computed else _SHAPES[component.type](component, language)
    )
    if _always_required(component) and isinstance(shape.get("type"), list):
        shape = {**shape, "type": shape["type"][0]}
    elif _always_required(component) and "oneOf" in shape:
        shape = {**shape, "oneOf": [entry for entry in shape["oneOf"] if "const" in entry]}
    return {**told, **({"description": described} if described else {}), **shape}


def _described(component: Component, language: Language) -> list[str]:
    """Help, unit, and what depends on other answers, as FEEL."""
    unit = component.appearance.get("suffixAdorner")
    parts = [component.text("description", language), f"[{unit}]" if unit else ""]
    conditions = {
        "hide": component.hide,
        "computed": component.computed,
        "required": component.properties.get("required"),
        "check": component.properties.get("check"),
    }
    parts += [f"{_WORDS[name][language]}{text}" for name, text in conditions.items() if text]
    if component.readonly is True and not component.computed:
        parts.append(_WORDS["readonly"][language])
    return [part for part in parts if part]


def _text(component: Component, language: Language) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": ["string", "null"]}
    least, most = (_count(component.validate.get(name)) for name in ("minLength", "maxLength"))
    kind = kind_of(component)
    if kind is not None:
        return {
            **shape,
            "x-kind": kind.name,
            **({"pattern": _KINDS[kind.name]} if kind.name in _KINDS else {}),
        }
    pattern, validation = component.validate.get("pattern"), component.validate.get("validationType")
    return {
        **shape,
        **({"minLength": least} if least is not None and not _may_be_empty(component) else {}),
        **({"maxLength": most} if most is not None else {}),
        **({"pattern": pattern} if pattern else {}),
        **({"format": "email"} if validation == "email" else {}),
    }


def _may_be_empty(component: Component) -> bool:
    return component.validate.get("required") is not True


def _number(component: Component, language: Language) -> dict[str, Any]:
    least, most = (as_decimal(component.validate.get(name)) for name in ("min", "max"))
    digits = component.get("decimalDigits")
    step = Decimal(1).scaleb(-digits) if isinstance(digits, int) and 0 <= digits <= 10 else None
    return {
        "type": ["number", "null"],
        **({"minimum": least} if least is not None else {}),
        **({"maximum": most} if most is not None else {}),
        **({"multipleOf": step} if step is not None else {}),
    }


def _moment(component: Component, language: Language) -> dict[str, Any]:
    formats = {"date": "date", "time": "time", "datetime": "date-time"}
    subtype = subtype_of(component)
    local = subtype == "datetime" and component.get("timeSerializingFormat") == "no_timezone"
    shape: dict[str, Any] = {"type": ["string", "null"], "x-subtype": subtype}
    return shape if local or subtype == "time" else {**shape, "format": formats[subtype]}


def _checkbox(component: Component, language: Language) -> dict[str, Any]:
    return (
        {"const": True}
        if component.properties.get("must_be_true") == "true"
        else {"type": ["boolean", "null"]}
    )


def _options(component: Component, language: Language) -> list[dict[str, str]]:
    label = "label" if language == "zh" else "label_en"
    entries = [e for e in component.get("values") or [] if isinstance(e, Mapping)]
    return [{"const": e["value"], "title": str(e.get(label) or e.get("label"))} for e in entries]


def _choice(component: Component, language: Language) -> dict[str, Any]:
    offered = _options(component, language)
    return {"oneOf": [*offered, {"type": "null"}]} if offered else {"type": ["string", "null"]}


def _choices(component: Component, language: Language) -> dict[str, Any]:
    offered = _options(component, language)
    return {"type": "array", "items": {"oneOf": offered} if offered else {"type": "string"}}


def _files(component: Component, language: Language) -> dict[str, Any]:
    most = 1 if component.get("multiple") is not True else count_of(component, "max_files") or MAX_FILES
    return {
        "type": "array",
        "items": {"type": "string"},
        "minItems": count_of(component, "min_files") or 0,
        "maxItems": most,
    }


def _rows(component: Component, language: Language) -> dict[str, Any]:
    row = _object(component.children, language)
    if fixed.is_fixed(component):
        row["properties"][fixed.KEY] = {"type": "string"}
    return {
        "type": "array",
        "items": row,
        "minItems": 0 if component.hide else least_rows(component),
        "maxItems": most_rows(component) or MAX_ROWS,
    }


def _anything(component: Component, language: Language) -> dict[str, Any]:
    return {"readOnly": True}


_SHAPES = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _moment,
    "checkbox": _checkbox,
    "radio": _choice,
    "select": _choice,
    "checklist": _choices,
    "taglist": _choices,
    "filepicker": _files,
    "dynamiclist": _rows,
    "expression": _anything,
}


def _count(value: Any) -> int | None:
    number = as_decimal(value)
    return int(number) if number is not None else None
