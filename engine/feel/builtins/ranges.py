"""Relations of points and ranges: Allen's intervals (DMN 1.5, table 78). A point is a range of one value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel.budget import Meter
from engine.feel.builtins.registry import builtin
from engine.feel.comparison import compare, conjunction
from engine.feel.values import Range

Truth = bool | None
Relation = Callable[[Range, Range, Meter], Truth]


def _as_range(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value, True, True)


def _both(a: bool, b: bool) -> bool:
    return a and b


def _precedes(a: Range, b: Range, meter: Meter) -> Truth:
    """a ends before b starts."""
    gap = not _both(a.high_closed, b.low_closed)
    return compare("<=" if gap else "<", a.high, b.low, meter)


def _starts_not_after(a: Range, b: Range, meter: Meter) -> Truth:
    closed = a.low_closed or not b.low_closed
    return compare("<=" if closed else "<", a.low, b.low, meter)


def _ends_not_before(a: Range, b: Range, meter: Meter) -> Truth:
    closed = a.high_closed or not b.high_closed
    return compare(">=" if closed else ">", a.high, b.high, meter)


def _same_start(a: Range, b: Range, meter: Meter) -> Truth:
    return conjunction([a.low_closed == b.low_closed, compare("=", a.low, b.low, meter)])


def _same_end(a: Range, b: Range, meter: Meter) -> Truth:
    return conjunction([a.high_closed == b.high_closed, compare("=", a.high, b.high, meter)])


def _includes(a: Range, b: Range, meter: Meter) -> Truth:
    return conjunction([_starts_not_after(a, b, meter), _ends_not_before(a, b, meter)])


def _not(value: Truth) -> Truth:
    return None if value is None else not value


def _overlaps(a: Range, b: Range, meter: Meter) -> Truth:
    return conjunction([_not(_precedes(a, b, meter)), _not(_precedes(b, a, meter))])


def _overlaps_before(a: Range, b: Range, meter: Meter) -> Truth:
    """a starts before b, and ends within b."""
    starts_before = conjunction([_starts_not_after(a, b, meter), _not(_same_start(a, b, meter))])
    return conjunction([starts_before, _not(_precedes(a, b, meter)), _ends_not_before(b, a, meter)])


def _overlaps_after(a: Range, b: Range, meter: Meter) -> Truth:
    """a starts within b, and ends after b."""
    ends_after = conjunction([_ends_not_before(a, b, meter), _not(_same_end(a, b, meter))])
    return conjunction([ends_after, _not(_precedes(b, a, meter)), _starts_not_after(b, a, meter)])


def _meets(a: Range, b: Range, meter: Meter) -> Truth:
    return conjunction([_both(a.high_closed, b.low_closed), compare("=", a.high, b.low, meter)])


def _starts(a: Range, b: Range, meter: Meter) -> Truth:
    return conjunction([_same_start(a, b, meter), _ends_not_before(b, a, meter)])


def _finishes(a: Range, b: Range, meter: Meter) -> Truth:
    return conjunction([_same_end(a, b, meter), _starts_not_after(b, a, meter)])


def _coincides(a: Range, b: Range, meter: Meter) -> Truth:
    return conjunction([_same_start(a, b, meter), _same_end(a, b, meter)])


def _define(name: str, signatures: tuple[str, ...], relation: Relation) -> None:
    def run(meter: Meter, a: Any, b: Any) -> Truth:
        return relation(_as_range(a), _as_range(b), meter)

    for signature in signatures:
        builtin(name, signature)(run)


def _converse(relation: Relation) -> Relation:
    return lambda a, b, meter: relation(b, a, meter)


_POINTS = "point1: point, point2: point"
_RANGES = "range1: range, range2: range"
_POINT_RANGE = "point: point, range: range"
_RANGE_POINT = "range: range, point: point"

_define("before", (_POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES), _precedes)
_define("after", (_POINTS, _POINT_RANGE, _RANGE_POINT, _RANGES), _converse(_precedes))
_define("meets", (_RANGES,), _meets)
_define("met by", (_RANGES,), _converse(_meets))
_define("overlaps", (_RANGES,), _overlaps)
_define("overlaps before", (_RANGES,), _overlaps_before)
_define("overlaps after", (_RANGES,), _overlaps_after)
_define("finishes", (_POINT_RANGE, _RANGES), _finishes)
_define("finished by", (_RANGE_POINT, _RANGES), _converse(_finishes))
_define("includes", (_RANGE_POINT, _RANGES), _includes)
_define("during", (_POINT_RANGE, _RANGES), _converse(_includes))
_define("starts", (_POINT_RANGE, _RANGES), _starts)
_define("started by", (_RANGE_POINT, _RANGES), _converse(_starts))
_define("coincides", (_POINTS, _RANGES), _coincides)
