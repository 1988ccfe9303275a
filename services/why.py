"""为什么是这个值: every value a field was given, which of them is shown and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from models import tables
from models.base import SETS
from models.catalogue import KINDS
from models.errors import Refused
from models.journal import Change, Folded, Sight, fold
from models.kinds import ChangeId, FieldType, RecordKind, Tier, Uid, Value
from models.projection import history, tier_of
from services import records, rows, words
from services.wording import Wording
from services.words import _
from services.workspace import Workspace


class Role(StrEnum):
    """What became of a value that somebody set."""

    SHOWN = "shown"
    """It is the value."""
    WAITING = "waiting"
    """It stands against others, which lists and forms show until it is decided."""
    REPLACED = "replaced"
    """Somebody who had it in view set another."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that a field was given."""

    change_id: ChangeId
    value: Value
    """As the journal has it."""
    words: str
    actor_name: str
    at: datetime
    """When, by its author's clock (UTC)."""
    letter: str
    """Of the laptop; empty when it is not known."""
    reason: str | None
    signed: bool
    role: Role
    how: str
    """One sentence: what its author had in view."""
    base: ChangeId | None
    """The newest setting its author had in view."""


@dataclass(frozen=True, slots=True)
class Why:
    """为什么是这个值: how one journal field came to its value."""

    kind: str
    uid: Uid
    field: str
    label: str
    words: str
    """The value shown now."""
    verdict: str
    """One sentence: why it is this one."""
    settings: tuple[Setting, ...]
    """Oldest first, by their authors' clocks."""
    seen: Mapping[Tier, tuple[ChangeId, ...]]
    """What whoever looks at this has in view."""
    can_take_back: bool
    """Whether an earlier value may simply be taken again."""


def explain(workspace: Workspace, uid: Uid, field: str) -> tuple[Why, ...]:
    """How a field came to its value; of a set or of answers one part a member, by label.

    `field` is a field of the form, or a journal field.

    Raises:
        Refused: no row of this uid, or the field is sealed.
    """
    with workspace.store.read() as connection:
        found = _rows_of(connection, uid)
        entity = str(found[0].entity)
        values = _values(workspace, connection, entity, uid)
        spec = KINDS.get(entity)
        known = spec.by_stem.get(field.partition(".")[0]) if spec else None
        if known is not None and known.tier is Tier.SEALED:
            raise Refused("field_sealed", kind=entity, field=field)
        stem = known.part_of or field if known is not None else field
        told = _Told(Wording(workspace, connection), entity, uid, values)
        reasons = []
        for row in found:
            if tier_of(row.name) is not Tier.SEALED:
                changes = history(connection, row.n)
                tier = tier_of(row.name)
                reasons += [told.of(one, changes, tier) for one in _named(changes, stem)]
    return tuple(sorted(reasons, key=lambda r: r.label))


def take_back(
    workspace: Workspace, found: Why, change_id: ChangeId, reason: str = ""
) -> records.Changed:
    """Take an earlier value of a field again, as a new change.

    Raises:
        Invalid: the value has faults by now.
        Refused: the field waits for a decision, is set by steps or numbers only, or has no such
            value.
    """
    chosen = next((s for s in found.settings if s.change_id == change_id), None)
    if chosen is None or not found.can_take_back:
        raise Refused("value_not_takeable", kind=found.kind, field=found.field)
    spec = records.kind_named(found.kind)
    now = records.get(workspace, found.kind, found.uid).values
    given = _as_given(spec, found.field, chosen.value, now)
    why_now = reason.strip() or _("改回 {who} {when} 的值").format(
        who=chosen.actor_name, when=words.date(f"{chosen.at.astimezone():%Y-%m-%d}")
    )
    return records.change(workspace, found.kind, found.uid, given, base=found.seen, reason=why_now)


def _rows_of(connection: sa.Connection, uid: Uid) -> Sequence[sa.Row[int, str, str]]:
    row, scope = tables.row, tables.scope
    query = (
        sa.select(row.c.n, row.c.entity, scope.c.name)
        .join(scope, scope.c.n == row.c.scope)
        .where(row.c.uid == uid)
        .order_by(row.c.n)
    )
    found = connection.execute(query).all()
    if not found:
        raise Refused("record_unknown", kind="", uid=uid[:40])
    return found


def _values(
    workspace: Workspace, connection: sa.Connection, kind: str, uid: Uid
) -> Mapping[str, Value]:
    try:
        return rows.read(connection, KINDS[kind], uid, workspace).values if kind in KINDS else {}
    except Refused:
        return {}


def _named(changes: Sequence[Change], stem: str) -> list[str]:
    """Journal fields of a row that belong to a field of the form."""
    names = {name for change in changes for name in change.fields}
    return sorted(n for n in names if n == stem or n.startswith(f"{stem}."))


class _Told:
    """Puts one record's fields into words."""

    def __init__(self, wording: Wording, kind: str, uid: Uid, values: Mapping[str, Value]) -> None:
        self._wording = wording
        self._kind = kind
        self._uid = uid
        self._values = values

    def of(self, name: str, changes: Sequence[Change], tier: Tier) -> Why:
        """One journal field of a row."""
        sight, folded = Sight(changes), fold(changes)
        value = folded.deleted if name == "deleted" else folded.values.get(name)
        settings = tuple(self._settings(name, sight, folded))
        return Why(
            kind=self._kind,
            uid=self._uid,
            field=name,
            label=self._wording.label(self._kind, name, self._values),
            words=self._words(name, value),
            verdict=_verdict(name, folded, settings),
            settings=settings,
            seen={tier: folded.tips},
            can_take_back=name not in folded.conflicts and _is_free(self._kind, name),
        )

    def _words(self, name: str, value: Value) -> str:
        if name == "deleted":
            return _("删除") if value is True else _("保留")
        return self._wording.value(self._kind, name, value, self._values)

    def _settings(self, name: str, sight: Sight, folded: Folded) -> Iterator[Setting]:
        setters = sorted((c for c in sight.changes if name in c.fields), key=lambda c: (c.at, c.id))
        standing = {c.id for c in sight.standing(name)}
        seen = {c.id: sight.seen_by(c.base) for c in setters}
        by_id = {c.id: c for c in setters}
        for change in setters:
            had = [c for c in setters if c.id in seen[change.id]]
            # The values it replaced: those it saw which nobody it saw had replaced before.
            met = [c for c in had if not any(c.id in seen[o.id] for o in reversed(had))]
            unseen = [
                other
                for other in setters
                if other is not change
                and other.id not in seen[change.id]
                and change.id not in seen[other.id]
            ]
            role = Role.REPLACED
            if change.id in standing:
                role = Role.WAITING if name in folded.conflicts else Role.SHOWN
            last = max(met, key=lambda c: (c.at, c.id), default=None)
            yield Setting(
                change_id=change.id,
                value=change.fields[name],
                words=self._words(name, change.fields[name]),
                actor_name=self._wording.person(change.actor),
                at=datetime.fromtimestamp(change.at / 1000, UTC),
                letter=self._wording.letter(change.replica),
                reason=change.reason,
                signed=change.sig is not None,
                role=role,
                how=self._how(met, unseen),
                base=None if last is None else by_id[last.id].id,
            )

    def _how(self, met: Sequence[Change], unseen: Sequence[Change]) -> str:
        """What the author of a setting had in view."""
        if len(met) > 1:
            told = _("看过 {count} 个不同的值后定的").format(count=len(met))
        elif met:
            who = self._wording.person(met[0].actor)
            told = _("看过{who}填的值后改的").format(who=who)
        else:
            told = _("最初填写") if not unseen else _("没有看到别人填的值")
        others = sorted({self._wording.person(c.actor) for c in unseen})
        if others and met:
            told += _("，同时{who}也在改").format(who="、".join(others))
        return told


def _verdict(name: str, folded: Folded, settings: Sequence[Setting]) -> str:
    if name in folded.conflicts:
        if name == "state":
            return _("几个人同时改，待裁定；先显示较早的一步")
        if name == "deleted":
            return _("一人删除时没有看到别人的改动，待裁定；先保留")
        return _("几个人同时改，待裁定；先显示最晚的一个")
    shown = [s for s in settings if s.role is Role.SHOWN]
    if folded.incomplete:
        return _("前文还没有收齐，收齐后可能不同")
    if len(shown) > 1:
        return _("几个人各自填了同一个值")
    return _("只填过这一次") if len(settings) == 1 else _("最后改的人看过前面的值")


def _is_free(kind: str, name: str) -> bool:
    """Whether a person may set the field as they like."""
    spec = KINDS.get(kind)
    stem = name.partition(".")[0]
    field = spec.by_stem.get(stem) if spec else None
    if spec is None or field is None:
        return False
    return not any(f.computed for f in spec.fields if stem in (f.name, f.part_of))


def _as_given(
    spec: RecordKind, name: str, value: Value, now: Mapping[str, Value]
) -> dict[str, Value]:
    """A journal field's value as `services.records.change` takes it."""
    stem, dot, member = name.partition(".")
    field = spec.by_stem[stem]
    if dot and field.type in SETS:
        held = now.get(stem)
        item = value if isinstance(value, str) else member
        others: list[Value] = [i for i in held if i != item] if isinstance(held, list) else []
        return {stem: [*others, item] if value else others}
    if dot and field.type is FieldType.ANSWERS:
        return {stem: {member: value}}
    if field.part_of == stem and isinstance(value, dict | None):
        parts = [f.name for f in spec.fields if f.part_of == stem]
        return {part: (value or {}).get(part) for part in parts}
    return {stem: value}
