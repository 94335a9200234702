"""What a handbook says: deadlines and people in words, documents by verb, pictures in parts that can be read."""

import pytest

from engine import programme, xml
from engine.bpmn.extensions import Assignment
from engine.documents.kinds import KINDS
from engine.settings import project_root
from engine.studio.handbook import Facts, Library, processes
from engine.studio.handbook.deadlines import timer_words
from engine.studio.handbook.made import BY_HAND, MADE_AFTER
from engine.studio.handbook.people import who
from webapp import drawing, picture

NUMBERS = {"parameters.days": "30"}


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("PT48H", "48 小时后", "after 48 hours"),
        ("P1M", "1个月后", "after 1 month"),
        ("R3/P1D", "每隔1 日，共 3 次", "every 1 day, 3 times"),
        (
            '=end of day(today() + duration("P" + string(parameters.days) + "D"))',
            "开始之日后 30 日，到当天结束",
            "30 days after the day on which it begins, by the end of the day",
        ),
        (
            "=workdays after(date(received_on), 2 * parameters.days)",
            "收到之日后 60 个工作日",
            "60 working days after the day of receipt",
        ),
        ("=date and time(expires_at)", "办法失效的时刻", "the end of the measure"),
        ("=if x then y else z", "if x then y else z", "if x then y else z"),
    ],
)
def test_timers_in_words(text: str, zh: str, en: str) -> None:
    assert timer_words(text, "zh", NUMBERS) == zh
    assert timer_words(text, "en", NUMBERS) == en


def test_people_in_words() -> None:
    groups = Assignment(candidate_groups='=["city_officer@" + city, "city_head@" + city]')
    assert who(groups, "zh") == "市局经办、市局负责人"
    assert who(Assignment(assignee="=expert"), "en") == "the expert who was drawn"
    assert who(Assignment(candidate_groups="dept_head@370000,nobody@x"), "zh") == "装备处处长、nobody"
    assert who(Assignment(), "zh") == "未指定"


def test_every_kind_of_document_has_its_verb() -> None:
    verbs = {verb.type for verb in programme.verbs()}
    assert set(MADE_AFTER) <= verbs
    assert {kind for kinds in MADE_AFTER.values() for kind in kinds} | BY_HAND == set(KINDS)


def test_all_processes_have_a_handbook_in_both_languages() -> None:
    found = [
        p for folder in ("processes", "forms/definitions") for p in (project_root() / folder).rglob("*.*")
    ]
    files = {p.name: p.read_bytes() for p in found if p.suffix in (".bpmn", ".dmn", ".form")}
    verbs = {verb.type: (verb.zh, verb.en) for verb in programme.verbs()}
    assert len(processes(files)) == 10
    for language in ("zh", "en"):
        library = Library(files, language, verbs)  # type: ignore[arg-type]
        for process_id in processes(files):
            book = library.book(process_id, Facts())
            people = [step for step in book.steps if step.person]
            assert people
            assert len(book.forms) <= len(people)
            numbers = [step.number for step in book.steps]
            assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", ["annual_cycle", "application", "revocation"])
def test_wide_diagrams_come_in_parts_that_hold_every_step(name: str) -> None:
    content = (project_root() / f"processes/{name}.bpmn").read_bytes()
    found = drawing.painted(f"{name}.bpmn", content, {}, "zh")
    assert found is not None
    cut = picture.parts(found)
    assert len(cut) > 2
    for part in cut:
        assert part.box[2] <= picture.WIDEST
        assert part.box[3] <= picture.HIGHEST + 2 * drawing.MARGIN
        xml.parse("part.svg", picture.part_svg(found, part).encode())
    for step in found.steps:
        assert any(_within(step, part.box) for part in cut), step.name


def _within(shape: drawing.Shape, box: picture.Box) -> bool:
    across = box[0] <= shape.x and shape.x + shape.width <= box[0] + box[2]
    return across and box[1] <= shape.y and shape.y + shape.height <= box[1] + box[3]
