"""群众占比 and 未谈出意见 as they are told in cards: (sentence, role of its label)."""

from services.shares import percent_text
from services.solicitations import Voices, is_narrow
from services.words import _
from services.workspace import Workspace


def public_share(workspace: Workspace, voices: Voices) -> tuple[str, str] | None:
    """The share of the public among opinions whose source is known; None where none is."""
    if not voices.sourced:
        return None
    line = workspace.template.thresholds.public_share_percent
    share = percent_text(voices.public, voices.sourced, line)
    if is_narrow(voices.public, voices.sourced, workspace.template):
        return _("群众占比 {share} ▲ 低于 {line}%").format(share=share, line=line), "late"
    return _("群众占比 {share}").format(share=share), ""


def silence(voices: Voices) -> tuple[str, str] | None:
    """The share of talks that brought no opinion on conduct; None where none was held."""
    if not voices.talks:
        return None
    told = _("谈话 {talks} 次，未谈出意见 {silent}（{share}）").format(
        talks=voices.talks,
        silent=voices.silent,
        share=percent_text(voices.silent, voices.talks),
    )
    return told, ""
