"""docs/asvs.csv names tests that exist."""

import ast
import csv
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_every_yes_points_at_a_test_or_a_module_that_exists() -> None:
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len({row["id"] for row in rows}) == len(rows) > 40
    for row in rows:
        if row["answer"] != "yes":
            assert row["evidence"], row["id"]
            continue
        path, _, test = row["evidence"].partition("::")
        source = (ROOT / path.partition(" ")[0]).read_text(encoding="utf-8")
        names = {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
        assert not test or test in names, row
