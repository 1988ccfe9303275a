"""归档移交: the folder that an archive takes, and proving that it is as it was made."""

import argparse
from pathlib import Path

from services.words import _
from ui.cli import inputs
from ui.cli.console import Console
from ui.cli.identities import signer_of, takes_signature
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("out", metavar="OUT", help=_("在这个文件夹里建归档文件夹"))
    parser.add_argument("--without-packages", action="store_true", help=_("只要文书，不要数据包"))
    takes_signature(parser)
    parser.add_argument(
        "--package-passphrase-file", metavar="F", help=_("打包口令在此文件的第一行")
    )


def _archive(taken: argparse.Namespace, said: Console) -> int:
    from services import handover
    from services.package import Means

    given = taken.package_passphrase_file
    passphrase = None if given is None else inputs.passphrase(given, _("打包口令："))
    with opened(taken, said) as ws:
        means = Means(passphrase=passphrase, signer=signer_of(taken, said))
        done = handover.hand_over(
            ws,
            Path(taken.out),
            means=means,
            with_packages=not taken.without_packages,
            progress=said.progress(),
        )
    told = {
        "folder": str(done.folder),
        "documents": done.documents,
        "pages": done.pages,
        "packages": [str(path) for path in done.packages],
        "files": done.files,
        "signer": done.signer,
    }
    said.result(told, done.in_words().split("\n"))
    return 0


def _check_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="FOLDER", help=_("归档文件夹"))


def _check(taken: argparse.Namespace, said: Console) -> int:
    from services import handover
    from services.errors import NotVerified

    wrong = handover.verify_folder(Path(taken.folder))
    told = {"ok": not wrong, "wrong": list(wrong)}
    lines = [_("✓ 每个文件都与校验和一致")] if not wrong else []
    lines += [_("缺少或者改动过：{name}").format(name=name) for name in wrong]
    said.result(told, lines)
    return NotVerified.exit_status if wrong else 0


COMMANDS = {
    "archive": Command(_arguments, _archive),
    "archive check": Command(_check_arguments, _check),
}
