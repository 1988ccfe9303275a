"""The office's certificate authority: a root, persons' certificates, revocation."""

import argparse
from pathlib import Path

from services import certificates, issued
from services.certificates import Identity
from services.certificates.authority import PERSON_DAYS, ROOT_DAYS
from services.errors import Refused
from services.files import write_atomic
from services.issued import Issued
from services.words import _
from ui.cli import inputs
from ui.cli.arguments import is_count
from ui.cli.console import Console
from ui.cli.identities import identities
from ui.cli.verbs import Command


def _takes_secrets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--p12-passphrase-file",
        action="append",
        default=[],
        metavar="F",
        help=_("证书口令在此文件的第一行；几个证书就按先后给几次"),
    )


def _root_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="OUT.p12", help=_("新的根证书文件（含私钥）"))
    parser.add_argument("--name", required=True, metavar="N", help=_("活动办的名称"))
    parser.add_argument("--pem", required=True, metavar="OUT.pem", help=_("发给各方的根证书"))
    parser.add_argument("--days", type=is_count, default=ROOT_DAYS, metavar="N", help=_("有效天数"))
    _takes_secrets(parser)


def _root(taken: argparse.Namespace, said: Console) -> int:
    _refuse_existing(taken.out, taken.pem)
    secret = _new_secret(taken.p12_passphrase_file)
    made = certificates.make_root(taken.name, taken.days)
    _write_key(taken.out, certificates.save_p12(made, secret))
    write_atomic(Path(taken.pem), certificates.pem(made))
    _tell(made, {"file": taken.out, "pem": taken.pem}, said)
    return 0


def _issue_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("root", metavar="ROOT.p12", help=_("根证书文件"))
    parser.add_argument("out", metavar="OUT.p12", help=_("新的证书文件（含私钥）"))
    parser.add_argument("--name", required=True, metavar="N", help=_("持有人"))
    parser.add_argument("--group", default="", metavar="G", help=_("所在的组"))
    parser.add_argument(
        "--days", type=is_count, default=PERSON_DAYS, metavar="N", help=_("有效天数")
    )
    _takes_secrets(parser)


def _issue(taken: argparse.Namespace, said: Console) -> int:
    _refuse_existing(taken.out)
    (root,) = identities([taken.root], taken.p12_passphrase_file[:1], said)
    secret = _new_secret(taken.p12_passphrase_file[1:])
    register = _register(taken.root)
    made = certificates.issue(root, taken.name, taken.days, group=taken.group)
    p12 = certificates.save_p12(made, secret)
    entered = issued.enter(register, Issued(made.serial, made.name, made.ends_at))
    _write_register(taken.root, entered)
    _write_key(taken.out, p12)
    _tell(made, {"file": taken.out}, said)
    return 0


def _revoke_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("root", metavar="ROOT.p12", help=_("根证书文件"))
    parser.add_argument("serial", metavar="SERIAL", help=_("证书序列号"))
    _takes_secrets(parser)


def _revoke(taken: argparse.Namespace, said: Console) -> int:
    serial = issued.parse_serial(taken.serial)
    identities([taken.root], taken.p12_passphrase_file, said)
    register = issued.revoke(_register(taken.root), serial)
    _write_register(taken.root, register)
    row = next(one for one in register if one.serial == serial)
    text = issued.serial_text(serial)
    value = {"serial": text, "name": row.name}
    said.result(value, [_("已作废：{name}（{serial}）。请重新生成作废名单。").format(**value)])
    return 0


def _crl_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("root", metavar="ROOT.p12", help=_("根证书文件"))
    parser.add_argument("out", metavar="OUT", help=_("作废名单"))
    _takes_secrets(parser)


def _crl(taken: argparse.Namespace, said: Console) -> int:
    (root,) = identities([taken.root], taken.p12_passphrase_file, said)
    register = _register(taken.root)
    write_atomic(Path(taken.out), certificates.crl(root, register), overwrite=True)
    count = sum(row.revoked_at is not None for row in register)
    told = _("作废名单共 {count} 张：{file}").format(count=count, file=taken.out)
    said.result({"file": taken.out, "revoked": count}, [told])
    return 0


def _refuse_existing(*paths: str) -> None:
    for path in paths:
        if Path(path).exists():
            raise Refused("file_exists", path=path)


def _new_secret(files: list[str]) -> str:
    """The passphrase of an identity that is about to be made.

    Raises:
        Refused: it is empty, before any key is made.
    """
    if len(files) > 1:
        from services.errors import UsageError

        raise UsageError("usage_p12_secrets", given=len(files), wanted=1)
    secret = inputs.passphrase(files[0] if files else None, _("新证书的口令："), twice=True)
    if not secret:
        raise Refused("identity_passphrase_empty")
    return secret


def _register(root: str) -> tuple[Issued, ...]:
    path = issued.register_path(Path(root))
    if not path.exists():
        return ()
    return issued.read_register(inputs.read_file(str(path), issued.MAX_REGISTER_BYTES))


def _write_register(root: str, register: tuple[Issued, ...]) -> None:
    path = issued.register_path(Path(root))
    write_atomic(path, issued.write_register(register), overwrite=True)


def _write_key(path: str, p12: bytes) -> None:
    """Write an identity file that only its owner can read."""
    write_atomic(Path(path), p12)
    Path(path).chmod(0o600)


def _tell(made: Identity, files: dict[str, str], said: Console) -> None:
    told = {
        "name": made.name,
        "group": made.group,
        "serial": issued.serial_text(made.serial),
        "fingerprint": certificates.fingerprint(made.certificate),
        "ends_at": made.ends_at.isoformat(),
    }
    lines = (
        *files.values(),
        f"{_('持有人')}  {made.name}",
        f"{_('序列号')}  {told['serial']}",
        f"{_('有效期至')}  {made.ends_at:%Y-%m-%d}",
        f"{_('指纹')}  {told['fingerprint']}",
    )
    said.result({"certificate": told, **files}, lines)


COMMANDS = {
    "certificate root": Command(_root_arguments, _root),
    "certificate issue": Command(_issue_arguments, _issue),
    "certificate revoke": Command(_revoke_arguments, _revoke),
    "certificate crl": Command(_crl_arguments, _crl),
}
