"""接收回执 and 收齐情况: telling what was received, and what is missing."""

import argparse
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from models.kinds import Role, Uid
from services import collected, receipts, references, words
from services.collected import Collected, Line, Missing, State, Why
from services.package import Means
from services.words import _
from ui.cli import inputs
from ui.cli.arguments import is_count
from ui.cli.console import Console, table
from ui.cli.identities import signer_of, takes_signature
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command

_DAYS, _MOST_DAYS = 9, 366


def _receipt_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("out", metavar="OUT", help=_("写到这个文件夹，或这个新的 .dudaopack 文件"))
    parser.add_argument(
        "--unit", action="append", default=[], metavar="U", help=_("只说此单位（可重复）")
    )
    takes_signature(parser)
    parser.add_argument(
        "--package-passphrase-file", metavar="F", help=_("打包口令在此文件的第一行")
    )


def _receipt(taken: argparse.Namespace, said: Console) -> int:
    given = taken.package_passphrase_file
    passphrase = None if given is None else inputs.passphrase(given, _("打包口令："))
    with opened(taken, said) as ws:
        units = frozenset(references.resolve(ws, "unit", name) for name in taken.unit)
        means = Means(passphrase=passphrase, signer=signer_of(taken, said))
        done = receipts.write(ws, Path(taken.out), means, units, said.progress())
        names = references.titles(ws, done.received.keys())
    units_told = [
        {"unit": unit, "name": names.get(unit, ""), "received": have, "known": known}
        for unit, (have, known) in done.received.items()
    ]
    value = {
        "file": str(done.parcel.path),
        "package": done.parcel.package,
        "backup": str(done.backup),
        "signed": taken.sign is not None,
        "units": units_told,
        "gaps": done.gaps,
        "conflicts": done.conflicts,
    }
    lines = [_("已写好并读回核对：{file}").format(file=done.parcel.path)]
    lines += [f"{u['name'] or u['unit']}  {u['received']}/{u['known']}" for u in units_told]
    if taken.sign is None:
        said.remark(_("没有签名：对方只能看到是谁说的，不能验证。"))
    said.result(value, lines)
    return 0


def _received_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument(
        "--days", type=is_count, default=_DAYS, metavar="N", help=_("到今天为止的几天，默认 9")
    )


def _received(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        today = ws.today()
        span = range(min(taken.days, _MOST_DAYS))
        days = [today - timedelta(days=n) for n in reversed(span)]
        is_office = ws.role() is Role.OFFICE
        chart = collected.of_groups(ws, days) if is_office else collected.of_group(ws, days)
        reception = receipts.received(ws)
        told = receipts.told(ws)
        units = references.titles(ws, [m.scope.rpartition("/")[2] for m in chart.missing])
    value = {
        "office": {
            "at": _moment(reception.at),
            "by": reception.by,
            "received": reception.received,
            "changes": reception.changes,
            "units": [
                {"unit": u.unit, "name": u.name, "received": u.received, "changes": u.changes}
                for u in reception.units
            ],
        },
        "receipts": [
            {
                "name": one.name,
                "group": one.group,
                "is_office": one.is_office,
                "at": _moment(one.at),
                "asked": [[a.replica, a.scope, a.first, a.last] for a in one.asked],
                "numbers": dict(one.numbers),
                "conflicts": len(one.conflicts),
            }
            for one in told
        ],
        "days": [day.isoformat() for day in chart.days],
        "lines": [_line(one) for one in chart.lines],
        "missing": [_missing(one) for one in chart.missing],
        "forks": [{"replica": f.replica, "scope": f.scope} for f in chart.forks],
        "twins": [{"letter": t.letter, "name": t.name} for t in chart.twins],
    }
    lines = [] if is_office else _reception_lines(reception)
    said.result(value, [*lines, *_chart_lines(chart, units)])
    return 0


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _line(one: Line) -> dict[str, object]:
    laptop = one.laptop
    return {
        "group": one.group,
        "group_name": one.group_name,
        "unit": one.unit or None,
        "unit_name": one.unit_name,
        "letter": laptop.letter if laptop is not None else "",
        "name": laptop.name if laptop is not None else "",
        "heard_at": _moment(one.heard_at),
        "cells": [
            {"state": c.state.value, "changes": c.changes, "missing": c.missing} for c in one.cells
        ],
    }


def _missing(one: Missing) -> dict[str, object]:
    return {
        "replica": one.replica,
        "scope": one.scope,
        "first": one.first,
        "last": one.last,
        "why": one.why.value,
        "name": one.laptop.name if one.laptop is not None else "",
        "from": one.from_day.isoformat() if one.from_day is not None else None,
        "to": one.to_day.isoformat() if one.to_day is not None else None,
        "told_by": one.told_by,
    }


def _reception_lines(reception: receipts.Reception) -> list[str]:
    if reception.at is None:
        return [_("还没有收到办公室的回执")]
    told = _("已被办公室接收 {received}/{changes}（{when} 的回执）")
    when = f"{reception.at.astimezone():%Y-%m-%d %H:%M}"
    head = told.format(received=reception.received, changes=reception.changes, when=when)
    named = (u.name or (_("本组") if not u.unit else u.unit) for u in reception.units)
    units = zip(named, reception.units, strict=True)
    return [head, *(f"{name}  {u.received}/{u.changes}" for name, u in units)]


def _chart_lines(chart: Collected, units: Mapping[Uid, str]) -> list[str]:
    marks = {
        State.ALL: "✓",
        State.MISSING: _("缺"),
        State.AWAITED: _("未到"),
        State.NOTHING: _("休"),
    }
    heads = ("", *(f"{day.month}-{day.day}" for day in chart.days), _("最近一次"))
    rows = [
        (
            _name(one),
            *(marks[cell.state] for cell in one.cells),
            f"{one.heard_at.astimezone():%m-%d %H:%M}" if one.heard_at is not None else "",
        )
        for one in chart.lines
    ]
    return [
        *table(heads, rows),
        *(_missing_line(one, units) for one in chart.missing),
        *(
            _("{name} 的文件在两台电脑上写：两边都保留，请收起一份。").format(
                name=f"{one.letter} {one.name}".strip()
            )
            for one in chart.twins
        ),
    ]


def _name(one: Line) -> str:
    if one.laptop is not None:
        return f"{one.laptop.letter} {one.laptop.name}".strip()
    return f"{one.group_name} {one.unit_name}".strip()


def _missing_line(one: Missing, units: Mapping[Uid, str]) -> str:
    who = one.laptop
    name = f"{who.letter} {who.name}".strip() if who is not None else one.replica[:8]
    told = _("缺 {name} {where} {days} {run}")
    if one.why is Why.WITHHELD:
        told = _("未到 {name} {where} {days} {run}（{holder} 已有）")
    run = _("第 {first} 条") if one.first == one.last else _("第 {first}—{last} 条")
    place = one.scope.rpartition("/")[2]
    return told.format(
        name=name,
        where=units.get(Uid(place), "") or words.scope(one.scope),
        days=_span(one.from_day, one.to_day),
        run=run.format(first=one.first, last=one.last),
        holder=one.told_by,
    )


def _span(first: date | None, last: date | None) -> str:
    days = [day for day in (first, last) if day is not None]
    return "—".join(dict.fromkeys(f"{day.month}-{day.day}" for day in sorted(days)))


COMMANDS = {
    "receipt": Command(_receipt_arguments, _receipt),
    "received": Command(_received_arguments, _received),
}
