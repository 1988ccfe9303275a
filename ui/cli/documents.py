"""Documents: a draft, or an issued one with number and signatures; one, or one for every unit."""

import argparse
import os
from dataclasses import replace
from pathlib import Path

from services import briefings, merge, references, reports, words
from services.briefings import Briefing
from services.documents.rendering import Options
from services.errors import Refused, UsageError
from services.files import write_atomic
from services.reports import Kind, Made, Needs, Signature, Terms, Wanted, parse_period
from services.words import _
from services.workspace import Workspace
from ui.cli import inputs
from ui.cli.console import Console
from ui.cli.identities import identities
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command


def _document_arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    known = " ".join(f"{k}（{words.document(k)}）" for k in reports.KINDS_OF_DOCUMENT)
    parser.add_argument("kind", metavar="KIND", help=known)
    parser.add_argument(
        "--out", required=True, metavar="X.pdf", help=_("新的 PDF；每个单位一份时是文件夹")
    )
    parser.add_argument("--unit", metavar="U", help=_("哪个单位"))
    parser.add_argument("--all-units", action="store_true", help=_("每个单位一份"))
    parser.add_argument(
        "--period", default="..", metavar="A..B", help=_("起止日期，如 2014-04-01..2014-05-31")
    )
    parser.add_argument("--about", metavar="ID", help=_("哪一条记录（谈话、问题、合并、数据包）"))
    parser.add_argument(
        "--genre",
        choices=[str(genre) for genre in briefings.Genre],
        help=_("简报是综合（general）还是专题（special）：限字不同；写进这份简报"),
    )
    parser.add_argument("--number", default="", metavar="N", help=_("手填的文号；不填则取号"))
    parser.add_argument("--copies", type=int, metavar="N", help=_("份数"))
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
    parser.add_argument(
        "--docx", metavar="X.docx", help=_("同时出送审稿（Word 文件，供改字，不编号、不签名）")
    )
    parser.add_argument("--with-names", action="store_true", help=_("谈话记录带实名，会留下记录"))
    parser.add_argument("--names-passphrase-file", metavar="F", help=_("实名口令在此文件的第一行"))
    parser.add_argument("--reason", default="", metavar="R", help=_("为什么打开；会留下记录"))


def _document(taken: argparse.Namespace, said: Console) -> int:
    if taken.kind not in reports.KINDS_OF_DOCUMENT:
        known = " ".join(reports.KINDS_OF_DOCUMENT)
        raise Refused("document_unknown", kind=taken.kind[:40], kinds=known)
    kind = reports.KINDS[taken.kind]
    if taken.unit is None and kind.needs is Needs.UNIT and not taken.all_units:
        raise UsageError("usage_unit")
    period = parse_period(taken.period)
    target = Path(taken.out)
    _refuse_target(target, folder=taken.all_units)
    if taken.docx is not None:
        if taken.all_units or taken.sign:
            raise UsageError("usage_docx")
        _refuse_target(Path(taken.docx), folder=False)
    signatures = _signatures(taken, said)
    terms = Terms(number=taken.number, copies=taken.copies)
    with opened(taken, said) as ws:
        if taken.all_units:
            wanted = Wanted(taken.kind, None, period)
            return _batch(ws, wanted, target, signatures, terms, said)
        unit = None if taken.unit is None else references.resolve(ws, "unit", taken.unit)
        wanted = Wanted(taken.kind, unit, period, _about(ws, kind, taken.about))
        length = _length(ws, wanted, taken.genre)
        if not signatures:
            return _draft(ws, wanted, target, said, taken, length)
        issued = reports.issue(ws, wanted, signatures, terms, progress=said.progress())
        # The register holds the PDF already: should this fail, the paper is not lost.
        write_atomic(target, issued.pdf)
    if not issued.number and kind.numbered:
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


def _about(workspace: Workspace, kind: Kind, text: str | None) -> str:
    """The record that `--about` means, in the way the kind knows it."""
    if not text:
        return ""
    if not kind.about:
        raise Refused("document_about_nothing")
    if kind.about == "merge":
        return merge.find(workspace, text)
    if kind.about in ("package", "log"):
        return text
    return references.resolve(workspace, kind.about, text)


def _length(workspace: Workspace, wanted: Wanted, genre: str | None) -> Briefing | None:
    """The briefing that is drafted, its genre kept if one was said; None for other documents."""
    if wanted.kind != "briefing":
        if genre is not None:
            raise UsageError("usage_genre")
        return None
    found = briefings.about(workspace, wanted.period, wanted.about)
    if genre is None or found.genre == genre:
        return found
    if found.uid:
        briefings.set_genre(workspace, found.uid, briefings.Genre(genre))
    return replace(found, genre=briefings.Genre(genre))


def _draft(
    workspace: Workspace,
    wanted: Wanted,
    target: Path,
    said: Console,
    taken: argparse.Namespace,
    length: Briefing | None,
) -> int:
    if taken.with_names:
        secret = inputs.passphrase(taken.names_passphrase_file, _("实名口令："))
        draft = reports.with_names(workspace, wanted, secret, taken.reason)
    else:
        draft = reports.draft(workspace, wanted)
    rendered = draft.render(Options())
    manuscript = None if taken.docx is None else reports.manuscript(draft)
    reports.log_print(workspace, draft)
    write_atomic(target, rendered.pdf)
    if manuscript is not None:
        write_atomic(Path(taken.docx), manuscript)
    told: dict[str, object] = {
        "file": str(target),
        "docx": taken.docx,
        "state": "draft",
        "title": rendered.title,
        "pages": rendered.pages,
        "digest": rendered.digest,
        "edits": len(draft.edits),
        "stale": len(draft.stale),
        "leaks": [{"what": leak.what, "text": leak.text} for leak in draft.leaks],
        "signed": [],
    }
    if length is not None:
        told["genre"], told["characters"] = str(length.genre), length.characters
        told["limit"] = length.genre.limit
    lines = [_("草稿：{title}，{pages} 页；{file}").format(**told)]
    if manuscript is not None:
        lines.append(_("送审稿：{file}").format(file=taken.docx))
    if length is not None:
        lines.append(briefings.counted(length))
    if draft.edits or draft.stale:
        counts = {"edits": len(draft.edits), "stale": len(draft.stale)}
        lines.append(_("改字 {edits} 处，对不上的 {stale} 处。").format(**counts))
    if draft.leaks:
        found = "、".join(leak.text for leak in draft.leaks)
        lines.append(_("不得外泄的内容：{found}").format(found=found))
    said.result(told, lines)
    return 0


def _batch(
    workspace: Workspace,
    wanted: Wanted,
    folder: Path,
    signatures: list[Signature],
    terms: Terms,
    said: Console,
) -> int:
    made = reports.batch(
        workspace, wanted, folder, signatures=signatures, terms=terms, progress=said.progress()
    )
    failed = [one for one in made if one.failure is not None]
    told = {
        "folder": str(folder),
        "state": "issued" if signatures else "draft",
        "documents": [_told(one) for one in made if one.failure is None],
        "failed": [_failed(one) for one in failed],
    }
    line = _("已写 {count} 份到 {folder}，未做成 {failed} 份")
    lines = [line.format(count=len(made) - len(failed), folder=folder, failed=len(failed))]
    lines += [f"{one.name}：{words.error(one.failure)}" for one in failed if one.failure]
    said.result(told, lines)
    return failed[0].failure.exit_status if failed and failed[0].failure else 0


def _told(one: Made) -> dict[str, object]:
    return {
        "unit": one.unit,
        "file": str(one.file),
        "title": one.title,
        "number": one.number,
        "pages": one.pages,
        "leaks": one.leaks,
        "empty": one.is_empty,
    }


def _failed(one: Made) -> dict[str, object]:
    failure = one.failure
    code = "" if failure is None else failure.code
    return {"unit": one.unit, "name": one.name, "code": code}


def _refuse_target(target: Path, *, folder: bool) -> None:
    """Refuse where the PDF cannot go, before a number is taken."""
    if folder:
        if not target.is_dir() or not os.access(target, os.W_OK):
            raise Refused("folder_unwritable", path=str(target), detail="")
        return
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
