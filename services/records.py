"""Records of every kind: adding, changing, deleting and reading them.

What is peculiar to a kind (numbers, codes, states) stands in that kind's own module; this one keeps
what all share: the check, what is required to finish, and one transaction a command.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.catalogue import INTERNAL, KINDS
from models.errors import Refused
from models.kinds import ChangeId, ProblemState, RecordKind, Tier, Uid, Value
from models.writer import Writer, new_uid
from services import attachments, evaluations, names, numbers, refiling, rows, rules
from services.core import Changes, Row
from services.directory import Lookup
from services.workspace import Workspace


def kind_named(name: str) -> RecordKind:
    """The record kind a caller may use.

    Raises:
        Refused: no such kind.
    """
    if name not in KINDS or name in INTERNAL:
        raise Refused("kind_unknown", kind=name[:40])
    return KINDS[name]


def kinds() -> tuple[RecordKind, ...]:
    """Every kind a caller may use, in the order in which a person meets them."""
    return tuple(k for name, k in KINDS.items() if name not in INTERNAL)


_ENDED = frozenset(
    {ProblemState.CLOSED, ProblemState.VOID, ProblemState.HANDED_OVER, ProblemState.MERGED}
)
_AFTER_THE_END = frozenset({"recheck_on"})
"""What may still be set in an ended problem: the day on which somebody looks again."""
_PARTS = frozenset({"measure", "closure"})
"""Kinds that belong to a problem and end with it."""


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` wrote."""

    uids: tuple[Uid, ...]
    changes: Changes


@dataclass(frozen=True, slots=True)
class Changed:
    """What `change` wrote."""

    uid: Uid
    """The record's uid; a new one when it was filed under another unit."""
    changes: Changes


def add(
    workspace: Workspace,
    kind: str,
    records: Sequence[Mapping[str, Value]],
    *,
    draft: bool = False,
    reason: str | None = None,
) -> Added:
    """Add records of one kind, all or none.

    Raises:
        Invalid: a record has faults, or lacks what is required to finish and is no draft.
    """
    spec = kind_named(kind)
    units: set[Uid] = set()
    uids: list[Uid] = []
    with workspace.store.write(workspace.actor, reason) as writer:
        lookup = Lookup(workspace, writer.connection)
        for index, record in enumerate(records, start=1):
            uid, of = _add_one(workspace, writer, lookup, spec, record, index, draft=draft)
            uids.append(uid)
            units |= of
    return Added(tuple(uids), Changes(frozenset({kind}), frozenset(units)))


def _add_one(
    workspace: Workspace,
    writer: Writer,
    lookup: Lookup,
    spec: RecordKind,
    record: Mapping[str, Value],
    index: int,
    *,
    draft: bool,
) -> tuple[Uid, frozenset[Uid]]:
    given = _given(workspace, writer, spec, record)
    fields, findings = rules.to_journal(spec, given, lookup, current={})
    values = rows.readable(spec, fields)
    findings += whole_record(spec, values, lookup)
    if not draft:
        told = {f.field for f in findings}
        lacking = [name for name in rules.missing(spec, values) if name not in told]
        findings += [rules.Finding(name, "field_required") for name in lacking]
    if findings:
        raise rules.Invalid(spec.name, findings, index)
    uid = new_uid()
    if spec.name == "problem":
        fields |= numbers.first_problem_fields(workspace, writer)
    elif spec.name == "check":
        fields |= _form_version(workspace, values)
    _refuse_part(workspace, writer.connection, spec.name, values)
    scope = rows.scope_of(workspace, writer.connection, spec, values)
    rows.write_row(writer, spec, uid, scope, fields, new=True)
    lookup.added(spec.name, uid, str(values.get(spec.title) or ""))
    if spec.name == "evaluation":
        evaluations.open_remedy(workspace, writer, uid, values)
    return uid, rows.units_of(values)


def _given(
    workspace: Workspace, writer: Writer, spec: RecordKind, record: Mapping[str, Value]
) -> Mapping[str, Value]:
    """The record with what the program gives when nothing was said."""
    given: dict[str, Value] = {
        f.name: f.default for f in spec.fields if f.default and f.name not in record
    }
    given |= record
    if spec.name == "interview" and not given.get("code_name"):
        given["code_name"] = numbers.new_code(workspace, writer.connection)
    if spec.name in attachments.KINDS:
        attachments.refuse_wrong_tier(writer, spec.name, str(given.get("belongs_to")))
        given = attachments.take_file(writer, given)
    return given


def _form_version(workspace: Workspace, values: Mapping[str, Value]) -> dict[str, Value]:
    form = workspace.template.form(str(values.get("form") or ""))
    return {} if form is None else {"form_version": form.version}


def whole_record(
    spec: RecordKind, values: Mapping[str, Value], lookup: Lookup
) -> list[rules.Finding]:
    """Faults of a record that concern several of its fields, its form's answers included."""
    findings = rules.across(spec.name, values)
    form, answers = values.get("form"), values.get("answers")
    if spec.name == "check" and isinstance(form, str) and isinstance(answers, dict):
        findings += lookup.answers(form, answers)
    return findings


def get(workspace: Workspace, kind: str, uid: Uid) -> Row:
    """One living record.

    Raises:
        Refused: no such record, or it was deleted.
    """
    with workspace.store.read() as connection:
        return rows.read(connection, kind_named(kind), uid, workspace)


def change(
    workspace: Workspace,
    kind: str,
    uid: Uid,
    values: Mapping[str, Value],
    *,
    base: Mapping[Tier, Sequence[ChangeId]] | None = None,
    reason: str | None = None,
) -> Changed:
    """Change fields of one record.

    `base` is what the person had in view (`Row.base`); None means as it is now. Setting another
    `unit` files the record anew: the answer then names its new uid.

    Raises:
        Invalid: a value has faults.
        Refused: no such record, a field is in conflict, or the record is closed to this person.
    """
    with workspace.store.write(workspace.actor, reason) as writer:
        return change_in(workspace, writer, kind, uid, values, base=base)


def change_in(
    workspace: Workspace,
    writer: Writer,
    kind: str,
    uid: Uid,
    values: Mapping[str, Value],
    *,
    base: Mapping[Tier, Sequence[ChangeId]] | None = None,
) -> Changed:
    """`change` within a transaction that does more than that; raises what it does."""
    spec = kind_named(kind)
    row = rows.read(writer.connection, spec, uid, workspace)
    refuse_closed(workspace, row)
    refuse_ended(workspace, writer.connection, row, values)
    touched = {f.part_of or f.name for f in spec.fields if f.name in values}
    disputed = sorted({f for f in row.conflicts if f.partition(".")[0] in touched})
    if disputed:
        raise Refused("field_in_conflict", kind=kind, fields="、".join(disputed))
    lookup = Lookup(workspace, writer.connection)
    fields, findings = rules.to_journal(spec, values, lookup, current=row.values)
    after = {**row.values, **rows.readable(spec, fields)}
    findings += whole_record(spec, after, lookup)
    if findings:
        raise rules.Invalid(kind, findings)
    scope = rows.work_scope_of(writer.connection, spec, uid)
    if refiling.moves(spec, row, after):
        uid = refiling.refile(workspace, writer, spec, row, fields)
    else:
        rows.write_row(writer, spec, uid, scope, fields, base=base)
    return Changed(uid, Changes(frozenset({kind}), rows.units_of(row.values, after)))


def refuse_closed(workspace: Workspace, row: Row) -> None:
    """A finished talk is changed only by its talkers and recorder.

    Raises:
        Refused: it is one, and who acts is none of them.
    """
    if row.kind == "interview" and row.values.get("state") == "finished":
        talkers = row.values.get("talkers")
        allowed = {*(talkers if isinstance(talkers, list) else ()), row.values.get("recorder")}
        if workspace.actor not in allowed:
            raise Refused("interview_finished")


def refuse_ended(
    workspace: Workspace, connection: sa.Connection, row: Row, names: Collection[str]
) -> None:
    """An ended problem, its measures and closure, and a document that left draft stand as they are.

    They change through their transitions alone, which do not come through here; `names` are the
    fields that somebody wants to set, none to delete the record.

    Raises:
        Refused: it is one of them.
    """
    refusal = _ended(row)
    if refusal is not None and not (names and set(names) <= _AFTER_THE_END):
        raise refusal
    _refuse_part(workspace, connection, row.kind, row.values)


def _refuse_part(
    workspace: Workspace, connection: sa.Connection, kind: str, values: Mapping[str, Value]
) -> None:
    problem = values.get("problem") if kind in _PARTS else None
    if not isinstance(problem, str):
        return
    try:
        whole = rows.read(connection, KINDS["problem"], Uid(problem), workspace)
    except Refused:
        # The problem is gone: nothing stands that its part could change.
        return
    refusal = _ended(whole)
    if refusal is not None:
        raise refusal


def _ended(row: Row) -> Refused | None:
    state = row.values.get("state")
    if row.kind == "problem" and state in _ENDED:
        return Refused("problem_ended")
    if row.kind == "report" and state not in (None, "draft"):
        return Refused("report_stands")
    return None


def closed(workspace: Workspace, row: Row) -> Refused | None:
    """Why a record is not to be changed by this person any more; None when it may be.

    A finished talk stands for its talkers and recorder alone; an ended problem and an issued
    document stand as they are (a closed problem is opened again first).
    """
    try:
        refuse_closed(workspace, row)
    except Refused as refusal:
        return refusal
    return _ended(row)


def delete(workspace: Workspace, kind: str, uid: Uid, reason: str) -> Changes:
    """Put a record into the 回收站: nothing is removed, its history stays.

    Raises:
        Refused: no such record, no reason, or a kind that is never deleted.
    """
    spec = kind_named(kind)
    if not reason.strip():
        raise Refused("reason_required")
    if kind in ("campaign", "group", "closure"):
        raise Refused("kind_never_deleted", kind=kind)
    with workspace.store.write(workspace.actor, reason) as writer:
        row = rows.read(writer.connection, spec, uid, workspace)
        refuse_closed(workspace, row)
        refuse_ended(workspace, writer.connection, row, ())
        scope = rows.work_scope_of(writer.connection, spec, uid)
        for tier in row.base:
            place = rows.in_tier(scope, tier)
            if tier is Tier.SEALED:
                gone: dict[str, Value] = {"deleted": True}
                seal = names.sealer(writer.connection, gone, reason)
                writer.put(kind, uid, place, {}, seal=seal)
            else:
                writer.put(kind, uid, place, {"deleted": True})
    return Changes(frozenset({kind}), rows.units_of(row.values))
