"""The draw: no conflict, fields met, loads as even as they can be, the same again, or a refusal that says why."""

from collections import Counter
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.programme.reviews.draw_algorithm import Drawn, draw_panels
from engine.programme.reviews.draw_rules import FIELDS, Candidate, Entry, Rules, fits
from engine.programme.reviews.draw_substitutes import keeps

NAMES = list(FIELDS)
TWO = Rules(places=2, least=(("it", 1),), most_finance=1)


@st.composite
def worlds(draw: st.DrawFn, most_experts: int, most_items: int) -> tuple[list[Candidate], list[Entry]]:
    """A pool with one or two fields each, and applications with conflicts."""
    fields = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True).map(tuple)
    pool = [
        Candidate(f"e{n:02d}", draw(fields), draw(st.sampled_from([(), ("35",)])))
        for n in range(draw(st.integers(1, most_experts)))
    ]
    logins = [candidate.login for candidate in pool]
    entries = [
        Entry(
            f"a{n:02d}", "35", "", dict.fromkeys(draw(st.sets(st.sampled_from(logins), max_size=3)), "CITY")
        )
        for n in range(draw(st.integers(1, most_items)))
    ]
    return pool, entries


def lawful(panel: tuple[str, ...], pool: list[Candidate], entry: Entry, rules: Rules) -> bool:
    """Whether a panel obeys every rule, found out without the algorithm."""
    by_login = {candidate.login: candidate for candidate in pool}
    full = len(set(panel)) == rules.places and not set(panel) & entry.barred.keys()
    return full and keeps([by_login[login] for login in panel], rules, entry.industry)


@settings(max_examples=60, deadline=None)
@given(worlds(9, 8), st.text("0123456789", min_size=1, max_size=4))
def test_every_panel_is_lawful_or_its_application_is_named(
    world: tuple[list[Candidate], list[Entry]], seed: str
) -> None:
    pool, entries = world
    drawn = draw_panels(pool, entries, Rules(), seed)
    short = {shortage.application_no: shortage for shortage in drawn.shortages}
    for entry in entries:
        panel = drawn.panels.get(entry.application_no)
        assert (panel is None) == (entry.application_no in short)
        if panel is not None:
            assert lawful(panel, pool, entry, Rules())
        else:
            named = short[entry.application_no]
            assert named.fitting < len(named.needs), "Hall: these places have fewer experts than places"
            able = [
                c
                for c in pool
                if c.login not in entry.barred and any(fits(c, need, entry.industry) for need in named.needs)
            ]
            assert len(able) == named.fitting
    assert drawn.loads == {c.login: sum(c.login in p for p in drawn.panels.values()) for c in pool}


@settings(max_examples=60, deadline=None)
@given(worlds(5, 4), st.text("0123456789", min_size=1, max_size=4))
def test_no_lawful_draw_is_more_even(world: tuple[list[Candidate], list[Entry]], seed: str) -> None:
    """Against every possible draw of a small world."""
    pool, entries = world
    drawn = draw_panels(pool, entries, TWO, seed)
    staffed = [entry for entry in entries if entry.application_no in drawn.panels]
    logins = [candidate.login for candidate in pool]
    choices = [[p for p in combinations(logins, 2) if lawful(p, pool, e, TWO)] for e in staffed]
    spread = min(unevenness(logins, chosen) for chosen in product(*choices))
    assert unevenness(logins, list(drawn.panels.values())) == spread


def unevenness(logins: list[str], panels: object) -> int:
    """Sum of squares of the loads: the least one is the most even one."""
    loads = Counter(login for panel in panels for login in panel)  # type: ignore[attr-defined]
    return sum(loads[login] ** 2 for login in logins)


def large(seed: str) -> Drawn:
    """200 applications, 40 experts of all fields, every tenth pair in conflict."""
    pool = [Candidate(f"e{n:02d}", (NAMES[n % 5], NAMES[(n + 1) % 4])) for n in range(40)]
    entries = [
        Entry(f"a{n:03d}", "35", "", {f"e{m:02d}": "CITY" for m in range(n % 10, 40, 10)}) for n in range(200)
    ]
    return draw_panels(pool, entries, Rules(), seed)


def test_a_large_draw_spreads_the_load_by_at_most_one_and_can_be_repeated() -> None:
    first, again, other = large("2024-1"), large("2024-1"), large("2024-2")
    assert max(first.loads.values()) - min(first.loads.values()) <= 1
    assert first == again
    assert first.panels != other.panels


def test_the_order_of_the_input_changes_nothing() -> None:
    pool = [Candidate(f"e{n}", (NAMES[n % 4],)) for n in range(12)]
    entries = [Entry(f"a{n}", "35", "", {f"e{n}": "CITY"}) for n in range(8)]
    assert draw_panels(pool, entries, Rules(), "s") == draw_panels(pool[::-1], entries[::-1], Rules(), "s")


def test_at_most_one_of_finance_sits_on_a_panel() -> None:
    pool = [Candidate(f"f{n}", ("finance", "it")) for n in range(9)]
    pool += [Candidate(f"e{n}", (NAMES[n % 4],)) for n in range(8)]
    drawn = draw_panels(pool, [Entry(f"a{n}", "35", "", {}) for n in range(20)], Rules(), "s")
    assert all(sum(login.startswith("f") for login in panel) <= 1 for panel in drawn.panels.values())


def test_a_shortage_tells_what_keeps_the_experts_away() -> None:
    pool = [Candidate(f"e{n}", (NAMES[n % 4],)) for n in range(12)]
    barred = {c.login: "CITY" for c in pool if c.fields == ("it",)}
    [shortage] = draw_panels(pool, [Entry("a1", "35", "", barred)], Rules(), "s").shortages
    assert (shortage.needs, shortage.fitting, shortage.barred) == (("it",), 0, {"CITY": 3})
