"""Reading records: lists, one record with its history, and finding text."""

import argparse
from collections.abc import Iterator, Mapping, Sequence

from models.kinds import CHOICES, RecordKind, Uid, Value
from services import listing, records, references, words
from services.core import Filter, Row
from services.errors import UsageError
from services.history import Entry, of_record
from services.search import find
from services.words import _
from services.workspace import Workspace
from ui.cli import inputs
from ui.cli.arguments import is_count
from ui.cli.console import Console, cut, table, width
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command
from ui.cli.wording import Wording, beginning, columns

_UID_LENGTH = 32
_CELL = 36
"""Most columns of a terminal that one value of a list takes."""


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("kind", metavar="KIND", help=_("记录种类"))
    parser.add_argument(
        "--where",
        nargs="+",
        action="extend",
        default=[],
        metavar="F=V",
        help=_("只列出字段为此值的"),
    )
    parser.add_argument("--sort", default="", metavar="F", help=_("按此字段排序；前加 - 为倒序"))
    _takes_part(parser)


def _takes_part(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=is_count, default=100, metavar="N", help=_("最多几条"))
    parser.add_argument("--offset", type=is_count, default=0, metavar="N", help=_("跳过几条"))


def _list(taken: argparse.Namespace, said: Console) -> int:
    wanted = Filter(where=_where(taken.where), sort=taken.sort)
    return _tell_page(taken, said, records.kind_named(taken.kind), wanted)


def _documents_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    _takes_part(parser)


def _documents(taken: argparse.Namespace, said: Console) -> int:
    """The register (登记簿): every issued document, newest first."""
    wanted = Filter({"state": [state for state in CHOICES["report_state"] if state != "draft"]})
    return _tell_page(taken, said, records.kind_named("report"), wanted)


def _tell_page(taken: argparse.Namespace, said: Console, spec: RecordKind, wanted: Filter) -> int:
    with opened(taken, said) as ws:
        page = listing.page(ws, spec.name, wanted, taken.offset, taken.limit)
        lines = [] if said.as_json else _table(ws, spec, page.rows)
    rows = [{"uid": row.uid, **row.values} for row in page.rows]
    lines.append(_("共 {total} 条，列出 {shown} 条").format(total=page.total, shown=len(rows)))
    said.result({"rows": rows, "total": page.total}, lines)
    return 0


def _where(given: Sequence[str]) -> dict[str, Value]:
    """Field → value; a field named several times may have any of the values."""
    where: dict[str, Value] = {}
    for one in given:
        for name, value in inputs.assignments([one]).items():
            before = where.get(name, [])
            options = before if isinstance(before, list) else [before]
            where[name] = [*options, value] if name in where else value
    return where


def _table(workspace: Workspace, spec: RecordKind, rows: Sequence[Row]) -> list[str]:
    wording = Wording(workspace, spec, rows)
    names = [n for n in columns(spec) if any(row.values.get(n) is not None for row in rows)]
    cells = [
        [beginning(row.uid), *(cut(wording.of(n, row.values.get(n)), _CELL) for n in names)]
        for row in rows
    ]
    return table([_("标识号"), *(words.field(spec.name, n) for n in names)], cells)


def _show_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("kind", metavar="KIND", help=_("记录种类"))
    parser.add_argument("uid", metavar="UID", help=_("标识号（或开头几位），或唯一的名称、编号"))
    parser.add_argument("--history", action="store_true", help=_("何人何时改过什么"))


def _show(taken: argparse.Namespace, said: Console) -> int:
    spec = records.kind_named(taken.kind)
    with opened(taken, said) as ws:
        row = records.get(ws, spec.name, references.resolve(ws, spec.name, taken.uid))
        history = of_record(ws, row.uid) if taken.history else ()
        lines = [] if said.as_json else list(_shown(ws, spec, row, history))
    value: dict[str, object] = {"uid": row.uid, "kind": row.kind, **row.values}
    value |= {"missing": list(row.missing), "conflicts": list(row.conflicts)}
    if taken.history:
        value["history"] = [_told(entry) for entry in history]
    said.result(value, lines)
    return 0


def _shown(
    workspace: Workspace, spec: RecordKind, row: Row, history: Sequence[Entry]
) -> Iterator[str]:
    wording = Wording(workspace, spec, [row])
    given = [(n, v) for n, v in row.values.items() if v is not None]
    labels = [_("标识号"), *(words.field(spec.name, name) for name, _value in given)]
    values = [row.uid, *(wording.of(name, value) for name, value in given)]
    widest = max(map(width, labels))
    for label, value in zip(labels, values, strict=True):
        for number, line in enumerate(value.split("\n")):
            head = label if number == 0 else ""
            yield f"{head}{' ' * (widest - width(head))}  {_plain(line)}"
    for heading, names in ((_("待填"), row.missing), (_("待裁定"), row.conflicts)):
        if names:
            yield f"{heading}：{'、'.join(words.field(spec.name, n) for n in names)}"
    titles = references.titles(workspace, {e.field.partition(".")[2] for e in history})
    for entry in history:
        yield _entry_line(spec, entry, wording, titles)


def _plain(line: str) -> str:
    return "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in line)


def _entry_line(spec: RecordKind, entry: Entry, wording: Wording, titles: Mapping[Uid, str]) -> str:
    stem, dot, member = entry.field.partition(".")
    label = words.field(spec.name, stem)
    named = titles.get(Uid(member), "" if len(member) == _UID_LENGTH else member)
    if dot and named:
        label += _("（{member}）").format(member=named)
    before, after = (_short(wording, stem, value) for value in (entry.before, entry.after))
    what = _("（封存）") if entry.sealed else f"{before} → {after}"
    moment = f"{entry.at.astimezone():%Y-%m-%d %H:%M}"
    parts = [moment, entry.actor_name or entry.actor, label, what]
    parts += [_("原因：{reason}").format(reason=entry.reason)] if entry.reason else []
    parts += [_("已签名")] if entry.signed else []
    return "  ".join(cut(part, 2 * _CELL + 4) for part in parts)


def _short(wording: Wording, name: str, value: Value) -> str:
    """A journal field's value on one line; of fields that move together, each."""
    if value is None:
        return "-"
    if isinstance(value, dict):
        return cut("，".join(wording.of(part, one) for part, one in value.items()), _CELL)
    return cut(wording.of(name, value), _CELL)


def _told(entry: Entry) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "replica": entry.replica,
        "field": entry.field,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "signed": entry.signed,
        "sealed": entry.sealed,
        "change_id": entry.change_id,
    }


def _search_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("text", metavar="TEXT", help=_("要找的文字"))
    parser.add_argument("--kind", metavar="K", help=_("只在这类记录中找"))
    parser.add_argument("--limit", type=is_count, default=50, metavar="N", help=_("最多几条"))


def _search(taken: argparse.Namespace, said: Console) -> int:
    if taken.limit == 0:
        raise UsageError("usage_limit")
    if taken.kind is not None:
        records.kind_named(taken.kind)
    with opened(taken, said) as ws:
        hits = find(ws, taken.text, kind=taken.kind, limit=taken.limit)
    rows = [
        {"kind": h.kind, "uid": h.uid, "field": h.field, "snippet": h.snippet} for h in hits.rows
    ]
    cells = [
        (beginning(h.uid), words.kind(h.kind), words.field(h.kind, h.field), h.snippet)
        for h in hits.rows
    ]
    lines = table((_("标识号"), _("种类"), _("字段"), _("文字")), cells)
    lines.append(_("共 {total} 条，列出 {shown} 条").format(total=hits.total, shown=len(rows)))
    said.result({"rows": rows, "total": hits.total}, lines)
    return 0


COMMANDS = {
    "list": Command(_list_arguments, _list),
    "documents": Command(_documents_arguments, _documents),
    "show": Command(_show_arguments, _show),
    "search": Command(_search_arguments, _search),
}
