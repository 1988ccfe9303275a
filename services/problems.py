"""Problems and their states.

The one table below drives buttons, command line and merge; nothing else decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import CHOICES, ProblemState, Role, Uid, Value
from models.writer import Signer, Writer, new_uid
from services import milestones, numbers, rows, rules
from services.core import Changes, Row
from services.directory import Lookup
from services.workspace import Workspace

S = ProblemState
PROBLEM, CLOSURE, MEASURE = (KINDS[name] for name in ("problem", "closure", "measure"))
MIN_HANDLERS = 2
"""承办人 of a submitted problem."""
_MEMBERS = frozenset(Role)
_LIAISON = frozenset({Role.LIAISON, Role.LEADER, Role.OFFICE})
_LEADER = frozenset({Role.LEADER})
_WHOLE = ("title", "sub_kind", "facts", "handlers", "evidence")
_OPEN = (S.CLUE, S.SUBMITTED, S.CONFIRMED, S.ASSIGNED, S.RECTIFYING, S.VERIFYING)


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the state table."""

    verb: str
    sources: tuple[ProblemState, ...]
    target: ProblemState
    roles: frozenset[Role]
    parameters: tuple[str, ...] = ()
    """What the caller may hand over with the verb."""
    needs: tuple[str, ...] = ()
    """Fields or parameters without which it is refused."""
    needs_reason: bool = False
    signed: bool = False
    """认定 and 销号 carry the leader's signature, or are shown as 未经组长签名."""


TRANSITIONS: tuple[Transition, ...] = (
    Transition("submit", (S.CLUE,), S.SUBMITTED, _MEMBERS, (), _WHOLE),
    Transition(
        "confirm", (S.CLUE, S.SUBMITTED), S.CONFIRMED, _LEADER, ("deadline",), _WHOLE, signed=True
    ),
    Transition("return", (S.SUBMITTED,), S.CLUE, _LEADER, needs_reason=True),
    Transition(
        "assign", (S.CONFIRMED,), S.ASSIGNED, _LIAISON,
        ("received_by", "received_on", "delivery", "deadline"), ("received_by", "received_on"),
    ),
    Transition("start", (S.ASSIGNED,), S.RECTIFYING, _MEMBERS, ("deadline",), ("measures",)),
    Transition(
        "apply-closure", (S.CONFIRMED, S.ASSIGNED, S.RECTIFYING), S.VERIFYING, _MEMBERS,
        ("done", "evidence"), ("done", "closure_evidence"),
    ),
    Transition(
        "close", (S.VERIFYING,), S.CLOSED, _LEADER,
        ("verifier", "satisfaction", "date", "recheck_on"), ("verifier",), signed=True,
    ),
    Transition(
        "rework", (S.VERIFYING,), S.RECTIFYING, _LEADER, ("deadline",), ("deadline",),
        needs_reason=True,
    ),
    Transition(
        "reopen", (S.CLOSED,), S.RECTIFYING, _LEADER | {Role.OFFICE}, ("deadline",),
        needs_reason=True,
    ),
    Transition("void", _OPEN, S.VOID, _LEADER, needs_reason=True),
    Transition("hand-over", _OPEN, S.HANDED_OVER, _LEADER, ("to",), ("to",)),
    Transition("merge-into", _OPEN, S.MERGED, _LEADER, ("to",), ("to",)),
)  # fmt: skip
"""The state table. Members may also void, hand over or merge clues they handle themselves."""

_OWN_CLUE = frozenset({"void", "hand-over", "merge-into"})


@dataclass(frozen=True, slots=True)
class Step:
    """A transition as it stands for one problem and person: what a button needs to know."""

    transition: Transition
    allowed: bool
    """Whether the acting person's role may do it."""
    missing: tuple[str, ...]
    """Fields and parameters still needed; parameters can be handed over with the verb."""


def transition_named(verb: str) -> Transition:
    """The transition of that verb.

    Raises:
        Refused: no such verb.
    """
    found = next((t for t in TRANSITIONS if t.verb == verb), None)
    if found is None:
        raise Refused("verb_unknown", verb=verb[:40], verbs=" ".join(t.verb for t in TRANSITIONS))
    return found


def steps(workspace: Workspace, uid: Uid) -> tuple[Step, ...]:
    """What can be done with a problem now, and what each step still lacks."""
    role = workspace.role()
    with workspace.store.read() as connection:
        row = rows.read(connection, PROBLEM, uid, workspace)
        state = ProblemState(str(row.values.get("state") or S.CLUE))
        return tuple(
            Step(t, _may(workspace, row, t, role), _lacking(connection, row, t, {}))
            for t in TRANSITIONS
            if state in t.sources
        )


def _may(workspace: Workspace, row: Row, transition: Transition, role: Role) -> bool:
    handlers = row.values.get("handlers")
    own = isinstance(handlers, list) and workspace.actor in handlers
    if transition.verb in _OWN_CLUE and row.values.get("state") == S.CLUE and own:
        return True
    return role in transition.roles


def _lacking(
    connection: sa.Connection, row: Row, transition: Transition, given: Mapping[str, Value]
) -> tuple[str, ...]:
    """Names of what the step needs and neither the record nor the parameters have."""

    def has(name: str) -> bool:
        if name in transition.parameters:
            return bool(given.get(name))
        value = row.values.get(name)
        if name == "handlers":
            return isinstance(value, list) and len(value) >= MIN_HANDLERS
        return bool(value)

    lacking = []
    for name in transition.needs:
        if name == "measures":
            lacking += _measures_lacking(connection, row.uid)
        elif name == "closure_evidence":
            if not given.get("evidence"):
                lacking.append(name)
        elif not has(name):
            lacking.append(name)
    return tuple(lacking)


def _measures_lacking(connection: sa.Connection, uid: Uid) -> list[str]:
    """五个明确: at least one measure, each with what, responsible, standard and deadline."""
    measures = table("measure")
    found = connection.execute(measures.select().where(measures.c.problem == uid)).mappings().all()
    if not found:
        return ["measures"]
    needed = ("what", "responsible", "standard", "deadline")
    return [f"measure.{name}" for name in needed if any(not m[name] for m in found)]


@dataclass(frozen=True, slots=True)
class Moved:
    """What a transition did."""

    state: ProblemState
    number: str | None
    """Official number, if the problem has one now."""
    signed: bool
    changes: Changes


def move(
    workspace: Workspace,
    uid: Uid,
    verb: str,
    given: Mapping[str, Value] | None = None,
    *,
    reason: str | None = None,
    sign: Signer | None = None,
) -> Moved:
    """Take a problem through one transition.

    `sign` adds the leader's signature where the transition is signed; without it the step is done
    and shown as 未经组长签名.

    Raises:
        Refused: no such step from this state, not this role's, or something it needs is missing.
    """
    return move_many(workspace, (uid,), verb, given, reason=reason, sign=sign)[0]


def move_many(
    workspace: Workspace,
    uids: Sequence[Uid],
    verb: str,
    given: Mapping[str, Value] | None = None,
    *,
    reason: str | None = None,
    sign: Signer | None = None,
) -> tuple[Moved, ...]:
    """Take several problems through the same transition, all or none; raises like `move`."""
    with workspace.store.write(workspace.actor, reason) as writer:
        return move_in(workspace, writer, uids, verb, given, sign=sign)


def move_in(
    workspace: Workspace,
    writer: Writer,
    uids: Sequence[Uid],
    verb: str,
    given: Mapping[str, Value] | None = None,
    *,
    sign: Signer | None = None,
) -> tuple[Moved, ...]:
    """`move_many` within a transaction that does more than that; raises like `move`."""
    transition = transition_named(verb)
    role = workspace.role()
    return tuple(
        _move_one(workspace, writer, uid, transition, dict(given or {}), role=role, sign=sign)
        for uid in uids
    )


def _move_one(
    workspace: Workspace,
    writer: Writer,
    uid: Uid,
    transition: Transition,
    given: dict[str, Value],
    *,
    role: Role,
    sign: Signer | None,
) -> Moved:
    row = rows.read(writer.connection, PROBLEM, uid, workspace)
    _refuse(workspace, writer, row, transition, given, role)
    scope = rows.work_scope_of(writer.connection, PROBLEM, uid)
    fields = _fields(workspace, writer, row, transition, given)
    _write_closure(workspace, writer, row, transition, given, scope)
    signer = sign if transition.signed else None
    rows.write_row(writer, PROBLEM, uid, scope, fields, sign=signer)
    number = fields.get("number", row.values.get("number"))
    changes = Changes(frozenset({"problem", "closure"}), rows.units_of(row.values))
    text = number if isinstance(number, str) else None
    return Moved(transition.target, text, signer is not None, changes)


def _refuse(
    workspace: Workspace,
    writer: Writer,
    row: Row,
    transition: Transition,
    given: Mapping[str, Value],
    role: Role,
) -> None:
    unknown = sorted(set(given) - set(transition.parameters))
    if unknown:
        raise Refused("parameter_unknown", verb=transition.verb, names="、".join(unknown))
    if "state" in row.conflicts:
        raise Refused("field_in_conflict", kind="problem", fields="state")
    if row.values.get("state") not in transition.sources:
        state = str(row.values.get("state"))
        raise Refused("transition_not_from_here", verb=transition.verb, state=state)
    if not _may(workspace, row, transition, role):
        raise Refused("role_may_not", verb=transition.verb)
    if transition.needs_reason and not (writer.reason or "").strip():
        raise Refused("reason_required")
    lacking = _lacking(writer.connection, row, transition, given)
    if lacking:
        findings = [rules.Finding(name, "field_required") for name in lacking]
        raise rules.Invalid("problem", findings)


def _fields(
    workspace: Workspace,
    writer: Writer,
    row: Row,
    transition: Transition,
    given: Mapping[str, Value],
) -> dict[str, Value]:
    """Journal fields of the problem for this step."""
    lookup = Lookup(workspace, writer.connection)
    again = transition.verb in {"rework", "reopen"}
    before = row.values.get("round")
    fields: dict[str, Value] = {
        "state": {
            "state": transition.target.value,
            "round": (before if isinstance(before, int) else 1) + (1 if again else 0),
            **milestones.days(row.values, transition.target, workspace.today().isoformat()),
        }
    }
    plain = {n: v for n, v in given.items() if n in ("deadline", "recheck_on")}
    journal, findings = rules.to_journal(PROBLEM, plain, lookup, current=row.values)
    fields |= journal
    for name in ("received_by", "received_on", "delivery"):
        if name in given:
            fields[name] = _checked(name, given[name], findings)
    if findings:
        raise rules.Invalid("problem", findings)
    if transition.verb == "confirm" and not row.values.get("number"):
        number = numbers.next_problem_number(workspace, writer)
        if number is not None:
            fields["number"] = number
    elif transition.verb == "hand-over":
        fields["handed_to"] = rules.check_text(str(given["to"]), rules.MAX_TEXT, lines=False)
    elif transition.verb == "merge-into":
        fields["master"] = _master(lookup, row.uid, str(given["to"]))
    return fields


def _checked(name: str, value: Value, findings: list[rules.Finding]) -> Value:
    if name == "delivery" and value not in CHOICES["delivery"]:
        params = {"text": str(value)[:40], "choices": "、".join(CHOICES["delivery"])}
        findings.append(rules.Finding(name, "choice_unknown", params))
        return None
    try:
        if name == "received_on":
            return rules.check_date(value)
        return rules.check_text(str(value).strip(), rules.MAX_TEXT, lines=False)
    except Refused as fault:
        findings.append(rules.Finding(name, fault.code, fault.params))
        return None


def _master(lookup: Lookup, uid: Uid, text: str) -> str:
    found = [u for u in lookup.find(("problem",), text) if u != uid]
    if len(found) != 1:
        raise Refused("reference_unknown", text=text[:60])
    return found[0]


def _write_closure(
    workspace: Workspace,
    writer: Writer,
    row: Row,
    transition: Transition,
    given: Mapping[str, Value],
    scope: str,
) -> None:
    """Keep the closure: made on applying, completed on closing, voided on return."""
    if transition.verb == "apply-closure":
        values: dict[str, Value] = {
            "problem": row.uid, "done": given["done"], "evidence": given["evidence"],
        }  # fmt: skip
        _put_closure(workspace, writer, new_uid(), scope, values, new=True)
        return
    if transition.verb not in {"close", "rework", "reopen"}:
        return
    uid = closure_in_force(writer.connection, row.uid)
    if uid is None:
        raise Refused("closure_missing")
    if transition.verb == "close":
        values = {n: given[n] for n in ("verifier", "satisfaction", "date") if given.get(n)}
        values.setdefault("date", workspace.today().isoformat())
        _put_closure(workspace, writer, uid, scope, values, row=row)
    else:
        _put_closure(workspace, writer, uid, scope, {"voided": True})


def _put_closure(
    workspace: Workspace,
    writer: Writer,
    uid: Uid,
    scope: str,
    values: Mapping[str, Value],
    *,
    row: Row | None = None,
    new: bool = False,
) -> None:
    lookup = Lookup(workspace, writer.connection)
    fields, findings = rules.to_journal(CLOSURE, values, lookup, current={})
    handlers = row.values.get("handlers") if row else None
    if isinstance(handlers, list) and fields.get("verifier") in handlers:
        findings.append(rules.Finding("verifier", "verifier_is_handler"))
    if findings:
        raise rules.Invalid("closure", findings)
    rows.write_row(writer, CLOSURE, uid, scope, fields, new=new)


def closure_in_force(connection: sa.Connection, problem: Uid) -> Uid | None:
    """The newest closure of a problem that was not voided."""
    closures = table("closure")
    query = (
        sa.select(closures.c.uid)
        .where(closures.c.problem == problem, sa.func.coalesce(closures.c.voided, 0) == 0)
        .order_by(closures.c.row_n.desc())
    )
    found = connection.scalar(query)
    return None if found is None else Uid(found)
