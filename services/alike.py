"""相近: problems of one unit and sub-kind that may well be one, found by two people."""

from collections import Counter
from dataclasses import dataclass

from models.kinds import ProblemState, Uid, Value
from models.search_index import normalise
from services import linking, listing, records
from services.core import Filter, Row
from services.workspace import Workspace

LEAST_PERCENT = 50
"""From here on two problems are told to be alike. Tried on four findings as two people would write
each (54 to 75), and on four pairs of different findings of one sub-kind (0 to 40)."""
MOST = 3
_LOOKED_AT = 300
"""Problems of one unit and sub-kind that are compared, newest first."""
_GONE = frozenset({ProblemState.VOID.value, ProblemState.MERGED.value})


@dataclass(frozen=True, slots=True)
class Alike:
    """Another problem, and how much of both texts is the same."""

    row: Row
    percent: int

    @property
    def number(self) -> str:
        """What it is called by: its number, or the provisional one."""
        return number_of(self.row)


def number_of(row: Row) -> str:
    """A problem's number, or its provisional one."""
    return str(row.values.get("number") or row.values.get("provisional_number") or "")


def alike(workspace: Workspace, uid: Uid) -> tuple[Alike, ...]:
    """At most three problems that are most like this one, the likest first.

    Raises:
        Refused: there is no such problem.
    """
    one = records.get(workspace, "problem", uid)
    unit, sub_kind = one.values.get("unit"), one.values.get("sub_kind")
    if not unit or not sub_kind:
        return ()
    units = linking.widened(workspace, frozenset({Uid(str(unit))}))
    wanted = Filter({"sub_kind": sub_kind}, units)
    ours = _pairs(one)
    found = []
    for row in listing.page(workspace, "problem", wanted, 0, _LOOKED_AT).rows:
        if row.uid != uid and row.values.get("state") not in _GONE:
            percent = _percent(ours, _pairs(row))
            if percent >= LEAST_PERCENT:
                found.append(Alike(row, percent))
    return tuple(sorted(found, key=lambda a: (-a.percent, a.row.uid))[:MOST])


def _pairs(row: Row) -> Counter[str]:
    """How often every two neighbouring characters stand in what it says; digits count, too."""
    texts = (row.values.get("title"), row.values.get("facts"))
    words = [_plain(text) for text in texts]
    return Counter(pair for text in words for pair in map(str.__add__, text, text[1:]))


def _plain(value: Value) -> str:
    """Letters, digits and characters only: two people set stops differently."""
    return "".join(filter(str.isalnum, normalise(value))) if isinstance(value, str) else ""


def _percent(one: Counter[str], other: Counter[str]) -> int:
    """Twice what is common by what there is (Sørensen–Dice), in per cent, rounded down."""
    whole = one.total() + other.total()
    return 200 * (one & other).total() // whole if whole else 0
