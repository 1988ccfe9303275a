"""Settling conflicts: one value taken, another one written, many alike at once.

A decision is a change of its own whose base names everything that whoever decides had in view, so
that it has seen every candidate: the conflict ends on every laptop the change reaches. If another
value came in meanwhile nothing is written. All that was decided stays in the history.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models import tables
from models.base import SETS, table
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import ChangeId, Field, ProblemState, RecordKind, Tier, Uid, Value
from models.projection import tier_of
from models.writer import Signer, Writer
from services import names, problems, records, rows, rules
from services.conflicts import marks
from services.conflicts.reading import Reader, conflicted
from services.conflicts.sealed import is_sealed, put_sealed
from services.conflicts.shapes import DELETED, Sort, Waiting
from services.core import Changes
from services.directory import Lookup
from services.workspace import Workspace

_CLOSURE = "closure"
_WITH_CLOSURE = frozenset({ProblemState.VERIFYING, ProblemState.CLOSED})
_WITHOUT_CLOSURE = frozenset(
    {
        ProblemState.CLUE,
        ProblemState.SUBMITTED,
        ProblemState.CONFIRMED,
        ProblemState.ASSIGNED,
        ProblemState.RECTIFYING,
    }
)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision wrote."""

    change_ids: tuple[ChangeId, ...]
    """One a conflict, in the order they were given."""
    changes: Changes


@dataclass(frozen=True, slots=True)
class _Pick:
    """A conflict and the journal fields that end it."""

    waiting: Waiting
    fields: Mapping[str, Value]


def take(
    workspace: Workspace,
    waiting: Waiting,
    n: int,
    reason: str = "",
    *,
    sign: Signer | None = None,
) -> Decided:
    """Let the candidate number `n` (from 1) stand.

    Of a problem's state the whole value is taken, and its closure follows: it is voided where the
    state is before 待验收, and in force again where it is not. Of a deletion, the record is deleted
    or kept in all its tiers. `sign` adds the signature of who takes a state; without it 认定 and
    销号 are shown as 未经组长签名, for the decision is a step of its own.

    Raises:
        Refused: no such candidate, another value came in meanwhile, changes it stands on are not
            here yet, or it is not this person's to decide.
        Invalid: with this value the record would break a rule over several fields.
    """
    return _settle(workspace, [_taken(waiting, n)], reason, sign=sign)


def write(workspace: Workspace, waiting: Waiting, value: Value, reason: str = "") -> Decided:
    """Let another value stand, written as for `services.records.change`.

    What is right only together (a tally) is given as an object of its parts, a member of a set as
    true or false, a deletion as true or false.

    Raises:
        Refused: what `take` refuses; or a state, of which only a whole one can be taken.
        Invalid: the value has faults.
    """
    with workspace.store.read() as connection:
        fields = _written(waiting, value, Lookup(workspace, connection))
    return _settle(workspace, [_Pick(waiting, fields)], reason)


def alike(waitings: Iterable[Waiting], one: Waiting) -> tuple[Waiting, ...]:
    """Those of the same kind and field between the same people, `one` included."""
    return tuple(other for other in waitings if _likeness(other) == _likeness(one))


def settle_alike(
    workspace: Workspace, waitings: Sequence[Waiting], choice: int | Uid, reason: str = ""
) -> Decided:
    """Settle many conflicts alike at once, all or none: by number, or by whose value stands.

    Raises:
        Refused: they are not alike, or one of them cannot be settled so (see `take`).
        Invalid: with these values a record would break a rule over several fields.
    """
    if not waitings:
        raise Refused("conflict_none_chosen")
    if len({_likeness(one) for one in waitings}) > 1:
        raise Refused("conflicts_not_alike")
    picks = [_taken(one, _number(one, choice)) for one in waitings]
    return _settle(workspace, picks, reason)


def _likeness(waiting: Waiting) -> tuple[str, str, frozenset[Uid]]:
    return waiting.kind, waiting.field.partition(".")[0], waiting.people


def _number(waiting: Waiting, choice: int | Uid) -> int:
    if isinstance(choice, int):
        return choice
    found = [n for n, one in enumerate(waiting.candidates, start=1) if one.actor == choice]
    if len(found) != 1:
        raise Refused("conflicts_not_alike")
    return found[0]


def _taken(waiting: Waiting, n: int) -> _Pick:
    if not 1 <= n <= len(waiting.candidates):
        raise Refused("conflict_choice", n=n, count=len(waiting.candidates))
    return _Pick(waiting, {waiting.field: waiting.candidates[n - 1].value})


def _written(waiting: Waiting, value: Value, lookup: Lookup) -> dict[str, Value]:
    """Journal fields for a value as people write it."""
    name = waiting.field
    stem, dot, member = name.partition(".")
    spec = KINDS.get(waiting.kind)
    known = spec.by_stem.get(stem) if spec else None
    if waiting.sort is Sort.STATES:
        raise Refused("conflict_state_only_taken")
    is_member = bool(dot) and known is not None and known.type in SETS
    if name == DELETED or is_member:
        if not isinstance(value, bool):
            raise Refused("value_not_boolean")
        return {name: _membership(waiting, value) if is_member else value}
    if spec is None or known is None:
        raise Refused("field_unknown", field=name, kind=waiting.kind)
    given: Mapping[str, Value] = {stem: {member: value}} if dot else {stem: value}
    if known.part_of is not None and not dot:
        if not isinstance(value, dict):
            raise Refused("value_not_object")
        given = value
        if any(f.part_of != stem for f in spec.fields if f.name in given):
            raise Refused("field_unknown", field=", ".join(given), kind=waiting.kind)
    fields, findings = rules.to_journal(spec, given, lookup, current={})
    if findings:
        raise rules.Invalid(waiting.kind, findings)
    return fields


def _membership(waiting: Waiting, is_member: bool) -> Value:
    """What stands for being in the set: true, or of evidence given in words the words."""
    if not is_member:
        return None
    texts = (c.value for c in waiting.candidates)
    return next((text for text in texts if isinstance(text, str)), True)


def _settle(
    workspace: Workspace, picks: Sequence[_Pick], reason: str, *, sign: Signer | None = None
) -> Decided:
    said = reason.strip() or None
    clear = [pick for pick in picks if not is_sealed(pick.waiting)]
    # Why one name is the right one may well hold it: no log is to have it in clear.
    with workspace.store.write(workspace.actor, said if clear else None) as writer:
        current = _current(workspace, writer, clear)
        for pick in clear:
            _refuse(workspace, writer, pick, current)
        made = _put(writer, clear, sign)
        for pick in picks:
            if is_sealed(pick.waiting):
                made[pick.waiting.id] = put_sealed(writer, pick.waiting, pick.fields, said)
        _refuse_broken(workspace, writer, clear, current)
        for pick in picks:
            marks.note_settled(writer, pick.waiting, made[pick.waiting.id])
    kinds = {pick.waiting.kind for pick in picks}
    if any(pick.waiting.sort is Sort.STATES for pick in picks):
        kinds.add(_CLOSURE)
    units = frozenset(pick.waiting.unit for pick in picks if pick.waiting.unit)
    ids = tuple(made[pick.waiting.id] for pick in picks)
    return Decided(ids, Changes(frozenset(kinds), units))


def _current(workspace: Workspace, writer: Writer, picks: Sequence[_Pick]) -> dict[str, Waiting]:
    """The conflicts of these records by id, as they stand now."""
    reader = Reader(workspace, writer.connection)
    wanted = {pick.waiting.uid for pick in picks}
    return {
        one.id: one
        for row in conflicted(writer.connection)
        if row["uid"] in wanted
        for one in reader.of_row(row)
    }


def _refuse(
    workspace: Workspace,
    writer: Writer,
    pick: _Pick,
    current: Mapping[str, Waiting],
) -> None:
    """Refuse what was settled or changed since it was looked at, or is not this person's."""
    waiting = pick.waiting
    now = current.get(waiting.id)
    if now is None:
        raise Refused("conflict_unknown", id=waiting.id)
    if {c.change_id for c in now.candidates} != {c.change_id for c in waiting.candidates}:
        raise Refused("conflict_changed", name=waiting.name)
    if not waiting.is_asked:
        raise Refused("conflict_incomplete", name=waiting.name)
    spec = KINDS.get(waiting.kind)
    if spec is not None and waiting.kind == "interview":
        records.refuse_closed(workspace, rows.read(writer.connection, spec, waiting.uid))
    if waiting.sort is Sort.STATES:
        _refuse_state(workspace, waiting, pick.fields[waiting.field])


def _refuse_state(workspace: Workspace, waiting: Waiting, value: Value) -> None:
    """A state is taken by who may bring a problem there, or by who gives way to another."""
    state = value.get("state") if isinstance(value, dict) else None
    steps = [t for t in problems.TRANSITIONS if t.target == state]
    role = workspace.role()
    gives_way = workspace.actor in waiting.people and all(
        c.actor != workspace.actor for c in waiting.candidates if c.value == value
    )
    if steps and not gives_way and not any(role in t.roles for t in steps):
        raise Refused("role_may_not", verb=steps[0].verb)


def _put(writer: Writer, picks: Sequence[_Pick], sign: Signer | None) -> dict[str, ChangeId]:
    """Write one change a row; by id of the conflict, which one ends it."""
    made: dict[str, ChangeId] = {}
    grouped: dict[tuple[str, Uid, str, tuple[ChangeId, ...]], list[_Pick]] = {}
    for pick in picks:
        waiting = pick.waiting
        if waiting.field == DELETED:
            gone = pick.fields[DELETED] is True
            made[waiting.id] = _put_deleted(writer, waiting, gone=gone)
        else:
            place = (waiting.kind, waiting.uid, waiting.scope, waiting.seen)
            grouped.setdefault(place, []).append(pick)
    for (kind, uid, scope, seen), those in grouped.items():
        fields = {name: value for pick in those for name, value in pick.fields.items()}
        states = any(pick.waiting.sort is Sort.STATES for pick in those)
        change = writer.put(kind, uid, scope, fields, base=seen, sign=sign if states else None)
        for pick in those:
            made[pick.waiting.id] = change
            if pick.waiting.sort is Sort.STATES:
                _follow_with_closure(writer, pick.waiting, pick.fields[pick.waiting.field])
    return made


def _put_deleted(writer: Writer, waiting: Waiting, *, gone: bool) -> ChangeId:
    """Delete the record, or keep it, in every tier it has rows in."""
    row, scope = tables.row, tables.scope
    query = (
        sa.select(scope.c.name)
        .join(row, row.c.scope == scope.c.n)
        .where(row.c.uid == waiting.uid, row.c.entity == waiting.kind)
    )
    made: ChangeId | None = None
    for place in writer.connection.scalars(query).all():
        fields: dict[str, Value] = {DELETED: gone}
        if tier_of(place) is Tier.SEALED:
            seal = names.sealer(writer.connection, fields, writer.reason)
            writer.put(waiting.kind, waiting.uid, place, {}, seal=seal)
            continue
        if not gone and "moved_to" in writer.values(waiting.kind, waiting.uid, place):
            fields["moved_to"] = None
        base = waiting.seen if place == waiting.scope else None
        change = writer.put(waiting.kind, waiting.uid, place, fields, base=base)
        made = change if place == waiting.scope else made
    if made is None:
        raise Refused("conflict_unknown", id=waiting.id)
    return made


def _follow_with_closure(writer: Writer, waiting: Waiting, value: Value) -> None:
    """Void the closures of a problem that is open again, or bring its last one into force."""
    state = value.get("state") if isinstance(value, dict) else None
    closures = table(_CLOSURE)
    query = (
        sa.select(closures.c.uid, closures.c.voided)
        .where(closures.c.problem == waiting.uid)
        .order_by(closures.c.row_n.desc())
    )
    found = writer.connection.execute(query).all()
    in_force = [Uid(r.uid) for r in found if not r.voided]
    if state in _WITHOUT_CLOSURE:
        turned = dict.fromkeys(in_force, True)
    elif state in _WITH_CLOSURE and found and not in_force:
        turned = {Uid(found[0].uid): False}
    else:
        turned = {}
    for uid, voided in turned.items():
        place = rows.work_scope_of(writer.connection, KINDS[_CLOSURE], uid)
        writer.put(_CLOSURE, uid, place, {"voided": voided})


def _refuse_broken(
    workspace: Workspace,
    writer: Writer,
    picks: Sequence[_Pick],
    current: Mapping[str, Waiting],
) -> None:
    """Refuse decisions by which a record breaks a rule over several fields.

    While other fields of the record wait as well, the rule may hold once they are settled: then it
    is only told (`services.conflicts.review`).
    """
    lookup = Lookup(workspace, writer.connection)
    settled = {pick.waiting.id for pick in picks}
    open_still = {(one.kind, one.uid) for one in current.values() if one.id not in settled}
    met: dict[tuple[str, Uid], list[Waiting]] = {}
    for pick in picks:
        one = pick.waiting
        if one.kind in KINDS and one.field != DELETED and (one.kind, one.uid) not in open_still:
            met.setdefault((one.kind, one.uid), []).append(one)
    for (kind, uid), those in met.items():
        spec = KINDS[kind]
        after = dict(those[0].values)
        for one in those:
            after |= _readable(spec, writer.values(kind, uid, one.scope))
        decided = {f.name for f in spec.fields for one in those if _is_of(f, one.field)}
        without = {k: v for k, v in after.items() if k not in decided}
        other = {(f.field, f.code) for f in records.whole_record(spec, without, lookup)}
        faults = records.whole_record(spec, after, lookup)
        caused = [f for f in faults if (f.field, f.code) not in other]
        if caused:
            raise rules.Invalid(kind, caused)


def _is_of(field: Field, journal_field: str) -> bool:
    stem = journal_field.partition(".")[0]
    return stem in (field.name, field.part_of)


def _readable(spec: RecordKind, fields: Mapping[str, Value]) -> dict[str, Value]:
    known = {f.name for f in spec.fields}
    return {k: v for k, v in rows.readable(spec, fields).items() if k in known}
