"""Changing a draft's words by hand: its passages, and the changes laid over a draft made anew.

A passage is known by its words as the program wrote them, so a change follows it wherever it
moves; once the records give other words, the change no longer fits and is told instead of printed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from services.documents.blocks import (
    Addressee,
    Block,
    Heading,
    Note,
    Paragraph,
    Subtitle,
    Title,
)
from services.documents.composing import Composed, plain
from services.documents.lines import Span, clean

_Editable: TypeAlias = Title | Subtitle | Addressee | Heading | Paragraph | Note
MOST_CHARACTERS = 20_000
"""Of one changed passage."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a draft whose words can be changed."""

    id: str
    """The same as long as the program writes the same words there; 16 hex characters and, from the
    second passage of the same words on, its number."""
    role: str
    """One of: title, subtitle, addressee, heading, paragraph, note."""
    text: str
    """As the program writes it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Words put in the place of a passage."""

    id: str
    was: str
    """What the program had written."""
    now: str
    """Empty leaves the passage out."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A draft with changes laid over it."""

    composed: Composed
    applied: tuple[Edit, ...]
    stale: tuple[Edit, ...]
    """Changes of words that the draft no longer has."""


def passages(composed: Composed) -> tuple[Passage, ...]:
    """Everything of a draft that can be changed, from top to bottom."""
    return tuple(passage for _place, passage in _found(composed.blocks))


def edited(composed: Composed, edits: Mapping[str, Edit]) -> Edited:
    """Lay changes over a freshly composed draft."""
    blocks: list[Block | None] = list(composed.blocks)
    applied = []
    title = composed.title
    for place, passage in _found(composed.blocks):
        edit = edits.get(passage.id)
        if edit is None:
            continue
        applied.append(edit)
        block = composed.blocks[place]
        blocks[place] = _with(block, edit.now) if edit.now.strip() else None
        if isinstance(block, Title) and edit.now.strip():
            title = plain((edit.now,))
    done = {edit.id for edit in applied}
    stale = tuple(edit for name, edit in sorted(edits.items()) if name not in done)
    kept = [block for block in blocks if block is not None]
    return Edited(replace(composed, title=title, blocks=kept), tuple(applied), stale)


def _found(blocks: list[Block]) -> Iterator[tuple[int, Passage]]:
    seen: Counter[str] = Counter()
    for place, block in enumerate(blocks):
        if not isinstance(block, _Editable):
            continue
        role = type(block).__name__.lower()
        text = _text(block)
        name = hashlib.sha256(f"{role}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[name] += 1
        yield place, Passage(name if seen[name] == 1 else f"{name}-{seen[name]}", role, text)


def _text(block: _Editable) -> str:
    if isinstance(block, Title):
        return plain(block.parts)
    if isinstance(block, Paragraph):
        return clean("".join(span.text for span in block.spans))
    return clean(block.text)


def _with(block: Block, text: str) -> Block:
    """The block with other words; a paragraph of several faces keeps that of its last span."""
    if isinstance(block, Title):
        return Title(tuple(part for part in text.split("\n") if part.strip()))
    if isinstance(block, Paragraph):
        return replace(block, spans=_spans(block, text))
    if isinstance(block, (Subtitle, Addressee, Heading, Note)):
        return replace(block, text=text)
    return block


def _spans(block: Paragraph, text: str) -> tuple[Span, ...]:
    first, last = block.spans[0], block.spans[-1]
    if first is not last and text.startswith(first.text):
        return (first, Span(text.removeprefix(first.text), last.role))
    return (Span(text, last.role),)
