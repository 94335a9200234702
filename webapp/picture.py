"""A drawing as an SVG file of its own, for print: whole with numbered frames, or in parts that stay readable."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from webapp.drawing import Drawing, Edge, Shape

Box = tuple[float, float, float, float]
"""Left, top, width, height on the plane of the drawing."""
WIDEST, HIGHEST = 1390.0, 790.0
"""Units that fit on a landscape page of A4 with letters of 6.5 points."""
OVERLAP = 150.0
"""What two neighbours show both: more than a task is wide."""
ROOM = 60.0
"""What is left beside the first and the last step of a row."""
STRIP = 26.0
"""The width of the strip that repeats the names of the lanes."""
BEHIND = ("pool", "lane", "scope")
INK, LINE, FRAME = "#1f2933", "#536171", "#1f5fa8"
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width:g}" height="{height:g}" '
    'font-family="Noto Sans SC" font-size="12">'
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
    'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#536171"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a drawing; `lanes` has the names of the lanes in it when their own are left of it."""

    box: Box
    lanes: tuple[tuple[str, float, float], ...] = ()


def parts(drawing: Drawing) -> list[Part]:
    """The parts in which a drawing is printed, rows of lanes from above, each from left to right; one when it fits."""
    left, _, width, height = drawing.box
    if width <= WIDEST and height <= HIGHEST:
        return [Part(drawing.box)]
    found = []
    for upper, lower in _rows(drawing):
        row = (left, upper, width, lower - upper)
        inside = [s for s in drawing.shapes if s.kind not in BEHIND and _inside(s, row)]
        if inside:
            first, last = min(s.x for s in inside), max(s.x + s.width for s in inside)
            begin = left if first - left < OVERLAP else first - ROOM
            for start, span in _columns(begin, min(last + ROOM, left + width) - begin):
                box = (start, upper, span, lower - upper)
                found.append(Part(box, tuple(_names(drawing, box)) if start > left else ()))
    return found


def _columns(left: float, width: float) -> Iterator[tuple[float, float]]:
    """Columns of one width, spread so that they overlap evenly."""
    if width <= WIDEST:
        yield left, width
        return
    count = ceil((width - OVERLAP) / (WIDEST - OVERLAP))
    step = (width - OVERLAP) / count
    for number in range(count):
        yield left + number * step, step + OVERLAP


def _rows(drawing: Drawing) -> Iterator[tuple[float, float]]:
    """From where to where each row reaches: as many lanes as fit, a lane that is too high in pieces."""
    _, top, _, height = drawing.box
    lanes = sorted((s for s in drawing.shapes if s.kind == "lane"), key=lambda s: s.y)
    edges = [top, *(lane.y for lane in lanes[1:]), top + height]
    upper = top
    for here, after in zip(edges[1:], [*edges[2:], None], strict=True):
        if after is None or after - upper > HIGHEST:
            yield from _pieces(upper, here)
            upper = here


def _pieces(upper: float, lower: float) -> Iterator[tuple[float, float]]:
    count = max(1, ceil((lower - upper - OVERLAP) / (HIGHEST - OVERLAP))) if lower - upper > HIGHEST else 1
    step = (lower - upper - OVERLAP) / count if count > 1 else lower - upper
    for number in range(count):
        start = upper + number * step
        yield start, start + step + (OVERLAP if count > 1 else 0)


def _names(drawing: Drawing, box: Box) -> Iterator[tuple[str, float, float]]:
    for lane in drawing.shapes:
        upper, lower = max(lane.y, box[1]), min(lane.y + lane.height, box[1] + box[3])
        if lane.kind == "lane" and lower - upper > 2 * STRIP:
            yield lane.name, upper, lower


def _inside(shape: Shape, box: Box) -> bool:
    x, y = shape.middle
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


def whole_svg(drawing: Drawing, frames: Sequence[Part]) -> str:
    """The whole drawing; with more than one part, a numbered frame around each."""
    marks = (
        "".join(_frame(number, part) for number, part in enumerate(frames, start=1))
        if len(frames) > 1
        else ""
    )
    return _file(drawing.box, _content(drawing) + marks)


def part_svg(drawing: Drawing, part: Part) -> str:
    """One part, with the names of its lanes at its left edge."""
    if not part.lanes:
        return _file(part.box, _content(drawing))
    left, top, width, height = part.box
    strip = _rect(left - STRIP, top, STRIP, height, "#ffffff", "none")
    for name, upper, lower in part.lanes:
        strip += _rect(left - STRIP + 1, upper, STRIP - 2, lower - upper, "#f2f5f8", "#b8c2cd")
        x, y = left - STRIP / 2 + 4, (upper + lower) / 2
        strip += f'<g transform="rotate(-90 {x:g} {y:g})">{_text([name], x, y, "middle")}</g>'
    return _file((left - STRIP, top, width + STRIP, height), _content(drawing) + strip)


def _file(box: Box, content: str) -> str:
    numbers = " ".join(f"{number:g}" for number in box)
    return HEAD.format(box=numbers, width=box[2], height=box[3]) + content + "</svg>"


def _frame(number: int, part: Part) -> str:
    left, top, width, height = part.box
    inset = 4 + 5 * (number % 3)
    frame = (
        f'<rect x="{left + inset:g}" y="{top + inset:g}" width="{width - 2 * inset:g}" '
        f'height="{height - 2 * inset:g}" fill="none" stroke="{FRAME}" stroke-width="3" stroke-dasharray="14 8"/>'
    )
    x, y = left + inset + 30, top + inset + 30
    return (
        f'{frame}<circle cx="{x:g}" cy="{y:g}" r="28" fill="{FRAME}" fill-opacity="0.75"/>'
        f'<text x="{x:g}" y="{y + 13:g}" text-anchor="middle" font-size="36" fill="#ffffff">{number}</text>'
    )


def _content(drawing: Drawing) -> str:
    behind = [s for s in drawing.shapes if s.kind in BEHIND]
    front = [s for s in drawing.shapes if s.kind not in BEHIND]
    return "".join([*map(_holder, behind), *map(_edge, drawing.edges), *map(_shape, front)])


def _holder(s: Shape) -> str:
    if s.kind == "scope":
        box = _rect(s.x, s.y, s.width, s.height, "#fafbfc", LINE, 'rx="8" stroke-dasharray="5 3"')
        return box + _text(s.lines, s.x + 10, s.y + 18, "start")
    x, y = s.x + 18, s.middle[1]
    words = _text(s.lines, x, y, "middle")
    return (
        _rect(s.x, s.y, s.width, s.height, "none", "#b8c2cd")
        + f'<g transform="rotate(-90 {x:g} {y:g})">{words}</g>'
    )


def _edge(e: Edge) -> str:
    return f'<polyline points="{e.points}" fill="none" stroke="{LINE}" stroke-width="1.2" marker-end="url(#arrow)"/>'


def _shape(s: Shape) -> str:
    x, y = s.middle
    if s.kind == "task":
        words = _text(s.lines, x, y + 4 - 7.5 * (len(s.lines) - 1), "middle")
        fill = "#e8f0fa" if s.type == "userTask" else "#ffffff"
        return _rect(s.x, s.y, s.width, s.height, fill, LINE, 'rx="6"') + words
    below = _text(s.lines, x, s.y + s.height + 14, "middle")
    style = f'fill="#ffffff" stroke="{LINE}" stroke-width="{3 if s.type == "endEvent" else 1.2}"'
    if s.kind == "gateway":
        points = f"{x:g},{s.y:g} {s.x + s.width:g},{y:g} {x:g},{s.y + s.height:g} {s.x:g},{y:g}"
        return f'<polygon points="{points}" {style}/>{below}'
    if s.kind == "event":
        return f'<circle cx="{x:g}" cy="{y:g}" r="{s.width / 2:g}" {style}/>{below}'
    return ""


def _rect(x: float, y: float, width: float, height: float, fill: str, stroke: str, more: str = "") -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="1.2" {more}/>'
    )


def _text(lines: Sequence[str], x: float, y: float, anchor: str) -> str:
    spans = "".join(
        f'<tspan x="{x:g}" dy="{15 if number else 0}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{INK}">{spans}</text>'
