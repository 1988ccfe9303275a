"""数据合并纪要: which packages were taken in, what they changed, what waits for a decision."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from services import merge
from services.documents import composing
from services.documents.blocks import Column, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.orders import Order
from services.documents.sources import Addressing, frame, people
from services.documents.wording import chinese_date, wording
from services.merge import MergeLine
from services.package import drawn_part
from services.workspace import Workspace, state_code

_SIGNED = Addressing("nobody")
_SHARES = ((8, 0), (28, 0), (36, 1), (46, 1), (20, 0), (12, 0), (12, 0), (12, 0), (14, 0), (37, 1))
_MS = 1000
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """One package that was taken in."""

    day: str
    """ISO day, by this laptop's clock."""
    time: str
    sender: str
    file: str
    signer: str
    new: int
    changed: int
    deleted: int
    parallel: int
    conflicts: int
    undone: str = ""
    """Why it was taken back; empty while it stands."""
    held: int = 0
    """Changes that waited for missing ones when it was taken in."""
    forks: int = 0
    """Streams that two machines wrote apart under one number."""
    doubled: tuple[str, ...] = ()
    """Numbers, codes and letters that several records bore then."""
    code_names: int = 0
    """How many talks' code names stood there twice: which ones, the minutes must not tell."""
    units: tuple[str, ...] = ()
    """Names of units that stood there on several rows then."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """What the minutes print."""

    frame: Frame
    packages: tuple[Taken, ...]
    by: tuple[str, ...]
    """Who merged."""
    state_code: str
    """核对码 of the file as it is now."""


def gather(workspace: Workspace, order: Order) -> Minutes:
    """The merges of the period, or the one it is about, oldest first."""
    names = people(workspace)
    lines = [
        line
        for line in merge.merges(workspace)
        if order.wanted.about in ("", line.uid) and order.period.holds(_moment(line.at)[0])
    ]
    lines.sort(key=lambda line: (line.at, line.source))
    by = tuple(sorted({names[line.actor] for line in lines if names.get(line.actor)}))
    with workspace.store.read() as connection:
        code = state_code(connection)
    packages = tuple(_taken(line) for line in lines)
    return Minutes(frame(workspace, order, _SIGNED), packages, by, code)


def _taken(line: MergeLine) -> Taken:
    day, clock = _moment(line.at)
    sender = line.manifest.sender
    rows, met = line.figures.tally, line.figures.collisions
    return Taken(
        day=day,
        time=clock,
        sender=f"{sender.group_name} {sender.name}".strip(),
        file=line.source,
        signer=line.signer,
        new=rows.new,
        changed=rows.changed,
        deleted=rows.deleted,
        parallel=rows.parallel,
        conflicts=rows.conflicts,
        undone=(line.undone_reason or "—") if line.undone_at is not None else "",
        held=line.figures.held,
        forks=len(line.figures.forks),
        doubled=tuple(
            dict.fromkeys(c.value for c in met if not c.is_same_unit and not c.is_code_name)
        ),
        code_names=len({c.value for c in met if c.is_code_name}),
        units=tuple(dict.fromkeys(c.value for c in met if c.is_same_unit)),
    )


def _moment(at_ms: int) -> tuple[str, str]:
    """Day and clock of this laptop."""
    moment = datetime.fromtimestamp(at_ms / _MS).astimezone()
    # Spelt out: a bare 18:22 is taken for a moment of a talk, and the minutes could not be issued.
    clock = wording("merge_minutes")("clock", hour=moment.hour, minute=moment.minute)
    return moment.date().isoformat(), clock


def compose(data: Minutes) -> Composed:
    """A paragraph with the totals and a table across."""
    say = wording("merge_minutes")
    head = data.frame
    made = composing.sheet(head, say.several("title"), across=True)
    standing = [one for one in data.packages if not one.undone]
    sums = {
        name: sum(getattr(one, name) for one in standing)
        for name in ("new", "changed", "deleted", "parallel", "conflicts")
    }
    key = "text" if data.packages else "none"
    told = say(key, period=head.period, group=head.group, count=len(data.packages), **sums)
    made.blocks.append(body(told))
    if data.packages:
        made.blocks.append(_table(data))
        made.marks |= {data.state_code, *(drawn_part(one.file) for one in data.packages)}
        made.blocks.append(body(say("state", code=data.state_code)))
        made.blocks.append(body(say("by", names="、".join(data.by) or "—")))
    made.blocks.append(composing.closing(head, seal=False))
    return made


def _remarks(one: Taken) -> Iterator[str]:
    """What else is to be known of a package, for whoever reads the minutes years later."""
    say = wording("merge_minutes")
    if one.undone:
        yield say("undone", reason=one.undone)
    if one.held:
        yield say("held", count=one.held)
    if one.forks:
        yield say("forks", count=one.forks)
    if one.code_names:
        yield say("code_names", count=one.code_names)
    for key, names in (("doubled", one.doubled), ("units", one.units)):
        if names:
            shown = "、".join(names[:_NAMED])
            yield say(key, names=shown if len(names) <= _NAMED else f"{shown}…", count=len(names))


def _table(data: Minutes) -> Table:
    say = wording("merge_minutes")
    columns = tuple(
        Column(title, share, left=bool(left))
        for title, (share, left) in zip(say.several("columns"), _SHARES, strict=True)
    )
    rows = tuple(
        (
            *(str(n), f"{chinese_date(one.day)} {one.time}", one.sender, one.file),
            *(one.signer or say("unsigned"), str(one.new), str(one.changed), str(one.deleted)),
            *(str(one.conflicts), "；".join(_remarks(one))),
        )
        for n, one in enumerate(data.packages, 1)
    )
    return Table(columns, rows, say("caption"))
