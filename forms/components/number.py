"""number: exact decimals, with units and thousands separators."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from engine.errors import Language
from forms import texts
from forms.components.base import ComponentType, Report, Situation, mistyped
from forms.definition import Component
from forms.errors import Message, Unfit
from forms.units import named

MAX_DIGITS = 30
LONG = 10_000
"""From here on a number is shown with thousands separators beside its box."""
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_WIDE = Context(prec=60)
_MULTIPLES = {"万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


class Number(ComponentType):
    """A decimal number; `decimalDigits` bounds its fraction, the unit stands in `appearance.suffixAdorner`."""

    def convert(self, component: Component, raw: Any) -> Decimal | None:
        """The exact number; text may have separators, full-width digits and the unit. Raises Unfit."""
        if raw is None:
            return None
        if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
            raise mistyped(raw, "数字", "a number")
        text = texts.code(raw) if isinstance(raw, str) else _written_out(raw)
        unit = component.appearance.get("suffixAdorner")
        text = text.removesuffix(texts.code(unit)) if isinstance(unit, str) and unit else text
        return self._parsed(text.replace("，", ","), raw) if text else None

    @staticmethod
    def _parsed(text: str, raw: Any) -> Decimal:
        plain = text.replace(",", "") if _GROUPED.fullmatch(text) else text
        if not plain.isascii() or not _NUMBER.fullmatch(plain):
            raise Unfit(
                f"{{label}}应为数字，例如 1234.5，您填了“{texts.excerpt(raw)}”",
                f"{{label}} is a number such as 1234.5; you typed “{texts.excerpt(raw)}”",
            )
        if len(plain) > MAX_DIGITS:
            raise Unfit(
                f"{{label}}最多 {MAX_DIGITS} 位数字，请核对单位",
                f"{{label}} takes at most {MAX_DIGITS} digits; check the unit",
            )
        return Decimal(plain) + 0

    def accepts_computed(self, component: Component, value: Any) -> Decimal | None:
        """A FEEL number, rounded half up to `decimalDigits`; text as it is typed.

        A number that nobody computed and that fits stays as it was written: 36,000 does not become 36,000.00.
        """
        if isinstance(value, str):
            return self.convert(component, value)
        if value is None or isinstance(value, bool | list | dict):
            return None
        digits = _digits(component)
        try:
            number = Decimal(value)
            step = Decimal(1).scaleb(-(digits if digits is not None else 10))
            rounded = number.quantize(step, ROUND_HALF_UP, _WIDE)
        except (InvalidOperation, TypeError, ValueError):
            return None
        if component.computed is None and number == rounded:
            return number
        return rounded if digits is not None else Decimal(f"{rounded.normalize():f}")

    def check(self, at: Situation, value: Decimal) -> Iterator[Message]:
        """Decimals, least and greatest value."""
        digits, exponent = _digits(at.component), value.normalize().as_tuple().exponent
        typed_digits = max(0, -exponent) if isinstance(exponent, int) else 0
        if digits is not None and typed_digits > digits:
            yield _too_precise(digits, typed_digits)
        unit = at.component.appearance.get("suffixAdorner") or ""
        unit_en = named(unit, "en")
        least, most = (as_decimal(at.setting(at.component.validate.get(name))) for name in ("min", "max"))
        if least is not None and value < least:
            yield Message(
                f"{{label}}不能小于 {_shown(at, least)}{unit}，您填了 {_shown(at, value)}{unit}",
                f"{{label}} must be at least {_shown(at, least)} {unit_en}; you typed {_shown(at, value)}".replace(
                    " ;", ";"
                ),
            )
        if most is not None and value > most:
            yield Message(
                f"{{label}}不能大于 {_shown(at, most)}{unit}，您填了 {_shown(at, value)}{unit}",
                f"{{label}} must be at most {_shown(at, most)} {unit_en}; you typed {_shown(at, value)}".replace(
                    " ;", ";"
                ),
            )

    def view(self, at: Situation, value: Any, raw: Any) -> dict[str, Any]:
        """Typed text, grouped text with its unit, and amounts in 万元 written out in 元."""
        number = value if isinstance(value, Decimal) else None
        digits = _digits(at.component)
        suffix = at.component.appearance.get("suffixAdorner") or ""
        least, most = (as_decimal(at.setting(at.component.validate.get(name))) for name in ("min", "max"))
        return {
            "value": raw if raw is not None else f"{number:f}" if number is not None else "",
            "text": f"{_shown(at, number)} {named(suffix, at.language)}".rstrip()
            if number is not None
            else "",
            "inputmode": "numeric" if digits == 0 else "decimal",
            "min": f"{least:f}" if least is not None else "",
            "max": f"{most:f}" if most is not None else "",
            "step": f"{Decimal(1).scaleb(-digits):f}" if digits is not None else "any",
            "in_full": _in_full(number, suffix, at.language),
        }

    def lint(self, component: Component, report: Report) -> None:
        """decimalDigits that is no small whole number; min above max."""
        digits = component.get("decimalDigits")
        if digits is not None and _digits(component) is None:
            report(
                "FORM_VALIDATE",
                "decimalDigits 应为 0 至 10 的整数",
                "decimalDigits is a whole number from 0 to 10",
            )
        least, most = as_decimal(component.validate.get("min")), as_decimal(component.validate.get("max"))
        if least is not None and most is not None and least > most:
            report("FORM_VALIDATE", "min 大于 max", "min is greater than max")


def _written_out(number: float | Decimal) -> str:
    """A JSON number as plain digits; one that would be absurdly long as it is, to be refused."""
    exact = Decimal(str(number))
    return f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) <= 2 * MAX_DIGITS else str(exact)


def _digits(component: Component) -> int | None:
    digits = component.get("decimalDigits")
    return int(digits) if as_decimal(digits) is not None and digits in range(11) else None


def as_decimal(value: Any) -> Decimal | None:
    """A finite number of a definition or of FEEL as a Decimal; None for anything else."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
        return number if number.is_finite() else None
    return None


def _shown(at: Situation, number: Decimal) -> str:
    """Grouped by thousands, except a number that only names something, such as a year (property `plain`)."""
    return f"{number:f}" if at.component.properties.get("plain") == "true" else grouped(number)


def grouped(number: Decimal) -> str:
    """1,234,567.80: a number with thousands separators."""
    return f"{number:,f}"


def _in_full(number: Decimal | None, unit: str, language: Language) -> str:
    """Amounts in 万元 in 元, so that a factor of ten thousand is seen; long numbers with their separators."""
    if number is None or (unit not in _MULTIPLES and abs(number) < LONG):
        return ""
    if unit not in _MULTIPLES:
        return f"{grouped(number)} {named(unit, language)}".strip()
    amount = (number * _MULTIPLES[unit]).normalize()
    return f"{grouped(amount)} {named('元', language)}"


def _too_precise(digits: int, typed_digits: int) -> Message:
    if digits == 0:
        return Message("{label}应为整数，请去掉小数", "{label} is a whole number; leave out the decimals")
    return Message(
        f"{{label}}最多保留 {digits} 位小数，您填了 {typed_digits} 位",
        f"{{label}} takes at most {digits} decimals; you typed {typed_digits}",
    )
