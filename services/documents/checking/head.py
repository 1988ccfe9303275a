"""Page 1: the head of a document, of a letter or of a briefing, the title, whom it is for.

Source: GB/T 9704-2012 §7.2, §7.3.1–7.3.3, §10.1.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from services.documents.checking.findings import Finding, Rule, mm, pt, shown
from services.documents.checking.measures import Page, TextLine
from services.documents.flow import CELL, MM, PITCH, SIZE
from services.documents.heads import LETTER_BOTTOM, LETTER_TOP, LETTER_WIDTH, MARK_TOP
from services.documents.pages import Stroke
from services.words import _

_NUMBER = re.compile(r"[^\s〔〕\d]{1,20}〔[12]\d{3}〕[1-9]\d{0,5}号")
_MAYBE_NUMBER = re.compile(r"[〔\[（(【［]\s*\d{2,4}\s*[〕\])）】］].{0,12}号|号待编")
_UNNUMBERED = "待编"
_ISSUE = re.compile(r"第[\d一二三四五六七八九十百×X]+期")
_LINE_OFF, _PLACE_OFF, _WIDTH_OFF = 0.8 * MM, 1.5 * MM, 1.2 * MM
_GAP_OFF = 0.62 * PITCH
_TITLE_SIZE = 22.0
_HEAD_END, _LETTER_END = 150 * MM, 75 * MM


class Form(StrEnum):
    """What kind of head page 1 has."""

    RED_HEAD = "red_head"
    LETTER = "letter"
    BRIEFING = "briefing"
    PLAIN = "plain"


def form(page: Page) -> Form:
    """The kind of head, told by its rules and words; preprinted paper shows the words alone."""
    upper = [s for s in page.level if s.y1 < _HEAD_END and not _of_table(s, page)]
    top = [line for line in page.lines if line.top < _HEAD_END]
    numbered = [line for line in top if _MAYBE_NUMBER.search(line.text)]
    double = sum(s.x2 - s.x1 > page.sheet.core_width + 8 * MM for s in upper) >= 2  # noqa: PLR2004 -- a pair
    aside = any(
        line.top < _LETTER_END and page.right - line.right < CELL and line.left > page.left + CELL
        for line in numbered
    )
    if double or aside:
        return Form.LETTER
    if any(_ISSUE.fullmatch(line.text) for line in top):
        return Form.BRIEFING
    return Form.RED_HEAD if numbered and not page.sheet.across and _big(page) else Form.PLAIN


def _big(page: Page) -> bool:
    """Whether something larger than a title, or a free strip where paper bears it, is on top."""
    first = page.lines[0]
    return first.size > _TITLE_SIZE or first.top > page.top or bool(page.level)


def _of_table(stroke: Stroke, page: Page) -> bool:
    """Whether a rule ends where upright ones do."""
    return any(
        not other.level and other.y1 - 1 <= stroke.y1 <= other.y2 + 1
        for other in page.measured.strokes
    )


def head(page: Page, found: Form) -> tuple[list[Finding], float]:
    """Places of the head, the title and the addressee of page 1, and where the head ends."""
    rules = [s for s in page.level if not _of_table(s, page)]
    findings: list[Finding] = []
    below = page.top
    if found is Form.RED_HEAD:
        below = _red_head(page, rules, findings)
    elif found is Form.LETTER:
        below = _letter(page, rules, findings)
    elif found is Form.BRIEFING:
        below = _briefing(page, rules, findings)
    title = [line for line in page.lines if line.top > below and _is_title(line)]
    findings += _title(page, title)
    if found in (Form.RED_HEAD, Form.LETTER):
        findings += _below_head(page, title, below)
    return findings, below


def _red_head(page: Page, rules: Sequence[Stroke], findings: list[Finding]) -> float:
    """Mark, number, red line; returns where the head ends."""
    number = next(line for line in page.lines if _MAYBE_NUMBER.search(line.text))
    findings += _number(page, number)
    marks = [line for line in page.lines if line.size > _TITLE_SIZE and line.top < number.top]
    if marks:
        mark = Rule.HEAD, _("发文机关标志")
        findings += _place(page, *mark, page.top + MARK_TOP, marks[0].top)
        findings += _centred(page, marks, *mark)
        gap = _row_of_approvers(page, number) - marks[-1].bottom
        if abs(gap - 2 * PITCH) > _GAP_OFF:
            told = f"{gap / PITCH:.1f}"
            findings.append(Finding(page.number, number.text, Rule.NUMBER, _("空二行"), told))
    line = next((s for s in rules if s.y1 > number.baseline), None)
    if line is None or line.y1 - number.bottom > 2 * PITCH:
        if marks:
            findings.append(
                Finding(page.number, _("红线"), Rule.RED_LINE, _("发文字号下 4 mm"), _("没有"))
            )
        return number.bottom + 4 * MM
    findings += _rule(page, line, number.bottom + 4 * MM, page.sheet.core_width)
    return line.y1


def _row_of_approvers(page: Page, number: TextLine) -> float:
    """Top of the number's row, or of the first of several rows of 签发人 beside it."""
    first = next((line for line in page.lines if line.text.startswith("签发人")), number)
    return min(first.top, number.top)


def _number(page: Page, line: TextLine) -> Iterator[Finding]:
    if _UNNUMBERED not in line.text and not _NUMBER.search(line.text):
        yield Finding(page.number, shown(line.text), Rule.NUMBER, "×〔2014〕1号", line.text[:30])
    middle, centre = (line.left + line.right) / 2, (page.left + page.right) / 2
    places = (middle - centre, line.left - page.left - CELL, page.right - line.right)
    if min(abs(place) for place in places) > _PLACE_OFF:
        yield Finding(page.number, shown(line.text), Rule.NUMBER, _("居中"), mm(middle - centre))


def _letter(page: Page, rules: Sequence[Stroke], findings: list[Finding]) -> float:
    """Mark 30 mm from the edge, double lines; returns where the last line of the head ends."""
    wide = [s for s in rules if s.x2 - s.x1 > page.sheet.core_width + 8 * MM]
    upper, lower = wide[:2], wide[2:]
    head_end = upper[-1].y1 if upper else LETTER_TOP
    marks = [line for line in page.lines if line.size > _TITLE_SIZE and line.top < head_end]
    if marks and upper:
        findings += _place(page, Rule.HEAD, _("发文机关标志"), LETTER_TOP, marks[0].top)
        first = upper[0].y1 - upper[0].thick / 2
        findings += _place(page, Rule.RED_LINE, _("上双线"), marks[-1].bottom + 4 * MM, first)
    for stroke in wide:
        if abs(stroke.x2 - stroke.x1 - LETTER_WIDTH) > _WIDTH_OFF:
            told = mm(stroke.x2 - stroke.x1)
            findings.append(Finding(page.number, _("双线"), Rule.RED_LINE, mm(LETTER_WIDTH), told))
    foot = page.measured.height - LETTER_BOTTOM
    if upper and len(lower) < 2:  # noqa: PLR2004 -- a double line
        findings.append(Finding(page.number, _("下双线"), Rule.RED_LINE, mm(foot), _("没有")))
    elif lower:
        edge = lower[-1].y1 + lower[-1].thick / 2
        findings += _place(page, Rule.RED_LINE, _("下双线"), foot, edge)
    beside = [line for line in page.lines if 0 < line.top - head_end < 4 * PITCH]
    number = next((line for line in beside if _MAYBE_NUMBER.search(line.text)), None)
    if number is not None:
        findings += _number(page, number)
    rows = [line for line in beside if line.left < page.left + CELL / 2 and line.size < _TITLE_SIZE]
    rows = [line for line in rows if not line.text.endswith("：")]
    last = [*rows[:3], *([number] if number is not None else [])]
    return max((line.bottom for line in last), default=head_end)


def _briefing(page: Page, rules: Sequence[Stroke], findings: list[Finding]) -> float:
    """The red line at a third of the page, the name centred and larger than all else."""
    third = page.measured.height / 3
    if not rules:
        return third
    line = rules[0]
    if abs(line.y1 - third) > 8 * MM:
        findings.append(Finding(page.number, _("红线"), Rule.RED_LINE, mm(third), mm(line.y1)))
    above = [one for one in page.lines if one.top < line.y1]
    largest = max(one.size for one in above)
    names = [one for one in above if one.size == largest]
    if largest <= _TITLE_SIZE:
        findings.append(Finding(page.number, _("简报名称"), Rule.HEAD, "> 22 pt", pt(largest)))
    findings += _centred(page, names, Rule.HEAD, _("简报名称"))
    return line.y1


def _is_title(line: TextLine) -> bool:
    return abs(line.size - _TITLE_SIZE) < 1.5  # noqa: PLR2004 -- between 2号 and its neighbours


def _title(page: Page, lines: Sequence[TextLine]) -> Iterator[Finding]:
    """Centred; a trapezoid or a diamond; no mark at its end."""
    if not lines:
        return
    yield from _centred(page, lines, Rule.TITLE, shown(lines[0].text))
    widths = [line.right - line.left for line in lines]
    steps = [b - a for a, b in pairwise(widths)]
    if any(a < -CELL and b > CELL for a, b in pairwise(steps)):
        told = " / ".join(str(len(line.text)) for line in lines)
        yield Finding(page.number, shown(lines[0].text), Rule.TITLE, _("梯形或菱形"), told)
    if lines[-1].text[-1] in "，、；。：":
        told = lines[-1].text[-1]
        yield Finding(page.number, shown(lines[-1].text), Rule.TITLE, _("末尾无标点"), told)


def _below_head(page: Page, title: Sequence[TextLine], below: float) -> Iterator[Finding]:
    """The title two lines below the head, the addressee one below the title, then text."""
    rest = [line for line in page.text_lines if line.top > below and not _is_title(line)]
    if title:
        gap = title[0].baseline - 0.5 * title[0].size - below
        expected = 2 * PITCH + SIZE / 2
        if abs(gap - expected) > _GAP_OFF:
            told = f"{(gap - SIZE / 2) / PITCH:.1f}"
            yield Finding(page.number, shown(title[0].text), Rule.TITLE, _("空二行"), told)
        rest = [line for line in rest if line.top > title[-1].top]
    to = _addressee(page, rest)
    if to and title:
        gap = to[0].baseline - title[-1].baseline
        if abs(gap - 2 * PITCH) > _GAP_OFF:
            told = f"{gap / PITCH - 1:.1f}"
            yield Finding(page.number, shown(to[0].text), Rule.ADDRESSEE, _("空一行"), told)
    if not page.cells and len(rest) <= len(to):
        yield Finding(page.number, _("首页"), Rule.FIRST_PAGE, _("有正文"), _("没有"))


def _addressee(page: Page, lines: Sequence[TextLine]) -> list[TextLine]:
    """Lines at the core's edge up to the one that ends with a colon."""
    found: list[TextLine] = []
    for line in lines:
        if line.left > page.left + CELL / 2:
            return []
        found.append(line)
        if line.text.endswith("："):
            return found
    return []


def _place(page: Page, rule: Rule, what: str, expected: float, found: float) -> Iterator[Finding]:
    """An edge that is elsewhere than expected, told from the page's upper edge."""
    if abs(expected - found) > _PLACE_OFF:
        yield Finding(page.number, what, rule, mm(expected), mm(found))


def _rule(page: Page, line: Stroke, y: float, width: float) -> Iterator[Finding]:
    if abs(line.y1 - y) > _LINE_OFF:
        yield Finding(page.number, _("红线"), Rule.RED_LINE, mm(y), mm(line.y1))
    if abs(line.x2 - line.x1 - width) > _WIDTH_OFF:
        yield Finding(page.number, _("红线"), Rule.RED_LINE, mm(width), mm(line.x2 - line.x1))


def _centred(page: Page, lines: Sequence[TextLine], rule: Rule, what: str) -> Iterator[Finding]:
    centre = (page.left + page.right) / 2
    for line in lines:
        first, last = line.chars[0], line.chars[-1]
        middle = (first.x + last.x + max(last.right - last.x, last.size)) / 2
        if abs(middle - centre) > 2 * _PLACE_OFF:
            yield Finding(page.number, what, rule, _("居中"), mm(middle - centre))
            return
