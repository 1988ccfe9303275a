"""Documents: a draft, or an issued one with number and signatures."""

import argparse
import os
from pathlib import Path

from services import references, reports, words
from services.documents.orders import parse_period
from services.errors import Refused, UsageError
from services.files import write_atomic
from services.reports import Signature, Wanted
from services.words import _
from services.workspace import Workspace
from ui.cli.console import Console
from ui.cli.identities import identities
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _document_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    known = " ".join(f"{k}（{words.document(k)}）" for k in reports.KINDS_OF_DOCUMENT)
    parser.add_argument("kind", metavar="KIND", help=known)
    parser.add_argument("--out", required=True, metavar="X.pdf", help=_("新的 PDF"))
    parser.add_argument("--unit", metavar="U", help=_("哪个单位"))
    parser.add_argument(
        "--period", default="..", metavar="A..B", help=_("起止日期，如 2014-04-01..2014-05-31")
    )
    parser.add_argument(
        "--sign",
        action="append",
        default=[],
        metavar="FIELD=P12",
        help=_("在此签名处用此证书签名并签发（可重复）；不签名则只是草稿"),
    )
    parser.add_argument(
        "--p12-passphrase-file",
        action="append",
        default=[],
        metavar="F",
        help=_("证书口令在此文件的第一行；几个证书就按先后给几次"),
    )


def _document(taken: argparse.Namespace, said: Console) -> int:
    if taken.kind not in reports.KINDS_OF_DOCUMENT:
        known = " ".join(reports.KINDS_OF_DOCUMENT)
        raise Refused("document_unknown", kind=taken.kind[:40], kinds=known)
    if taken.unit is None:
        raise UsageError("usage_unit")
    period = parse_period(taken.period)
    target = Path(taken.out)
    _refuse_target(target)
    signatures = _signatures(taken, said)
    with opened(taken, said) as ws:
        wanted = Wanted(taken.kind, references.resolve(ws, "unit", taken.unit), period)
        if not signatures:
            return _draft(ws, wanted, target, said)
        issued = reports.issue(ws, wanted, signatures, progress=said.progress())
        # The register holds the PDF already: should this fail, the paper is not lost.
        write_atomic(target, issued.pdf)
    if not issued.number:
        said.remark(_("编号本在另一台电脑上：文书待编号。"))
    told = {
        "file": str(target),
        "state": "issued",
        "uid": issued.uid,
        "number": issued.number,
        "title": issued.rendered.title,
        "pages": issued.rendered.pages,
        "digest": issued.rendered.digest,
        "signed": [{"field": s.field, "name": s.identity.name} for s in signatures],
    }
    names = "、".join(s.identity.name for s in signatures)
    line = _("已签发：{number} {title}，{pages} 页，签名：{names}；{file}")
    said.result(told, [line.format(**told, names=names)])
    return 0


def _draft(workspace: Workspace, wanted: Wanted, target: Path, said: Console) -> int:
    rendered = reports.draft(workspace, wanted).render()
    write_atomic(target, rendered.pdf)
    told = {
        "file": str(target),
        "state": "draft",
        "title": rendered.title,
        "pages": rendered.pages,
        "digest": rendered.digest,
        "signed": [],
    }
    said.result(told, [_("草稿：{title}，{pages} 页；{file}").format(**told)])
    return 0


def _refuse_target(target: Path) -> None:
    """Refuse where the PDF cannot go, before a number is taken."""
    if target.exists():
        raise Refused("file_exists", path=str(target))
    if not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        raise Refused("folder_unwritable", path=str(target.parent), detail="")


def _signatures(taken: argparse.Namespace, said: Console) -> list[Signature]:
    pairs = [one.partition("=") for one in taken.sign]
    for field, equals, path in pairs:
        if not (field and equals and path):
            raise UsageError("usage_sign", text=f"{field}{equals}{path}")
    signers = identities([path for _f, _e, path in pairs], taken.p12_passphrase_file, said)
    return [Signature(pair[0], signer) for pair, signer in zip(pairs, signers, strict=True)]


COMMANDS = {"document": Command(_document_arguments, _document)}
