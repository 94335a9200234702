"""Decisions have an English name beside the Chinese one: every one of the programme's, wherever they are listed."""

import pytest

from engine import dmn
from engine.settings import project_root
from engine.studio.decisions import gaps
from engine.studio.handbook.tables import tables

FILES = sorted((project_root() / "processes" / "decisions").glob("*.dmn"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_decision_of_the_programme_has_an_english_name(path: object) -> None:
    assert isinstance(path, type(FILES[0]))
    decisions = dmn.load(path.name, path.read_bytes())
    names = [decisions.name_en(id) for id in decisions.ids]
    assert all(name.isascii() and name for name in names)
    assert len(set(names)) == len(names)


def test_handbook_and_report_take_it() -> None:
    path = project_root() / "processes" / "decisions" / "after_expiry.dmn"
    assert tables(path.name, path.read_bytes(), "en")[0].name == "May it be done after expiry"
    assert tables(path.name, path.read_bytes(), "zh")[0].name == "失效后是否可以办理"
    assert gaps.report(path.name, path.read_bytes())[0].name_en


def test_a_decision_without_one_keeps_its_name() -> None:
    content = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
    <decision id="x" name="x1"><variable id="v" name="x"/><literalExpression id="l"><text>1</text></literalExpression>
    </decision></definitions>"""
    assert dmn.load("x.dmn", content).name_en("x") == ""
    assert tables("x.dmn", content, "en")[0].name == "x1"
