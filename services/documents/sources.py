"""What several kinds of documents read from the records: names, signers, problems, secrets.

Nothing of the talk tier leaves this module but `secrets`, against which papers are checked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from models.base import table
from models.errors import Refused
from models.kinds import ProblemState, Tier, Uid, Value
from services import linking
from services.core import Filter, Row
from services.documents.frame import ExpectedSigner, Frame
from services.documents.leaks import LEAST_QUOTE, Secrets
from services.documents.orders import Order
from services.documents.wording import wording
from services.listing import MAX_LIMIT, page
from services.workspace import Workspace

OPEN = frozenset({ProblemState.CONFIRMED, ProblemState.ASSIGNED, ProblemState.RECTIFYING})
"""States in which the unit still owes something."""
ESTABLISHED = OPEN | {ProblemState.VERIFYING, ProblemState.CLOSED}
"""States in which a problem is the group's word; a clue is not shown to the unit."""
_MOST_UIDS = 500
"""Records asked for in one question."""


@dataclass(frozen=True, slots=True)
class Addressing:
    """How a kind addresses and signs."""

    to: str = "unit"
    """One of: unit, office, nobody."""
    roles: tuple[str, ...] = ("leader",)
    """Signature fields, in order."""


def frame(workspace: Workspace, order: Order, how: Addressing = Addressing()) -> Frame:
    """From whom to whom, as the records have it now.

    Raises:
        Refused: the unit does not exist.
    """
    template = workspace.template
    unit, addressee = unit_names(workspace, order.unit) if order.unit else ("", "")
    to = {"unit": addressee or unit, "office": template.organiser}.get(how.to, "")
    group, leader = group_names(workspace)
    say = wording("gathering")
    names = {"leader": leader}
    signers = tuple(ExpectedSigner(r, say(f"roles.{r}"), names.get(r, "")) for r in how.roles)
    return Frame(
        issuer=group,
        date=order.day,
        unit=unit,
        addressee=to,
        group=group,
        campaign=template.title,
        period=order.period.in_words(),
        number=order.number,
        label=template.label,
        signers=signers,
    )


def unit_names(workspace: Workspace, unit: Uid) -> tuple[str, str]:
    """A unit's name and its name as addressee.

    Raises:
        Refused: no such unit.
    """
    units = table("unit")
    with workspace.store.read() as connection:
        head = linking.joined(connection).head(unit)
        found = connection.execute(
            sa.select(units.c.name, units.c.addressee).where(units.c.uid == head)
        ).first()
    if found is None:
        raise Refused("reference_unknown", text=unit)
    return found.name or "", found.addressee or ""


def group_names(workspace: Workspace) -> tuple[str, str]:
    """The acting group's name and its leader's."""
    group = table("group")
    with workspace.store.read() as connection:
        row = connection.execute(group.select().where(group.c.uid == workspace.group)).one()
    return row.name or "", people(workspace).get(row.leader, "")


def people(workspace: Workspace) -> dict[str, str]:
    """Name of every person in this file by uid."""
    return _names(workspace, "person")


def units(workspace: Workspace) -> dict[str, str]:
    """Name of every unit by uid, in the order of the names; of joined rows the unit's one name."""
    names = _names(workspace, "unit")
    with workspace.store.read() as connection:
        same = linking.joined(connection)
    return {uid: names.get(same.head(Uid(uid)), name) for uid, name in names.items()}


def _names(workspace: Workspace, kind: str) -> dict[str, str]:
    target = table(kind)
    with workspace.store.read() as connection:
        query = sa.select(target.c.uid, target.c.name).order_by(target.c.name, target.c.uid)
        return {row.uid: row.name or "" for row in connection.execute(query)}


def named(value: Value, names: Mapping[str, str]) -> tuple[str, ...]:
    """The names behind a field that holds one uid or several."""
    uids = value if isinstance(value, list) else [value]
    return tuple(names[u] for u in uids if isinstance(u, str) and names.get(u))


def text(row: Row, name: str) -> str:
    """A field as text; empty when it has none."""
    value = row.values.get(name)
    return "" if value is None or isinstance(value, (list, dict)) else str(value)


def number(row: Row, name: str) -> int:
    """A field as a number; 0 when it has none."""
    value = row.values.get(name)
    return value if isinstance(value, int) else 0


def records(
    workspace: Workspace,
    kind: str,
    unit: Uid | None,
    where: Mapping[str, Value] | None = None,
) -> Iterator[Row]:
    """All records of a kind, of one unit or of all, a page at a time."""
    wanted = Filter(where or {}, frozenset({unit}) if unit else frozenset())
    offset, total = 0, 1
    while offset < total:
        found = page(workspace, kind, wanted, offset, MAX_LIMIT)
        yield from found.rows
        offset, total = offset + MAX_LIMIT, found.total


def measures(workspace: Workspace, problems: Iterable[Row]) -> dict[str, tuple[Row, ...]]:
    """The measures of some problems by problem, earliest date first."""
    uids = [row.uid for row in problems]
    found: dict[str, list[Row]] = {}
    for start in range(0, len(uids), _MOST_UIDS):
        of: list[Value] = list(uids[start : start + _MOST_UIDS])
        for row in records(workspace, "measure", None, {"problem": of}):
            found.setdefault(text(row, "problem"), []).append(row)
    return {
        uid: tuple(sorted(rows, key=lambda r: (text(r, "deadline"), text(r, "what"))))
        for uid, rows in found.items()
    }


def problems(
    workspace: Workspace, order: Order, states: Iterable[ProblemState] = ESTABLISHED
) -> list[Row]:
    """Problems in some states, by number, clues without one last; of the order's unit and days."""
    wanted: list[Value] = [state.value for state in ProblemState if state in set(states)]
    found = list(records(workspace, "problem", order.unit, {"state": wanted}))
    kept = [
        row
        for row in found
        if order.period.holds(row.values.get("confirmed_on"))
        and order.wanted.about in ("", row.uid)
    ]
    return sorted(kept, key=lambda r: (not text(r, "number"), text(r, "number"), text(r, "title")))


def secrets(workspace: Workspace, unit: Uid | None) -> Secrets:
    """Code names, quotes and rare categories of a unit's talks, or of everybody's."""
    talk, said = table("interview"), table("opinion")
    hidden_talk, hidden_said = table("interview", Tier.TALK), table("opinion", Tier.TALK)
    with workspace.store.read() as connection:
        codes = sa.select(hidden_talk.c.code_name, talk.c.category).join(
            talk, talk.c.uid == hidden_talk.c.uid
        )
        quotes = sa.select(hidden_said.c.quote).join(said, said.c.uid == hidden_said.c.uid)
        if unit:
            rows = sorted(linking.joined(connection).widen([unit]))
            codes, quotes = codes.where(talk.c.unit.in_(rows)), quotes.where(said.c.unit.in_(rows))
        of_talks = connection.execute(codes).all()
        found = [str(quote).strip('“”"。 \n') for quote in connection.scalars(quotes) if quote]
        categories = sa.select(talk.c.category)
        if unit:
            categories = categories.where(talk.c.unit.in_(rows))
        heard = Counter(connection.scalars(categories))
    least = workspace.template.thresholds.small_category
    few = tuple(
        title for key, title in workspace.template.members("categories") if 0 < heard[key] < least
    )
    long = {quote for quote in found if len(quote) >= LEAST_QUOTE}
    words = {str(code) for code, _category in of_talks if code} | long
    return Secrets(tuple(sorted(words)), few)


def members(row: Row, name: str) -> tuple[str, ...]:
    """The members of a set field."""
    value = row.values.get(name)
    return tuple(str(v) for v in value) if isinstance(value, list) else ()
