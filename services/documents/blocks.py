"""The parts a document is written in, before they have a place."""

from dataclasses import dataclass
from typing import TypeAlias

from services.documents.fonts.roles import Role
from services.documents.lines import Span


@dataclass(frozen=True, slots=True)
class Label:
    """Words at the top left of page 1 (密级 or 内部资料 注意保存)."""

    text: str


@dataclass(frozen=True, slots=True)
class RedHead:
    """Issuing organ's mark (发文机关标志), document number and the red line."""

    mark: str
    number: str


@dataclass(frozen=True, slots=True)
class Title:
    """The title in parts; a line ends between parts only."""

    parts: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table; its head stands on every page it reaches, a long row may go over pages."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


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
    | RedHead
    | Title
    | Addressee
    | Heading
    | Paragraph
    | Note
    | Table
    | Figure
    | Attachments
    | Closing
    | Receipt
    | Gap
)


def body(text: str) -> Paragraph:
    """A paragraph of running text."""
    return Paragraph((Span(text),))


HEADING_ROLES = {1: Role.HEI, 2: Role.KAI, 3: Role.BODY, 4: Role.BODY}
