"""Text as people paste it, made into text that can be stored and compared."""

import re
import unicodedata

from forms.errors import Unfit

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_SPACES = {ord(c): " " for c in "\u00a0\u2002\u2003\u2009\u202f\u3000\t"}
_BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_REFUSED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def clean(text: str) -> str:
    """Trimmed, with plain spaces and `\\n` line breaks. Raises Unfit for control characters and surrogates."""
    text = _BREAKS.sub("\n", text.translate(_SPACES)).translate(_INVISIBLE)
    if _REFUSED.search(text):
        raise Unfit(
            "{label}中有看不见的控制字符，请删除后重新填写（可先粘贴到记事本再复制）",
            "{label} contains control characters; type it again or paste it as plain text",
        )
    return text.strip()


def one_line(text: str) -> str:
    """Like `clean`, with line breaks made into single spaces."""
    return re.sub(r" *\n+ *", " ", clean(text))


def code(text: str) -> str:
    """A code as it is compared: half-width, upper case, without spaces. Raises Unfit."""
    return re.sub(r"\s+", "", half_width(clean(text))).upper()


def half_width(text: str) -> str:
    """Full-width letters, digits and signs (U+FF01–U+FF5E) made half-width."""
    return "".join(unicodedata.normalize("NFKC", c) if "！" <= c <= "～" else c for c in text)


def excerpt(text: object, size: int = 24) -> str:
    """What was typed, short enough to be quoted in a message."""
    shown = " ".join(str(text)[: size * 2].split())
    return shown if len(shown) <= size else f"{shown[:size]}…"
