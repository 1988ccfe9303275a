"""Several packages where one would be larger than a volume takes, each usable by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import sqlalchemy as sa

from models import tables
from models.kinds import ChangeId
from services.package.selecting import ALWAYS, Content, Picked, Selection, estimate

_SHARE = 8
"""What always travels goes into every part while it takes at most one part in so many."""


@dataclass(frozen=True, slots=True)
class Part:
    """What goes into one package."""

    picked: tuple[Picked, ...]
    contents: tuple[Content, ...]

    @property
    def size_bytes(self) -> int:
        """About how large it gets."""
        changes = sum(one.run.changes for one in self.picked)
        bodies = sum(one.size_bytes for one in self.picked)
        return estimate(bodies, changes, sum(one.size_bytes for one in self.contents))


def split(connection: sa.Connection, selection: Selection, limit: int | None) -> list[Part]:
    """The parts of a selection, each at most about `limit` bytes (None: no limit).

    Streams stay whole where they fit; one that is too large is cut between two changes, so that
    its later part waits for the earlier one. A forked stream is never cut.
    """
    whole = Part(selection.picked, selection.contents)
    if limit is None or whole.size_bytes <= limit:
        return [whole]
    always = tuple(one for one in selection.picked if one.run.scope in ALWAYS)
    base = _part(always, selection.contents)
    taken = base.size_bytes - Part((), ()).size_bytes
    if taken * _SHARE > limit:
        base, taken = Part((), ()), 0
    parts: list[Part] = []
    room = limit - taken
    open_part = Part((), ())
    for picked in selection.picked:
        if picked in base.picked:
            continue
        for piece in _pieces(connection, _part((picked,), selection.contents), room):
            joined = _joined(open_part, piece)
            if open_part.picked and joined.size_bytes > room:
                parts.append(open_part)
                joined = piece
            open_part = joined
    return [_joined(base, part) for part in (*parts, open_part)]


def _part(picked: tuple[Picked, ...], contents: tuple[Content, ...]) -> Part:
    """These runs with the contents that their changes name first."""
    spans = {one.stream: one.run for one in picked}
    return Part(
        picked,
        tuple(
            c
            for c in contents
            if c.stream in spans and spans[c.stream].first <= c.seq <= spans[c.stream].last
        ),
    )


def _joined(one: Part, other: Part) -> Part:
    return Part((*one.picked, *other.picked), (*one.contents, *other.contents))


def _pieces(connection: sa.Connection, part: Part, room: int) -> Iterator[Part]:
    """One run as it is, or cut into pieces that fit."""
    (picked,) = part.picked
    if part.size_bytes <= room or picked.forked:
        yield part
        return
    along: dict[int, int] = {}
    for content in part.contents:
        along[content.seq] = along.get(content.seq, 0) + content.size_bytes
    change = tables.change
    query = (
        sa.select(change.c.seq, change.c.id, sa.func.length(change.c.body))
        .where(
            change.c.stream == picked.stream,
            change.c.seq.between(picked.run.first, picked.run.last),
            change.c.n.not_in(sa.select(tables.held.c.change)),
        )
        .order_by(change.c.seq)
    )
    first, prev, bodies, contents = picked.run.first, picked.run.prev, 0, 0
    last_id = prev
    for seq, stored_id, length in connection.execute(query).all():
        size = estimate(bodies + length, seq - first + 1, contents + along.get(seq, 0))
        if size > room and seq > first:
            yield _part((_cut(picked, (first, seq - 1), (prev, last_id), bodies),), part.contents)
            first, prev, bodies, contents = seq, last_id, 0, 0
        last_id = ChangeId(bytes(stored_id).hex())
        bodies += length
        contents += along.get(seq, 0)
    numbers = (first, picked.run.last)
    yield _part((_cut(picked, numbers, (prev, last_id), bodies),), part.contents)


def _cut(
    picked: Picked, numbers: tuple[int, int], ids: tuple[ChangeId, ChangeId], size: int
) -> Picked:
    first, last = numbers
    run = replace(
        picked.run, first=first, last=last, prev=ids[0], last_id=ids[1], changes=last - first + 1
    )
    return replace(picked, run=run, size_bytes=size)
