"""The draw itself: the seed and what it is drawn from give the panels, and nothing else does.

1. Every application gives every expert a number: SHA-256 of seed, application and login. 2. The applications with
the fewest eligible experts come first. Each takes, by load and then by that number, whoever still lets the rules of
its panel be met. 3. While an expert has two more than another, a chain of exchanges that ends there evens them out;
when no chain is left, no assignment is more even. So loads differ by at most one wherever conflicts and fields allow.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.programme.reviews.draw_rules import Candidate, Entry, Rules, fits, seating

ALGORITHM = "luzhi-draw-2"


@dataclass(frozen=True, slots=True)
class Shortage:
    """An application whose panel cannot be filled: for which places, and how many experts are there for them."""

    application_no: str
    needs: tuple[str, ...]
    eligible: int
    fitting: int
    barred: Mapping[str, int]  # kind of conflict -> experts of these places whom it keeps away


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw gave: for each application the logins in the order of its places, and what could not be filled."""

    panels: Mapping[str, tuple[str, ...]]
    shortages: tuple[Shortage, ...]
    loads: Mapping[str, int]


@dataclass(slots=True)
class _Board:
    """Places, holders and loads while a draw is made. Experts are bits, in the order of their logins."""

    logins: list[str]
    masks: dict[str, tuple[int, ...]] = field(default_factory=dict)
    holders: dict[str, list[int]] = field(default_factory=dict)
    loads: list[int] = field(default_factory=list)
    held: list[set[tuple[str, int]]] = field(default_factory=list)


def draw_panels(
    pool: Sequence[Candidate],
    entries: Sequence[Entry],
    rules: Rules,
    seed: str,
    loads: Mapping[str, int] | None = None,
) -> Drawn:
    """Draw a panel for every application. `loads`: what experts have already. Raises PanelRulesDoNotFit."""
    pool = sorted(pool, key=lambda candidate: candidate.login)
    board = _Board([candidate.login for candidate in pool])
    board.loads = [(loads or {}).get(login, 0) for login in board.logins]
    board.held = [set() for _ in pool]
    shortages = _fill(board, pool, entries, rules, seed)
    _level(board)
    panels = {no: tuple(board.logins[_index(bit)] for bit in bits) for no, bits in board.holders.items()}
    return Drawn(
        dict(sorted(panels.items())), tuple(shortages), dict(zip(board.logins, board.loads, strict=True))
    )


def lot(seed: str, application_no: str, login: str) -> bytes:
    """The number that decides between equals at one application."""
    return hashlib.sha256(f"{seed}/{application_no}/{login}".encode()).digest()


def _eligible(pool: Sequence[Candidate], needs: Sequence[str], industry: str) -> tuple[int, ...]:
    """For each place the experts who may take it at an application of this industry, as bits in the pool's order."""
    by_need = {
        need: sum(1 << i for i, c in enumerate(pool) if fits(c, need, industry)) for need in set(needs)
    }
    return tuple(by_need[need] for need in needs)


def _fill(
    board: _Board, pool: Sequence[Candidate], entries: Sequence[Entry], rules: Rules, seed: str
) -> list[Shortage]:
    needs, shortages = rules.needs(), []
    eligible = {industry: _eligible(pool, needs, industry) for industry in {e.industry for e in entries}}
    bits = {login: 1 << i for i, login in enumerate(board.logins)}
    for entry in entries:
        free = ~_union(bits.get(login, 0) for login in entry.barred)
        board.masks[entry.application_no] = tuple(mask & free for mask in eligible[entry.industry])
    order = sorted(
        entries,
        key=lambda e: (_union(board.masks[e.application_no]).bit_count(), lot(seed, e.application_no, "")),
    )
    for entry in order:
        holders = _panel(board, entry, seed)
        if 0 in holders:
            shortages.append(_shortage(entry, pool, needs, board.masks[entry.application_no], holders))
        else:
            _take(board, entry.application_no, holders)
    return sorted(shortages, key=lambda shortage: shortage.application_no)


def _panel(board: _Board, entry: Entry, seed: str) -> list[int]:
    """The lightest panel that the rules allow: each in turn by load and lot, as long as there is room."""
    masks = board.masks[entry.application_no]
    holders = [0] * len(masks)
    for i in sorted(
        _bits(_union(masks)), key=lambda i: (board.loads[i], lot(seed, entry.application_no, board.logins[i]))
    ):
        if 0 not in holders:
            break
        seating(holders, masks, 1 << i)
    return holders


def _take(board: _Board, no: str, holders: list[int]) -> None:
    board.holders[no] = holders
    for place, bit in enumerate(holders):
        board.loads[_index(bit)] += 1
        board.held[_index(bit)].add((no, place))


def _level(board: _Board) -> None:
    """Even the loads out, the heaviest first. What a failed search has seen never leads to a lighter expert again."""
    closed_experts, closed_places = 0, set[tuple[str, int]]()
    while True:
        live = [i for i in range(len(board.logins)) if not closed_experts >> i & 1]
        top = max((board.loads[i] for i in live), default=0)
        low = sum(1 << i for i in live if board.loads[i] <= top - 2)
        if not low:
            return
        sources = [i for i in live if board.loads[i] == top]
        chain, experts, places = _search(board, sources, low, closed_experts, closed_places)
        if chain is None:
            closed_experts |= experts
            closed_places |= places
        else:
            _exchange(board, chain)


_Step = tuple[str, int, int]
"""An application, one of its places, and the expert (index) who takes it."""


def _search(
    board: _Board, sources: list[int], low: int, closed: int, done: set[tuple[str, int]]
) -> tuple[list[_Step] | None, int, set[tuple[str, int]]]:
    """Breadth first from the heaviest: leave a place, be followed by another, until a light one is reached."""
    experts, places = closed, set(done)
    came: dict[tuple[str, int], tuple[tuple[str, int] | None, int]] = {}
    # place -> where it was reached from, and who left it
    queue: list[tuple[str, int]] = []
    via: dict[int, tuple[str, int]] = {}

    def leave(expert: int) -> None:
        for place in sorted(board.held[expert]):
            if place not in places:
                places.add(place)
                came[place] = (via.get(expert), expert)
                queue.append(place)

    for source in sources:
        experts |= 1 << source
    for source in sources:
        leave(source)
    for place in queue:
        no, number = place
        holders, mask = board.holders[no], board.masks[no][number]
        outside = mask & ~_union(holders) & ~experts
        if outside & low:
            end = _index(outside & low & -(outside & low))
            return _chain(board, came, place, end), experts, places
        for other, bit in enumerate(holders):
            if bit & mask and (no, other) not in places:
                places.add((no, other))
                came[(no, other)] = (place, _index(bit))
                queue.append((no, other))
        for i in _bits(outside):
            experts |= 1 << i
            via[i] = place
            leave(i)
    return None, experts & ~closed, places - done


def _chain(
    board: _Board,
    came: Mapping[tuple[str, int], tuple[tuple[str, int] | None, int]],
    place: tuple[str, int],
    end: int,
) -> list[_Step]:
    """Who takes which place, from the last exchange back to the first."""
    chain, taker, at = [(place[0], place[1], end)], came[place][1], came[place][0]
    while at is not None:
        chain.append((at[0], at[1], taker))
        taker, at = came[at][1], came[at][0]
    return chain


def _exchange(board: _Board, chain: list[_Step]) -> None:
    for no, place, _ in chain:
        leaver = _index(board.holders[no][place])
        board.held[leaver].discard((no, place))
        board.loads[leaver] -= 1
    for no, place, taker in chain:
        board.holders[no][place] = 1 << taker
        board.held[taker].add((no, place))
        board.loads[taker] += 1


def _shortage(
    entry: Entry, pool: Sequence[Candidate], needs: Sequence[str], masks: Sequence[int], holders: list[int]
) -> Shortage:
    """The places that share too few experts: those reached from an empty one over the experts who could move."""
    short = {holders.index(0)}
    while True:
        reach = _union(masks[p] for p in short)
        wider = short | {p for p, bit in enumerate(holders) if bit & reach}
        if wider == short:
            break
        short = wider
    wanted = {needs[p] for p in short}
    barred: dict[str, int] = {}
    for candidate in pool:
        kind = entry.barred.get(candidate.login)
        if kind and any(fits(candidate, need, entry.industry) for need in wanted):
            barred[kind] = barred.get(kind, 0) + 1
    named = tuple(needs[p] for p in sorted(short))
    return Shortage(entry.application_no, named, _union(masks).bit_count(), reach.bit_count(), barred)


def _union(masks: "Sequence[int] | Iterator[int]") -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _index(bit: int) -> int:
    return bit.bit_length() - 1


def _bits(mask: int) -> Iterator[int]:
    while mask:
        yield _index(mask & -mask)
        mask &= mask - 1
