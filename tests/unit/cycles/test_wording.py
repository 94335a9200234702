"""Sentences of a notice that are looser than the measure are found, those that keep to it or are stricter are not."""

from pathlib import Path

import pytest

from engine.catalogues import Catalogues
from engine.programme.cycles.wording import looser_wordings

KNOWN = Catalogues.load(Path("processes/catalogues"))


@pytest.mark.parametrize(
    ("sentence", "article"),
    [
        ("近三年未发生重大安全、质量、环境污染事故", "第六条（二）"),
        ("未列入严重失信主体名单", "第六条（三）"),
        ("近 2 年内无行政处罚", "第六条（二）（三）"),
        ("在本省注册两年以上", "第五条（一）"),
        ("在建项目可一并申报", "第五条（四）"),
        ("石化行业分支机构可以申报", "第五条（一）"),
        ("中央企业可直接报送省厅", "第七条"),
        ("公示3个工作日", "第八条"),
    ],
)
def test_a_sentence_that_is_looser_is_found_with_its_article(sentence: str, article: str) -> None:
    found = looser_wordings(KNOWN, f"按照办法组织申报。{sentence}；其他要求按办法执行。")
    assert [(w.sentence, w.article) for w in found] == [(sentence, article)]
    assert all(w.zh and w.en for w in found)


@pytest.mark.parametrize(
    "sentence",
    [
        "近三年未发生安全、质量、环境污染事故并受到处罚",
        "在建、拟建项目不得申报",
        "不含分支机构",
        "在本省注册并正常经营三年以上，近五年信用良好",
        "公示期为7个工作日",
        "企业不得直接报送省厅",
        "",
    ],
)
def test_what_keeps_to_the_measure_or_is_stricter_is_left_alone(sentence: str) -> None:
    assert looser_wordings(KNOWN, sentence) == []


def test_an_installation_without_the_catalogue_points_nothing_out() -> None:
    assert looser_wordings(Catalogues([]), "未列入严重失信主体名单。") == []
