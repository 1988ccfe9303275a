"""The text on its grid: core, lines, distances, sizes, fonts, punctuation, headings."""

import re
import statistics
from collections.abc import Iterator, Sequence
from itertools import pairwise

from services.documents.checking.findings import Finding, Rule, mm, pt, shown
from services.documents.checking.measures import ASCENT, DAY, HEADING, Page, TextLine
from services.documents.flow import CELL, MM, PITCH, ROWS, SIZE
from services.documents.fonts.roles import WISHES, Role
from services.documents.lines import NO_END, NO_START, kind_of
from services.documents.pages import Font
from services.words import _

_EDGE = 1.2 * MM
_SIZE_OFF, _PITCH_OFF, _ADVANCE_OFF = 0.3, 0.4, 0.12
_ROW_OFF = 0.12
"""Part of a line that a baseline may be off its row."""
_ENOUGH = 6
"""Distances between characters from which a line's advance is judged."""
_FULL = 15
"""Characters from which a line is text and no caption."""
_LAST_SHORT = 26


def paper(page: Page) -> Iterator[Finding]:
    """Size of the paper, pages without anything, characters outside the core."""
    sheet, measured = page.sheet, page.measured
    off = max(abs(measured.width - sheet.width), abs(measured.height - sheet.height))
    if off > MM:
        found = f"{mm(measured.width)} × {mm(measured.height)}"
        yield Finding(page.number, _("纸张"), Rule.PAPER, "A4", found)
    if not (page.lines or page.cells or measured.pictures):
        yield Finding(page.number, _("全页"), Rule.EMPTY, _("有内容"), _("无内容"))
    for line in (*page.lines, *page.cells):
        over = _over(line, page)
        if over > _EDGE and not _of_the_head(line, page):
            yield Finding(page.number, shown(line.text), Rule.CORE, "0 mm", mm(over))
            break


def _over(line: TextLine, page: Page) -> float:
    """How far a line reaches out of the core; a hanging mark may."""
    ends = page.right + (CELL if line.text[-1] in NO_START else 0)
    ink_bottom = max(c.bottom for c in line.chars)
    ink_right = max(c.right for c in line.chars)
    return max(
        *(page.left - min(c.left for c in line.chars), ink_right - ends),
        *(page.top - min(c.top for c in line.chars), ink_bottom - page.bottom),
    )


def _of_the_head(line: TextLine, page: Page) -> bool:
    """The organ of a letter stands above the core."""
    return page.number == 1 and line.top < page.top and line.size > SIZE


def grid(page: Page) -> Iterator[Finding]:
    """Lines of text: 22 a page, 29.6 pt apart, each on its row."""
    body = [line for line in page.text_lines if _of_text(line)]
    far = [b.baseline - a.baseline for a, b in pairwise(body)]
    steps = [step for step in far if SIZE < step < 1.6 * PITCH]
    if steps and abs(statistics.median(steps) - PITCH) > _PITCH_OFF:
        yield _finding(page, body[0], Rule.PITCH, pt(PITCH), pt(statistics.median(steps)))
    else:
        rows = [(line, (line.baseline - ASCENT * SIZE - page.top) / PITCH) for line in body]
        for line, row in rows:
            if abs(row - round(row)) > _ROW_OFF:
                yield _finding(page, line, Rule.GRID, f"{max(1, round(row) + 1)}", f"{row + 1:.2f}")
                break
    rows_held = len({round(line.baseline) for line in body})
    most = ROWS if not page.sheet.across else int((page.sheet.core_height - SIZE) / PITCH) + 1
    if rows_held > most:
        yield _finding(page, body[0], Rule.LINES, str(most), str(rows_held))


def advance(pages: Sequence[Page]) -> Iterator[Finding]:
    """28 characters fill a line. Justified lines are wider, so that the closest lines count.

    A line across holds no whole number of characters and is always justified.
    """
    found = []
    for page in pages:
        for line in () if page.sheet.across else page.text_lines:
            gaps = [
                b.x - a.x
                for a, b in pairwise(line.chars)
                if kind_of(a.text) == kind_of(b.text) == "wide" and b.x - a.x < 1.5 * SIZE
            ]
            if _of_text(line) and len(gaps) >= _ENOUGH:
                found.append(statistics.median(gaps))
    found.sort()
    if found and abs(found[len(found) // 20] - CELL) > _ADVANCE_OFF:
        yield Finding(1, _("正文"), Rule.ADVANCE, pt(CELL), pt(found[len(found) // 20]))


def sizes(page: Page) -> Iterator[Finding]:
    """Running text is 3号."""
    for line in page.text_lines:
        if (
            len(line.text) >= _FULL
            and line.size > _WRONG_FROM
            and abs(line.size - SIZE) > _SIZE_OFF
        ):
            if page.number == 1 and line.size > SIZE:
                continue
            yield _finding(page, line, Rule.SIZE, pt(SIZE), pt(line.size))
            break


_DIGEST = re.compile("-[0-9a-f]{10}$")
"""What the program adds to a font's name to tell subsets apart."""
_WRONG_FROM = 12.1
"""Smaller type is a note, a caption or a table."""


def _of_text(line: TextLine) -> bool:
    return abs(line.size - SIZE) <= _SIZE_OFF


def punctuation(page: Page) -> Iterator[Finding]:
    """Marks that may not start or end a line; numbers cut by a line's end."""
    for line in page.lines:
        text = line.text
        if text[0] in NO_START and len(text) > 1:
            yield _finding(page, line, Rule.LINE_START, _("不在行首"), text[0])
        if text[-1] in NO_END:
            yield _finding(page, line, Rule.LINE_END, _("不在行末"), text[-1])
    for one, other in pairwise(page.text_lines):
        near = 0 < other.baseline - one.baseline < 1.4 * PITCH and other.left < page.left + CELL / 2
        full = one.right > page.right - CELL
        if near and full and one.text[-1].isdigit() and other.text[0].isdigit():
            cut = f"{one.text[-3:]} | {other.text[:3]}"
            yield _finding(page, one, Rule.NUMBER_CUT, _("不断行"), cut)


def headings(page: Page, following: Page | None) -> Iterator[Finding]:
    """A heading is not the last line of a page."""
    everything = sorted((*page.lines, *page.cells), key=lambda line: line.baseline)
    if not everything or following is None or not (following.lines or following.cells):
        return
    last = everything[-1]
    alone = HEADING.match(last.text) and len(last.text) < _LAST_SHORT and "。" not in last.text
    if alone and last in page.text_lines:
        yield _finding(page, last, Rule.HEADING_ALONE, _("与正文同页"), _("在页末"))


def fonts(pages: Sequence[Page], known: Sequence[Font]) -> Iterator[Finding]:
    """Every font embedded; the official faces, or what stands for them."""
    for font in known:
        if not font.embedded:
            yield Finding(1, font.name, Rule.EMBEDDED, _("已嵌入"), _("未嵌入"))
    for role, line, page in _samples(pages):
        used = known[line.font].name if 0 <= line.font < len(known) else ""
        wanted = WISHES[role].official
        if used and not _official(used, wanted):
            shorter = _DIGEST.sub("", used)
            yield Finding(page.number, _role_words()[role], Rule.SUBSTITUTE, wanted[0], shorter)


def _official(name: str, wanted: Sequence[str]) -> bool:
    """Whether a PostScript name is one of the prescribed faces, whatever follows it."""
    plain = _plain(name)
    return any(plain.startswith(_plain(w)) for w in wanted if w.isascii()) or any(
        w in name for w in wanted if not w.isascii()
    )


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _role_words() -> dict[Role, str]:
    return {
        Role.TITLE: _("标题"),
        Role.BODY: _("正文"),
        Role.HEI: _("一级标题"),
        Role.KAI: _("二级标题"),
        Role.SONG: _("页码"),
    }


def _samples(pages: Sequence[Page]) -> Iterator[tuple[Role, TextLine, Page]]:
    """For each role the first line that shows it."""
    seen: set[Role] = set()
    for page in pages:
        for line in page.lines:
            role = _role(line, page)
            if role is not None and role not in seen:
                seen.add(role)
                yield role, line, page
        if page.foot and Role.SONG not in seen:
            seen.add(Role.SONG)
            yield Role.SONG, TextLine(page.foot), page


_TITLE = 20.0


def _role(line: TextLine, page: Page) -> Role | None:
    if line.size >= _TITLE:
        return Role.TITLE
    if not _of_text(line) or line not in page.text_lines or DAY.match(line.text):
        return None
    if HEADING.match(line.text) and len(line.text) < _LAST_SHORT and "。" not in line.text:
        return Role.KAI if line.text[0] == "（" else Role.HEI
    return Role.BODY if len(line.text) >= _FULL else None


def _finding(page: Page, line: TextLine, rule: Rule, expected: str, found: str) -> Finding:
    return Finding(page.number, shown(line.text), rule, expected, found)
