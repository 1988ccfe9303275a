"""Becoming part of a group: the liaison's side and the member's."""

import argparse
from pathlib import Path

from models.kinds import Role
from services import references
from services.errors import Refused
from services.words import _
from ui.cli import inputs
from ui.cli.console import Console
from ui.cli.identities import signer_of, takes_signature
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _invite_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("out", metavar="OUT", help=_("写到这个文件夹，或这个新的 .dudaopack 文件"))
    parser.add_argument(
        "--person",
        action="append",
        required=True,
        metavar="NAME",
        help=_("请谁加入：名单里的人（可重复）"),
    )
    parser.add_argument(
        "--role",
        choices=(Role.MEMBER.value, Role.LIAISON.value, Role.LEADER.value),
        default=Role.MEMBER.value,
        help=_("在组里的身份，默认组员"),
    )
    parser.add_argument(
        "--new-laptop", action="store_true", help=_("给已加入的人的又一台电脑，另用一个字母")
    )
    parser.add_argument(
        "--package-passphrase-file",
        metavar="F",
        help=_("打包口令在此文件的第一行；不给则现编一个，用电话告诉对方"),
    )
    takes_signature(parser)


def _invite(taken: argparse.Namespace, said: Console) -> int:
    from services import inviting

    given = taken.package_passphrase_file
    spoken = inviting.spoken_passphrase() if given is None else inputs.passphrase(given, "")
    with opened(taken, said) as ws:
        people = [references.resolve(ws, "person", name) for name in taken.person]
        done = inviting.invite(
            ws,
            people,
            Path(taken.out),
            spoken,
            role=Role(taken.role),
            new_laptop=taken.new_laptop,
            signer=signer_of(taken, said),
            progress=said.progress(),
        )
    value: dict[str, object] = {
        "file": str(done.parcel.path),
        "package": done.parcel.package,
        "people": [
            {"uid": g.uid, "name": g.name, "letter": g.letter, "again": g.is_again}
            for g in done.guests
        ],
    }
    lines = [_("已写好并读回核对：{file}").format(file=done.parcel.path)]
    lines += [f"{g.letter}  {g.name}" for g in done.guests]
    if given is None:
        value["package_passphrase"] = spoken
        told = _("打包口令（用电话告诉对方，不要写在盘上）：{passphrase}")
        lines.append(told.format(passphrase=spoken))
    said.result(value, lines)
    return 0


def _join_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=_("本人的新工作文件"))
    parser.add_argument("package", metavar="PACKAGE", help=_("联络员给的入组包"))
    parser.add_argument("--person", required=True, metavar="NAME", help=_("我是谁"))
    parser.add_argument(
        "--package-passphrase-file",
        metavar="F",
        help=_("打包口令在此文件的第一行；不给则与工作文件的口令相同"),
    )


def _join(taken: argparse.Namespace, said: Console) -> int:
    from services import joining, workspace
    from services.package import Keys

    if not Path(taken.package).exists():
        raise Refused("file_missing", path=taken.package)
    asks = taken.package_passphrase_file is None and taken.passphrase_file is None
    given = taken.package_passphrase_file
    spoken = [inputs.passphrase(given, _("打包口令："))] if given is not None or asks else []
    secret = inputs.passphrase(taken.passphrase_file, _("新口令："), twice=True)
    keys = Keys(passphrases=tuple(spoken or [secret]))
    joined = joining.join(
        Path(taken.file), secret, Path(taken.package), keys, taken.person, said.progress()
    )
    try:
        info = workspace.info(joined)
        role = joined.role()
        letter = joined.letter
        actor = joined.actor
    finally:
        joined.close()
    value = {
        "file": taken.file,
        "campaign": info.campaign,
        "group": info.group,
        "person": actor,
        "letter": letter,
        "role": role.value,
        "replica": info.replica,
        "state_code": info.state_code,
    }
    told = _("已加入 {group}，你的字母是 {letter}：{file}")
    said.result(value, [told.format(**value), _("核对码 {code}").format(code=info.state_code)])
    return 0


COMMANDS = {
    "invite": Command(_invite_arguments, _invite),
    "join": Command(_join_arguments, _join),
}
