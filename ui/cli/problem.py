"""A problem's next step: what is possible and what is missing, or the step itself."""

import argparse
from collections.abc import Callable, Sequence

from models.kinds import Uid
from services import alike, problems, records, references, words
from services.errors import UsageError
from services.words import _
from services.workspace import Workspace
from ui.cli import inputs
from ui.cli.console import Console
from ui.cli.opening import opened, takes_file
from ui.cli.verbs import Command

_VERBS = tuple(t.verb for t in problems.TRANSITIONS)


def _arguments(parser: argparse.ArgumentParser) -> None:
    takes_file(parser)
    parser.add_argument(
        "words",
        nargs="+",
        metavar="UID… [VERB [FIELD=VALUE …]]",
        help=_("标识号（或开头几位）、编号；动词：{verbs}").format(verbs=" ".join(_VERBS)),
    )
    parser.add_argument("--reason", metavar="R", help=_("为什么"))
    parser.add_argument("--to", metavar="TO", help=_("移交给谁；并入哪个问题"))
    parser.add_argument("--p12", metavar="P", help=_("用此证书签名（认定、销号）"))
    parser.add_argument("--p12-passphrase-file", metavar="F", help=_("证书口令在此文件的第一行"))


def _problem(taken: argparse.Namespace, said: Console) -> int:
    names, verb, given = _split(taken.words)
    if not names:
        raise UsageError("usage_problem")
    if not verb and (taken.reason or taken.to or taken.p12):
        raise UsageError("usage_verb_needed", verbs=" ".join(_VERBS))
    sign = _signer(taken, verb, said)
    with opened(taken, said) as ws:
        uids = [references.resolve(ws, "problem", name) for name in names]
        if not verb:
            _tell_steps(ws, uids, said)
            return 0
        values = inputs.assignments(given)
        if taken.to is not None:
            merging = verb == "merge-into"
            values["to"] = references.resolve(ws, "problem", taken.to) if merging else taken.to
        moved = problems.move_many(ws, uids, verb, values, reason=taken.reason, sign=sign)
    _tell_moved(uids, moved, problems.transition_named(verb), said)
    return 0


def _split(given: Sequence[str]) -> tuple[list[str], str, list[str]]:
    """Problems, verb ("" when none) and what follows it."""
    for place, word in enumerate(given):
        if word in _VERBS:
            return list(given[:place]), word, list(given[place + 1 :])
        if "=" in word:
            raise UsageError("usage_verb_needed", verbs=" ".join(_VERBS))
    return list(given), "", []


def _signer(taken: argparse.Namespace, verb: str, said: Console) -> Callable[[bytes], str] | None:
    if taken.p12 is None:
        if taken.p12_passphrase_file is not None:
            raise UsageError("usage_p12_secrets", given=1, wanted=0)
        return None
    if not problems.transition_named(verb).signed:
        raise UsageError("usage_not_signed", verb=verb)
    from services import signing
    from ui.cli.identities import identities

    files = [taken.p12_passphrase_file] if taken.p12_passphrase_file is not None else []
    (identity,) = identities([taken.p12], files, said)

    def sign(body: bytes) -> str:
        return signing.sign_change(body, identity)

    return sign


def _tell_moved(
    uids: Sequence[Uid],
    moved: Sequence[problems.Moved],
    transition: problems.Transition,
    said: Console,
) -> None:
    told = []
    lines = []
    for uid, one in zip(uids, moved, strict=True):
        told.append(
            {"uid": uid, "state": one.state.value, "number": one.number, "signed": one.signed}
        )
        parts = [uid, words.state(one.state)]
        parts += [one.number] if one.number else []
        if transition.signed:
            parts.append(_("已签名") if one.signed else _("未经组长签名"))
        lines.append("  ".join(parts))
    said.result({"moved": told}, lines)


def _tell_steps(workspace: Workspace, uids: Sequence[Uid], said: Console) -> None:
    told: list[dict[str, object]] = []
    lines = []
    for uid in uids:
        row = records.get(workspace, "problem", uid)
        steps = problems.steps(workspace, uid)
        others = alike.alike(workspace, uid)
        number = alike.number_of(row)
        told.append(
            {
                "uid": uid,
                "number": number,
                "state": row.values.get("state"),
                "steps": [_told(step) for step in steps],
                "alike": [
                    {"uid": a.row.uid, "number": a.number, "percent": a.percent} for a in others
                ],
            }
        )
        state = words.choice("problem_state", str(row.values.get("state")))
        lines.append(f"{number}  {row.values.get('title') or ''}  {state}")
        lines += [_line(step) for step in steps]
        lines += [
            _("  与 {number} 相近 {percent}%  {title}").format(
                number=a.number, percent=a.percent, title=a.row.values.get("title") or ""
            )
            for a in others
        ]
    said.result({"problems": told}, lines)


def _told(step: problems.Step) -> dict[str, object]:
    return {
        "verb": step.transition.verb,
        "to": step.transition.target.value,
        "allowed": step.allowed,
        "missing": list(step.missing),
        "parameters": list(step.transition.parameters),
        "needs_reason": step.transition.needs_reason,
        "signed": step.transition.signed,
    }


def _line(step: problems.Step) -> str:
    verb = step.transition.verb
    parts = [f"  {verb}（{words.verb(verb)}）"]
    if not step.allowed:
        parts.append(_("不由你办"))
    lacking = [_lacking(name) for name in step.missing]
    if step.transition.needs_reason:
        lacking.append(_("原因（--reason）"))
    if lacking:
        parts.append(_("还缺：{what}").format(what="、".join(lacking)))
    return "  ".join(parts)


def _lacking(name: str) -> str:
    kind, dot, field = name.rpartition(".")
    label = words.field(kind if dot else "problem", field)
    return f"{label}（{name}）"


COMMANDS = {"problem": Command(_arguments, _problem)}
