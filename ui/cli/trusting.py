"""Believing an office's root: only after its fingerprint was compared."""

import argparse

from services import certificates
from services.errors import Refused
from services.words import _
from ui.cli import inputs
from ui.cli.console import Console
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command

_MOST_BYTES = 16 * 1024 * 1024


def _arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("certificate", metavar="PEM", help=_("活动办的根证书，或它的作废名单"))
    parser.add_argument(
        "--fingerprint",
        metavar="F",
        help=_("在电话里核对过的指纹（信任根证书时必填）"),
    )


def _trust(taken: argparse.Namespace, said: Console) -> int:
    from services import package

    data = inputs.read_file(taken.certificate, _MOST_BYTES)
    with opened(taken, said) as ws:
        if b"BEGIN X509 CRL" in data:
            taken_in = package.keep_crl(ws, data)
            told = _("作废名单已收下") if taken_in else _("本机的作废名单更新，没有换")
            said.result({"crl": taken_in}, [told])
            return 0
        shown = certificates.fingerprint(certificates.read_certificate(data))
        if _plain(taken.fingerprint or "") != _plain(shown):
            raise Refused("fingerprint_differs", shown=shown)
        package.trust_root(ws, data, _("已核对指纹"))
    said.result({"fingerprint": shown}, [_("已信任：{fingerprint}").format(fingerprint=shown)])
    return 0


def _plain(fingerprint: str) -> str:
    return "".join(fingerprint.replace(":", "").split()).casefold()


COMMANDS = {"certificate trust": Command(_arguments, _trust)}
