"""Which passwords may be chosen (ASVS 6.2)."""

import pytest

from engine.accounts import passwords
from engine.accounts.errors import WeakPassword
from tests.support import quick_passwords

KNOWN = (
    "wangxiao",
    "王晓",
    "泉城示例重工有限公司",
    "91370100MA3C5X8K9A",
    "13805310000",
    "wangxiao@example.com",
    None,
)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "K9-lampe-otter-7",
        "蓝色的山与云朵九月去海边走走",
        "all lower case letters",
        "  spaces at both ends  ",
        "tunnel lemon quartz violin " * 4,
    ],
)
def test_length_is_enough(password: str) -> None:
    passwords.check(password, KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "password2024!!",
        "Passw0rd@2024",
        "P@ssw0rd12345",
        "admin@123456",
        "Huawei12#$Huawei12#$",
        "woaini1314520",
        "5201314woaini",
        "zhongguo19491001",
        "shandong2024jinan",
        "qwertyuiop[]",
        "1qaz2wsx3edc",
        "0987654321098",
        "123456789012",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "lemonlemonlemon",
        "19900101wang",
        "mimamima20240101",
    ],
)
def test_what_people_commonly_choose_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.check(password)


@pytest.mark.parametrize(
    "password",
    [
        "wangxiao2024!",
        "wangxiao13805310000",
        "泉城示例重工有限公司2024",
        "91370100MA3C5X8K9A",
        "MA3C5X8K9A2024",
        "WangXiao@example.com",
        "王晓13805310000",
    ],
)
def test_what_everybody_knows_of_somebody_is_no_password(password: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        passwords.check(password, KNOWN)
    assert password not in str(refused.value), "a refusal never repeats a password"


@pytest.mark.parametrize("password", ["", "elevenchars", "长度不够的密码", "x y z " * 22])
def test_too_short_and_too_long_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.check(password)


def test_a_password_is_verified_exactly_as_typed() -> None:
    kept = passwords.hash_password(" Ａ mixed Password ")
    assert kept.startswith("$argon2id$")
    assert passwords.verify(kept, " Ａ mixed Password ")
    for other in (" Ａ mixed password ", "Ａ mixed Password", " A mixed Password "):
        assert not passwords.verify(kept, other)
    assert not passwords.verify(None, "nobody has this password")
    assert not passwords.verify("garbage", "anything at all")


def test_the_product_hashes_with_what_its_library_recommends() -> None:
    """OWASP asks for 19 MiB and two passes at least; the tests themselves hash with less."""
    assert quick_passwords.PRODUCT.memory_cost >= 19 * 1024
    assert quick_passwords.PRODUCT.time_cost >= 2
