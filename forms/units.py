"""What units of answers are called in English; the form says them in Chinese, and so does what is stored."""

from types import MappingProxyType

from engine.errors import Language

ENGLISH = MappingProxyType(
    {
        "元": "yuan",
        "万元": "×10,000 yuan",
        "亿元": "×100 million yuan",
        "万元/人": "×10,000 yuan a person",
        "吨标准煤/万元": "tonnes of standard coal per 10,000 yuan",
        "平方米": "m²",
        "人": "people",
        "人次": "attendances",
        "天": "days",
        "个": "",
        "台": "",
        "台（套）": "sets",
        "条": "",
    }
)


def named(unit: str, language: Language) -> str:
    """The unit in the language of the page, empty where English counts without one; an unknown one stays."""
    return ENGLISH.get(unit, unit) if language == "en" else unit
