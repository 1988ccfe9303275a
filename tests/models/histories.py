"""Generated histories of one row: several replicas that see parts of each other, and fork."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from models.journal import GENESIS, VERSION, Change, decode, encode, fold
from models.kinds import ChangeId, Value

FIELDS = ("title", "note", "winds.formalism", "state", "deleted")
VALUES: tuple[Value, ...] = ("一", "二", True, False, None, {"state": "closed", "round": 1})
STATES: tuple[Value, ...] = ({"state": "closed"}, {"state": "clue", "round": 2}, {"state": "void"})


def change(
    replica: int,
    seq: int,
    fields: dict[str, Value],
    base: tuple[ChangeId, ...] = (),
    at: int = 0,
    entity: str = "problem",
) -> Change:
    """A change of the one row all these tests are about."""
    body: dict[str, object] = {
        "v": VERSION,
        "replica": f"{replica:032x}",
        "scope": "unit/1",
        "seq": seq,
        "prev": GENESIS,
        "at": at,
        "actor": "ac" * 16,
        "txn": "7" * 32,
        "reason": None,
        "entity": entity,
        "row": "0" * 32,
        "base": sorted(base),
        "fields": fields,
    }
    return decode(encode(body))


@dataclass
class Author:
    """One laptop: what it holds, and the form it has open."""

    replica: int
    seq: int = 0
    holds: dict[ChangeId, Change] = field(default_factory=dict)
    form: dict[ChangeId, Change] = field(default_factory=dict)
    """What was in view when the form was loaded."""


@dataclass
class History:
    """All changes ever written, and what each one's author really had in view."""

    changes: list[Change] = field(default_factory=list)
    views: dict[ChangeId, frozenset[ChangeId]] = field(default_factory=dict)

    def add(self, author: Author, fields: dict[str, Value], at: int) -> None:
        """The author saves the form."""
        author.seq += 1
        tips = fold(author.form.values()).tips
        made = change(author.replica, author.seq, fields, tips, at)
        if made.id not in self.views:
            self.changes.append(made)
            self.views[made.id] = frozenset(author.form)
        author.holds[made.id] = made


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Up to four laptops, one of them perhaps a copy of another (a fork)."""
    authors = [Author(n) for n in range(1, draw(st.integers(1, 4)) + 1)]
    history = History()
    for _ in range(draw(st.integers(1, 14))):
        who = draw(st.sampled_from(authors))
        step = draw(st.sampled_from(("write", "write", "load", "load", "receive", "copy")))
        if step == "write":
            names = draw(st.sets(st.sampled_from(FIELDS), max_size=3))
            fields = {n: draw(st.sampled_from(STATES if n == "state" else VALUES)) for n in names}
            history.add(who, fields, draw(st.integers(0, 3)))
        elif step == "load":
            who.form = dict(who.holds)
        elif step == "receive":
            who.holds |= draw(st.sampled_from(authors)).holds
        elif len(authors) < 5:
            authors.append(Author(who.replica, who.seq, dict(who.holds), dict(who.form)))
    return history
