"""A title's lines: a trapezoid or a diamond, broken only between its parts.

Source: GB/T 9704-2012 §7.3.1.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

_MOST_PARTS = 14
_LONELY = 0.45
"""A line shorter than this part of the longest looks lost."""


def shape(widths: Sequence[float], room: float) -> list[list[int]]:
    """Group consecutive parts into lines.

    Args:
        widths: Width of each part, none wider than the room.
        room: Greatest width of a line.

    Returns:
        Indices of the parts of each line: as few lines as can be, of the best figure.
    """
    if len(widths) > _MOST_PARTS:
        return _filled(widths, room)
    for count in range(1, len(widths) + 1):
        fitting = [
            lines
            for lines in _partitions(len(widths), count)
            if all(sum(widths[i] for i in line) <= room + 0.01 for line in lines)
        ]
        if fitting:
            return min(
                fitting, key=lambda lines: _cost([sum(widths[i] for i in line) for line in lines])
            )
    return [[i] for i in range(len(widths))]


def _partitions(size: int, count: int) -> Iterator[list[list[int]]]:
    for cuts in combinations(range(1, size), count - 1):
        edges = (0, *cuts, size)
        yield [list(range(a, b)) for a, b in pairwise(edges)]


def _filled(widths: Sequence[float], room: float) -> list[list[int]]:
    lines: list[list[int]] = [[]]
    used = 0.0
    for index, width in enumerate(widths):
        if lines[-1] and used + width > room + 0.01:
            lines.append([])
            used = 0.0
        lines[-1].append(index)
        used += width
    return lines


def _cost(widths: Sequence[float]) -> float:
    """How far the lines are from a trapezoid or a diamond; 0 is best."""
    longest = max(widths)
    steps = [b - a for a, b in pairwise(widths)]
    hourglass = any(a < 0 < b for a, b in pairwise(steps))
    block = len(widths) > 1 and all(abs(step) < longest / 40 for step in steps)
    lonely = sum(width < _LONELY * longest for width in widths)
    uneven = sum((longest - width) / longest for width in widths) / len(widths)
    return 4.0 * hourglass + 2.0 * lonely + 0.5 * block + uneven
