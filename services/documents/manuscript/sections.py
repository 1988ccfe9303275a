"""Pages of a manuscript: A4 upright or across, the warning above, the page number below.

Source: GB/T 9704-2012 §5.2 (margins), §7.5 (page number), §8 (tables that lie across).
"""

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Length, Pt

from services.documents.flow import MM, UPRIGHT, Sheet
from services.documents.furniture import DASH, NUMBER_GAP, NUMBER_GRID
from services.documents.manuscript.nodes import Place, field, paragraph, run
from services.documents.manuscript.styles import NUMBER, SPACER, WARNING

_WARNING_TOP = 15 * MM
_LEAST_FOOT = 8 * MM


def begin(document: Document, warning: str) -> None:
    """Furnish the first section; those after it take its head and foot over."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    shape(section, UPRIGHT)
    for head in (section.header, section.even_page_header):
        head.is_linked_to_previous = False
        _replace(head.part.element, paragraph(WARNING.id, [run(warning)]))
    # GB/T 9704-2012 §7.5: odd numbers at the right, even ones at the left, one character in.
    inset = NUMBER_GRID.cell
    for foot, place in (
        (section.footer, Place(right=inset, side="right")),
        (section.even_page_footer, Place(left=inset)),
    ):
        foot.is_linked_to_previous = False
        number = [run(f"{DASH} "), field("PAGE"), run(f" {DASH}")]
        _replace(foot.part.element, paragraph(NUMBER.id, number, place))


def turn(document: Document, sheet: Sheet, *, empty: bool) -> None:
    """Lay what follows on that sheet; an empty document's first pages are turned themselves."""
    if empty:
        shape(document.sections[0], sheet)
        return
    shape(document.add_section(WD_SECTION.NEW_PAGE), sheet)
    # The break needs a paragraph of its own, which must not take a line of the page it ends.
    ending = document.element.body[-2]
    properties = ending.find(_tag(ending, "pPr"))
    if properties is not None:
        for child in list(paragraph(SPACER.id, [], Place(line=1))[0]):
            properties.insert(len(properties) - 1, child)


def _tag(element: BaseOxmlElement, name: str) -> str:
    return f"{{{element.nsmap['w']}}}{name}"


def shape(section: Section, sheet: Sheet) -> None:
    """Size and margins of a sheet, to a twentieth of a point."""
    section.orientation = WD_ORIENT.LANDSCAPE if sheet.across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = _points(sheet.width), _points(sheet.height)
    section.left_margin, section.top_margin = _points(sheet.left), _points(sheet.top)
    section.right_margin = _points(sheet.width - sheet.left - sheet.core_width)
    below = sheet.height - sheet.top - sheet.core_height
    section.bottom_margin = _points(below)
    section.gutter = Pt(0)
    section.header_distance = _points(_WARNING_TOP)
    section.footer_distance = _points(max(_LEAST_FOOT, below - NUMBER_GAP - NUMBER_GRID.size))


def _points(value: float) -> Length:
    return Pt(round(value * 20) / 20)


def _replace(root: BaseOxmlElement, content: BaseOxmlElement) -> None:
    for child in list(root):
        root.remove(child)
    root.append(content)
