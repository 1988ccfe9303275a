"""Numbers, codes, letters and names of units that two records bear once files made apart meet."""

from collections import defaultdict

import orjson
import sqlalchemy as sa

from models.base import table
from models.kinds import Tier, Uid
from models.refolding import Turned
from services import linking
from services.merge.shapes import Collision

UNIT_NAME = ("unit", "name", Tier.WORK)
"""Two rows of one name may well be one unit: they are joined, not changed."""
_UNIQUE = (
    ("problem", "number", Tier.WORK),
    ("problem", "provisional_number", Tier.WORK),
    ("interview", "code_name", Tier.TALK),
    ("unit", "code", Tier.WORK),
    UNIT_NAME,
    ("notice", "number", Tier.WORK),
    ("report", "number", Tier.WORK),
)
_MOST = 200
_MOST_UIDS = 10


class Collisions:
    """Watches which numbers come in, then asks who else bears them."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self._values: defaultdict[tuple[str, str, Tier], set[str]] = defaultdict(set)
        self._people = False

    def see(self, turned: Turned) -> None:
        """Note the numbers of one row that is new or has others than before."""
        state, after = turned.state, turned.after
        if state.entity in ("person", "group"):
            self._people = True
        if after is None or after == turned.before:
            return
        for place in _UNIQUE:
            kind, field, tier = place
            if kind == state.entity and tier is state.tier:
                value = after.get(field)
                if isinstance(value, str) and value and value != (turned.before or {}).get(field):
                    self._values[place].add(value)

    def found(self, connection: sa.Connection) -> tuple[Collision, ...]:
        """The numbers noted that several living records bear."""
        every = [
            collision
            for place, values in sorted(self._values.items())
            for collision in _borne(connection, place, sorted(values))
        ]
        if self._people:
            every += _letters(connection)
        return tuple(every[:_MOST])


def _borne(
    connection: sa.Connection, place: tuple[str, str, Tier], values: list[str]
) -> list[Collision]:
    kind, field, tier = place
    target = table(kind, tier)
    column = target.c[field]
    listed = sa.func.json_each(orjson.dumps(values).decode()).table_valued("value")
    # One statement, and the records themselves are only read where two bear a number.
    double = (
        sa.select(column)
        .where(column.in_(sa.select(listed.c.value)))
        .group_by(column)
        .having(sa.func.count() > 1)
    )
    bearers: defaultdict[str, set[Uid]] = defaultdict(set)
    for value, uid in connection.execute(sa.select(column, target.c.uid).where(column.in_(double))):
        bearers[value].add(uid)
    same = linking.joined(connection) if place == UNIT_NAME else linking.Joined()
    return [
        Collision(kind, field, value, tuple(sorted(uids)[:_MOST_UIDS]))
        for value, uids in bearers.items()
        if len({same.head(uid) for uid in uids}) > 1
    ]


def _letters(connection: sa.Connection) -> list[Collision]:
    """Letters that two members of one group have."""
    group, person = table("group"), table("person")
    query = sa.select(person.c.uid, person.c.letter).where(person.c.letter.is_not(None))
    letters = {uid: letter for uid, letter in connection.execute(query) if letter}
    found = []
    for members in connection.scalars(sa.select(group.c.members).order_by(group.c.uid)):
        bearers: defaultdict[str, set[Uid]] = defaultdict(set)
        for uid in orjson.loads(members or "{}"):
            if uid in letters:
                bearers[letters[uid]].add(uid)
        found += [
            Collision("person", "letter", letter, tuple(sorted(uids)[:_MOST_UIDS]))
            for letter, uids in sorted(bearers.items())
            if len(uids) > 1
        ]
    return found
