"""Names that strangers type and that mails to others repeat: a name, never a message or an address to visit."""

import re
import unicodedata

from engine.errors import Refusal

_ADDRESS = re.compile(r"://|www\.|[@/\\<>]|[A-Za-z0-9-]\.[A-Za-z]{2,}", re.IGNORECASE)


class BadName(Refusal):
    """Not a name: it holds an address, or signs that no name has."""

    zh = "“{name}”不是姓名或单位名称。"
    en = "“{name}” is not the name of a person or an enterprise."
    remedy_zh = "请只填写名称，不要带网址、邮箱、斜杠或尖括号。"
    remedy_en = "Give the name only, without addresses of the web or mail, slashes or angle brackets."
    status = 422


def name(text: str, most: int = 100) -> str:
    """The name on one line, without signs that are not seen. Raises BadName."""
    seen = "".join(
        " " if unicodedata.category(c)[0] in "CZ" else c for c in unicodedata.normalize("NFC", text)
    )
    found = " ".join(seen.split())
    if not found or len(found) > most or _ADDRESS.search(unicodedata.normalize("NFKC", found)):
        raise BadName(name=found[:most])
    return found
