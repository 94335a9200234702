"""Figures of scoring, exact: spread of a panel, agreement between experts, strictness of one.

Points have two decimals at most; everything is computed on whole hundredths and fractions and rounded once, half up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import isqrt

CENT = Decimal("0.01")


def rounded(value: Fraction | Decimal) -> Decimal:
    """To two decimals, half up."""
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return value.quantize(CENT, ROUND_HALF_UP)


def _cents(value: Decimal) -> int:
    return int(value * 100)


@dataclass(frozen=True, slots=True)
class Spread:
    """What a few totals look like; each figure is computed when it is asked for, because a table shows 50 of 1,500.

    `points` are whole hundredths, ascending. `deviation` is the sample standard deviation; 0 for one total.
    """

    points: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.points)

    @property
    def mean(self) -> Decimal:
        """Their mean, half up."""
        return _points(_half_up(sum(self.points), len(self.points)))

    @property
    def median(self) -> Decimal:
        """Their median, half up."""
        return _points(self.middle)

    @property
    def middle(self) -> int:
        """Their median in hundredths."""
        count = len(self.points)
        return _half_up(self.points[(count - 1) // 2] + self.points[count // 2], 2)

    @property
    def lowest(self) -> Decimal:
        """The lowest."""
        return _points(self.points[0])

    @property
    def highest(self) -> Decimal:
        """The highest."""
        return _points(self.points[-1])

    @property
    def range(self) -> Decimal:
        """Highest less lowest."""
        return _points(self.points[-1] - self.points[0])

    @property
    def deviation(self) -> Decimal:
        """The root of the sample variance, from sums of whole hundredths."""
        count, sum_ = len(self.points), sum(self.points)
        if count < 2:
            return _points(0)
        variance = count * sum(p * p for p in self.points) - sum_ * sum_  # times count * (count - 1)
        root = isqrt(variance * 10_000 // (count * (count - 1)))  # hundredths of a hundredth
        return _points(_half_up(root, 100))


def spread(totals: Sequence[Decimal]) -> Spread:
    """Mean, median, extremes and standard deviation. Raises ValueError for no totals at all."""
    if not totals:
        raise ValueError("there is nothing to describe")
    return Spread(tuple(sorted(_cents(total) for total in totals)))


def _half_up(value: int, by: int) -> int:
    """A quotient of what is not negative, to a whole number."""
    return (2 * value + by) // (2 * by)


def _points(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def extremes(totals: Sequence[Decimal], drop_from: int) -> tuple[int, int] | None:
    """Where the lowest and the highest stand that are left out, from so many sheets on; of equal ones the first."""
    if len(totals) < drop_from or len(totals) < 3:
        return None
    order = sorted(range(len(totals)), key=lambda n: (totals[n], n))
    return order[0], order[-1]


def outliers(totals: Sequence[Decimal], most: Decimal) -> list[int]:
    """Which of a panel's totals differ from its median by more than `most` points; none for fewer than three."""
    if len(totals) < 3:
        return []
    points, limit = [_cents(total) for total in totals], _cents(most)
    middle = Spread(tuple(sorted(points))).middle
    return [n for n, point in enumerate(points) if abs(point - middle) > limit]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the experts agree: of a single sheet, and of a panel's mean; 1 is full agreement, 0 is none."""

    single: Decimal
    mean: Decimal
    panels: int
    sheets: int


def agreement(panels: Iterable[Sequence[Decimal]]) -> Agreement | None:
    """The intraclass correlation of a one-way random model: each application is scored by other experts.

    ICC(1,1) and ICC(1,k) after P. E. Shrout and J. L. Fleiss, “Intraclass correlations: uses in assessing rater
    reliability”, Psychological Bulletin 86 (1979) 420–428; panels of unequal size with the mean size k0 of the
    analysis of variance (G. W. Snedecor, W. G. Cochran, Statistical Methods, 13.9). None for fewer than two panels
    of two sheets, or where all totals are equal.
    """
    sizes: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])  # size -> panels, sum of squared sums
    total = squares = sheets = 0
    for panel in panels:
        points = [_cents(total_) for total_ in panel]
        if len(points) < 2:
            continue
        sum_ = sum(points)
        sizes[len(points)][0] += 1
        sizes[len(points)][1] += sum_ * sum_
        total, sheets = total + sum_, sheets + len(points)
        squares += sum(p * p for p in points)
    return _icc(sizes, total, squares, sheets)


def _icc(sizes: Mapping[int, list[int]], total: int, squares: int, sheets: int) -> Agreement | None:
    panels = sum(count for count, _ in sizes.values())
    if panels < 2:
        return None
    between_sum = sum((Fraction(of_squares, size) for size, (_, of_squares) in sizes.items()), Fraction(0))
    between = (between_sum - Fraction(total * total, sheets)) / (panels - 1)
    within = (squares - between_sum) / (sheets - panels)
    size = (sheets - Fraction(sum(count * size * size for size, (count, _) in sizes.items()), sheets)) / (
        panels - 1
    )
    if between == 0 or between + (size - 1) * within == 0:
        return None
    return Agreement(
        rounded((between - within) / (between + (size - 1) * within)),
        rounded((between - within) / between),
        panels,
        sheets,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """One expert over a year: sheets, mean and deviation of the totals, and how far from the rest of the panels.

    `strictness` is the mean difference to the mean of the others at the same applications: below 0 is strict,
    above 0 lenient; None for one who never had company.
    """

    expert: str
    sheets: int
    mean: Decimal
    deviation: Decimal
    strictness: Decimal | None


def standings(panels: Iterable[Sequence[tuple[str, Decimal]]]) -> list[Standing]:
    """Every expert of these panels of (expert, total), by name."""
    own: defaultdict[str, list[Decimal]] = defaultdict(list)
    apart: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    company: defaultdict[str, int] = defaultdict(int)
    for panel in panels:
        points = [_cents(total) for _, total in panel]
        sum_, size = sum(points), len(points)
        for (expert, total), point in zip(panel, points, strict=True):
            own[expert].append(total)
            if size > 1:  # x less the mean of the others is (kx - S)/(k - 1)
                apart[expert][size - 1] += size * point - sum_
                company[expert] += 1
    return [_standing(expert, own[expert], apart[expert], company[expert]) for expert in sorted(own)]


def _standing(expert: str, totals: Sequence[Decimal], apart: Mapping[int, int], company: int) -> Standing:
    found = spread(totals)
    strictness = None
    if company:
        sum_ = sum((Fraction(value, others) for others, value in apart.items()), Fraction(0))
        strictness = rounded(sum_ / company / 100)
    return Standing(expert, found.count, found.mean, found.deviation, strictness)
