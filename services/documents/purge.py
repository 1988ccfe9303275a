"""清除证明: which names and talks were destroyed, when, how, before whom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from models.errors import Refused
from models.kinds import Tier, Value
from services import purging
from services.documents import composing, forms
from services.documents.blocks import Column, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.orders import Order
from services.documents.sources import Addressing, frame
from services.documents.wording import chinese_date, wording
from services.package import drawn_part
from services.purging import Line
from services.workspace import Workspace

_SIGNED = Addressing("nobody")


@dataclass(frozen=True, slots=True)
class Purged:
    """One sort of content that was destroyed."""

    what: str
    """In words: 实名, 谈话原文."""
    count: int
    code: str
    """核对码 of it before."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A package that went out or came in with what was destroyed here."""

    file: str
    day: str
    """ISO day on which it was packed."""
    by: str
    was_sent: bool


@dataclass(frozen=True, slots=True)
class Purge:
    """What the certificate prints."""

    frame: Frame
    time: str
    """Clock of the purge, in words."""
    contents: tuple[Purged, ...]
    machine: str
    replica: str
    method: str
    left: str
    """What stays on this laptop."""
    receipt_date: str
    """ISO day of the office's receipt; empty when it never gave one."""
    upto: int
    """How many changes were destroyed."""
    witnesses: tuple[str, ...]
    """Two names."""
    missing: int = 0
    """Of the changes, those the office had not confirmed: the leader gave them up."""
    reason: str = ""
    packages: tuple[Gone, ...] = ()
    """Packages that still hold it elsewhere."""


def gather(workspace: Workspace, order: Order) -> Purge:
    """The purge it is about; the last one of this file when none is named.

    Raises:
        Refused: `purge_unknown`: nothing was purged here, or not that.
    """
    found = purging.lines(workspace)
    line = next((one for one in found if order.wanted.about in ("", one.uid)), None)
    if line is None:
        raise Refused("purge_unknown")
    return _read(line, frame(workspace, order, _SIGNED))


def _read(line: Line, head: Frame) -> Purge:
    told, say = line.told, wording("purge")
    records, codes = _table(told.get("records")), _table(told.get("codes"))
    contents = tuple(
        Purged(say(f"what.{tier.value}"), _int(records, tier.value), _text(codes, tier.value))
        for tier in (Tier.SEALED, Tier.TALK)
        if tier in line.tiers
    )
    when = _text(told, "when")
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        raise Refused("purge_unknown") from None
    kept = Tier.TALK not in line.tiers
    return Purge(
        # The certificate is of the day on which it was done, whenever it is printed.
        frame=replace(head, date=moment.date().isoformat()),
        # Spelt out: a bare 18:22 is taken for a moment of a talk.
        time=say("clock", hour=moment.hour, minute=moment.minute),
        contents=contents,
        machine=_text(told, "machine") or "—",
        replica=_text(told, "replica")[:8],
        method=say("how", count=_int(told, "backups")),
        left=say("left_talks" if kept else "left_work"),
        receipt_date=_text(told, "received"),
        upto=_int(told, "changes"),
        witnesses=tuple(str(name) for name in _list(told.get("witnesses"))[:2]),
        missing=_int(told, "missing"),
        reason=line.reason,
        packages=tuple(_gone(one) for one in _list(told.get("packages"))),
    )


def _gone(value: Value) -> Gone:
    told = _table(value)
    return Gone(_text(told, "file"), _text(told, "day"), _text(told, "by"), bool(told.get("sent")))


def _table(value: Value) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _text(told: Mapping[str, Value], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _int(told: Mapping[str, Value], name: str) -> int:
    value = told.get(name)
    return value if isinstance(value, int) else 0


def compose(data: Purge) -> Composed:
    """The statement, the list, and places for the witnesses."""
    say = wording("purge")
    head = data.frame
    made = composing.sheet(head, say.several("title"))
    told = say(
        "text",
        group=head.group,
        campaign=head.campaign,
        date=chinese_date(head.date),
        time=data.time,
        upto=data.upto,
    )
    made.blocks.append(body(told + _received(data)))
    if data.reason:
        made.blocks.append(body(say("reason", reason=data.reason)))
    columns = tuple(Column(title, 1) for title in say.several("columns"))
    rows = tuple((one.what, str(one.count), one.code) for one in data.contents)
    made.blocks.append(Table(columns, rows, say("caption")))
    made.marks |= {one.code for one in data.contents} | {data.machine, data.replica}
    made.marks |= {drawn_part(one.file) for one in data.packages}
    if data.packages:
        titles = say.several("package_columns")
        made.blocks.append(body(say("packages_told")))
        made.blocks.append(
            Table(
                (Column(titles[0], 90, left=True), *(Column(t, 22) for t in titles[1:])),
                tuple(
                    (
                        one.file,
                        chinese_date(one.day) if one.day else "—",
                        say("sent" if one.was_sent else "taken"),
                        one.by,
                    )
                    for one in data.packages
                ),
                say("packages"),
            )
        )
    made.blocks.append(body(say("machine", machine=data.machine, replica=data.replica)))
    made.blocks.append(body(say("method", method=data.method)))
    made.blocks.append(body(say("left", left=data.left)))
    made.blocks.append(forms.places(say.several("signs"), data.witnesses))
    made.blocks.append(composing.closing(head))
    return made


def _received(data: Purge) -> str:
    """What the office had confirmed before."""
    say = wording("purge")
    day = chinese_date(data.receipt_date) if data.receipt_date else ""
    if not data.missing:
        return say("received", receipt_date=day, upto=data.upto) if day else ""
    if not day:
        return say("given_up_all")
    return say("given_up", receipt_date=day, missing=data.missing)
