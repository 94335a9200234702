"""Figures of scoring against published examples and by hand."""

from decimal import Decimal as D

from engine.programme.reviews.likeness import SIZE, share, sketch
from engine.programme.reviews.scores import agreement, extremes, outliers, spread, standings
from engine.programme.reviews.scores_panels import counting, counting_round

# the example of Shrout and Fleiss (1979), table 2: six targets, four judges
SHROUT_FLEISS = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))


def panels(rows: tuple[tuple[int, ...], ...]) -> list[list[D]]:
    """Whole numbers as totals."""
    return [[D(value) for value in row] for row in rows]


def test_agreement_is_that_of_the_published_example() -> None:
    found = agreement(panels(SHROUT_FLEISS))
    assert found is not None
    assert (found.single, found.mean) == (D("0.17"), D("0.44"))
    assert (found.panels, found.sheets) == (6, 24)


def test_full_agreement_is_one_and_needs_two_panels() -> None:
    found = agreement(panels(((80, 80, 80), (70, 70), (60, 60, 60, 60, 60))))
    assert found is not None
    assert found.single == found.mean == 1
    assert agreement(panels(((80, 81, 82),))) is None
    assert agreement(panels(((80,), (70,)))) is None
    assert agreement(panels(((80, 80), (80, 80)))) is None


def test_a_panel_is_described_exactly() -> None:
    found = spread([D("80.5"), D("70"), D("75.5")])
    assert (found.mean, found.median, found.range) == (D("75.33"), D("75.50"), D("10.5"))
    assert found.deviation == D("5.25")
    assert spread([D(80), D(81)]).median == D("80.50")
    assert spread([D("0.01"), D("0.02")]).mean == D("0.02")  # half up
    assert spread([D(80)]).deviation == 0


def test_one_lowest_and_one_highest_are_left_out_from_five_on() -> None:
    assert extremes([D(80), D(70), D(90), D(85)], 5) is None
    assert extremes([D(80), D(70), D(90), D(85), D(75)], 5) == (1, 2)
    assert extremes([D(80)] * 5, 5) == (0, 4)


def test_a_sheet_is_far_off_beyond_the_parameter_only() -> None:
    totals = [D(80), D(82), D(65), D("64.5")]
    assert outliers([D(80), D(80), D(65)], D(15)) == []
    assert outliers([D(80), D(80), D("64.5")], D(15)) == [2]
    assert outliers(totals[:2], D(1)) == []


def test_strictness_is_measured_against_the_others_of_the_same_panels() -> None:
    one = [("a", D(80)), ("b", D(70)), ("c", D(75))]
    two = [("a", D(90)), ("b", D(70))]
    found = {s.expert: s for s in standings([one, two, [("d", D(50))]])}
    assert found["a"].strictness == D("13.75")  # (80 - 72.5 + 90 - 70) / 2
    assert found["b"].strictness == D("-13.75")
    assert found["c"].strictness == 0
    assert found["d"].strictness is None
    assert (found["a"].sheets, found["a"].mean) == (2, D(85))


def test_the_last_round_counts_once_every_seat_has_its_sheet() -> None:
    first, both = {1: D(80)}, {1: D(80), 2: D(85)}
    assert counting_round([both, first]) == 1
    assert counting_round([both, both]) == 2
    assert counting_round([{}, first]) == 1
    assert counting_round([]) == 1


def test_who_left_after_the_first_round_counts_in_it_and_the_substitute_in_the_next() -> None:
    stays = [(1, "a", None, 1, D(80)), (2, "b", "gone", 1, D(70))]
    waiting = [(2, "c", None, None, None)]
    assert counting([*stays, *waiting]) == (1, ((1, "a", D(80)), (2, "b", D(70))))
    second = [(1, "a", None, 2, D(81)), (2, "c", None, 2, D(75))]
    assert counting([*stays, *second]) == (2, ((1, "a", D(81)), (2, "c", D(75))))
    assert counting([(1, "a", None, None, None)]) == (1, ((1, "a", None),))


def test_a_sketch_tells_how_much_of_two_texts_is_the_same() -> None:
    text = "".join(chr(0x4E00 + number * 7 % 5000) for number in range(600))
    other = "".join(chr(0x4E00 + number * 11 % 4999) for number in range(600))
    assert share(sketch(text), sketch(text)) == 100
    assert (
        share(sketch(text), sketch("，" + text.replace("丐", "丐 "))) == 100
    )  # signs between words are no text
    assert share(sketch(text), sketch(other)) < 10
    assert 20 < share(sketch(text), sketch(text[:300] + other[:300])) < 50
    assert sketch("短文") == []
    assert share([], sketch(text)) == 0
    assert len(sketch(text)) == SIZE
