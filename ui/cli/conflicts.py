"""待裁定: what waits for a decision, and deciding it."""

import argparse
from collections.abc import Iterator

from models.kinds import Value
from services import conflicts, references, words
from services.conflicts import Candidate, Finding, Settled, Sort, Waiting, Wanted
from services.errors import UsageError
from services.words import _
from ui.cli import inputs
from ui.cli.arguments import is_count
from ui.cli.console import Console, cut
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command

_CELL = 72
_MOST_SETTLED = 100


def _conflicts_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument(
        "--unit", action="append", default=[], metavar="U", help=_("只列出这个单位的；可以多次给出")
    )
    parser.add_argument("--kind", default="", metavar="K", help=_("只列出这类记录的"))
    parser.add_argument(
        "--settled",
        nargs="?",
        type=is_count,
        const=_MOST_SETTLED,
        metavar="N",
        help=_("列出最近已裁定的"),
    )
    _takes_names(parser)
    parser.add_argument("--reason", default="", metavar="R", help=_("为什么打开实名；会留下记录"))
    parser.add_argument("--hand-back", action="store_true", help=_("把列出的交还作者定"))


def _takes_names(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--names-passphrase-file", metavar="F", help=_("连封存的实名一起；实名口令在此文件的第一行")
    )


def _conflicts(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        if taken.settled is not None:
            settled = conflicts.resolved(ws, taken.settled)
            told = [_told_settled(one) for one in settled]
            said.result({"settled": told}, [_settled_line(one) for one in settled])
            return 0
        units = frozenset(references.resolve(ws, "unit", name) for name in taken.unit)
        wanted = Wanted(units, taken.kind)
        found = conflicts.queue(ws, wanted)
        if taken.hand_back and found:
            conflicts.hand_back(ws, found)
            found = conflicts.queue(ws, wanted)
        others = conflicts.findings(ws)
        if taken.names_passphrase_file is not None:
            secret = inputs.passphrase(taken.names_passphrase_file, "")
            sealed = conflicts.sealed_queue(ws, secret, taken.reason)
            found = (*found, *(one for one in sealed if taken.kind in ("", one.kind)))
    lines = [line for one in found for line in _lines(one)]
    lines.append(_("共 {total} 处").format(total=len(found)))
    lines += [f"{words.kind(one.kind)} {one.name}  {cut(one.words, _CELL)}" for one in others]
    value = {
        "conflicts": [_told(one) for one in found],
        "total": len(found),
        "findings": [_told_finding(one) for one in others],
    }
    said.result(value, lines)
    return 0


def _resolve_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("id", metavar="ID", help=_("待裁定的编号（或开头几位）"))
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--take", type=is_count, metavar="N", help=_("用第几个"))
    chosen.add_argument("--value", metavar="V", help=_("自己写一个；几项一起定的是 JSON 对象"))
    parser.add_argument("--reason", default="", metavar="R", help=_("为什么"))
    _takes_names(parser)


def _resolve(taken: argparse.Namespace, said: Console) -> int:
    if not taken.id.strip():
        raise UsageError("usage", detail="ID", program="resolve")
    with opened(taken, said) as ws:
        if taken.names_passphrase_file is None:
            waiting = conflicts.find(ws, taken.id)
        else:
            secret = inputs.passphrase(taken.names_passphrase_file, "")
            waiting = conflicts.find_sealed(ws, taken.id, secret, taken.reason)
        if taken.take is not None:
            done = conflicts.take(ws, waiting, taken.take, taken.reason)
        else:
            done = conflicts.write(ws, waiting, _value(waiting, taken.value), taken.reason)
        left = conflicts.count(ws)
    value = {
        "id": waiting.id,
        "kind": waiting.kind,
        "uid": waiting.uid,
        "field": waiting.field,
        "change_id": done.change_ids[0],
        "conflicts": left,
    }
    said.result(value, [f"{waiting.id}  {_heading(waiting)}  {_('已裁定')}"])
    return 0


def _value(waiting: Waiting, text: str) -> Value:
    """The value as JSON where it is one and the field no running text."""
    if waiting.sort is Sort.TEXT:
        return text
    return inputs.assignments([f"value={text}"])["value"]


def _told(one: Waiting) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind,
        "uid": one.uid,
        "name": one.name,
        "unit": one.unit,
        "unit_name": one.unit_name,
        "field": one.field,
        "label": one.label,
        "sort": one.sort.value,
        "asked": one.is_asked,
        "handed_to": list(one.handed_to),
        "base": None if one.base is None else _told_candidate(one.base, None),
        "candidates": [_told_candidate(c, n) for n, c in enumerate(one.candidates, start=1)],
    }


def _told_finding(one: Finding) -> dict[str, object]:
    return {
        "sort": one.sort.value,
        "kind": one.kind,
        "uids": list(one.uids),
        "name": one.name,
        "words": one.words,
    }


def _told_candidate(one: Candidate, n: int | None) -> dict[str, object]:
    told: dict[str, object] = {
        "n": n,
        "value": one.value,
        "words": one.words,
        "actor": one.actor,
        "actor_name": one.actor_name,
        "at": one.at.isoformat(),
        "replica": one.replica,
        "letter": one.letter,
        "reason": one.reason,
        "signed": one.signed,
        "shown": one.shown,
        "change_id": one.change_id,
    }
    if one.path:
        told["path"] = [
            {
                "state": step.state,
                "actor_name": step.actor_name,
                "at": step.at.isoformat(),
                "reason": step.reason,
                "signed": step.signed,
            }
            for step in one.path
        ]
    return told


def _told_settled(one: Settled) -> dict[str, object]:
    return {
        "id": one.id,
        "kind": one.kind,
        "uid": one.uid,
        "name": one.name,
        "field": one.field,
        "label": one.label,
        "words": one.words,
        "actor": one.actor,
        "actor_name": one.actor_name,
        "at": one.at.isoformat(),
        "reason": one.reason,
        "change_id": one.change_id,
    }


def _heading(one: Waiting) -> str:
    parts = (words.kind(one.kind), one.name, one.unit_name, one.label)
    return " · ".join(cut(part, _CELL) for part in parts if part)


def _lines(one: Waiting) -> Iterator[str]:
    yield f"{one.id}  {_heading(one)}"
    if not one.is_asked:
        yield "    " + _("前文未到，收齐后再定")
    if one.handed_to:
        yield "    " + _("已交还作者")
    if one.base is not None:
        yield "    " + _("原来  {words}").format(words=cut(one.base.words, _CELL))
    for n, candidate in enumerate(one.candidates, start=1):
        yield f"  {n} {_who(candidate)}  {cut(candidate.words, _CELL)}"
        if candidate.reason:
            yield "    " + _("理由：{reason}").format(reason=cut(candidate.reason, _CELL))


def _who(one: Candidate) -> str:
    moment = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
    laptop = _("（{letter}）").format(letter=one.letter) if one.letter else ""
    shown = _("，现在显示") if one.shown else ""
    return f"{cut(one.actor_name, _CELL)}{laptop} {moment}{shown}"


def _settled_line(one: Settled) -> str:
    moment = f"{one.at.astimezone():%Y-%m-%d %H:%M}"
    parts = (moment, one.actor_name, words.kind(one.kind), one.name, one.label, one.words)
    reason = _("理由：{reason}").format(reason=one.reason) if one.reason else ""
    return "  ".join(cut(part, _CELL) for part in (*parts, reason) if part)


COMMANDS = {
    "conflicts": Command(_conflicts_arguments, _conflicts),
    "resolve": Command(_resolve_arguments, _resolve),
}
