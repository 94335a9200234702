"""`docs/lint.md` has a row for everything that lint can say."""

import re
from pathlib import Path

from engine.bpmn.lint import lint_set  # noqa: F401 - importing lint registers its findings
from engine.bpmn.lint.kinds import kinds

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "lint.md").read_text("utf-8")


def test_every_finding_of_diagrams_has_a_row_with_its_severity() -> None:
    rows = set(re.findall(r"^\| `([A-Z_]+)` \| (error|warning) \|", TEXT, re.M))
    assert {(kind.code, kind.severity) for kind in kinds()} <= rows


def test_every_finding_of_decisions_and_xml_is_listed() -> None:
    sources = [*(ROOT / "engine" / "dmn").glob("*.py"), ROOT / "engine" / "xml.py"]
    codes = {
        code for path in sources for code in re.findall(r'"((?:DMN|XML)_[A-Z_]+)"', path.read_text("utf-8"))
    }
    assert len(codes) > 20
    assert {code for code in codes if f"`{code}`" not in TEXT} == set()
