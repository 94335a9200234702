"""Why a site visit was ordered reads in the language of the page: all that the table of the programme says."""

import re
from pathlib import Path

from flask import Flask

from webapp.i18n import LANGUAGE_COOKIE
from webapp.names import visit_reason

TABLE = Path(__file__).parents[2] / "processes/decisions/review_conclusion.dmn"
ENGLISH = {"Cookie": f"{LANGUAGE_COOKIE}=en"}
REASON = re.compile(r'<outputEntry id="site_visit[^>]*>\s*<text>"([^"]+)"</text>')


def test_every_reason_of_the_table_has_its_english(app: Flask) -> None:
    reasons = REASON.findall(TABLE.read_text(encoding="utf-8"))
    assert len(reasons) >= 6
    with app.test_request_context(headers=ENGLISH):
        assert [reason for reason in reasons if re.search("[\u4e00-\u9fff]", visit_reason(reason))] == []
    with app.test_request_context():
        assert [visit_reason(reason) for reason in reasons] == reasons


def test_a_reason_of_another_table_stands_as_it_is(app: Flask) -> None:
    with app.test_request_context(headers=ENGLISH):
        assert visit_reason("领导批示") == "领导批示"
