"""数据质量: what is incomplete or cannot be right in the records, so that it is put right in time.

Nothing is refused here: records were taken in from other laptops, or put aside half-finished. The
same rules say what is wrong as in forms.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from models import tables
from models.base import table
from models.catalogue import KINDS
from models.kinds import ProblemState, RecordKind, Uid, Value
from services import derived, linking, listing, rules, words
from services.core import Filter, Progress, Row
from services.words import _
from services.workspace import Workspace

MOST = 200
"""Records told of one doubt; the others are counted."""
_AT_ONCE = 500
_LOOKED_AT = (
    *("check", "interview", "opinion", "outreach", "solicitation"),
    *("evaluation", "problem", "reception"),
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$")
_OWED = frozenset({ProblemState.ASSIGNED, ProblemState.RECTIFYING})


class Doubt(StrEnum):
    """What may be wrong, gravest first."""

    RULES = "rules"
    """Numbers or times that cannot be right together."""
    TWICE = "twice"
    """One number borne by two problems."""
    SELF_VERIFIED = "self_verified"
    """Who handled the problem also verified that it is solved."""
    EARLIER_MISSING = "earlier_missing"
    """前文未到: changes came in that stand on others that did not."""
    UNIT_UNKNOWN = "unit_unknown"
    """Its unit was deleted here, or has not arrived."""
    DATE_AHEAD = "date_ahead"
    DATE_BEFORE = "date_before"
    """Before the campaign begins."""
    NO_DEADLINE = "no_deadline"
    """To be put right by nobody knows when."""
    NO_MEASURE = "no_measure"
    """Overdue, and no measure was ever noted."""
    LACKING = "lacking"
    """Fields that a finished record has."""


@dataclass(frozen=True, slots=True)
class Case:
    """One record in doubt."""

    doubt: Doubt
    kind: str
    uid: Uid
    unit: Uid
    title: str
    """What names it in clear; empty where nothing does."""
    said: str
    """What is wrong, in the person's language."""


@dataclass(frozen=True, slots=True)
class Finding:
    """All records of one doubt."""

    doubt: Doubt
    count: int
    cases: tuple[Case, ...]
    """The first `MOST` of them."""


def look(
    workspace: Workspace, units: frozenset[Uid] = frozenset(), progress: Progress | None = None
) -> tuple[Finding, ...]:
    """Go through the records of these units (of all, if none is named); gravest doubts first.

    Raises:
        Cancelled: the person stopped it.
    """
    progress = progress or Progress()
    known = _Known.read(workspace)
    found: defaultdict[Doubt, list[Case]] = defaultdict(list)
    counts: defaultdict[Doubt, int] = defaultdict(int)
    for case in _cases(workspace, known, units, progress):
        counts[case.doubt] += 1
        if len(found[case.doubt]) < MOST:
            found[case.doubt].append(case)
    return tuple(Finding(d, counts[d], tuple(found[d])) for d in Doubt if counts[d])


@dataclass(frozen=True, slots=True)
class _Known:
    """What one record is held against."""

    today: date
    begins: str
    """ISO day on which the campaign begins; empty when its template does not say."""
    units: frozenset[str]
    measured: frozenset[str]
    """Problems that have a measure."""
    numbers: Mapping[str, int]
    """Number of a problem → how many bear it."""
    verifiers: Mapping[str, frozenset[str]]
    """Problem → who verified it."""
    incomplete: frozenset[str]

    @classmethod
    def read(cls, workspace: Workspace) -> "_Known":
        """Read it from the file."""
        unit, measure, closure, problem = map(table, ("unit", "measure", "closure", "problem"))
        row = tables.row
        starts = [p.starts for p in workspace.template.phases if p.starts]
        verifiers: defaultdict[str, set[str]] = defaultdict(set)
        with workspace.store.read() as connection:
            query = sa.select(closure.c.problem, closure.c.verifier)
            for of, who in connection.execute(query.where(closure.c.voided.is_not(True))):
                verifiers[of].add(who)
            count = sa.select(problem.c.number, sa.func.count()).group_by(problem.c.number)
            twice = count.where(problem.c.number.is_not(None)).having(sa.func.count() > 1)
            partial = sa.select(row.c.uid).where(row.c.incomplete == 1, row.c.deleted == 0)
            return cls(
                today=workspace.today(),
                begins=min(starts, default=""),
                units=frozenset(connection.scalars(sa.select(unit.c.uid))),
                measured=frozenset(connection.scalars(sa.select(measure.c.problem).distinct())),
                numbers={str(r[0]): int(r[1]) for r in connection.execute(twice)},
                verifiers={of: frozenset(who) for of, who in verifiers.items()},
                incomplete=frozenset(connection.scalars(partial)),
            )


def _cases(
    workspace: Workspace, known: _Known, units: frozenset[Uid], progress: Progress
) -> Iterator[Case]:
    wanted = Filter(units=linking.widened(workspace, units)) if units else Filter()
    lists = [(kind, listing.numbers(workspace, kind, wanted)) for kind in _LOOKED_AT]
    done, total = 0, sum(len(numbers) for _kind, numbers in lists)
    for kind, numbers in lists:
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            for row in listing.rows_at(workspace, kind, some):
                if row is not None:
                    yield from _of_row(known, KINDS[kind], row)
            done += len(some)
            progress.step(done, total, "rows")


def _of_row(known: _Known, spec: RecordKind, row: Row) -> Iterator[Case]:
    unit = row.values.get("unit")
    for doubt, said in _doubts(known, spec, row):
        title = row.values.get(spec.title)
        shown = title if isinstance(title, str) and spec.title != "date" else ""
        yield Case(doubt, spec.name, row.uid, Uid(str(unit or "")), shown, said)


def _doubts(known: _Known, spec: RecordKind, row: Row) -> Iterator[tuple[Doubt, str]]:
    values = row.values
    for found in rules.across(spec.name, values):
        yield Doubt.RULES, words.finding(spec.name, found)
    if row.uid in known.incomplete:
        yield Doubt.EARLIER_MISSING, _("前文未到，先收齐再看")
    unit = values.get("unit")
    if unit and unit not in known.units:
        yield Doubt.UNIT_UNKNOWN, _("单位尚未收到，或已删除")
    yield from _of_days(known, spec, values)
    if spec.name == "problem":
        yield from _of_problem(known, row.uid, values)
    if row.missing and _is_finished(spec.name, values):
        names = "、".join(words.field(spec.name, name) for name in row.missing)
        yield Doubt.LACKING, _("还缺 {fields}").format(fields=names)


def _of_days(
    known: _Known, spec: RecordKind, values: Mapping[str, Value]
) -> Iterator[tuple[Doubt, str]]:
    """Of the day on which a thing happened; deadlines may lie ahead."""
    day = values.get("date")
    if spec.field("date") is None or not isinstance(day, str) or not _DAY.match(day):
        return
    if day > known.today.isoformat():
        yield Doubt.DATE_AHEAD, _("日期 {day} 在今天以后").format(day=day)
    elif day < known.begins:
        yield (
            Doubt.DATE_BEFORE,
            _("日期 {day} 早于活动开始（{start}）").format(day=day, start=known.begins),
        )


def _of_problem(
    known: _Known, uid: Uid, values: Mapping[str, Value]
) -> Iterator[tuple[Doubt, str]]:
    number = values.get("number")
    if isinstance(number, str) and known.numbers.get(number):
        count = known.numbers[number]
        yield Doubt.TWICE, _("编号 {number} 用在 {n} 个问题上").format(number=number, n=count)
    handlers = values.get("handlers")
    both = known.verifiers.get(uid, frozenset()).intersection(
        map(str, handlers if isinstance(handlers, list) else ())
    )
    if both:
        yield Doubt.SELF_VERIFIED, _("验收人就是承办人")
    if values.get("state") in _OWED and not values.get("deadline"):
        yield Doubt.NO_DEADLINE, _("已交办，没有整改时限")
    if uid not in known.measured and derived.is_overdue(values, known.today):
        yield Doubt.NO_MEASURE, _("已过时限，没有一条整改措施")


def _is_finished(kind: str, values: Mapping[str, Value]) -> bool:
    """Whether somebody held the record to be whole."""
    state = values.get("state")
    if kind == "interview":
        return state == "finished"
    if kind == "problem":
        return state != ProblemState.CLUE.value
    return True
