"""对照检查表: the campaign's sub-kinds as rows that a unit fills in."""

from dataclasses import dataclass

from services.documents import composing, forms
from services.documents.blocks import Column, Note, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.orders import Order
from services.documents.sources import Addressing, frame
from services.documents.wording import wording
from services.workspace import Workspace

_NOBODY = Addressing("nobody", ())
_SHARES = ((8, 0), (20, 1), (24, 1), (74, 1), (12, 0), (48, 1), (39, 1))


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of problem to look for."""

    group: str
    name: str
    guidance: str


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """What the sheet prints."""

    frame: Frame
    rows: tuple[Row, ...]


def gather(workspace: Workspace, order: Order) -> SelfCheck:
    """The template's sub-kinds in order; 其他 is not asked for."""
    rows = tuple(
        Row(group.title, sub_kind.title, sub_kind.guidance)
        for group in workspace.template.groups
        for sub_kind in group.sub_kinds
    )
    return SelfCheck(frame(workspace, order, _NOBODY), rows)


def compose(data: SelfCheck) -> Composed:
    """One table across, and places to sign."""
    say = wording("self_check")
    head = data.frame
    title = say.several("title", unit=head.unit or say("any_unit"))
    made = composing.sheet(head, title, across=True)
    columns = tuple(
        Column(title, share, left=bool(left))
        for title, (share, left) in zip(say.several("columns"), _SHARES, strict=True)
    )
    rows = tuple(
        (str(n), row.group, row.name, row.guidance, "", "", "")
        for n, row in enumerate(data.rows, 1)
    )
    count = len(rows)
    made.blocks += [body(say("lead", count=count)), Table(columns, rows, least_lines=3)]
    made.blocks += [Note(say("note", count=count)), forms.places(say.several("signs"))]
    return made
