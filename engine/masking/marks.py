"""The masks themselves: enough of a text stays to recognise it, too little to use it."""

import re
from collections.abc import Mapping
from typing import Any

STAR = "*"

MOBILE = r"(?<!\d)1[3-9]\d{9}(?!\d)"
LANDLINE = r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
IDENTITY_CARD = r"(?<![\dA-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
"""GB 11643: region, day of birth, number, check digit. A code of an enterprise (GB 32100) has no day in it."""

_PERSONAL = re.compile(f"(?P<card>{IDENTITY_CARD})|(?P<email>{EMAIL})|(?P<phone>{MOBILE}|{LANDLINE})")


def masked_name(name: str | None) -> str:
    """The first character, and a star for each of the others (three at most): 王小明 becomes 王**."""
    if not name:
        return ""
    return name[0] + STAR * min(max(len(name) - 1, 1), 3)


def masked_login(login: str | None) -> str:
    """The first two and the last character of a longer login, the first of a short one: wang.wei becomes wa***i."""
    if not login:
        return ""
    return f"{login[:2]}***{login[-1]}" if len(login) >= 6 else f"{login[0]}***"


def masked_phone(number: str | None) -> str:
    """Three digits before and four behind of a mobile number, area code and four of a line."""
    if not number:
        return ""
    area, dash, line = number.partition("-")
    if dash:
        return f"{area}-{STAR * max(len(line) - 4, 3)}{line[-4:]}"
    return f"{number[:3]}****{number[-4:]}" if len(number) > 8 else f"****{number[-2:]}"


def masked_email(address: str | None) -> str:
    """The first letter and the domain."""
    if not address:
        return ""
    who, at, domain = address.partition("@")
    return f"{who[:1]}***{at}{domain}" if at else masked_login(address)


def masked_id(number: str | None) -> str:
    """The first three and the last two characters of an identity card's number."""
    if not number:
        return ""
    return f"{number[:3]}{STAR * max(len(number) - 5, 3)}{number[-2:]}"


def masked_uscc(code: str | None) -> str:
    """The first four and the last four characters of an enterprise's code; the register itself is public."""
    if not code:
        return ""
    return f"{code[:4]}{STAR * max(len(code) - 8, 3)}{code[-4:]}"


def masked_value(value: Any) -> Any:
    """The value with every telephone number, mail address and identity card's number in its texts masked."""
    if isinstance(value, str):
        return _PERSONAL.sub(_mask, value)
    if isinstance(value, Mapping):
        return {key: masked_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [masked_value(each) for each in value]
    return value


def _mask(found: re.Match[str]) -> str:
    masks = {"card": masked_id, "email": masked_email, "phone": masked_phone}
    return masks[found.lastgroup or "phone"](found.group())
