"""Where a problem came from, and what was made of a record: links that lead both ways."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from models import tables
from models.kinds import Uid, Value
from services import listing, references, words
from services.core import Filter, Row
from services.workspace import Workspace

_LEADING = frozenset({"interview", "check", "visit", "opinion", "reception", "problem"})
"""Kinds that a link leads to; a photo stands on the page itself."""
_CITED = frozenset({"interview", "check", "visit", "opinion", "reception"})
_MOST = 50


@dataclass(frozen=True, slots=True)
class Origin:
    """A record that a link leads to."""

    kind: str
    uid: Uid
    words: str
    """Kind and title: 谈话 B417."""


def of_row(workspace: Workspace, row: Row) -> tuple[Origin, ...]:
    """What a record leads to.

    A problem: its evidence, opinions that became it and its master. An opinion: its talk, its
    problem, the item it was joined into. Whatever is evidence: the problems that cite it.
    """
    found: list[str] = []
    if row.kind == "problem":
        evidence = row.values.get("evidence")
        found += [str(one) for one in evidence] if isinstance(evidence, list) else []
        found += [r.uid for r in _rows(workspace, "opinion", {"problem": row.uid})]
        found += _held(row, "master")
    if row.kind == "opinion":
        found += _held(row, "interview", "problem", "merged_into")
    if row.kind in _CITED:
        found += [r.uid for r in _rows(workspace, "problem", {"evidence": [row.uid]})]
    return _origins(workspace, [uid for uid in dict.fromkeys(found) if uid != row.uid])


def _held(row: Row, *names: str) -> list[str]:
    return [str(row.values[name]) for name in names if row.values.get(name)]


def _rows(workspace: Workspace, kind: str, where: dict[str, Value]) -> Sequence[Row]:
    return listing.page(workspace, kind, Filter(where), 0, _MOST).rows


def _origins(workspace: Workspace, uids: Sequence[str]) -> tuple[Origin, ...]:
    row = tables.row
    with workspace.store.read() as connection:
        query = sa.select(row.c.uid, row.c.entity).where(row.c.uid.in_(uids)).distinct()
        kinds = {uid: str(kind) for uid, kind in connection.execute(query)}
    titles = references.titles(workspace, set(kinds))
    return tuple(
        Origin(kind, Uid(uid), f"{words.kind(kind, workspace.template)} {title}")
        for uid in uids
        if (kind := kinds.get(uid, "")) in _LEADING and (title := titles.get(Uid(uid)))
    )
