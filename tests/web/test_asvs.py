"""docs/asvs.csv answers every requirement of level 1 and 2 of OWASP ASVS 5.0.0, and what it names exists."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8") as _file:
    ROWS = list(csv.DictReader(_file))

SECTIONS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23",
    "3.1": "3", "3.2": "113", "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222",
    "5.1": "2", "5.2": "112333", "5.3": "113", "5.4": "222",
    "6.1": "122", "6.2": "111111112222", "6.3": "11223333", "6.4": "112233", "6.5": "22222333", "6.6": "2223",
    "6.7": "33", "6.8": "2222",
    "7.1": "222", "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22",
    "8.1": "1233", "8.2": "1123", "8.3": "133", "8.4": "23",
    "9.1": "111", "9.2": "1222",
    "10.1": "22", "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222",
    "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23", "11.6": "23", "11.7": "33",
    "12.1": "12233", "12.2": "11", "12.3": "22223",
    "13.1": "2333", "13.2": "222223", "13.3": "2233", "13.4": "1222233",
    "14.1": "22", "14.2": "12223333", "14.3": "122",
    "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223",
    "17.1": "23", "17.2": "22223333", "17.3": "22",
}  # fmt: skip
"""The standard's sections with the level of each requirement, in order: 70 of level 1, 183 of 2, 92 of 3."""


def test_every_requirement_of_level_1_and_2_is_answered() -> None:
    levels = "".join(SECTIONS.values())
    assert [levels.count(level) for level in "123"] == [70, 183, 92]
    wanted = [
        (f"{section}.{number}", level)
        for section, of in SECTIONS.items()
        for number, level in enumerate(of, start=1)
        if level in "12"
    ]
    assert [(row["id"], row["level"]) for row in ROWS] == wanted


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def anchors(path: str) -> frozenset[str]:
    heads = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads)


@pytest.mark.parametrize("row", [row for row in ROWS if row["answer"] == "yes"], ids=lambda row: row["id"])
def test_a_yes_names_a_test_or_a_document_that_exists(row: dict[str, str]) -> None:
    path, _, test = row["evidence"].partition("::")
    path, _, anchor = path.partition("#")
    assert (ROOT / path).is_file()
    assert not test or test in functions(path)
    assert not anchor or anchor in anchors(path)
    assert path.startswith(("tests/", "docs/"))


def test_everything_else_says_why() -> None:
    others = [row for row in ROWS if row["answer"] != "yes"]
    assert {row["answer"] for row in others} == {"no", "n/a"}
    assert all(len(row["evidence"]) >= 6 for row in others)
    assert len([row for row in others if row["answer"] == "no"]) < 20
