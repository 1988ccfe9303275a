"""Page numbers, the closing and the 版记.

Source: GB/T 9704-2012 §7.3.5, §7.4, §7.5.
"""

import re
from collections.abc import Iterator, Sequence

from services.documents.checking.findings import Finding, Rule, mm, pt, shown
from services.documents.checking.measures import DAY, WIDE_RULE, Page, TextLine
from services.documents.flow import CELL, MM, PITCH, SIZE
from services.documents.furniture import NUMBER_GAP
from services.documents.imprints import GRID, THICK, THIN
from services.documents.pages import Char, Stroke
from services.words import _

_NUMBER = re.compile(r"^[—－–-](\d{1,4})[—－–-]$")
_NUMBER_SIZE = 14.0
_SAME_ROW = 2.0
_SMALL = 10.0
"""The small line at the foot."""
_SIDE_OFF = 3 * MM
_GAP_OFF = 0.8 * MM
_THICK_OFF = 0.09 * MM
_LEAST_LINES = 2
_LINES_OFF = 0.6
_RECEIPT = "回执"
_OF_SIGNERS = re.compile(r"签字|签名|印章")
_ZERO = re.compile(r"年0|月0")


def page_number(page: Page, *, bare: bool) -> Iterator[Finding]:
    """Its place, side, size and value; `bare` pages bear none."""
    number = _("页码")
    chars = _number_chars(page)
    text = "".join(c.text for c in chars)
    match = _NUMBER.match(text)
    if bare:
        if match:
            yield Finding(page.number, number, Rule.PAGE_NUMBER, _("没有"), text)
        return
    if match is None:
        yield Finding(page.number, number, Rule.PAGE_NUMBER, "— n —", text[:12] or _("没有"))
        return
    if int(match[1]) != page.number:
        yield Finding(page.number, number, Rule.PAGE_NUMBER, f"— {page.number} —", text)
    off = max(abs(c.size - _NUMBER_SIZE) for c in chars)
    if off > 0.5:  # noqa: PLR2004 -- half a point
        yield Finding(page.number, number, Rule.PAGE_NUMBER, pt(_NUMBER_SIZE), pt(chars[0].size))
    yield from _place(page, chars)


def _number_chars(page: Page) -> list[Char]:
    """The row in the strip below the core that looks like a page number, else its first row."""
    across = page.sheet.across
    rows: list[list[Char]] = []
    for char in sorted(page.foot, key=lambda c: -c.x if across else c.baseline):
        place = char.x if across else char.baseline
        if rows and abs((rows[-1][0].x if across else rows[-1][0].baseline) - place) < _SAME_ROW:
            rows[-1].append(char)
        else:
            rows.append([char])
    rows = [sorted(row, key=lambda c: c.top if across else c.x) for row in rows]
    for row in rows:
        if _NUMBER.match("".join(c.text for c in row)):
            return row
    return next((row for row in rows if row[0].size > _SMALL), [])


def _place(page: Page, chars: Sequence[Char]) -> Iterator[Finding]:
    """The dash 7 mm below the core; odd numbers right, even ones left, one character in."""
    number = _("页码")
    dash, last = chars[0], chars[-1]
    if page.sheet.across:
        gap, start, end = page.left - dash.right, dash.top - page.top, page.bottom - last.bottom
    else:
        gap, start, end = dash.top - page.bottom, dash.x - page.left, page.right - last.right
    if abs(gap - NUMBER_GAP) > _GAP_OFF:
        yield Finding(page.number, number, Rule.PAGE_NUMBER, mm(NUMBER_GAP), mm(gap))
    side = end if page.number % 2 else start
    if abs(side - CELL) > _SIDE_OFF:
        wanted = _("居右空一字") if page.number % 2 else _("居左空一字")
        yield Finding(page.number, number, Rule.PAGE_NUMBER, wanted, mm(side))


def closing(page: Page) -> Iterator[Finding]:
    """Organ and date: their places, no leading zeros, never alone on a page."""
    for at, line in enumerate(page.lines):
        far = line.left > page.left + 8 * CELL and line.top > page.start
        if not (DAY.match(line.text) and far and abs(line.size - SIZE) < 1):
            continue
        if _ZERO.search(line.text):
            yield Finding(page.number, line.text, Rule.CLOSING, _("月日不编虚位"), line.text)
        organ = next((one for one in reversed(page.lines[:at]) if _above(one, line)), None)
        if organ is None:
            yield Finding(page.number, line.text, Rule.CLOSING, _("署名在日期之上"), _("没有"))
            continue
        yield from _organ_and_date(page, organ, line)
        others = [one for one in (*page.lines, *page.cells) if one.baseline < organ.baseline]
        rows = {round(one.baseline) for one in others if not _OF_SIGNERS.search(one.text)}
        if page.number > 1 and len(rows) < _LEAST_LINES:
            yield Finding(page.number, line.text, Rule.CLOSING, _("与正文同页"), _("单独成页"))


def _above(one: TextLine, date: TextLine) -> bool:
    far = date.baseline - one.baseline
    return 0.5 * PITCH < far < 1.6 * PITCH and one.right > date.left and not one.text.endswith("）")


def _organ_and_date(page: Page, organ: TextLine, date: TextLine) -> Iterator[Finding]:
    """Centred on each other under a seal, else the date two characters behind the organ."""
    apart = (organ.left + organ.right) / 2 - (date.left + date.right) / 2
    behind = date.left - organ.left
    flush = page.right - organ.right < CELL
    if abs(apart) > CELL and abs(behind - 2 * CELL) > CELL * _LINES_OFF and not flush:
        yield Finding(page.number, shown(organ.text), Rule.CLOSING, _("居中或错开二字"), mm(behind))
    if date.right > page.right + 1:
        over = mm(date.right - page.right)
        yield Finding(page.number, date.text, Rule.CLOSING, "0 mm", over)


def imprint(pages: Sequence[Page]) -> Iterator[Finding]:
    """版记: on the last page, at the core's foot, its rules and its type."""
    for page in pages:
        small = [line for line in page.lines if abs(line.size - GRID.size) < 1]
        entries = [line for line in small if line.text.startswith(("抄送：", "主送："))]
        issued = [line for line in small if line.text.endswith("印发")]
        if not (entries or issued):
            continue
        rest = [p for p in pages[page.number :] if not _is_receipt(p)]
        if rest:
            last = str(pages[-1].number)
            yield Finding(page.number, _("版记"), Rule.IMPRINT, last, str(page.number))
        top = min(line.top for line in (*entries, *issued)) - PITCH
        rules = [s for s in page.level if s.y1 > top and s.x2 - s.x1 >= WIDE_RULE]
        if rules:
            yield from _rules(page, rules)
        elif issued:
            yield Finding(page.number, _("版记"), Rule.IMPRINT, _("有分隔线"), _("没有"))


def _is_receipt(page: Page) -> bool:
    return any(_RECEIPT in line.text for line in page.lines)


def _rules(page: Page, rules: Sequence[Stroke]) -> Iterator[Finding]:
    what = _("版记分隔线")
    off = rules[-1].y1 - page.bottom
    if abs(off) > _GAP_OFF:
        yield Finding(page.number, what, Rule.IMPRINT, mm(page.bottom), mm(rules[-1].y1))
    wanted = [THICK, *[THIN] * (len(rules) - 2), THICK]
    for rule, thick in zip(rules, wanted, strict=False):
        if abs(rule.thick - thick) > _THICK_OFF:
            told = f"{rule.thick / MM:.2f} mm"
            yield Finding(page.number, what, Rule.IMPRINT, f"{thick / MM:.2f} mm", told)
        width = rule.x2 - rule.x1
        if abs(width - page.sheet.core_width) > MM:
            yield Finding(page.number, what, Rule.IMPRINT, mm(page.sheet.core_width), mm(width))
