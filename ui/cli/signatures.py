"""Signatures on PDFs: setting one, and judging those that are there."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from services import words
from services.certificates.trust import MAX_CERTIFICATE_BYTES, MAX_CRL_BYTES
from services.errors import NotVerified
from services.files import write_atomic
from services.verdicts import Reason, Verdict
from services.verify.pdf import MAX_PDF_BYTES, verify_pdf
from services.words import _
from ui.cli import inputs
from ui.cli.console import Console
from ui.cli.packing import SUFFIX, verify_package
from ui.cli.verbs import Command

if TYPE_CHECKING:
    from services.reports import Comparison


def _sign_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pdf", metavar="X.pdf", help=_("有签名处的 PDF；就在此文件上签"))
    parser.add_argument(
        "--field", required=True, metavar="F", help=_("签名处：leader member office archive")
    )
    parser.add_argument("--p12", required=True, metavar="P", help=_("签名人的证书文件"))
    parser.add_argument("--p12-passphrase-file", metavar="F", help=_("证书口令在此文件的第一行"))
    parser.add_argument("--close", action="store_true", help=_("签后封闭，不能再签"))


def _sign(taken: argparse.Namespace, said: Console) -> int:
    from services import signing
    from services.documents.stamp import stamp
    from ui.cli.identities import identities

    pdf = inputs.read_file(taken.pdf, MAX_PDF_BYTES)
    files = [taken.p12_passphrase_file] if taken.p12_passphrase_file is not None else []
    (signer,) = identities([taken.p12], files, said)
    now = datetime.now().astimezone()
    look = stamp(signer.name, _role(taken.field), now)
    terms = signing.Terms(when=now, close=taken.close, stamp=look)
    write_atomic(Path(taken.pdf), signing.sign_pdf(pdf, taken.field, signer, terms), overwrite=True)
    value = {"file": taken.pdf, "field": taken.field, "name": signer.name, "time": now.isoformat()}
    said.result(value, [_("{name} 已在 {field} 处签名：{file}").format(**value)])
    return 0


def _role(field: str) -> str:
    """The quality in which a person signs in this field, as it is to be read."""
    roles = {"leader": _("组长"), "member": _("组员"), "office": _("办公室")}
    return roles.get(field, "")


def _verify_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pdf", metavar="X.pdf|PACKAGE", help=_("要验证的 PDF 或数据包"))
    parser.add_argument(
        "--root", action="append", default=[], metavar="PEM", help=_("信任的根证书（可重复）")
    )
    parser.add_argument(
        "--crl", action="append", default=[], metavar="CRL", help=_("作废名单（可重复）")
    )
    parser.add_argument(
        "--workspace", metavar="FILE", help=_("与此工作文件的登记和记录核对（须给口令）")
    )
    parser.add_argument(
        "--package-passphrase-file", metavar="F", help=_("数据包的打包口令在此文件的第一行")
    )


def _verify(taken: argparse.Namespace, said: Console) -> int:
    if taken.pdf.casefold().endswith(SUFFIX):
        return verify_package(taken, said)
    pdf = inputs.read_file(taken.pdf, MAX_PDF_BYTES)
    roots = [inputs.read_file(path, MAX_CERTIFICATE_BYTES) for path in taken.root]
    crls = [inputs.read_file(path, MAX_CRL_BYTES) for path in taken.crl]
    verdict = verify_pdf(pdf, roots=roots, crls=crls)
    compared = _compared(taken, verdict, said)
    if compared is not None and compared.expected_fields:
        verdict = verify_pdf(pdf, roots=roots, crls=crls, expected=compared.expected_fields)
    said.result(_told(verdict, compared), _lines(verdict, compared))
    if verdict.ok:
        return 0
    refusal = NotVerified("not_verified", count=len(verdict.reasons))
    said.fault(words.error(refusal))
    return refusal.exit_status


def _compared(taken: argparse.Namespace, verdict: Verdict, said: Console) -> "Comparison | None":
    """What the records of `--workspace` say of the document; None when none was named."""
    if taken.workspace is None:
        return None
    from services import reports
    from ui.cli.opening import opened

    taken.file = taken.workspace
    with opened(taken, said) as ws:
        return reports.compare(ws, verdict.digest or "")


def _told(verdict: Verdict, compared: "Comparison | None") -> dict[str, object]:
    return {
        "ok": verdict.ok,
        "intact": verdict.intact,
        "whole": verdict.whole,
        "trusted": verdict.trusted,
        "reasons": [_reason(reason) for reason in verdict.reasons],
        "notes": [_reason(note) for note in verdict.notes],
        "signers": [
            {"name": s.name, "time": s.at.isoformat() if s.at else None, "field": s.field}
            for s in verdict.signers
        ],
        "missing_signers": list(verdict.missing_signers),
        "open_fields": list(verdict.open_fields),
        "records": compared.verdict if compared else "unknown",
        "differing": list(compared.differing) if compared else [],
    }


def _reason(reason: Reason) -> dict[str, str]:
    return {"code": reason.code, "message": words.sentence(reason.code, reason.params)}


def _lines(verdict: Verdict, compared: "Comparison | None") -> list[str]:
    lines = [_("验证通过。") if verdict.ok else _("验证不通过。")]
    for signer in verdict.signers:
        when = f"{signer.at.astimezone():%Y-%m-%d %H:%M}" if signer.at else "-"
        told = _("{name}（{field}）签名于 {when}，本机时间")
        lines.append(told.format(name=signer.name, field=signer.field, when=when))
    lines += [words.sentence(r.code, r.params) for r in (*verdict.reasons, *verdict.notes)]
    if compared is not None:
        verdicts = {
            "match": _("与记录一致。"),
            "differ": _("签发之后记录有变动：{places}"),
            "unknown": _("登记簿中没有这份文书。"),
        }
        lines.append(verdicts[compared.verdict].format(places="、".join(compared.differing)))
    return lines


COMMANDS = {
    "sign": Command(_sign_arguments, _sign),
    "verify": Command(_verify_arguments, _verify),
}
