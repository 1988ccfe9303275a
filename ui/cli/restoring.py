"""Going back to a backup."""

import argparse
from datetime import datetime
from pathlib import Path

from services import restoring, words
from services.package import Keys
from services.restoring import Contrast, Restored
from services.words import _
from ui.cli import inputs
from ui.cli.console import Console
from ui.cli.opening import takes_file
from ui.cli.verbs import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("backup", metavar="BACKUP", help=_("备份文件"))
    parser.add_argument("--dry-run", action="store_true", help=_("只看有什么不同，什么也不改"))
    parser.add_argument(
        "--backup-passphrase-file",
        metavar="F",
        help=_("备份之后换过口令时：备份的口令在此文件的第一行"),
    )


def _restore(taken: argparse.Namespace, said: Console) -> int:
    secrets = [inputs.passphrase(taken.passphrase_file, _("口令："))]
    if taken.backup_passphrase_file is not None:
        secrets.insert(0, inputs.passphrase(taken.backup_passphrase_file, ""))
    keys, file, backup = Keys(passphrases=tuple(secrets)), Path(taken.file), Path(taken.backup)
    if taken.dry_run:
        told = restoring.contrast(file, backup, keys, said.progress())
        said.result(_value(taken, Restored(told, None)), _lines(told))
        return 0
    done = restoring.restore(file, backup, keys, said.progress())
    lines = [*_lines(done.contrast), _("已恢复：{file}").format(file=file)]
    if done.replaced is not None:
        sentence = _("原来的文件在：{file}（其中多出的内容可用“接收”取回）")
        lines.append(sentence.format(file=done.replaced))
    said.result(_value(taken, done), lines)
    return 0


def _value(taken: argparse.Namespace, done: Restored) -> dict[str, object]:
    told = done.contrast
    return {
        "file": taken.file,
        "backup": taken.backup,
        "dry_run": taken.dry_run,
        "replaced": None if done.replaced is None else str(done.replaced),
        "lost": told.lost,
        "gained": told.gained,
        "changes": {
            "backup": told.backup.changes,
            "file": None if told.file is None else told.file.changes,
        },
        "newest": {
            "backup": _moment(told.backup.newest_at),
            "file": None if told.file is None else _moment(told.file.newest_at),
        },
        "unreadable": None if told.failure is None else told.failure.code,
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _lines(told: Contrast) -> list[str]:
    saved = _("备份：{changes} 条改动，最新的写于 {when}")
    now = _("现在：{changes} 条改动，最新的写于 {when}")
    lines = [saved.format(changes=told.backup.changes, when=_when(told.backup.newest_at))]
    if told.file is not None:
        lines.append(now.format(changes=told.file.changes, when=_when(told.file.newest_at)))
        lines.append(_("备份里没有现在的 {n} 条").format(n=told.lost))
    elif told.failure is not None:
        lines.append(_("现在的文件读不出：{why}").format(why=words.error(told.failure)))
    return lines


def _when(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M}"


COMMANDS = {"restore": Command(_arguments, _restore)}
