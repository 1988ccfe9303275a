"""The parts a document is written in, before they have a place.

A kind of document is a list of these from top to bottom; `layout.lay_out` gives each its place.

Head: `Label` (words at the top left) or `Marks` (份号, 密级, 紧急程度), then one of `RedHead`
(发文机关标志, 发文字号, 签发人 when it goes upwards), `LetterHead` (信函), `BriefingHead` (简报)
or none. Then `Title`, `Subtitle`, `Addressee` (主送).
Text: `Heading` (一、（一） 1. （1）), `Paragraph` (`body` for plain text, `editors_note` for 按语),
`Roll` (出席：…, hanging), `Table`, `Note` below it, `Figure`, `Gap`, `Break` (a new page),
`Pages` (pages lie across or stand upright from here on).
End: `Attachments` (附件说明), `Closing` (署名, 成文日期, places to sign), `Remark` (附注),
`Attachment` (starts an attachment's page), `Imprint` (版记 or a briefing's tail, made by `imprint`
and `tail`; pinned to the last page's bottom), `Receipt` (送达回执 on a page of its own, the last).
"""

from dataclasses import dataclass
from typing import TypeAlias

from services.documents.fonts.roles import Role
from services.documents.lines import Span


@dataclass(frozen=True, slots=True)
class Label:
    """Words at the top left of page 1 (密级 or 内部资料 注意保存)."""

    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands at the left of lines 1, 2 and 3 of page 1; empty parts keep their line free."""

    copy: str = ""
    """份号: six digits."""
    secrecy: str = ""
    """密级 and 保密期限."""
    urgency: str = ""
    """紧急程度."""


@dataclass(frozen=True, slots=True)
class RedHead:
    """Issuing organ's mark (发文机关标志), document number and the red line."""

    mark: str
    number: str
    approvers: tuple[str, ...] = ()
    """签发人, for a document that goes upwards (上行文): the number then stands at the left."""


@dataclass(frozen=True, slots=True)
class LetterHead:
    """The head of a letter (信函): the organ between double red lines, the number at the right.

    Page 1 bears no page number.
    """

    mark: str
    number: str
    labels: tuple[str, ...] = ()
    """份号, 密级, 紧急程度 as far as there are any."""


@dataclass(frozen=True, slots=True)
class BriefingHead:
    """The head of a briefing (简报报头), a third of the page high."""

    name: str
    """Large and red."""
    issue: str
    """第12期"""
    organ: str
    """Issuing office, at the left."""
    date: str
    """At the right."""
    above: tuple[str, ...] = ()
    """Lines above the name, red: campaign, organ."""
    label: str = ""
    """At the top left: 内部资料 注意保存."""
    copy: str = ""
    """At the top right: 编号 or 份号."""


@dataclass(frozen=True, slots=True)
class Title:
    """The title in parts; a line ends between parts only."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subtitle:
    """A centred line of 楷体 below the title: 题注, speaker, date of a minute."""

    text: str


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who it is for (主送机关), without the colon."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its number: level 1 一、 2 （一） 3 1. 4 （1）."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    spans: tuple[Span, ...]
    indent: float = 2
    """Cells before the first line."""
    left: float = 0
    """Cells before the other lines."""
    right: float = 0
    """Cells behind every line."""


@dataclass(frozen=True, slots=True)
class Roll:
    """A label in 黑体 and what belongs to it, hanging behind the colon (出席：…)."""

    label: str
    """Without the colon."""
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """The next block starts a page."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages lie across (for wide tables) or stand upright from here on."""

    across: bool


@dataclass(frozen=True, slots=True)
class Note:
    """Small text below a table or a figure."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    title: str
    share: float
    """Part of the table's width; shares need not add up to anything."""
    left: bool = False
    """Text flush left, else centred."""
    right: bool = False
    """Numbers: flush right."""

    @property
    def side(self) -> float:
        """0 left, 0.5 centred, 1 right."""
        return 0.0 if self.left else 1.0 if self.right else 0.5


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table; its head stands on every page it reaches, a long row may go over pages."""

    columns: tuple[Column, ...]
    """No head is printed when all titles are empty."""
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    least_lines: int = 1
    """Height of a row in lines, at least: room to write in a form."""
    is_signed: bool = False
    """People sign in it: it never stands alone on a page."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart drawn elsewhere."""

    key: str
    width_mm: float
    height_mm: float
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Attachments:
    """附件说明: the names of what is attached."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody expected to sign."""

    field: str
    """Name of the signature field: leader, member, office."""
    label: str
    """Words before the place."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Signature places, organ, date and the empty place of the seal; never alone on a page."""

    organ: str
    date: str
    signers: tuple[Signer, ...] = ()
    seal: str = ""
    """Words in the seal's place; empty where no seal is put."""


@dataclass(frozen=True, slots=True)
class Remark:
    """附注 below the date, without its brackets."""

    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """Starts the page of an attachment: 附件1 on line 1, its title on line 3."""

    title: tuple[str, ...]
    """In parts, as `Title`."""
    number: int | None = None
    """None where there is only one."""
    of: str = ""
    """Number of the document it belongs to, where it is not bound with it."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记: entries, then one line with something at the left and at the right, between rules."""

    entries: tuple[tuple[str, str], ...]
    """Label without colon and text without end mark: (抄送, 甲，乙，丙)."""
    left: str = ""
    right: str = ""
    ruled: bool = True
    """A letter has no rules."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The last page that the visited unit signs on paper and gives back (送达回执)."""

    title: str
    number: str
    """Stands astride the tear line."""
    lines: tuple[str, ...]
    """What was delivered to whom."""
    view: str
    """The choices of the unit's view."""
    places: tuple[str, ...]
    """Words before each line to be filled in."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty lines."""

    lines: int = 1


Block: TypeAlias = (
    Label
    | Marks
    | RedHead
    | LetterHead
    | BriefingHead
    | Title
    | Subtitle
    | Addressee
    | Heading
    | Paragraph
    | Roll
    | Break
    | Pages
    | Note
    | Table
    | Figure
    | Attachments
    | Closing
    | Remark
    | Attachment
    | Imprint
    | Receipt
    | Gap
)


def body(text: str) -> Paragraph:
    """A paragraph of running text."""
    return Paragraph((Span(text),))


def editors_note(label: str, text: str) -> Paragraph:
    """按语: the label (编者按：) in 黑体, the text in 楷体, indented at both sides."""
    return Paragraph((Span(label, Role.HEI), Span(text, Role.KAI)), indent=4, left=2, right=2)


def imprint(organ: str, date: str, copies_to: str = "") -> Imprint:
    """版记 of a document: 抄送, 印发机关 at the left, 印发日期 at the right."""
    return Imprint((("抄送", copies_to),) if copies_to else (), organ, f"{date}印发")


def tail(entries: tuple[tuple[str, str], ...], copies: int | None = None) -> Imprint:
    """A briefing's tail: (报, …), (送, …), (发, …) and 共印××份."""
    return Imprint(entries, "", f"共印{copies}份" if copies else "")


HEADING_ROLES = {1: Role.HEI, 2: Role.KAI, 3: Role.BODY, 4: Role.BODY}
