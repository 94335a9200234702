"""The papers of meetings and announcements name cities as the catalogues that count name them, not as files on disk."""

from pathlib import Path

from engine.catalogues import Catalogues
from engine.programme.meetings.papers import numbered
from engine.settings import project_root

ROW = {"type_name": "智能工厂", "enterprise": "甲公司", "object_name": "工厂", "opinion": "建议"}


def test_a_city_has_the_name_that_is_deployed(tmp_path: Path) -> None:
    for path in (project_root() / "processes" / "catalogues").glob("regions.*.json"):
        text = path.read_text(encoding="utf-8").replace('"济南市"', '"新济南市"')
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    rows = [{**ROW, "city": "370100"}, {**ROW, "city": "000000"}]
    told = numbered(Catalogues.load(tmp_path), rows, "opinion")
    assert [row["city"] for row in told] == ["新济南市", "000000"]
    assert [row["no"] for row in told] == ["1", "2"]
