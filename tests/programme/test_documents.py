"""Document numbers: their form, and one number for one document."""

from datetime import date

import pytest

from engine.programme.documents import operations
from engine.programme.documents.errors import DocumentNumberMalformed, DocumentNumberTaken
from tests.programme.sideline import Desk, deployed, desk

__all__ = ["deployed", "desk"]
DAY = date(2024, 6, 3)


@pytest.mark.parametrize(
    "number", ["鲁工信装〔2022〕42号", "鲁工信〔2024〕1号", "鲁工信发改装〔2099〕9999号"]
)
def test_numbers_of_the_department(number: str) -> None:
    assert operations.check_number(number) == number


@pytest.mark.parametrize(
    "number",
    [
        "鲁工信装[2022]42号",
        "鲁工信装（2022）42号",
        "鲁工信装〔2022〕042号",
        "鲁工信装〔22〕42号",
        "鲁工信装〔2022〕第42号",
        "鲁工信装〔2022〕42",
        "鲁工信装〔2022〕42号\n",
        " 鲁工信装〔2022〕42号",
        "鲁工信装备产业处〔2022〕42号",
        "鲁工信装〔2022〕10000号",
        "济工信〔2024〕1号",
        "",
    ],
)
def test_malformed_numbers_are_refused(number: str) -> None:
    with pytest.raises(DocumentNumberMalformed):
        operations.check_number(number)


def test_a_city_has_numbers_of_its_own_form() -> None:
    assert operations.check_number("济工信字〔2024〕15号", issuer="370100")


def enter(desk: Desk, number: str, kind: str, subject: str, *, join: bool = False) -> None:
    with desk.rt.transaction() as tx:
        facts = {"number": number, "kind": kind, "title": "文件", "issued_on": DAY, "subject": subject}
        put = operations.register_or_join if join else operations.register
        put(tx.session, **facts, actor="office", at=tx.now)  # type: ignore[arg-type]


def test_one_number_is_one_document(desk: Desk) -> None:
    enter(desk, "鲁工信装〔2024〕1号", "NOTICE", "2024")
    for kind, subject in (("NOTICE", "2024"), ("PUBLICATION", "2024")):
        with pytest.raises(DocumentNumberTaken):
            enter(desk, "鲁工信装〔2024〕1号", kind, subject)


def test_a_batch_of_renamings_shares_a_document_and_nothing_else_does(desk: Desk) -> None:
    enter(desk, "鲁工信装〔2024〕2号", "RENAMING", "GM-2024-0001", join=True)
    enter(desk, "鲁工信装〔2024〕2号", "RENAMING", "GM-2024-0002", join=True)
    with pytest.raises(DocumentNumberTaken):
        enter(desk, "鲁工信装〔2024〕2号", "REVOCATION", "CX-2024-0001", join=True)


def test_a_series_counts_without_gaps_and_apart_from_others(desk: Desk) -> None:
    with desk.rt.transaction() as tx:
        assert [operations.next_number(tx.session, "a") for _ in range(3)] == [1, 2, 3]
        assert operations.next_number(tx.session, "b") == 1
    with desk.rt.transaction() as tx:
        assert operations.next_number(tx.session, "a") == 4
