"""What the editor of a briefing offers beside a paragraph, and the names it must not tell."""

from dataclasses import dataclass

from services.briefings.drafting import problems, sentence
from services.briefings.naming import Named, names
from services.briefings.shapes import Briefing, Paragraph, Usable
from services.documents.lines import clean
from services.workspace import Workspace

MOST = 60
"""Usable sentences offered for one paragraph."""
_KIND = "kind."


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a paragraph of a briefing that may not stand there."""

    paragraph: str
    """Its id, or the section's for a heading; empty for the title."""
    named: Named


def usable(workspace: Workspace, briefing: Briefing, paragraph: str) -> tuple[Usable, ...]:
    """Sentences for a sub-kind's paragraph: of its confirmed problems, then the template's own."""
    if not paragraph.startswith(_KIND):
        return ()
    wanted = paragraph.removeprefix(_KIND)
    one = briefing.paragraph(paragraph)
    text = "" if one is None else one.text
    aside = names(workspace, briefing.cleared)
    found = problems(workspace, briefing.period, wanted).get(wanted)
    made = []
    for said in [] if found is None else found.ranked()[:MOST]:
        told = sentence(said, aside)
        made.append(Usable(told, len(said.units), _bare(told) in text))
    own = {one.text for one in made}
    kind = next((s for s in workspace.template.sub_kinds() if s.id == wanted), None)
    if kind is not None and kind.guidance:
        made += [
            Usable(told, 0, _bare(told) in text, is_guidance=True)
            for told in _sentences(clean(kind.guidance))
            if told not in own
        ]
    return tuple(made)


def _bare(told: str) -> str:
    return told.rstrip("。")


def _sentences(text: str) -> list[str]:
    return [f"{part}。" for part in text.split("。") if part.strip()]


def named(workspace: Workspace, briefing: Briefing) -> tuple[Found, ...]:
    """Names of units not cleared, of people, and code names in what is printed."""
    aside = names(workspace, briefing.cleared)
    texts = [("", briefing.title)]
    texts += [(s.id, s.heading) for s in briefing.sections if s.has_heading and s.printed()]
    texts += [(p.id, p.lead + p.text) for p in printed(briefing)]
    return tuple(Found(where, one) for where, text in texts for one in aside.find(text))


def printed(briefing: Briefing) -> tuple[Paragraph, ...]:
    """Every paragraph that is printed, in order; 报送范围 names receivers and is left out."""
    return tuple(p for s in briefing.sections if s.part != "scope" for p in s.printed())
