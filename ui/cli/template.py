"""Campaign templates: what comes with the program, one in detail, its faults, a copy to edit."""

import argparse
import shutil
from pathlib import Path

from services import campaign, words
from services.campaign import Template
from services.errors import Refused
from services.words import _
from ui.cli.console import Console, table
from ui.cli.verbs import Command


def _takes_template(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("template", metavar="ID", help=_("模板名，或模板所在的文件夹"))


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    del parser


def _list(taken: argparse.Namespace, said: Console) -> int:
    del taken
    loaded = [campaign.load(name) for name in campaign.available()]
    told = [{"id": t.id, "title": t.title, "version": t.version} for t in loaded]
    lines = table((_("模板"), _("名称")), [(t.id, t.title) for t in loaded])
    said.result({"templates": told}, lines)
    return 0


def _show(taken: argparse.Namespace, said: Console) -> int:
    loaded = campaign.load(taken.template)
    said.result(dict(campaign.snapshot(loaded)), list(_shown(loaded)))
    return 0


def _shown(loaded: Template) -> list[str]:
    lines = [f"{loaded.id}  {loaded.title}"]
    for phase in loaded.phases:
        lines.append(f"{_('阶段')}  {phase.id}  {phase.title}")
    for name in ("sub_kinds", "winds", "categories", "unit_kinds", "grades", "readings", "forms"):
        members = loaded.members(name)
        if members:
            lines += ["", f"{words.list_name(name)}（{name}）"]
            lines += [f"  {member}  {word}" for member, word in members]
    return lines


def _check(taken: argparse.Namespace, said: Console) -> int:
    faults = campaign.check(taken.template)
    told = [
        {"file": f.file, "key": f.key, "code": f.code, "message": words.sentence(f.code, f.params)}
        for f in faults
    ]
    value = {"ok": not faults, "faults": told}
    if not faults:
        said.result(value, [_("没有错误。")])
        return 0
    said.result(value, [f"{f['file']}: {f['key']}: {f['message']}" for f in told])
    refusal = Refused("template_faults", count=len(faults))
    said.fault(words.error(refusal))
    return refusal.exit_status


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    _takes_template(parser)
    parser.add_argument("folder", metavar="DIR", help=_("新文件夹"))


def _export(taken: argparse.Namespace, said: Console) -> int:
    loaded = campaign.load(taken.template)
    target = Path(taken.folder)
    if target.exists():
        raise Refused("file_exists", path=str(target))
    try:
        shutil.copytree(campaign.source(taken.template), target)
    except OSError as error:
        detail = getattr(error, "strerror", None) or ""
        raise Refused("folder_unwritable", path=str(target), detail=detail) from error
    said.result({"id": loaded.id, "folder": str(target)}, [str(target)])
    return 0


COMMANDS = {
    "template list": Command(_list_arguments, _list),
    "template show": Command(_takes_template, _show),
    "template check": Command(_takes_template, _check),
    "template export": Command(_export_arguments, _export),
}
