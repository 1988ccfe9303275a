"""问题台账: every established problem on pages that lie across, the head repeated."""

from collections import Counter
from dataclasses import dataclass

from models.kinds import ProblemState
from services import words
from services.core import Row
from services.documents import composing
from services.documents.blocks import Column, Note, Subtitle, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.orders import Order
from services.documents.sources import Addressing, frame, problems, text, units
from services.documents.sources import measures as measures_of
from services.documents.wording import chinese_date, wording
from services.workspace import Workspace

_SIGNED = Addressing("nobody")
_SHARES = ((8, 0), (14, 0), (26, 1), (46, 1), (20, 1), (48, 1), (20, 0), (27, 0))
"""Width, and whether flush left, of each column of one unit's ledger."""
_UNIT_SHARE = (24, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One problem and what is done about it."""

    title: str
    sub_kind: str
    state: str
    """In words."""
    number: str = ""
    unit: str = ""
    """Empty in the ledger of one unit."""
    responsible: str = ""
    measures: str = ""
    deadline: str = ""
    late: bool = False
    closed_on: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the ledger prints."""

    frame: Frame
    entries: tuple[Entry, ...]


def gather(workspace: Workspace, order: Order) -> Ledger:
    """The problems of a unit, or of all units by unit."""
    names = {} if order.unit else units(workspace)
    sub_kinds = dict(workspace.template.members("sub_kinds"))
    found = problems(workspace, order)
    measures = measures_of(workspace, found)
    found.sort(key=lambda row: names.get(text(row, "unit"), ""))
    entries = tuple(
        Entry(
            title=text(row, "title"),
            sub_kind=sub_kinds.get(text(row, "sub_kind"), text(row, "sub_kind")),
            state=words.state(ProblemState(text(row, "state"))),
            number=text(row, "number"),
            unit=names.get(text(row, "unit"), ""),
            responsible=lines(measures.get(row.uid, ()), "responsible"),
            measures=lines(measures.get(row.uid, ()), "what"),
            deadline=text(row, "deadline"),
            late=row.values.get("overdue") is True,
            closed_on=text(row, "closed_on"),
        )
        for row in found
    )
    return Ledger(frame(workspace, order, _SIGNED), entries)


def lines(rows: tuple[Row, ...], name: str) -> str:
    """A field of several records, one a line, the same words once; numbered when they differ."""
    found = list(dict.fromkeys(text(row, name) for row in rows if text(row, name)))
    if len(found) < 2:  # noqa: PLR2004 -- one needs no number
        return "".join(found)
    return "\n".join(f"{n}．{one}" for n, one in enumerate(found, 1))


def compose(data: Ledger) -> Composed:
    """Title and table across, the count below, the leader's place."""
    say = wording("ledger")
    head = data.frame
    title = say.several("title", unit=head.unit or head.group)
    made = composing.sheet(head, title, across=True)
    when = say("subtitle", period=head.period, today=chinese_date(head.date))
    made.blocks.append(Subtitle(when))
    if data.entries:
        made.blocks += [_table(data), Note(_note(data))]
    else:
        made.blocks.append(body(say("none")))
    made.blocks.append(composing.closing(head, seal=False))
    return made


def _table(data: Ledger) -> Table:
    say = wording("ledger")
    all_units = not data.frame.unit
    shares = [*_SHARES[:2], *([_UNIT_SHARE] if all_units else []), *_SHARES[2:]]
    titles = say.several("columns_all" if all_units else "columns")
    columns = tuple(
        Column(name, share, left=bool(left))
        for name, (share, left) in zip(titles, shares, strict=True)
    )
    rows = []
    for n, entry in enumerate(data.entries, 1):
        state = entry.state + (say("late") if entry.late else "")
        if entry.closed_on:
            state = say("closed", state=entry.state, date=chinese_date(entry.closed_on))
        unit = (entry.unit,) if all_units else ()
        rows.append(
            (
                *(str(n), entry.number or "—", *unit, entry.sub_kind, entry.title),
                *(entry.responsible or "—", entry.measures or "—"),
                *(chinese_date(entry.deadline) or "—", state),
            )
        )
    return Table(columns, tuple(rows))


def _note(data: Ledger) -> str:
    say = wording("ledger")
    counts = Counter(entry.state for entry in data.entries)
    states = "，".join(say("state", state=state, count=count) for state, count in counts.items())
    late = sum(entry.late for entry in data.entries)
    overdue = say("overdue", count=late) if late else ""
    return say("note", count=len(data.entries), states=states, overdue=overdue)
