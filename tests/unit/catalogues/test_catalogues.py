"""Catalogues: what ships is complete and labelled; what is wrong is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.catalogues import CatalogueInvalid, Catalogues, parse
from engine.errors import NotFound

FOLDER = Path(__file__).parents[3] / "processes" / "catalogues"
CATALOGUES = Catalogues.load(FOLDER)


def test_regions() -> None:
    regions = CATALOGUES.get("regions")
    assert len(regions.lists["cities"]) == 16
    assert len(regions.lists["counties"]) == 136
    assert len(regions.lists["zones"]) == 15
    assert CATALOGUES.item("regions", "370102").label == "历下区"
    assert {i.parent for i in regions.lists["counties"]} == {i.value for i in regions.lists["cities"]}
    assert [i.label for i in regions.children("370100")][:2] == ["历下区", "市中区"]
    assert regions.find("370200", "cities").facts["plan_city"] is True  # type: ignore[union-attr]
    for item in (*regions.lists["counties"], *regions.lists["zones"]):
        assert item.parent == f"{item.value[:4]}00"


def test_industries_are_the_31_divisions() -> None:
    values = [item.value for item in CATALOGUES.get("industries").lists["industries"]]
    assert values == [f"C{n}" for n in range(13, 44)]


def test_scene_editions() -> None:
    assert CATALOGUES.editions("scenes") == ("2021", "2024", "2025")
    newest = CATALOGUES.get("scenes")
    assert (newest.edition, newest.status) == ("2025", "official")
    assert (len(newest.lists["scene_links"]), len(newest.lists["scenes"])) == (8, 40)
    assert CATALOGUES.get("scenes", "2024").status == "incomplete"
    old = CATALOGUES.get("scenes", "2021")
    assert old.status == "recollected"
    assert all(item.inferred for items in old.lists.values() for item in items)


def test_elements_and_rubric() -> None:
    assert len(CATALOGUES.get("workshop_elements").lists["workshop_elements"]) == 14
    assert len(CATALOGUES.get("factory_elements").lists["factory_elements"]) == 19
    assert CATALOGUES.get("factory_elements").status == "inferred"
    assert len(CATALOGUES.get("workshop_elements").lists["indicators"]) == 8
    assert len(CATALOGUES.get("workshop_elements").lists["effects"]) == 5
    rubric = CATALOGUES.get("review_rubric").lists["rubric"]
    for kind in ("SCENE", "WORKSHOP", "FACTORY"):
        assert sum(item.facts["maximum"][kind] for item in rubric) == 100
    assert len(CATALOGUES.get("formal_review").lists["formal_checks"]) == 19


def test_every_file_tells_its_source_and_is_named_after_its_edition() -> None:
    for path in FOLDER.glob("*.json"):
        catalogue = parse(path.name, path.read_text("utf-8"))
        assert path.name == f"{catalogue.id}.{catalogue.edition}.json"
        assert catalogue.source
        assert catalogue.confidence


def test_the_context_of_forms() -> None:
    context = CATALOGUES.context()
    assert context["cities"][0]["value"] == "370100"
    assert context["cities"][0]["label_en"] == "Jinan"
    assert context["counties"][0]["parent"] == "370100"
    assert context["counties"][0]["label_en"] == "Lixia District"
    assert len(context["scenes"]) == 40
    assert len(CATALOGUES.context({"scenes": "2021"})["scenes"]) == 43
    with pytest.raises(NotFound):
        CATALOGUES.context({"scenes": "1999"})


def test_unknown_things_are_not_found() -> None:
    for ask in (
        lambda: CATALOGUES.get("nothing"),
        lambda: CATALOGUES.get("scenes", "1999"),
        lambda: CATALOGUES.item("regions", "999999"),
        lambda: CATALOGUES.editions("nothing"),
    ):
        with pytest.raises(NotFound):
            ask()


def made(**changes: Any) -> str:
    head = {
        "id": "colours",
        "edition": "1",
        "default": True,
        "status": "official",
        "zh": "颜色",
        "en": "Colours",
        "source": ["a test"],
        "confidence": "high",
        "lists": {"colours": [{"value": "RED", "label": "红"}]},
    }
    return json.dumps({key: value for key, value in {**head, **changes}.items() if value is not None})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "is missing"),
        (made(source=None), "source is missing"),
        (made(status="sure"), "status"),
        (made(lists=[]), "lists"),
        (made(lists={"c": [{"value": "RED"}]}), "lacks value or label"),
        (made(lists={"c": ["RED"]}), "lacks value or label"),
        (made(lists={"c": [{"value": "R", "label": "红"}] * 2}), "twice"),
        (made(lists={"c": [{"value": "R", "label": "红", "parent": "X"}]}), "no parent X"),
    ],
)
def test_a_wrong_file_is_refused(text: str, says: str) -> None:
    with pytest.raises(CatalogueInvalid) as refused:
        parse("colours.1.json", text)
    assert says in refused.value.message("en")


def test_editions_need_one_default_and_lists_one_owner() -> None:
    one = parse("1", made())
    with pytest.raises(CatalogueInvalid, match="default"):
        Catalogues([one, parse("2", made(edition="2"))])
    with pytest.raises(CatalogueInvalid, match="too"):
        Catalogues([one, parse("2", made(id="paints"))])
    assert Catalogues([one, parse("2", made(edition="2", default=False))]).get("colours").edition == "1"


def test_every_county_and_zone_has_its_english_name() -> None:
    regions = CATALOGUES.get("regions")
    kinds = {"市辖区": " District", "县": " County", "县级市": " City"}
    for item in regions.lists["counties"]:
        assert item.label_en.isascii(), item.value
        assert item.label_en.endswith(kinds[str(item.facts["kind"])]), item.value
    assert all(item.label_en.isascii() for item in regions.lists["zones"])
    read = {
        "370102": "Lixia District",
        "371722": "Shanxian County",
        "371522": "Shenxian County",
        "371503": "Chiping District",
        "371524": "Dong'e County",
        "371481": "Laoling City",
        "371726": "Juancheng County",
        "371122": "Juxian County",
    }
    for code, name in read.items():
        assert CATALOGUES.item("regions", code).label_en == name
