"""Looking things up while a record is checked: choices of the campaign, records by uid or name."""

import re
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.kinds import TEMPLATE_LISTS, Tier, Uid, Value
from services import forms, linking, words
from services.rules import Finding, fixed_choices
from services.workspace import Workspace

_UID = re.compile(r"[0-9a-f]{32}$")
_MOST_ROWS_OF_A_NAME = 50


class Lookup:
    """The `services.rules.Directory` of an open file; remembers what it found for one command."""

    def __init__(self, workspace: Workspace, connection: sa.Connection) -> None:
        """Look things up in `workspace` over `connection`."""
        self._workspace = workspace
        self._connection = connection
        self._choices: dict[str, Mapping[str, str]] = {}
        self._found: dict[tuple[Sequence[str], str], Sequence[str]] = {}
        self._units: linking.Joined | None = None

    @property
    def units(self) -> linking.Joined:
        """Which units stand for which."""
        if self._units is None:
            self._units = linking.joined(self._connection)
        return self._units

    def choices(self, name: str) -> Mapping[str, str]:
        """Id → word of a list."""
        if name not in self._choices:
            self._choices[name] = choices(self._workspace, name)
        return self._choices[name]

    def find(self, kinds: Sequence[str], text: str) -> Sequence[str]:
        """Uids of living records of these kinds whose uid or title is `text`."""
        key = (tuple(kinds), text)
        if key not in self._found:
            self._found[key] = self._find(kinds, text)
        return self._found[key]

    def _find(self, kinds: Sequence[str], text: str) -> list[str]:
        found: list[str] = []
        for kind in kinds:
            spec = KINDS[kind]
            field = spec.field(spec.title)
            tier = Tier.WORK if field is None else field.tier
            work = table(kind, spec.tiers()[0])
            if _UID.match(text):
                query = sa.select(work.c.uid).where(work.c.uid == text)
            elif kind == "unit":
                found += self._units_called(work, text)
                continue
            else:
                titled = table(kind, tier)
                query = sa.select(titled.c.uid).where(titled.c[spec.title] == text).limit(3)
            found += self._connection.scalars(query).all()
        return found

    def _units_called(self, unit: sa.Table, text: str) -> list[Uid]:
        """Units of this name, short name or code; rows of one unit stand for it together."""
        where = (unit.c.name == text) | (unit.c.short_name == text) | (unit.c.code == text)
        query = sa.select(unit.c.uid).where(where).limit(_MOST_ROWS_OF_A_NAME)
        heads = (self.units.head(uid) for uid in self._connection.scalars(query))
        return list(dict.fromkeys(heads))

    def added(self, kind: str, uid: Uid, title: str) -> None:
        """Tell of a record just written, so that later ones of this command may refer to it."""
        for key in [(k, t) for k, t in self._found if kind in k and t in (uid, title)]:
            del self._found[key]

    def answers(self, form: str, answers: Mapping[str, Value]) -> Iterable[Finding]:
        """Faults of a form's answers."""
        known = self._workspace.template.form(form)
        if known is None:
            return []
        return [
            Finding(f"answers.{f.question}", f.code, f.params)
            for f in forms.check_answers(known, answers)
        ]


def used(workspace: Workspace, kind: str, field: str, most: int = 50) -> tuple[str, ...]:
    """What was written in a field of text before, the record that was added last first."""
    spec = KINDS[kind].by_name[field]
    held = table(kind, spec.tier)
    column = held.c[field]
    last = sa.func.max(held.c.row_n)
    query = sa.select(column).where(column != "").group_by(column).order_by(last.desc())
    with workspace.store.read() as connection:
        return tuple(map(str, connection.scalars(query.limit(most))))


def choices(workspace: Workspace, name: str) -> Mapping[str, str]:
    """Id → word of a choice list, fixed by the format or by this workspace's campaign."""
    cached = workspace.choice_cache.get(name)
    if cached is None:
        if name in TEMPLATE_LISTS:
            cached = dict(workspace.template.members(name))
        else:
            template = workspace.template
            cached = {i: words.choice(name, i, template) for i in fixed_choices(name)}
        workspace.choice_cache[name] = cached
    return cached
