"""Semantic kinds of text fields: how an identifier is normalised and checked (`properties: {"kind": "uscc"}`)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum.cn import uscc

from forms import texts
from forms.errors import Message

_USCC_LETTERS = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
_LOOKALIKES = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: `normalise` what was pasted, `problems` with the result, and hints for the input."""

    name: str
    normalise: Callable[[str], str]
    problems: Callable[[str], Iterator[Message]]
    input_type: str = "text"
    inputmode: str = ""
    autocomplete: str = ""


def _uscc_problems(code: str) -> Iterator[Message]:
    """GB 32100-2015: 18 characters, no I, O, Z, S, V, the last one a check character."""
    if len(code) != 18:
        yield Message(
            f"{{label}}应为 18 位，您填了 {len(code)} 位",
            f"{{label}} has 18 characters; you typed {len(code)}",
        )
        return
    wrong = [(n, c) for n, c in enumerate(code, 1) if c not in _USCC_LETTERS]
    if wrong:
        place, letter = wrong[0]
        digit = _LOOKALIKES.get(letter)
        hint = (f"，请核对是否为“{digit}”", f"; was it “{digit}”?") if digit else ("，请核对", "; check it")
        yield Message(
            f"{{label}}第 {place} 位“{letter}”不会出现在代码中{hint[0]}",
            f"Character {place} of {{label}}, “{letter}”, does not occur in such a code{hint[1]}",
        )
    elif not code[2:8].isdigit():
        yield Message(
            "{label}第 3 至 8 位应为数字（登记机关行政区划码），请对照营业执照核对",
            "Characters 3 to 8 of {label} are digits (the region code); compare with the business licence",
        )
    elif code[-1] != uscc.calc_check_digit(code[:-1]):
        yield Message(
            "{label}的校验位不符，至少有一位填错，请对照营业执照逐位核对",
            "The check character of {label} does not fit: at least one character is wrong; compare with the licence",
        )


def _mobile(text: str) -> str:
    digits = re.sub(r"[-()]", "", texts.code(text))
    return re.sub(r"^(?:\+86|0086|86(?=1\d{10}$))", "", digits)


def _mobile_problems(number: str) -> Iterator[Message]:
    if not number.isascii() or not number.isdigit():
        yield Message(
            f"{{label}}只能是数字，您填了“{texts.excerpt(number)}”",
            f"{{label}} consists of digits; you typed “{texts.excerpt(number)}”",
        )
    elif len(number) != 11:
        yield Message(
            f"{{label}}应为 11 位手机号码，您填了 {len(number)} 位",
            f"{{label}} is a mobile number of 11 digits; you typed {len(number)}",
        )
    elif not re.fullmatch(r"1[3-9]\d{9}", number):
        yield Message(
            "{label}应以 13 至 19 开头，请核对",
            "{label} begins with 13 to 19; check the number",
        )


def _docno(text: str) -> str:
    """Brackets of every kind become 〔〕, the way document numbers are written (GB/T 9704-2012, 7.2.5)."""
    text = re.sub(r"\s+", "", texts.half_width(texts.clean(text)))
    text = re.sub(r"[\[(【﹝〈《<]((?:19|20)\d{2})年?[\])】﹞〉》>]", r"〔\1〕", text)
    return re.sub(r"〕(?:第)?0*(\d+)", r"〕\1", text)


def _docno_problems(number: str) -> Iterator[Message]:
    if not re.fullmatch(r"[\u4e00-\u9fffA-Za-z]{2,16}〔(?:19|20)\d{2}〕[1-9]\d{0,4}号", number):
        yield Message(
            f"{{label}}应写成“鲁工信发〔2024〕12号”的样子，您填了“{texts.excerpt(number)}”",
            f"{{label}} is written like “鲁工信发〔2024〕12号”; you typed “{texts.excerpt(number)}”",
        )


def _code_problems(code: str) -> Iterator[Message]:
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9./_-]*", code):
        yield Message(
            f"{{label}}只能含字母、数字和 . / _ -，您填了“{texts.excerpt(code)}”",
            f"{{label}} holds letters, digits and . / _ - only; you typed “{texts.excerpt(code)}”",
        )


KINDS = {
    kind.name: kind
    for kind in (
        Kind("uscc", lambda text: texts.code(text).replace("-", ""), _uscc_problems),
        Kind("mobile", _mobile, _mobile_problems, "tel", "tel", "tel"),
        Kind("docno", _docno, _docno_problems),
        Kind("code", texts.code, _code_problems),
    )
}


def email_problems(text: str) -> Iterator[Message]:
    """form-js `validationType: email`: one @, a domain with a dot, at most 254 characters (RFC 5321)."""
    if len(text) > 254 or not re.fullmatch(
        r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}", text
    ):
        yield Message(
            f"{{label}}应为邮箱地址，例如 name@example.com，您填了“{texts.excerpt(text)}”",
            f"{{label}} is an e-mail address such as name@example.com; you typed “{texts.excerpt(text)}”",
        )


def phone_problems(text: str) -> Iterator[Message]:
    """form-js `validationType: phone`, which refuses Chinese numbers without +86: those are accepted here."""
    digits = re.sub(r"[ ()]", "", texts.half_width(text))
    forms = (r"(?:\+86-?)?1[3-9]\d{9}", r"(?:\+86-?)?0?\d{2,3}-?\d{7,8}(?:-\d{1,6})?", r"\+[1-9][\d-]{6,18}")
    if not any(re.fullmatch(form, digits) for form in forms):
        yield Message(
            f"{{label}}应为 11 位手机号码，或带区号的固定电话，例如 0531-12345678，您填了“{texts.excerpt(text)}”",
            f"{{label}} is a mobile number of 11 digits or a landline with area code such as 0531-12345678; "
            f"you typed “{texts.excerpt(text)}”",
        )
