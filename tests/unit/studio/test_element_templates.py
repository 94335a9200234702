"""Templates of verbs: every verb that diagrams may name, valid by Camunda's schema, complete in both languages."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import simplejson

from engine import programme
from engine.runtime import built_in
from engine.studio.element_templates import AREAS, HEADERS, TYPES, element_templates
from engine.verbs import Verbs
from webapp import assets

VALIDATE = """
const { validateAllZeebe } = require("@bpmn-io/element-templates-validator");
const templates = JSON.parse(require("fs").readFileSync(0, "utf8"));
const wrong = validateAllZeebe(templates).results.filter((one) => !one.valid);
process.stdout.write(JSON.stringify(wrong.map(({ object, errors }) => [object.id, errors.map((e) => e.message)])));
"""


@pytest.fixture(scope="module")
def verbs() -> Verbs:
    found = programme.verbs()
    built_in(found)
    return found


@pytest.fixture(scope="module")
def templates(verbs: Verbs) -> list[dict[str, Any]]:
    return element_templates(verbs, "zh")


def test_each_verb_that_may_be_named_has_one(verbs: Verbs, templates: list[dict[str, Any]]) -> None:
    types = [template["properties"][0]["value"] for template in templates]
    assert types == sorted(verbs.current())
    assert {type.partition(".")[0] for type in types} == set(AREAS)
    assert {parameter.type for verb in verbs for parameter in (*verb.inputs, *verb.outputs)} <= set(TYPES)
    assert set(HEADERS) <= set(types)


def test_inputs_outputs_and_headers_are_described(verbs: Verbs) -> None:
    for language in ("zh", "en"):
        found = {each["id"]: each for each in element_templates(verbs, language)}
        grant = found["luzhi.announcements.publish"]
        bound = {each["binding"].get("name"): each for each in grant["properties"]}
        assert {"cycle_year", "document_no", "repeals"} <= bound.keys()
        labels = [each["label"] for each in grant["properties"][1:]]
        assert all(labels)
        assert any("一" <= sign <= "鿿" for label in labels for sign in label) is (language == "zh")
        publish = found["luzhi.message.publish"]["properties"]
        assert [each["binding"]["key"] for each in publish if "key" in each["binding"]] == [
            "messageName",
            "timeToLive",
        ]


def test_they_are_valid_by_the_schema(templates: list[dict[str, Any]]) -> None:
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if node is None or not (assets.FRONTEND / "node_modules" / "@bpmn-io").exists():
        pytest.skip("the browser packages are not installed; run `make install`")
    done = subprocess.run(
        [node, "-e", VALIDATE],
        input=simplejson.dumps(templates),
        cwd=assets.FRONTEND,
        capture_output=True,
        text=True,
        check=True,
    )
    assert simplejson.loads(done.stdout) == []
