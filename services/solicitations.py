"""征求意见轮次: what each round of a unit brought, who was heard, and the round that follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models.base import table
from models.errors import Refused
from models.kinds import Tier, Uid, Value
from services import linking, listing, records
from services.campaign import Template
from services.core import Changes, Filter, Row
from services.workspace import Workspace

VOTES = ("votes_cast", "votes_enough", "votes_accurate", "votes_focused", "votes_satisfied")
"""群众评议: ballots, and how many of them say 够, 准, 聚焦, 满意."""
LACKING = frozenset({"not_enough", "not_accurate", "not_focused", "not_satisfied"})
"""Verdicts that ask for another round."""
UNHELD = "not_held"
"""Outcome of a talk that did not come about (未谈成)."""
SILENT = frozenset({"none", "hesitant", "work_only"})
"""Outcomes of talks that brought no opinion on conduct (未谈出意见)."""
_MOST = 99
"""Rounds of one unit, at most; the field takes no higher number."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Who was heard; opinions joined into another count, for each had its own voice."""

    opinions: int = 0
    masters: int = 0
    """Opinions that stand for themselves (归并)."""
    sourced: int = 0
    """Opinions of which it is known from whom they came."""
    public: int = 0
    """Of these, from the public (群众, 服务对象: what the template calls public)."""
    talks: int = 0
    """Talks that were held."""
    silent: int = 0
    """Of these, such as brought no opinion on conduct."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of a unit."""

    row: Row
    n: int
    voices: Voices
    outreach: tuple[Row, ...]
    """听取意见活动 of the round, first day first."""

    @property
    def lacking(self) -> bool:
        """Whether its verdict asks for another round."""
        return bool(LACKING & {str(one) for one in _listed(self.row.values.get("verdict"))})


def rounds(workspace: Workspace, unit: Uid) -> tuple[Round, ...]:
    """The rounds of a unit, first one first; what bears no round belongs to the first."""
    wanted = Filter(units=frozenset({unit}), sort="n")
    found = listing.page(workspace, "solicitation", wanted, 0, _MOST).rows
    wanted = Filter(units=frozenset({unit}), sort="date")
    gone_out = listing.page(workspace, "outreach", wanted, 0, _MOST).rows
    heard = voices_by_round(workspace, frozenset({unit}))
    numbers = [int(str(row.values.get("n") or 1)) for row in found]
    return tuple(
        Round(
            row,
            n,
            heard.get(n, Voices()),
            tuple(o for o in gone_out if (o.values.get("round") or 1) == n),
        )
        for row, n in zip(found, numbers, strict=True)
    )


def voices(workspace: Workspace, units: frozenset[Uid] = frozenset()) -> Voices:
    """Who was heard in all rounds of some units; empty means all units."""
    return _sum(voices_by_round(workspace, units).values())


def voices_by_round(workspace: Workspace, units: frozenset[Uid]) -> Mapping[int, Voices]:
    """Who was heard, by the number of the round; what bears none is of the first."""
    opinion, talk = table("opinion"), table("interview")
    number = sa.func.coalesce(opinion.c.round, 1)
    alone = opinion.c.merged_into.is_(None)
    told = sa.select(number, opinion.c.source, alone, sa.func.count())
    told = told.group_by(number, opinion.c.source, alone)
    of_talk = sa.func.coalesce(talk.c.round, 1)
    held = sa.select(of_talk, talk.c.outcome, sa.func.count())
    held = held.where(talk.c.outcome != UNHELD).group_by(of_talk, talk.c.outcome)
    with workspace.store.read() as connection:
        if units:
            rows = sorted(linking.joined(connection).widen(units))
            told = told.where(opinion.c.unit.in_(rows))
            held = held.where(talk.c.unit.in_(rows))
        opinions = connection.execute(told).all()
        talks = connection.execute(held).all()
    public = _public(workspace.template)
    found: dict[int, list[Voices]] = {}
    for n, source, single, count in opinions:
        one = Voices(
            opinions=int(count), masters=int(count) * bool(single),
            sourced=int(count) * bool(source), public=int(count) * (source in public),
        )  # fmt: skip
        found.setdefault(int(n), []).append(one)
    for n, outcome, count in talks:
        one = Voices(talks=int(count), silent=int(count) * (outcome in SILENT))
        found.setdefault(int(n), []).append(one)
    return {n: _sum(some) for n, some in found.items()}


def _sum(some: Iterable[Voices]) -> Voices:
    all_of = list(some)
    return Voices(
        *(
            sum(column)
            for column in zip(
                *((v.opinions, v.masters, v.sourced, v.public, v.talks, v.silent) for v in all_of),
                strict=True,
            )
        )
    )


def _public(template: Template) -> frozenset[str]:
    return frozenset(one.id for one in template.categories if one.public)


def is_narrow(part: int, whole: int, template: Template) -> bool:
    """Whether the share of the public is below the campaign's line (体内循环).

    Exactly on the line passes; where nobody is known there is no result.
    """
    return whole > 0 and 100 * part < template.thresholds.public_share_percent * whole


def verbatim(workspace: Workspace, unit: Uid) -> tuple[Row, ...]:
    """Opinions of a unit that still stand in the words somebody said, to be reworded first.

    A unit knows its people: the sentence itself is half a name.
    """
    opinion, said = table("opinion"), table("opinion", Tier.TALK)
    query = (
        sa.select(opinion.c.uid)
        .join(said, said.c.uid == opinion.c.uid)
        .where(opinion.c.merged_into.is_(None), said.c.quote != "", said.c.quote == opinion.c.text)
    )
    with workspace.store.read() as connection:
        rows = linking.joined(connection).widen({unit})
        found = connection.scalars(query.where(opinion.c.unit.in_(sorted(rows))))
        uids = [Uid(uid) for uid in found]
    return tuple(records.get(workspace, "opinion", uid) for uid in uids)


def vote(
    workspace: Workspace, uid: Uid, votes: Mapping[str, Value], verdict: Sequence[str]
) -> Changes:
    """Store the public's vote on the summary of a round, and what follows from it.

    Args:
        workspace: the open file.
        uid: of the round.
        votes: `VOTES` → number.
        verdict: ids of `solicitation_verdict`.

    Raises:
        Invalid: more than were cast, or no numbers.
        Refused: 够 beside what is lacking.
    """
    if "enough" in verdict and LACKING & set(verdict):
        raise Refused("round_verdict_mixed")
    given: dict[str, Value] = {name: votes.get(name) for name in VOTES}
    told: dict[str, Value] = {**given, "verdict": list(verdict)}
    return records.change(workspace, "solicitation", uid, told).changes


def open_next(workspace: Workspace, unit: Uid, reason: str = "") -> tuple[Uid, Changes]:
    """Open the round that follows; returns its uid.

    A round is followed by another because its vote says so, or because something else does
    (a remedy case): then that is the `reason`.

    Raises:
        Refused: the last round has no such verdict and there is no reason, or there are 99.
    """
    before = rounds(workspace, unit)
    if not reason and not (before and before[-1].lacking):
        raise Refused("round_needs_verdict")
    n = max([1 if reason else 0, *(one.n for one in before)]) + 1
    if n > _MOST:
        raise Refused("round_needs_verdict")
    made: dict[str, Value] = {"unit": unit, "n": n, "reason": reason or None}
    added = records.add(workspace, "solicitation", [made])
    return added.uids[0], added.changes


def _listed(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []
