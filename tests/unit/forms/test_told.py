"""Values within a text read as people write them; two options of one name are told apart."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.catalogues import Catalogues, edition_name
from engine.clock import BUSINESS_ZONE
from forms.templates import told

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (date(2021, 6, 3), "2021年6月3日", "3 June 2021"),
        ("2021-06-03", "2021年6月3日", "3 June 2021"),
        (datetime(2024, 6, 17, 8, 30, tzinfo=BUSINESS_ZONE), "2024年6月17日 08:30", "17 June 2024 08:30"),
        ("2024-06-17 24:00", "2024年6月17日 24:00", "17 June 2024 24:00"),
        ([date(2024, 1, 2), "甲"], "2024年1月2日、甲", "2 January 2024, 甲"),
        ("2024-370102-0001", "2024-370102-0001", "2024-370102-0001"),
        ("2024-13-01", "2024-13-01", "2024-13-01"),
        (Decimal("1.50"), "1.50", "1.50"),
        (None, "", ""),
    ],
)
def test_days_and_instants_are_told_in_words(value: Any, zh: str, en: str) -> None:
    assert (told(value, "zh"), told(value, "en")) == (zh, en)


def test_editions_have_names_that_people_read() -> None:
    assert edition_name("inferred-1")[0] == "整理稿第1版"
    assert edition_name("proposal-2")[0] == "建议稿第2版"
    assert edition_name("2021") == ("2021年版", "2021")


def test_counties_stand_under_their_cities() -> None:
    counties = Catalogues.load(ROOT / "processes" / "catalogues").context()["counties"]
    alike = [entry["group"] for entry in counties if entry["label"] == "市中区"]
    assert alike == ["济南市", "枣庄市"]
