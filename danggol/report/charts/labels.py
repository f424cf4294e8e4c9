"""Where the names of a bubble chart go, so that none covers another."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

LINE_HEIGHT = 16.0
GAP = 5.0

Box = tuple[float, float, float, float]  # left, bottom, right, top


class Bubble(NamedTuple):
    """A circle on the chart."""

    x: float
    y: float
    radius: float


class Label(NamedTuple):
    """Where a label's middle line is, and which end of it `x` means."""

    x: float
    y: float
    align: Literal["left", "center", "right"]
    is_inside: bool = False


def place_labels(
    bubbles: Sequence[Bubble], lines: Sequence[Sequence[str]], frame: Box
) -> list[Label]:
    """Give each bubble's label the place beside or in it that covers the least.

    Large bubbles choose first. Widths are estimated: the reader's browser chooses
    the font.
    """
    placed: dict[int, tuple[Label, Box]] = {}
    order = sorted(range(len(bubbles)), key=lambda i: -bubbles[i].radius)
    for i in order:
        width, height = _extent(lines[i])
        taken = [box for _, box in placed.values()]
        others = [_square(bubble, 0.8) for j, bubble in enumerate(bubbles) if j != i]
        placed[i] = min(
            (
                (label, _box(label, width, height))
                for label in _candidates(bubbles[i], width, height)
            ),
            key=lambda place: _cost(place[1], taken, others, frame),
        )
    return [placed[i][0] for i in range(len(bubbles))]


def text_width(text: str, size: float = 12.0) -> float:
    """Estimated width: Hangul is as wide as high, other letters little over half."""
    return sum(size * (0.95 if ord(letter) > 0x1100 else 0.58) for letter in text)


def shortened(text: str, width: float, size: float = 12.0) -> str:
    """The text, or as much of its beginning as is no wider than `width`."""
    if text_width(text, size) <= width:
        return text
    kept = len(text)
    while kept and text_width(text[:kept] + "…", size) > width:
        kept -= 1
    return text[:kept].rstrip() + "…"


def _extent(lines: Sequence[str]) -> tuple[float, float]:
    return max(map(text_width, lines)), LINE_HEIGHT * len(lines)


def _candidates(bubble: Bubble, width: float, height: float) -> Iterator[Label]:
    """Places by preference; the first of equal ones is taken."""
    x, y, radius = bubble
    if 2 * radius > max(width, height) + GAP:
        yield Label(x, y, "center", is_inside=True)
    beside = radius + GAP
    above = radius + GAP + height / 2
    yield Label(x + beside, y, "left")
    yield Label(x - beside, y, "right")
    yield Label(x, y + above, "center")
    yield Label(x, y - above, "center")
    slant = 0.7 * radius + GAP
    for up in (1, -1):
        yield Label(x + slant, y + up * (slant + height / 2), "left")
        yield Label(x - slant, y + up * (slant + height / 2), "right")


def _box(label: Label, width: float, height: float) -> Box:
    left = label.x - {"left": 0.0, "center": 0.5, "right": 1.0}[label.align] * width
    return left, label.y - height / 2, left + width, label.y + height / 2


def _square(bubble: Bubble, part: float) -> Box:
    half = part * bubble.radius
    return bubble.x - half, bubble.y - half, bubble.x + half, bubble.y + half


def _cost(box: Box, labels: Sequence[Box], bubbles: Sequence[Box], frame: Box) -> float:
    outside = _area(box) - _overlap(box, frame)
    return (
        10 * outside
        + 5 * sum(_overlap(box, other) for other in labels)
        + sum(_overlap(box, other) for other in bubbles)
    )


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _overlap(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0)
