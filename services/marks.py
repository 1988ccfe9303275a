"""Marked sentences of a talk, and what becomes of them: opinions (意见) and problems (问题).

A mark stays with its sentence: it keeps the sentence's words and where they stood, and is found
again after the text around it was edited. It is talk text and travels only with it.
"""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from models.errors import Refused
from models.kinds import Tier, Uid, Value
from services import records
from services.campaign import Template
from services.core import Changes, Row
from services.workspace import Workspace

_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;]+[”’」』》）)]*|[^。！？；!?;\n]+")
_SUGGESTED = 3
_ATTRIBUTES = ("nature", "subject", "whom", "specificity", "winds")
"""Of a marked sentence, as they will be the opinion's."""


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence in a text, without the blanks around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One marked sentence."""

    id: str
    text: str
    """The sentence as it stands now, or as it was marked when it is gone."""
    span: Span | None
    """Where it stands; None when the sentence is no longer in the text."""
    wording: str = ""
    """The condensed wording (归纳); the sentence itself when empty."""
    attributes: Mapping[str, Value] = field(default_factory=dict)
    """Those of `nature subject whom specificity winds` that were chosen."""
    opinion: Uid | None = None
    problem: Uid | None = None

    @property
    def is_used(self) -> bool:
        """Whether an opinion or a problem was made of it."""
        return self.opinion is not None or self.problem is not None


def sentences(text: str) -> Iterator[Span]:
    """The sentences of a text: they end at 。！？； or a line's end, closing quotes included."""
    for found in _SENTENCE.finditer(text):
        stripped = found.group().strip()
        if stripped:
            start = found.start() + found.group().index(stripped)
            yield Span(start, start + len(stripped))


def sentence_at(text: str, place: int) -> Span | None:
    """The sentence in which a cursor stands; at a sentence's very end it is still that one.

    Between two sentences it is the one just written; None where no sentence has begun.
    """
    before = None
    for span in sentences(text):
        if span.start > place:
            break
        before = span
    if before is None or "\n" in text[before.end : place]:
        return None
    return before


def of_talk(talk: Row) -> tuple[Mark, ...]:
    """The marks of a talk in the order of its text; those whose sentence is gone come last."""
    text = str(talk.values.get("text") or "")
    stored = talk.values.get("marks")
    spans = list(sentences(text))
    found = [
        _mark(name, value, text, spans)
        for name, value in (stored if isinstance(stored, dict) else {}).items()
        if isinstance(value, dict)
    ]
    return tuple(sorted(found, key=lambda m: (m.span is None, m.span.start if m.span else 0, m.id)))


def _mark(name: str, value: Mapping[str, Value], text: str, spans: Sequence[Span]) -> Mark:
    words, at = str(value.get("text") or ""), value.get("at")
    span = _find(text, words, at if isinstance(at, int) else 0, spans)
    opinion, problem = value.get("opinion"), value.get("problem")
    return Mark(
        id=name,
        text=words if span is None else text[span.start : span.end],
        span=span,
        wording=str(value.get("wording") or ""),
        attributes={n: value[n] for n in _ATTRIBUTES if value.get(n)},
        opinion=Uid(opinion) if isinstance(opinion, str) else None,
        problem=Uid(problem) if isinstance(problem, str) else None,
    )


def _find(text: str, words: str, at: int, spans: Sequence[Span]) -> Span | None:
    """The sentence with these words nearest to where it stood.

    An edited one is the sentence around the old place that shares most of its characters.
    """
    same = [s for s in spans if text[s.start : s.end] == words]
    if same:
        return min(same, key=lambda s: abs(s.start - at))
    near = [s for s in spans if s.start <= at + len(words) and at <= s.end]
    likely = [s for s in near if _alike(text[s.start : s.end], words)]
    return min(likely, key=lambda s: abs(s.start - at), default=None)


def _alike(one: str, other: str) -> bool:
    pairs = _pairs(one), _pairs(other)
    least = min(map(len, pairs))
    return bool(least) and 2 * len(pairs[0] & pairs[1]) >= least


def _pairs(text: str) -> set[str]:
    return {text[n : n + 2] for n in range(len(text) - 1)}


def toggle(workspace: Workspace, talk: Row, place: int) -> Changes:
    """Mark the sentence at a place of the stored text, or take its mark away.

    Raises:
        Refused: no sentence is there (`sentence_missing`), or something was made of the mark.
    """
    text = str(talk.values.get("text") or "")
    span = sentence_at(text, place)
    if span is None:
        raise Refused("sentence_missing")
    held = next((m for m in of_talk(talk) if m.span == span), None)
    if held is not None:
        return remove(workspace, talk, held)
    mark: dict[str, Value] = {"text": text[span.start : span.end], "at": span.start}
    return _store(workspace, talk, secrets.token_hex(6), mark)


def remove(workspace: Workspace, talk: Row, mark: Mark) -> Changes:
    """Take a mark away.

    Raises:
        Refused: `mark_used`, an opinion or problem was made of it and leads back to it.
    """
    if mark.is_used:
        raise Refused("mark_used")
    return _store(workspace, talk, mark.id, None)


def change(workspace: Workspace, talk: Row, mark: Mark, values: Mapping[str, Value]) -> Changes:
    """Set attributes of a mark (`nature subject whom specificity winds wording`).

    Choosing a wind makes it 四风; an attribute set to None is open again.
    """
    values = dict(values)
    if values.get("winds"):
        values["nature"] = "wind"
    return _store(workspace, talk, mark.id, {**_stored(talk, mark.id), **values})


def to_opinion(workspace: Workspace, talk: Row, mark: Mark) -> tuple[Uid, Changes]:
    """Make an opinion of a marked sentence; once made, it is the same one for ever.

    Raises:
        Invalid: what the talk says does not make an opinion.
        Refused: the talk is closed to this person.
    """
    if mark.opinion is not None:
        return mark.opinion, Changes()
    values = talk.values
    opinion: dict[str, Value] = {
        "unit": values.get("unit"),
        "text": mark.wording or mark.text,
        "quote": mark.text,
        "interview": talk.uid,
        "channel": "talk",
        "source": values.get("category"),
        "round": values.get("round"),
        **mark.attributes,
    }
    added = records.add(workspace, "opinion", [opinion], draft=True)
    linked = _link(workspace, talk, mark, {"opinion": added.uids[0]})
    return added.uids[0], _both(added.changes, linked)


def to_problem(
    workspace: Workspace, talk: Row, mark: Mark, sub_kind: str, why_other: str = ""
) -> tuple[Uid, Changes]:
    """Make a problem (线索) of a marked sentence: unit, handlers, date and evidence are the talk's.

    Raises:
        Invalid: the sub-kind needs a reason, or the talk lacks its unit.
        Refused: the talk is closed to this person.
    """
    if mark.problem is not None:
        return mark.problem, Changes()
    wording = mark.wording or mark.text
    problem: dict[str, Value] = {
        "unit": talk.values.get("unit"),
        "sub_kind": sub_kind,
        "why_other": why_other or None,
        "title": wording.rstrip("。！？；!?;"),
        "facts": wording,
        "winds": mark.attributes.get("winds"),
        "level": mark.attributes.get("subject"),
        "whom": mark.attributes.get("whom"),
        "found_how": "by_masses",
        "handlers": talk.values.get("talkers"),
        "evidence": [talk.uid],
    }
    added = records.add(workspace, "problem", [problem], draft=True)
    linked = _link(workspace, talk, mark, {"problem": added.uids[0]})
    if mark.opinion is not None:
        told = records.change(workspace, "opinion", mark.opinion, {"problem": added.uids[0]})
        linked = _both(linked, told.changes)
    return added.uids[0], _both(added.changes, linked)


def suggest(template: Template, text: str) -> tuple[str, ...]:
    """The three sub-kinds whose wording shares most with a sentence, likeliest first."""
    wanted = _pairs(text)
    scores = []
    for group in template.groups:
        for sub_kind in group.sub_kinds:
            if sub_kind.needs_reason:
                continue
            said = [p.text for p in template.phrases if p.sub_kind == sub_kind.id]
            known = _pairs("".join((sub_kind.title, sub_kind.guidance, *said)))
            shared = sum(_weight(template, pair) for pair in wanted & known)
            scores.append((-shared, sub_kind.id))
    return tuple(name for _, name in sorted(scores)[:_SUGGESTED])


def _weight(template: Template, pair: str) -> float:
    """Pairs of characters that many sub-kinds use (有的, 活动) tell little."""
    texts = (k.guidance for g in template.groups for k in g.sub_kinds)
    return 1 / (1 + sum(pair in text for text in texts)) ** 2


def _stored(talk: Row, name: str) -> Mapping[str, Value]:
    marks = talk.values.get("marks")
    value = marks.get(name) if isinstance(marks, dict) else None
    return value if isinstance(value, dict) else {}


def _link(workspace: Workspace, talk: Row, mark: Mark, links: Mapping[str, Value]) -> Changes:
    now = records.get(workspace, "interview", talk.uid)
    return _store(workspace, now, mark.id, {**_stored(now, mark.id), **links})


def _store(
    workspace: Workspace, talk: Row, name: str, value: Mapping[str, Value] | None
) -> Changes:
    marks: Value = {name: None if value is None else dict(value)}
    base = {tier: talk.base[tier] for tier in (Tier.TALK,) if tier in talk.base}
    changed = records.change(workspace, "interview", talk.uid, {"marks": marks}, base=base)
    return changed.changes


def _both(one: Changes, other: Changes) -> Changes:
    return Changes(one.kinds | other.kinds, one.units | other.units)
