"""Every character a document will print, by role: fonts are sought before anything is drawn."""

from collections.abc import Iterable, Iterator, Sequence
from functools import singledispatch

from services.documents.blocks import (
    HEADING_ROLES,
    Addressee,
    Attachment,
    Attachments,
    Block,
    BriefingHead,
    Closing,
    Figure,
    Gap,
    Heading,
    Imprint,
    Label,
    LetterHead,
    Marks,
    Note,
    Paragraph,
    Receipt,
    RedHead,
    Remark,
    Roll,
    Subtitle,
    Table,
    Title,
)
from services.documents.fonts import Role
from services.documents.furniture import FIXED, Footer
from services.documents.lines import clean
from services.documents.stamp import LOCAL_TIME

_ALWAYS = "0123456789 ．：。（）附件主送签发人-:" + LOCAL_TIME
"""Words of the layout itself, and of the stamps that signing will put in: a font that has to grow
for a stamp takes a second."""


def wanted(blocks: Sequence[Block], footer: Footer | None = None) -> dict[Role, set[str]]:
    """Characters by role, page numbers, fixed words and the space included."""
    found: dict[Role, set[str]] = {Role.BODY: set(_ALWAYS), Role.SONG: set(FIXED)}
    if footer is not None:
        found[Role.SONG] |= set(clean(footer.characters()))
    for block in blocks:
        for role, text in _texts(block):
            found.setdefault(role, set()).update(clean(text))
    return {role: (characters - {"\n"}) | {" "} for role, characters in found.items()}


def texts(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Every piece of text that the blocks print."""
    return tuple(text for block in blocks for _role, text in _texts(block))


@singledispatch
def _texts(_block: Block) -> Iterable[tuple[Role, str]]:
    return ()


@_texts.register
def _(block: Label) -> Iterable[tuple[Role, str]]:
    return ((Role.HEI, block.text),)


@_texts.register
def _(block: RedHead) -> Iterable[tuple[Role, str]]:
    return (
        (Role.TITLE, block.mark),
        (Role.BODY, block.number),
        (Role.KAI, "".join(block.approvers)),
    )


@_texts.register
def _(block: Marks) -> Iterable[tuple[Role, str]]:
    return ((Role.BODY, block.copy), (Role.HEI, block.secrecy + block.urgency))


@_texts.register
def _(block: LetterHead) -> Iterable[tuple[Role, str]]:
    return (
        (Role.TITLE, block.mark),
        (Role.BODY, block.number),
        (Role.HEI, "".join(block.labels)),
    )


@_texts.register
def _(block: BriefingHead) -> Iterator[tuple[Role, str]]:
    yield Role.TITLE, block.name + "".join(block.above)
    yield Role.BODY, block.issue + block.organ + block.date
    yield Role.HEI, block.label + block.copy


@_texts.register
def _(block: Subtitle) -> Iterable[tuple[Role, str]]:
    return ((Role.KAI, block.text),)


@_texts.register
def _(block: Roll) -> Iterable[tuple[Role, str]]:
    return ((Role.HEI, block.label + "："), (Role.BODY, block.text))


@_texts.register
def _(block: Remark) -> Iterable[tuple[Role, str]]:
    return ((Role.BODY, block.text),)


@_texts.register
def _(block: Attachment) -> Iterable[tuple[Role, str]]:
    return (
        (Role.HEI, f"{block.of}附件0123456789"),
        *((Role.TITLE, part) for part in block.title),
    )


@_texts.register
def _(block: Imprint) -> Iterator[tuple[Role, str]]:
    for label, text in block.entries:
        yield Role.BODY, f"{label} {text}"
    yield Role.BODY, f"{block.left} {block.right}"


@_texts.register
def _(block: Title) -> Iterable[tuple[Role, str]]:
    return ((Role.TITLE, part) for part in block.parts)


@_texts.register
def _(block: Addressee) -> Iterable[tuple[Role, str]]:
    return ((Role.BODY, block.text),)


@_texts.register
def _(block: Heading) -> Iterable[tuple[Role, str]]:
    return ((HEADING_ROLES[block.level], block.text),)


@_texts.register
def _(block: Paragraph) -> Iterable[tuple[Role, str]]:
    return ((span.role, span.text) for span in block.spans)


@_texts.register
def _(block: Note) -> Iterable[tuple[Role, str]]:
    return ((Role.KAI, block.text),)


@_texts.register
def _(block: Table) -> Iterator[tuple[Role, str]]:
    yield Role.HEI, block.caption + "".join(column.title for column in block.columns)
    for row in block.rows:
        # Apart: run together, the 2 of one cell hides the A417 of the next from `leaks`.
        yield Role.BODY, " ".join(row)


@_texts.register
def _(block: Figure) -> Iterable[tuple[Role, str]]:
    return ((Role.HEI, block.caption),)


@_texts.register
def _(block: Attachments) -> Iterable[tuple[Role, str]]:
    return ((Role.BODY, name) for name in block.names)


@_texts.register
def _(block: Closing) -> Iterator[tuple[Role, str]]:
    labels = (signer.label for signer in block.signers)
    yield Role.BODY, " ".join((block.organ, block.date, *labels))
    yield Role.KAI, block.seal


@_texts.register
def _(block: Receipt) -> Iterator[tuple[Role, str]]:
    yield Role.TITLE, block.title
    yield Role.BODY, " ".join((block.number, *block.lines, block.view, *block.places))


@_texts.register
def _(_block: Gap) -> Iterable[tuple[Role, str]]:
    return ()
