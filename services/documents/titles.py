"""A title's lines: a trapezoid or a diamond, broken only between its parts.

Source: GB/T 9704-2012 §7.3.1.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

_MOST_PARTS = 14
_LONELY = 0.45
"""A line shorter than this part of the longest looks lost."""

_LEADS = ("关于", "有关", "开展", "进行", "情况", "学习教育", "督导检查", "整改", "专项", "召开")
"""A line may start with these."""
_TAILS = (
    *("自治区", "委员会", "办公室", "领导小组", "督导组", "管理局", "集团", "公司", "中心", "活动"),
    *("省", "市", "区", "县", "局", "委", "厅", "办", "处", "院", "校", "部", "厂"),
    *("的", "和", "及", "与", "对", "、", "，", "》", "”", "）"),
)
"""A line may end behind these."""
_GOES_ON = {
    "省": "委级直市长",
    "市": "委场直县区级长",
    "区": "委域直级长",
    "县": "委域直级长",
    "局": "长面级",
    "委": "员托办",
    "厅": "局级",
    "办": "事公理法案",
    "动": "中室家",
    "处": "理分级长",
    "院": "校长",
    "校": "园长",
    "部": "门署分队",
    "厂": "房",
    "对": "照象策口外",
    "和": "谐",
    "及": "时",
    "与": "会",
    "的": "确",
}
"""An ending that is followed by one of these is none: 市委, 办事处."""
_MOST_PIECE = 12


def pieces(text: str) -> list[str]:
    """Cut a long part of a title where words end, as far as ends can be told.

    Joined they give the text again. A stretch in which no end is known is cut at four characters.
    """
    found = [""]
    for at, character in enumerate(text):
        before = found[-1]
        known = before.endswith(_TAILS) and not any(_inside(tail, text, at) for tail in _TAILS)
        ends = known and character not in "，、》”）" + _GOES_ON.get(before[-1:], "")
        if before and before not in _LEADS[:2] and (ends or text.startswith(_LEADS, at)):
            found.append("")
        found[-1] += character
    return [part for piece in found for part in _cut(piece)]


def _inside(tail: str, text: str, at: int) -> bool:
    """Whether a place lies within an occurrence of a longer ending (管理|局)."""
    return any(text[at - n : at - n + len(tail)] == tail for n in range(1, len(tail)) if at >= n)


def _cut(piece: str) -> list[str]:
    if len(piece) <= _MOST_PIECE:
        return [piece] if piece else []
    return [piece[at : at + 4] for at in range(0, len(piece), 4)]


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
