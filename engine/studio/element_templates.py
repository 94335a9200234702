"""Element templates, made from the registered verbs: what a service task may call, with its described inputs.

They have the form of Camunda's templates for Zeebe and save plain Zeebe XML, so that nothing but the editor needs
them. Handler, editor, lint and these descriptions have one source: `engine.verbs`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.errors import Language
from engine.verbs import Parameter, Verb

SCHEMA = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
AREAS: Mapping[str, tuple[str, str]] = {
    "accounts": ("账号", "Accounts"),
    "announcements": ("公示公布", "Announcements"),
    "applications": ("申报", "Applications"),
    "cycles": ("年度认定", "Annual cycle"),
    "measures": ("依据文件", "Measures"),
    "meetings": ("会议", "Meetings"),
    "message": ("消息", "Messages"),
    "monitoring": ("监测评估", "Monitoring"),
    "objections": ("异议", "Objections"),
    "recommendations": ("推荐上报", "Recommendations"),
    "renamings": ("更名", "Renamings"),
    "returns": ("退回补正", "Returns"),
    "reviews": ("评审", "Reviews"),
    "revocations": ("撤销", "Revocations"),
    "titles": ("称号", "Titles"),
    "visits": ("现场考察", "Site visits"),
}
TYPES: Mapping[str, tuple[str, str]] = {
    "string": ("文字", "text"),
    "number": ("数字", "number"),
    "boolean": ("是或否", "yes or no"),
    "date": ("日期", "date"),
    "date and time": ("日期和时间", "date and time"),
    "list": ("列表", "list"),
    "context": ("一组数据", "group of data"),
}
PUBLISH = "message.publish"
HEADERS: Mapping[str, Sequence[tuple[str, str, str, bool]]] = {
    PUBLISH: (
        ("messageName", "消息名称", "Name of the message", True),
        ("timeToLive", "保留时长，如 P7D", "Kept for, such as P7D", False),
    ),
}
"""Verb -> (key, label, English label, whether it must be there); all other verbs take no headers."""


def element_templates(verbs: Iterable[Verb], language: Language) -> list[dict[str, Any]]:
    """One template for each verb that diagrams may name now, in one language."""
    return [_template(verb, language) for verb in verbs if not verb.retired]


def _template(verb: Verb, language: Language) -> dict[str, Any]:
    area = verb.type.partition(".")[0]
    element = "bpmn:SendTask" if verb.type == PUBLISH else "bpmn:ServiceTask"
    return {
        "$schema": SCHEMA,
        "id": f"luzhi.{verb.type}",
        "name": _in(language, verb.zh, verb.en),
        "description": verb.type,
        "category": {"id": area, "name": _in(language, *AREAS.get(area, (area, area)))},
        "appliesTo": ["bpmn:Task", element],
        "elementType": {"value": element},
        "groups": [
            {"id": "inputs", "label": _in(language, "输入", "Inputs")},
            {"id": "outputs", "label": _in(language, "结果", "Results")},
        ],
        "properties": [
            {
                "type": "Hidden",
                "value": verb.type,
                "binding": {"type": "zeebe:taskDefinition", "property": "type"},
            },
            _english_name(verb, language),
            *(_header(header, language) for header in HEADERS.get(verb.type, ())),
            *(_input(parameter, language) for parameter in verb.inputs),
            *(_output(parameter, language) for parameter in verb.outputs),
        ],
    }


def _english_name(verb: Verb, language: Language) -> dict[str, Any]:
    """Without a binding of its own, what the element has in `luzhi:name_en` would go when a template is applied."""
    return {
        "label": _in(language, "英文名称", "English name"),
        "type": "String",
        "value": verb.en,
        "binding": {"type": "zeebe:property", "name": "luzhi:name_en"},
    }


def _header(header: tuple[str, str, str, bool], language: Language) -> dict[str, Any]:
    key, zh, en, required = header
    return {
        "label": _in(language, zh, en),
        "type": "String",
        "group": "inputs",
        "optional": not required,
        **({"constraints": {"notEmpty": True}} if required else {}),
        "binding": {"type": "zeebe:taskHeader", "key": key},
    }


def _input(parameter: Parameter, language: Language) -> dict[str, Any]:
    told = _in(
        language,
        f"{parameter.name}，{'必需' if parameter.required else '可没有'}。留空时取同名变量。",
        f"{parameter.name}, {'required' if parameter.required else 'may be absent'}. Empty: the variable of this name.",
    )
    return {
        "label": _labelled(parameter, language),
        "description": told,
        "type": "String",
        "feel": "required",
        "group": "inputs",
        "optional": True,
        "binding": {"type": "zeebe:input", "name": parameter.name},
    }


def _output(parameter: Parameter, language: Language) -> dict[str, Any]:
    told = _in(
        language,
        f"{parameter.name} 写入的变量。全部留空时，各项结果按原名写入。",
        f"The variable that takes {parameter.name}. All empty: every result is kept under its own name.",
    )
    return {
        "label": _labelled(parameter, language),
        "description": told,
        "type": "String",
        "group": "outputs",
        "optional": True,
        "binding": {"type": "zeebe:output", "source": f"={parameter.name}"},
    }


def _labelled(parameter: Parameter, language: Language) -> str:
    kind = _in(language, *TYPES.get(parameter.type, (parameter.type, parameter.type)))
    label = _in(language, parameter.zh, parameter.en)
    return f"{label}（{kind}）" if language == "zh" else f"{label} ({kind})"


def _in(language: Language, zh: str, en: str) -> str:
    return en if language == "en" else zh
