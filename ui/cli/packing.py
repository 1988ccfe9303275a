"""Packages: packing what is sent, and verifying what came."""

import argparse
import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from services import references, words
from services.certificates.trust import MAX_CERTIFICATE_BYTES, MAX_CRL_BYTES
from services.errors import NotVerified, Refused
from services.verdicts import Reason
from services.words import _
from ui.cli import inputs
from ui.cli.console import Console
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command

if TYPE_CHECKING:
    from services.package import Order, SignatureVerdict, Source, Suspicion, Written
    from services.package.comparing import Compared
    from services.workspace import Workspace

SUFFIX = ".dudaopack"
_PRESETS = ("group", "office", "archive")
_MIB = 1024 * 1024
_SHOWN = 10
"""Suspected names that are told one by one; --json tells them all."""


def _pack_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument("out", metavar="OUT", help=_("写到这个文件夹，或这个新的 .dudaopack 文件"))
    parser.add_argument(
        "--for",
        dest="preset",
        choices=_PRESETS,
        default="office",
        help=_("给谁：组员、办公室、归档"),
    )
    parser.add_argument(
        "--unit", action="append", default=[], metavar="U", help=_("只含此单位（可重复）")
    )
    parser.add_argument("--since-receipt", action="store_true", help=_("只含对方还没有的"))
    parser.add_argument("--with-talks", action="store_true", help=_("也含谈话原文"))
    parser.add_argument("--with-names", action="store_true", help=_("也含封存的实名"))
    parser.add_argument("--reason", metavar="R", help=_("理由，记入日志"))
    parser.add_argument("--sign", metavar="P12", help=_("用这个证书文件签名"))
    parser.add_argument("--p12-passphrase-file", metavar="F", help=_("证书口令在此文件的第一行"))
    parser.add_argument(
        "--package-passphrase-file", metavar="F", help=_("没有传送密钥时，打包口令在此文件的第一行")
    )


def _pack(taken: argparse.Namespace, said: Console) -> int:
    from services import inviting, package
    from ui.cli.identities import identities

    if (taken.with_names or taken.preset == "archive") and not (taken.reason or "").strip():
        # Names leave the group: the log says why.
        raise Refused("reason_required")
    given = taken.package_passphrase_file
    passphrase = None if given is None else inputs.passphrase(given, _("打包口令："))
    with opened(taken, said) as ws:
        signer = None
        if taken.sign is not None:
            files = [taken.p12_passphrase_file] if taken.p12_passphrase_file is not None else []
            (signer,) = identities([taken.sign], files, said)
        if taken.preset == "group":
            inviting.give_letters(ws)
        order = _order(taken, ws)
        leaves_group = order.preset is package.Preset.OFFICE
        suspicion = package.suspects(ws, order) if leaves_group else package.Suspicion((), {})
        means = package.Means(passphrase=passphrase, signer=signer, reason=taken.reason)
        written = package.write(ws, Path(taken.out), order, means, said.progress())
    for line in _suspected(suspicion):
        said.remark(line)
    said.result(_told(written, order, suspicion), _lines(written))
    return 0


def _order(taken: argparse.Namespace, ws: "Workspace") -> "Order":
    from services import package

    preset = package.Preset(taken.preset)
    units = [references.resolve(ws, "unit", text) for text in taken.unit]
    return package.Order(
        preset=preset,
        units=frozenset(units),
        with_talks=taken.with_talks,
        with_names=taken.with_names,
        receivers=package.receivers(ws, preset) if taken.since_receipt else frozenset(),
    )


def _told(written: "Written", order: "Order", suspicion: "Suspicion") -> dict[str, object]:
    return {
        "packages": [
            {
                "package": one.package,
                "file": str(one.path),
                "size": one.size_bytes,
                "sha256": one.sha256,
                "changes": sum(run.changes for run in one.manifest.runs),
            }
            for one in written.parcels
        ],
        "preset": order.preset.value,
        "runs": [
            {"replica": r.replica, "scope": r.scope, "first": r.first, "last": r.last}
            for one in written.parcels
            for r in one.manifest.runs
        ],
        "changes": written.changes,
        "known": written.known,
        "counts": dict(written.counts),
        "contents": sum(len(one.manifest.blobs) for one in written.parcels),
        "state_code": written.state_code,
        "suspects": [
            {"kind": s.kind, "uid": s.uid, "field": s.field, "found": s.found}
            for s in suspicion.suspects
        ],
    }


def _lines(written: "Written") -> list[str]:
    lines = [
        _("已写好并读回核对：{file}（{size}）").format(file=one.path, size=_size(one.size_bytes))
        for one in written.parcels
    ]
    told = _("{changes} 条改动。核对码 {code}")
    if written.known:
        told = _("{changes} 条改动；对方已有 {known} 条。核对码 {code}")
    lines.append(told.format(changes=written.changes, known=written.known, code=written.state_code))
    return [*lines, _("可安全弹出。")]


def _size(count: int) -> str:
    return f"{count / _MIB:.1f} MB" if count >= _MIB else f"{-(-count // 1024)} KB"


def _suspected(suspicion: "Suspicion") -> list[str]:
    found = suspicion.suspects
    if not found:
        return []
    lines = [_("文字中有 {n} 处像是人名，请看是否要改：").format(n=len(found))]
    lines += [
        f"{words.kind(s.kind)} {words.field(s.kind, s.field)}  「{s.found}」 …{s.snippet}…"
        for s in found[:_SHOWN]
    ]
    return lines


def verify_package(taken: argparse.Namespace, said: Console) -> int:
    """The verb `verify` of a package: proves every change of it, and judges its signature.

    Raises:
        AppError: it cannot be opened, or is not what it says.
    """
    from services import package
    from services.package import comparing

    roots = [inputs.read_file(path, MAX_CERTIFICATE_BYTES) for path in taken.root]
    crls = [inputs.read_file(path, MAX_CRL_BYTES) for path in taken.crl]
    given = taken.package_passphrase_file
    spoken = [] if given is None else [inputs.passphrase(given, _("打包口令："))]
    with contextlib.ExitStack() as stack:
        ws = None
        if taken.workspace is not None:
            taken.file = taken.workspace
            ws = stack.enter_context(opened(taken, said))
        elif not spoken:
            spoken.append(inputs.passphrase(taken.passphrase_file, _("打包口令：")))
        keys = package.Keys(passphrases=tuple(spoken))
        if ws is not None:
            keys = replace(package.keys_of(ws, *spoken), own=(taken.secret,))
        source = stack.enter_context(
            package.open_source(Path(taken.pdf), keys.believing(roots, crls), said.progress())
        )
        comparing.prove(source, said.progress())
        compared = comparing.compare(ws, source.manifest.runs) if ws is not None else None
        said.result(_verified(source, compared), _verdict_lines(source, compared))
        verdict = source.signature
    if verdict.trusted:
        return 0
    refusal = NotVerified("not_verified", count=len(_reasons(verdict)))
    said.fault(words.error(refusal))
    return refusal.exit_status


def _reasons(verdict: "SignatureVerdict") -> tuple[Reason, ...]:
    """Why a package is not trusted; nobody answers for one without a signature."""
    return verdict.reasons if verdict.signer else (Reason("unsigned"),)


def _verified(source: "Source", compared: "Compared | None") -> dict[str, object]:
    manifest, verdict = source.manifest, source.signature
    sender = manifest.sender
    at = verdict.at.isoformat() if verdict.at else None
    signers = [{"name": verdict.signer, "time": at, "field": ""}] if verdict.signer else []
    reasons = () if verdict.trusted else _reasons(verdict)
    return {
        "ok": verdict.trusted,
        "intact": True,
        "whole": True,
        "trusted": verdict.trusted,
        "reasons": [_reason(reason) for reason in reasons],
        "notes": [_reason(note) for note in verdict.notes],
        "signers": signers,
        "missing_signers": [],
        "records": compared.verdict if compared else "unknown",
        "differing": list(compared.differing) if compared else [],
        "signature": verdict.state.value,
        "package": manifest.package,
        "kind": manifest.kind.value,
        "campaign": manifest.campaign_title,
        "sender": {"group": sender.group_name, "name": sender.name, "replica": sender.replica},
        "made_at": _moment(manifest.made_at).isoformat(),
        "preset": manifest.preset.value,
        "changes": sum(run.changes for run in manifest.runs),
        "counts": dict(manifest.counts),
        "contents": len(manifest.blobs),
    }


def _reason(reason: Reason) -> dict[str, str]:
    return {"code": reason.code, "message": words.sentence(reason.code, reason.params)}


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone()


def _verdict_lines(source: "Source", compared: "Compared | None") -> list[str]:
    manifest, verdict = source.manifest, source.signature
    lines = [_("完整：{n} 条改动逐条核对一致。").format(n=sum(r.changes for r in manifest.runs))]
    told = _("{group} {name}，{when} 做，{title}")
    lines.append(
        told.format(
            group=manifest.sender.group_name,
            name=manifest.sender.name,
            when=f"{_moment(manifest.made_at):%Y-%m-%d %H:%M}",
            title=manifest.campaign_title,
        )
    )
    if verdict.signer:
        lines.append(_("由 {name} 签名").format(name=verdict.signer))
    if not verdict.trusted:
        lines += [words.sentence(r.code, r.params) for r in _reasons(verdict)]
    lines += [words.sentence(note.code, note.params) for note in verdict.notes]
    if compared is not None:
        verdicts = {
            "match": _("本文件中都已有。"),
            "differ": _("与本文件中的不是同一份：{places}"),
            "unknown": _("本文件中还没有其中 {n} 条。"),
        }
        places = "、".join(compared.differing)
        lines.append(verdicts[compared.verdict].format(places=places, n=compared.missing))
    return lines


COMMANDS = {"pack": Command(_pack_arguments, _pack)}
