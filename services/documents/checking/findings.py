"""What a check of a finished document finds."""

from dataclasses import dataclass
from enum import StrEnum

from services.documents.flow import MM
from services.words import _


class Rule(StrEnum):
    """What was measured."""

    PAPER = "paper"
    EMPTY = "empty"
    CORE = "core"
    PITCH = "pitch"
    GRID = "grid"
    ADVANCE = "advance"
    LINES = "lines"
    SIZE = "size"
    EMBEDDED = "embedded"
    FACE = "face"
    SUBSTITUTE = "substitute"
    LINE_START = "line_start"
    LINE_END = "line_end"
    NUMBER_CUT = "number_cut"
    HEADING_ALONE = "heading_alone"
    HEAD = "head"
    NUMBER = "number"
    RED_LINE = "red_line"
    TITLE = "title"
    ADDRESSEE = "addressee"
    FIRST_PAGE = "first_page"
    PAGE_NUMBER = "page_number"
    CLOSING = "closing"
    IMPRINT = "imprint"


@dataclass(frozen=True, slots=True)
class Finding:
    """A deviation from the standard, or a substituted font."""

    page: int
    """From 1."""
    place: str
    """Which element, or the words that stand there."""
    rule: Rule
    expected: str
    found: str

    @property
    def told_only(self) -> bool:
        """A substituted font: to be told, no fault of the layout."""
        return self.rule is Rule.SUBSTITUTE

    @property
    def what(self) -> str:
        """What was measured, in words."""
        return words()[self.rule]


def words() -> dict[Rule, str]:
    """Each measure in the language in use."""
    return {
        Rule.PAPER: _("纸张"),
        Rule.EMPTY: _("空白页"),
        Rule.CORE: _("文字超出版心"),
        Rule.PITCH: _("行距"),
        Rule.GRID: _("行的位置"),
        Rule.ADVANCE: _("字距"),
        Rule.LINES: _("每页行数"),
        Rule.SIZE: _("字号"),
        Rule.EMBEDDED: _("字体未嵌入"),
        Rule.FACE: _("字体"),
        Rule.SUBSTITUTE: _("字体替代"),
        Rule.LINE_START: _("行首标点"),
        Rule.LINE_END: _("行末标点"),
        Rule.NUMBER_CUT: _("数字断行"),
        Rule.HEADING_ALONE: _("标题在页末"),
        Rule.HEAD: _("版头"),
        Rule.NUMBER: _("发文字号"),
        Rule.RED_LINE: _("红线"),
        Rule.TITLE: _("标题"),
        Rule.ADDRESSEE: _("主送"),
        Rule.FIRST_PAGE: _("首页正文"),
        Rule.PAGE_NUMBER: _("页码"),
        Rule.CLOSING: _("署名和日期"),
        Rule.IMPRINT: _("版记"),
    }


def mm(points: float) -> str:
    """A length as it is told: 35.0 mm."""
    return f"{points / MM:.1f} mm"


def pt(points: float) -> str:
    """A size or a distance as it is told: 16.0 pt."""
    return f"{points:.2f} pt"


def shown(text: str) -> str:
    """The first words of a line."""
    most = 14
    return text if len(text) <= most else f"{text[:most]}…"
