"""Passwords: which may be chosen (ASVS 6.2), and their argon2id hashes.

Length is what counts; neither kinds of characters nor regular changes are asked for. Refused is what somebody tries
first: common words and key walks with a year behind them, and what is known about the person and the enterprise.
"""

import re
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from engine.accounts import breached
from engine.accounts.common_passwords import ROWS, STEMS
from engine.accounts.errors import WeakPassword
from engine.settings import Settings

LEAST, MOST = 12, 128  # characters; ASVS 6.2.1 asks for 8 and recommends 15, 6.2.9 for room for 64
OWN_LEAST = 8  # characters that must be left when what everybody knows is taken away
WORD_LEAST = 4  # shorter words occur by chance

_HASHER = PasswordHasher()  # argon2id with the library's current parameters
_LEET = str.maketrans("@4301!$5", "aaeoiiss")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_NOISE = re.compile(r"[^a-z\u4e00-\u9fff]+")

# verified when there is no hash, so that an answer takes as long as for a known login
_NOBODY = _HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    return _HASHER.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password fits, exactly as it was typed; takes the same time when there is no hash."""
    try:
        _HASHER.verify(password_hash or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def check(password: str, known: Iterable[str | None] = ()) -> None:
    """Whether this password may be chosen by somebody of whom `known` is known. Raises WeakPassword."""
    if len(password) < LEAST:
        _refuse(f"只有 {len(password)} 个字符。", f"it has {len(password)} characters only.")
    if len(password) > MOST:
        _refuse(f"超过 {MOST} 个字符。", f"it has more than {MOST} characters.")
    low = password.casefold()
    if len(set(low)) < 5:
        _refuse("重复的字符太多。", "it repeats too few characters.")
    if len(_without_rows(low)) < WORD_LEAST:
        _refuse("是键盘或数字上的连续走位。", "it is a walk over keys or numbers.")
    if len(re.sub(r"\d", "", low)) < OWN_LEAST - 3 and sum(c.isdigit() for c in low) >= OWN_LEAST:
        _refuse("几乎全是数字。", "it is almost only digits.")
    if _common(low):
        _refuse("是常用密码。", "it is a common one.")
    if (file := Settings().breached_passwords) and breached.listed(password, file):
        _refuse(
            "已在别处泄露，见于泄露密码名单。",
            "it was stolen elsewhere and stands in lists of such passwords.",
        )
    if len(_without(low, known)) < OWN_LEAST:
        _refuse(
            "主要由姓名、账号、企业名称、信用代码、手机号或邮箱组成。",
            "it is mostly your name, login, enterprise, credit code, phone number or mail address.",
        )


def _refuse(zh: str, en: str) -> None:
    raise WeakPassword(zh_why=zh, en_why=en)


def _common(low: str) -> bool:
    """Whether nothing but common words is left when digits, signs and repetitions are taken away."""
    core = _ENDS.sub("", low)
    for text in (low, core.translate(_LEET)):
        bare = _NOISE.sub("", text)
        if bare in STEMS or _once(bare) in STEMS or len(_once(text)) < OWN_LEAST or _of_stems(bare):
            return True
    return False


def _once(text: str) -> str:
    """`abcabcabc` as `abc`; text that is no repetition as it is."""
    for length in range(1, len(text) // 2 + 1):
        if len(text) % length == 0 and text == text[:length] * (len(text) // length):
            return text[:length]
    return text


def _of_stems(bare: str) -> bool:
    """Whether at most two common words make up the whole."""
    return any(bare[:cut] in STEMS and bare[cut:] in STEMS for cut in range(2, len(bare) - 1))


def _without_rows(low: str) -> str:
    """What is left when stretches of four and more along a row, forwards or backwards, are taken away."""
    walks = [row for forward in ROWS for row in (forward, forward[::-1])]
    left, place = [], 0
    while place < len(low):
        stretch = _stretch(low, place, walks)
        if stretch < WORD_LEAST:
            left.append(low[place])
        place += stretch if stretch >= WORD_LEAST else 1
    return "".join(left)


def _stretch(low: str, start: int, walks: list[str]) -> int:
    length = 1
    while start + length < len(low) and any(low[start : start + length + 1] in walk for walk in walks):
        length += 1
    return length


def _without(low: str, known: Iterable[str | None]) -> str:
    for word in sorted(_words(known), key=len, reverse=True):
        low = low.replace(word, "")
    return low


def _words(known: Iterable[str | None]) -> set[str]:
    """The words that stand for somebody: each text whole, its parts, and a code's ends."""
    found: set[str] = set()
    for text in known:
        whole = (text or "").casefold()
        found |= {whole, *re.split(r"[^\w\u4e00-\u9fff]+", whole)}
        if re.fullmatch(r"[0-9a-z]{11,18}", whole):  # mobile numbers and credit codes are used in part, too
            found |= {whole[-6:], whole[-8:], whole[:6], whole[:8]}
    return {word for word in found if len(word) >= (2 if re.search(r"[\u4e00-\u9fff]", word) else WORD_LEAST)}
