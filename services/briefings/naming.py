"""Names that a briefing must not tell: found in any text, put aside in what the program writes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from models.base import table
from models.kinds import Uid
from services import linking
from services.documents.wording import wording
from services.workspace import Workspace

_LEAST = 2
"""Shorter names would be found in every sentence."""
_CODE_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{3}(?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class Named:
    """A name that stands in a text although it may not."""

    text: str
    unit: Uid | None
    """The unit it names; None for a person or a code name."""


class Names:
    """All names of the file that are not cleared, ready to be looked for."""

    def __init__(self, units: Mapping[str, Uid], people: Iterable[str]) -> None:
        """Take names of units (with whose they are) and of people."""
        self._units = {name: uid for name, uid in units.items() if len(name) >= _LEAST}
        self._people = {name for name in people if len(name) >= _LEAST}
        known = sorted({*self._units, *self._people}, key=lambda name: (-len(name), name))
        self._any = re.compile("|".join(map(re.escape, known))) if known else None

    def find(self, text: str) -> tuple[Named, ...]:
        """Every name in the text, each once, in the order of their first appearance."""
        found = {m.group(): None for m in self._any.finditer(text)} if self._any else {}
        found |= {m.group(): None for m in _CODE_NAME.finditer(text)}
        return tuple(Named(name, self._units.get(name)) for name in found)

    def masked(self, text: str) -> str:
        """The text with every name replaced by 有关单位 or 有关同志."""
        if self._any is None:
            return text
        say = wording("briefing")
        unit, person = say("group.some_unit"), say("group.some_person")
        return self._any.sub(lambda m: unit if m.group() in self._units else person, text)


def names(workspace: Workspace, cleared: Iterable[str] = ()) -> Names:
    """Names of units that may not be told, their heads, and of all people of the file."""
    unit, person = table("unit"), table("person")
    units: dict[str, Uid] = {}
    people: set[str] = set()
    with workspace.store.read() as connection:
        allowed = linking.joined(connection).widen(map(Uid, cleared))
        columns = sa.select(*(unit.c[n] for n in ("uid", "name", "short_name", "head", "contact")))
        for row in connection.execute(columns.order_by(unit.c.row_n)):
            if row.uid in allowed:
                continue
            units |= {n: Uid(row.uid) for n in (row.name, row.short_name) if n}
            people |= {n for n in (row.head, row.contact) if n}
        of_people = sa.select(person.c.name, person.c.unit)
        people |= {
            r.name for r in connection.execute(of_people) if r.name and r.unit not in allowed
        }
    return Names(units, people)
