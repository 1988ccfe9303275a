"""What else somebody should look at once rows of several laptops have met.

None of it keeps anybody from working: changes that are still on their way, references to what is
not here, children of deleted records, rules over several fields or rows that no longer hold, and
numbers, codes, letters or units that exist twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby, islice
from typing import Final

import orjson
import sqlalchemy as sa

from models import tables
from models.base import table
from models.catalogue import INTERNAL, KINDS
from models.kinds import Field, FieldType, RecordKind, Role, Tier, Uid, Value
from services import linking, rules, words
from services.wording import Wording
from services.words import _
from services.workspace import Workspace

MOST: Final = 500
"""Most findings of one sort; whoever has more has to begin with some."""
_RULED: Final = ("visit", "interview", "report", "evaluation", "solicitation", "outreach")
"""Kinds with rules over several fields (see `services.rules.across`)."""
_UNIQUE: Final = (
    ("problem", Tier.WORK, "number"),
    ("problem", Tier.WORK, "provisional_number"),
    ("report", Tier.WORK, "number"),
    ("notice", Tier.WORK, "number"),
    ("group", Tier.WORK, "number"),
    ("unit", Tier.WORK, "code"),
    ("interview", Tier.TALK, "code_name"),
)
_OF_ONE_GROUP: Final = frozenset({"code_name"})
"""Fields that two groups may well use alike: the office is not told of them."""


class Found(StrEnum):
    """What was found, the most pressing first."""

    NUMBER = "number"
    """Several records bear one number, code or letter."""
    RULE = "rule"
    """A rule over several fields or rows does not hold."""
    MOVED_TWICE = "moved_twice"
    """A record was filed under two other units at once: there are two of it now."""
    UNIT = "unit"
    """Several rows for what seems to be one unit."""
    ORPHAN = "orphan"
    """The record it belongs to was deleted."""
    DANGLING = "dangling"
    """It refers to a record that is not here, or was deleted."""
    INCOMPLETE = "incomplete"
    """前文未到: changes it stands on are not here yet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at."""

    sort: Found
    kind: str
    uids: tuple[Uid, ...]
    """The record, or the records that collide."""
    name: str
    """Number or title of the first."""
    words: str
    """What is the matter, in one sentence."""


def findings(workspace: Workspace) -> tuple[Finding, ...]:
    """Everything that was found, by sort, the most pressing first; at most `MOST` of each."""
    with workspace.store.read() as connection:
        search = _Search(workspace, connection)
        found = [*_all(search)]
    order = list(Found)
    return tuple(sorted(found, key=lambda one: (order.index(one.sort), one.kind, one.name)))


def _all(search: "_Search") -> Iterator[Finding]:
    for some in (
        search.numbers(),
        search.letters(),
        search.rules(),
        search.verifiers(),
        search.moved_twice(),
        search.units(),
        search.references(),
        search.incomplete(),
    ):
        yield from islice(some, MOST)


class _Search:
    """Looks over one connection."""

    def __init__(self, workspace: Workspace, connection: sa.Connection) -> None:
        self._workspace = workspace
        self._connection = connection
        self._wording = Wording(workspace, connection)

    def _finding(self, sort: Found, kind: str, uids: Iterable[str], told: str) -> Finding:
        found = tuple(Uid(uid) for uid in uids)
        return Finding(sort, kind, found, self._wording.title(found[0]), told)

    def numbers(self) -> Iterator[Finding]:
        """Records of one kind under one number or code."""
        is_office = self._workspace.role() is Role.OFFICE
        for kind, tier, name in _UNIQUE:
            if not (is_office and name in _OF_ONE_GROUP):
                yield from self._equal(Found.NUMBER, kind, table(kind, tier), name)

    def units(self) -> Iterator[Finding]:
        """Rows for one unit that nobody has joined."""
        same = linking.joined(self._connection)
        for one in self._equal(Found.UNIT, "unit", table("unit"), "name"):
            if len({same.head(uid) for uid in one.uids}) > 1:
                told = _("记了 {count} 条，可能是同一单位").format(count=len(one.uids))
                yield replace(one, words=told)

    def _equal(self, sort: Found, kind: str, target: sa.Table, name: str) -> Iterator[Finding]:
        column = target.c[name]
        twice = (
            sa.select(column)
            .where(column.is_not(None), column != "")
            .group_by(column)
            .having(sa.func.count() > 1)
            .limit(MOST)
        )
        query = (
            sa.select(column, target.c.uid)
            .where(column.in_(twice))
            .order_by(column, target.c.row_n)
        )
        label = words.field(kind, name)
        for value, those in groupby(self._connection.execute(query), key=lambda row: row[0]):
            uids = [str(uid) for _value, uid in those]
            told = _("{count} 条{kind}的{field}都是“{value}”").format(
                count=len(uids), kind=words.kind(kind), field=label, value=value
            )
            yield self._finding(sort, kind, uids, told)

    def letters(self) -> Iterator[Finding]:
        """People of one group whose laptops bear one letter."""
        group, person = table("group"), table("person")
        member = sa.func.json_each(group.c.members).table_valued("key")
        query = (
            sa.select(group.c.uid, person.c.letter, person.c.uid)
            .select_from(group)
            .join(member, sa.true())
            .join(person, person.c.uid == member.c.key)
            .where(person.c.letter != "")
            .order_by(group.c.uid, person.c.letter, person.c.row_n)
        )
        rows = self._connection.execute(query)
        for (_group, letter), those in groupby(rows, key=lambda row: (row[0], row[1])):
            uids = [str(row[2]) for row in those]
            if len(uids) > 1:
                names = "、".join(map(self._wording.title, uids))
                told = _("{names}的电脑字母都是 {letter}，暂编号和代号会重")
                told = told.format(names=names, letter=letter)
                yield self._finding(Found.NUMBER, "person", uids, told)

    def rules(self) -> Iterator[Finding]:
        """Records of which several fields do not fit each other."""
        for kind in _RULED:
            for tier in KINDS[kind].tiers():
                if tier is Tier.SEALED:
                    continue
                for row in self._connection.execute(_ruled(kind, tier)).mappings():
                    values: Mapping[str, Value] = {k: v for k, v in row.items() if k != "uid"}
                    faults = rules.across(kind, values)
                    if faults:
                        told = "；".join(words.finding(kind, fault) for fault in faults)
                        yield self._finding(Found.RULE, kind, [str(row["uid"])], told)

    def verifiers(self) -> Iterator[Finding]:
        """Closures verified by who handled the problem."""
        closure, problem = table("closure"), table("problem")
        handler = sa.func.json_each(problem.c.handlers).table_valued("key")
        query = (
            sa.select(closure.c.problem, closure.c.verifier)
            .select_from(closure)
            .join(problem, problem.c.uid == closure.c.problem)
            .join(handler, sa.true())
            .where(handler.c.key == closure.c.verifier, sa.func.coalesce(closure.c.voided, 0) == 0)
        )
        for row in self._connection.execute(query).all():
            who = self._wording.title(row.verifier)
            told = _("验收人{who}也是承办人").format(who=who)
            yield self._finding(Found.RULE, "problem", [row.problem], told)

    def moved_twice(self) -> Iterator[Finding]:
        """Records that two people filed under other units without having seen each other."""
        row = tables.row
        query = sa.select(row.c.uid, row.c.entity, row.c.conflicts).where(
            row.c.conflicts.is_not(None), row.c.deleted == 1
        )
        for uid, kind, conflicts in self._connection.execute(query).all():
            changes = orjson.loads(conflicts).get("moved_to")
            copies = self._copies(changes or [])
            if len(copies) > 1:
                told = _("一条{kind}被分别改归了 {count} 个单位，现在有 {count} 条，请留一条")
                told = told.format(kind=words.kind(kind), count=len(copies))
                yield self._finding(Found.MOVED_TWICE, kind, [*copies, uid], told)

    def _copies(self, changes: Sequence[str]) -> list[str]:
        """The living copies that some changes moved a record to."""
        change, row = tables.change, tables.row
        found = []
        for change_id in changes:
            query = sa.select(change.c.body).where(change.c.id == bytes.fromhex(change_id))
            body = self._connection.scalar(query.limit(1))
            target = orjson.loads(body)["fields"].get("moved_to") if body else None
            living = sa.select(row.c.uid).where(row.c.uid == str(target), row.c.deleted == 0)
            if target and self._connection.scalar(living.limit(1)):
                found.append(str(target))
        return found

    def references(self) -> Iterator[Finding]:
        """Records that refer to what is not here or was deleted."""
        for spec in KINDS.values():
            if spec.name in INTERNAL:
                continue
            for field in spec.fields:
                is_parent = field.name == spec.parent
                if field.tier is not Tier.SEALED and (field.refers or is_parent):
                    yield from self._dangling(spec, field, is_parent=is_parent)

    def _dangling(self, spec: RecordKind, field: Field, *, is_parent: bool) -> Iterator[Finding]:
        row = tables.row
        living = sa.select(row.c.uid).where(row.c.deleted == 0, row.c.listed == 1)
        query, target = _referring(spec, field)
        query = query.where(~living.where(row.c.uid == target).exists()).limit(MOST)
        label = words.field(spec.name, field.name)
        for uid, wanted in self._connection.execute(query).all():
            known = self._connection.scalar(
                sa.select(row.c.entity).where(row.c.uid == wanted, row.c.deleted == 1).limit(1)
            )
            if known is None:
                told = _("“{field}”所指的记录尚未收到").format(field=label)
            elif is_parent:
                told = _("所属的{kind}已删除").format(kind=words.kind(known))
            else:
                told = _("“{field}”所指的{kind}已删除").format(field=label, kind=words.kind(known))
            sort = Found.ORPHAN if known is not None and is_parent else Found.DANGLING
            yield self._finding(sort, spec.name, [uid], told)

    def incomplete(self) -> Iterator[Finding]:
        """Records of which earlier changes have not arrived."""
        row = tables.row
        query = (
            sa.select(row.c.uid, row.c.entity)
            .where(row.c.incomplete == 1, row.c.listed == 1, row.c.deleted == 0)
            .group_by(row.c.uid, row.c.entity)
            .limit(MOST)
        )
        for uid, kind in self._connection.execute(query).all():
            told = _("前文未到，收齐后再看")
            yield self._finding(Found.INCOMPLETE, kind, [uid], told)


def _ruled(kind: str, tier: Tier) -> sa.Select[str]:
    """A kind's numbers, times and dates, without its texts."""
    target = table(kind, tier)
    of_interest = (FieldType.INTEGER, FieldType.TIME, FieldType.DATE, FieldType.CHOICE)
    names = [f.name for f in KINDS[kind].fields if f.tier is tier and f.type in of_interest]
    return sa.select(target.c.uid, *(target.c[name] for name in names))


def _referring(spec: RecordKind, field: Field) -> tuple[sa.Select[str, str], sa.ColumnElement[str]]:
    """Who refers to what by a field, a set taken apart; and the column of what is referred to."""
    target = table(spec.name, field.tier)
    column = target.c[field.name]
    if field.type not in (FieldType.REFERENCES, FieldType.LINKS):
        query = sa.select(target.c.uid, column).where(column.is_not(None), column != "")
        return query, column
    member = sa.func.json_each(column).table_valued("key", "type")
    query = (
        sa.select(target.c.uid, member.c.key)
        .select_from(target)
        .join(member, sa.true())
        # Evidence given in words stands there as a text.
        .where(member.c.type == "true")
    )
    return query, member.c.key
