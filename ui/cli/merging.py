"""Merging packages and workspace files, the list of merges, and taking one back."""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from services import merge, words
from services.merge import Collision, MergeLine, Outcome, Plan, Report, Tally, Verdict
from services.package import Keys, keys_of
from services.words import _
from services.workspace import Workspace
from ui.cli import inputs
from ui.cli.console import Console, table
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command

_SHORT = 8


def _merge_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=_("数据包或整个工作文件"))
    parser.add_argument("--dry-run", action="store_true", help=_("只预览，什么也不写"))
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        metavar="CODE",
        help=_("同意这一项提醒而照样接收；可以多次给出"),
    )
    parser.add_argument(
        "--force-gaps", action="store_true", help=_("把缺号之后的内容以本人名义补入，须给 --reason")
    )
    parser.add_argument("--reason", default="", metavar="R", help=_("补入缺号的理由"))
    parser.add_argument(
        "--package-passphrase-file", metavar="F", help=_("数据包的打包口令在此文件的第一行")
    )


def _merge(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        keys = _keys(ws, taken)
        sources = merge.open_all([Path(one) for one in taken.sources], keys, said.progress())
        try:
            done: Plan | Outcome
            if taken.dry_run:
                done = merge.prepare(ws, sources, said.progress())
            else:
                done = merge.apply(
                    ws,
                    sources,
                    accept=frozenset(taken.accept),
                    force_gaps_reason=taken.reason if taken.force_gaps else None,
                    progress=said.progress(),
                )
        finally:
            merge.close_all(sources)
    return _told(done, said)


def _keys(ws: Workspace, taken: argparse.Namespace) -> Keys:
    given = taken.package_passphrase_file
    spoken = () if given is None else (inputs.passphrase(given, _("打包口令：")),)
    return replace(keys_of(ws, *spoken), own=(taken.secret,))


def _told(done: Plan | Outcome, said: Console) -> int:
    failures = [one.failure for one in done.sources if one.failure is not None]
    worst = max(failures, key=lambda f: f.exit_status, default=None)
    taken = [one for one in done.sources if one.verdict is not Verdict.REFUSED]
    tallies = [one.figures.tally for one in taken]
    merges = list(done.merges) if isinstance(done, Outcome) else []
    value: dict[str, object] = {
        "packages": [_package(one) for one in done.sources],
        **{name: done.total(name) for name in ("applied", "known", "held")},
        "rows": {name: _sum(tallies, name) for name in ("new", "changed", "deleted", "parallel")},
        "conflicts": _sum(tallies, "conflicts"),
        "gaps": [gap for one in taken for gap in _gaps(one)],
        "units_twice": [
            {"name": c.value, "uids": list(c.uids)}
            for c in {c.value: c for one in taken for c in one.figures.collisions}.values()
            if c.is_same_unit
        ],
        "state_code": done.state_code,
        "merge_id": merges[0] if merges else None,
        "merge_ids": merges,
    }
    if isinstance(done, Outcome):
        value |= {"forced": done.forced, "new_replica": done.new_replica}
    if worst is not None:
        value["error"] = {"code": worst.code, "message": words.error(worst)}
    said.result(value, _lines(done, taken))
    for failure in failures:
        said.fault(words.error(failure))
    return worst.exit_status if worst is not None else 0


def _sum(tallies: Iterable[Tally], name: str) -> int:
    return sum(int(getattr(one, name)) for one in tallies)


def _package(one: Report) -> dict[str, object]:
    figures = one.figures
    return {
        "file": one.name,
        "verdict": one.verdict.value,
        "reason": None if one.failure is None else one.failure.code,
        "message": None if one.failure is None else words.error(one.failure),
        "package": one.manifest.package if one.manifest else None,
        "sender": one.manifest.sender.name if one.manifest else None,
        "signature": one.signature.state.value if one.signature else None,
        "applied": figures.applied,
        "known": figures.known,
        "held": figures.held,
        "remarks": [
            {"code": r.code, "message": words.sentence(r.code, r.params), "stops": r.stops}
            for r in figures.remarks
        ],
        "collisions": [
            {"kind": c.kind, "field": c.field, "value": c.value, "uids": list(c.uids)}
            for c in figures.collisions
        ],
        "merge_id": one.merge or None,
    }


def _gaps(one: Report) -> list[dict[str, object]]:
    who = {r.params.get("replica"): r.params.get("who") for r in one.figures.remarks}
    return [
        {
            "who": who.get(gap.replica),
            "replica": gap.replica,
            "scope": gap.scope,
            "first": gap.first,
            "last": gap.last,
        }
        for gap in one.figures.gaps
    ]


def _lines(done: Plan | Outcome, taken: Sequence[Report]) -> list[str]:
    lines = []
    for one in taken:
        tally = one.figures.tally
        told = _("{file}：新 {new}、改 {changed}、删 {deleted}、待裁定 {waiting}")
        lines.append(
            told.format(
                file=one.name,
                new=tally.new,
                changed=tally.changed,
                deleted=tally.deleted,
                waiting=tally.conflicts,
            )
        )
        lines += [f"  {words.sentence(r.code, r.params)}" for r in one.figures.remarks]
        lines += [_collision(c) for c in one.figures.collisions]
    if isinstance(done, Outcome) and done.new_replica:
        lines.append(_("发现另一台电脑也在以本机的身份写入，本机已换用新的身份。"))
    lines.append(_("核对码 {code}").format(code=done.state_code))
    return lines


def _collision(one: Collision) -> str:
    if one.is_same_unit:
        told = _("  单位“{name}”有 {count} 条，可能是同一单位：用 unit join 合为一个")
        return told.format(name=one.value, count=len(one.uids))
    told = _("  {count} 条{kind}的{field}都是 {value}，须改其中一个")
    kind, name = words.kind(one.kind), words.field(one.kind, one.field)
    return told.format(count=len(one.uids), kind=kind, field=name, value=one.value)


def _merges(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        found = merge.merges(ws)
    value = {"merges": [_line(one) for one in found]}
    cells = [
        (
            one.uid[:_SHORT],
            f"{_when(one.at):%Y-%m-%d %H:%M}",
            one.manifest.sender.name,
            one.source,
            _counted(one),
            _("已撤回") if one.undone_at is not None else "",
        )
        for one in found
    ]
    heads = (_("编号"), _("时间"), _("来自"), _("文件"), _("新/改/删"), "")
    said.result(value, table(heads, cells))
    return 0


def _when(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone()


def _counted(one: MergeLine) -> str:
    tally = one.figures.tally
    return f"{tally.new}/{tally.changed}/{tally.deleted}"


def _line(one: MergeLine) -> dict[str, object]:
    tally, sender = one.figures.tally, one.manifest.sender
    return {
        "merge_id": one.uid,
        "at": datetime.fromtimestamp(one.at / 1000, UTC).isoformat(),
        "by": one.actor,
        "file": one.source,
        "package": one.manifest.package or None,
        "sender": sender.name,
        "group": sender.group_name,
        "signature": one.signature,
        "signer": one.signer or None,
        "applied": one.figures.applied,
        "known": one.figures.known,
        "held": one.figures.held,
        "rows": {"new": tally.new, "changed": tally.changed, "deleted": tally.deleted},
        "conflicts": tally.conflicts,
        "undone_at": None
        if one.undone_at is None
        else datetime.fromtimestamp(one.undone_at / 1000, UTC).isoformat(),
        "undone_reason": one.undone_reason or None,
    }


def _undo_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("merge", metavar="ID", help=_("合并的编号，前几位即可"))
    parser.add_argument("--reason", default="", metavar="R", help=_("撤回的理由"))


def _undo(taken: argparse.Namespace, said: Console) -> int:
    with opened(taken, said) as ws:
        uid = merge.find(ws, taken.merge)
        outcome = merge.undo(ws, uid, taken.reason or _("撤回合并"), said.progress())
        hidden = merge.hidden(ws, {one.uid for one in outcome.standing})
    (report,) = outcome.sources
    tally = report.figures.tally
    value = {
        "merge_id": uid,
        "undone": report.figures.held,
        "rows": {name: getattr(tally, name) for name in ("new", "changed", "deleted")},
        "standing": [
            {
                "kind": one.kind,
                "uid": one.uid,
                "by": one.actor,
                "fields": list(one.fields),
                "on": list(one.on),
                "shown": one.uid not in hidden,
            }
            for one in outcome.standing
        ],
        "state_code": outcome.state_code,
    }
    told = _("已撤回 {file}：流水 {count} 条不再生效；核对码 {code}")
    lines = [
        told.format(file=report.name, count=report.figures.held, code=outcome.state_code),
        *([] if report.figures.held else [_("它带来的，别的包也带来了，所以都还有效。")]),
        *(_standing(one, is_shown=one.uid not in hidden) for one in outcome.standing),
    ]
    said.result(value, lines)
    return 0


def _standing(one: merge.Standing, *, is_shown: bool) -> str:
    told = _("  {kind} {uid}：之后改的 {fields} 保留")
    if not is_shown:
        told = _("  {kind} {uid}：之后改的 {fields} 还留着；记录再接收时连同改动一起回来")
    fields = merge.fields_of(one)
    return told.format(kind=words.kind(one.kind), uid=one.uid[:_SHORT], fields=fields)


COMMANDS = {
    "merge": Command(_merge_arguments, _merge),
    "merges": Command(takes_file, _merges),
    "undo-merge": Command(_undo_arguments, _undo),
}
