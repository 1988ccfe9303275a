"""整改销号单: for each problem the five 明确, what was done, who verified it."""

from dataclasses import dataclass

from models.kinds import ProblemState, Uid
from services import problems as states
from services import records, signed_steps, words
from services.core import Row
from services.documents import composing
from services.documents.blocks import Column, Heading, Note, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.ledger import lines
from services.documents.orders import Order
from services.documents.sources import Addressing, frame, measures, members, people, problems, text
from services.documents.wording import chinese_date, ordinal, wording
from services.references import titles
from services.workspace import Workspace

_SIGNED = Addressing("nobody", ("leader", "member"))
_MOST_ORDINAL = 99


@dataclass(frozen=True, slots=True)
class Sheet:
    """One problem on its way off the list."""

    title: str
    facts: str
    state: str
    """In words."""
    number: str = ""
    responsible: str = ""
    measures: str = ""
    standard: str = ""
    deadline: str = ""
    done: str = ""
    evidence: tuple[str, ...] = ()
    satisfaction: str = ""
    verifier: str = ""
    closed_on: str = ""
    signed: bool = True
    """The leader's own signature lies under a closed one."""


@dataclass(frozen=True, slots=True)
class Closures:
    """What the sheet prints."""

    frame: Frame
    sheets: tuple[Sheet, ...]


def gather(workspace: Workspace, order: Order) -> Closures:
    """Problems of a unit that wait for closing or were closed, or the one it is about."""
    names = people(workspace)
    found = problems(workspace, order, (ProblemState.VERIFYING, ProblemState.CLOSED))
    planned = measures(workspace, found)
    sheets = tuple(_sheet(workspace, row, planned.get(row.uid, ()), names) for row in found)
    return Closures(frame(workspace, order, _SIGNED), sheets)


def _sheet(
    workspace: Workspace, row: Row, planned: tuple[Row, ...], names: dict[str, str]
) -> Sheet:
    state = ProblemState(text(row, "state"))
    closed = state is ProblemState.CLOSED
    closure = _closure(workspace, row.uid)
    satisfied = text(closure, "satisfaction") if closure else ""
    evidence = members(closure, "evidence") if closure else ()
    known = titles(workspace, [uid for uid in evidence if uid])
    return Sheet(
        title=text(row, "title"),
        facts=text(row, "facts"),
        state=words.state(state),
        number=text(row, "number"),
        responsible=lines(planned, "responsible"),
        measures=lines(planned, "what"),
        standard=lines(planned, "standard"),
        deadline=text(row, "deadline"),
        done=text(closure, "done") if closure else "",
        evidence=tuple(known.get(Uid(one), one) for one in evidence if not _bare(one, known)),
        satisfaction=words.choice("satisfaction", satisfied) if satisfied else "",
        verifier=names.get(text(closure, "verifier"), "") if closure else "",
        closed_on=text(closure, "date") if closure and closed else "",
        signed=not closed
        or signed_steps.signature_of(workspace, row.uid, ProblemState.CLOSED) is not None,
    )


def _bare(one: str, known: dict[Uid, str]) -> bool:
    """A reference whose record bears no title to print."""
    uid = len(one) == 32 and all(c in "0123456789abcdef" for c in one)  # noqa: PLR2004 -- a uid
    return uid and Uid(one) not in known


def _closure(workspace: Workspace, problem: Uid) -> Row | None:
    with workspace.store.read() as connection:
        uid = states.closure_in_force(connection, problem)
    return records.get(workspace, "closure", uid) if uid else None


def compose(data: Closures) -> Composed:
    """A table of two columns for each problem."""
    say = wording("closure")
    head = data.frame
    made = composing.sheet(head, say.several("title", unit=head.unit or head.group))
    for n, one in enumerate(data.sheets, 1):
        number = f"（{one.number}）" if one.number else ""
        place = ordinal(n) if n <= _MOST_ORDINAL else str(n)
        made.blocks.append(
            Heading(1, say("heading", ordinal=place, title=one.title, number=number))
        )
        made.blocks.append(_table(one))
    made.blocks.append(Note(say("note")) if data.sheets else body(say("none")))
    made.blocks.append(composing.closing(head))
    return made


def _table(one: Sheet) -> Table:
    say = wording("closure")
    state = one.state if one.signed else say("unsigned", state=one.state)
    contents = (
        *(one.facts, one.responsible, one.measures, one.standard, chinese_date(one.deadline)),
        *(one.done, "\n".join(one.evidence), one.satisfaction, one.verifier),
        *(chinese_date(one.closed_on), state),
    )
    blank = say("blank")
    rows = zip(say.several("rows"), (text or blank for text in contents), strict=True)
    heads = say.several("columns")
    columns = (Column(heads[0], 30), Column(heads[1], 126, left=True))
    return Table(columns, tuple(rows))
