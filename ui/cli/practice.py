"""The whole job on practice data, and what it made."""

import argparse
from pathlib import Path

from services import demo, words
from services.words import _
from ui.cli.console import Console
from ui.cli.verbs import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help=_("新的或空的文件夹"))


def _demo(taken: argparse.Namespace, said: Console) -> int:
    done = demo.make(Path(taken.folder), said.progress())
    groups = [
        {
            "file": str(made.file),
            "report": str(made.report),
            "group": made.group,
            "counts": dict(made.counts),
            "state_code": made.state_code,
            "number": made.number,
            "pages": made.pages,
            "signers": list(made.signers),
            "names_sealed": made.names_sealed,
        }
        for made in done.groups
    ]
    office = done.office
    told = {
        "groups": groups,
        "office": {
            "file": str(office.file),
            "briefing": str(office.briefing),
            "issue": office.issue,
            "pages": office.pages,
            "characters": office.characters,
            "problems": office.problems,
            "signer": office.signer,
        },
        "root": str(done.root),
        "identities": [str(path) for path in done.identities],
    }
    said.result(told, _lines(done))
    return 0


def _lines(done: demo.Demo) -> list[str]:
    lines = []
    for made in done.groups:
        counts = "，".join(f"{words.kind(k)} {n}" for k, n in made.counts.items())
        lines += [
            f"{made.group}  {made.file}",
            f"  {counts}",
            f"  {_('核对码')} {made.state_code}",
            f"  {made.number} {made.report}",
            _("  {pages} 页，签名：{names}，已验证").format(
                pages=made.pages, names="、".join(made.signers)
            ),
        ]
    office = done.office
    lines += [
        f"{_('活动办')}  {office.file}",
        _("  问题 {problems} 个；简报第{issue}期").format(
            problems=office.problems, issue=office.issue
        ),
        _("  {pages} 页，{characters} 字，签名：{name}，已验证").format(
            pages=office.pages, characters=office.characters, name=office.signer
        ),
        f"  {office.briefing}",
    ]
    lines.append(f"{_('根证书')}  {done.root}")
    lines += [f"{_('签名证书')}  {path}" for path in done.identities]
    secrets = _("练习用的口令：工作 {work}，实名 {names}，证书 {p12}")
    lines.append(
        secrets.format(work=demo.PASSPHRASE, names=demo.NAMES_PASSPHRASE, p12=demo.P12_PASSPHRASE)
    )
    return lines


COMMANDS = {"demo": Command(_arguments, _demo)}
