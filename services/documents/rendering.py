"""A composed document into its finished file: fonts, layout, charts, PDF/A-1b, signature fields."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from services.documents import archive
from services.documents.archive import Field
from services.documents.characters import wanted
from services.documents.composing import Composed, footer
from services.documents.drawing import draw
from services.documents.fonts import Role, Substitution, prepare
from services.documents.frame import Frame
from services.documents.layout import Ink, Look, lay_out
from services.documents.paper import Paper

if TYPE_CHECKING:
    from services.certificates import PageKey

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Options:
    """How a document is made, apart from what it says."""

    ink: Ink = Ink.COLOUR
    receipt: bool = True
    """A delivered document ends with the receipt the unit signs on paper."""
    validate: bool = True
    """False for a quick preview."""
    fonts: tuple[Path, ...] | None = None
    """Font folders; the system's when None."""
    cache: Path | None = None
    """Folder for converted fonts; the user's when None."""
    made_at: datetime | None = None
    """With a time zone; midnight of the document's date when None."""
    page_key: "PageKey | None" = None
    """Marks every page so that it can be checked on paper; None for drafts."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished document."""

    pdf: bytes
    title: str
    pages: int
    substitutions: tuple[Substitution, ...]
    """Faces that stand for others; shown instead of claiming what is not so."""
    fields: tuple[Field, ...]
    """Signature fields, empty: the expected signers' and `archive`; those without a place on
    paper (a briefing's) are invisible."""
    digest: str
    """SHA-256 of the data's canonical JSON, 64 hex characters."""


def render(composed: Composed, frame: Frame, digest: str, options: Options = Options()) -> Rendered:
    """Make the file.

    Args:
        composed: What it says.
        frame: For the footer and the file's own particulars.
        digest: SHA-256 of the data it was made of.
        options: Ink, fonts.

    Returns:
        A PDF/A-1b file with empty signature fields.

    Raises:
        Refused: `glyph_missing`: no font has a character; nothing was made.
        NotArchival: The file breaks PDF/A-1b.
    """
    foot = footer(frame)
    needed = wanted(composed.blocks, foot)
    needed[Role.BODY] |= composed.chart_characters
    fonts = prepare(needed, options.fonts, options.cache)
    layout = lay_out(
        composed.blocks, fonts, Look(options.ink, foot, paper=_paper(frame, digest, options))
    )
    charts = composed.draw(fonts)
    seen = {field.name for field in archive.fields(layout)}
    unseen = [signer.field for signer in frame.signers if signer.field not in seen]
    places = archive.fields(layout, invisible=(*unseen, "archive"))
    facts = archive.Facts(
        composed.title, f"urn:sha256:{digest}", _made_at(frame, options), frame.issuer
    )
    drawn = draw(layout, fonts, composed.title)
    pdf = archive.finish(drawn, layout, charts, places, facts, validate=options.validate)
    return Rendered(pdf, composed.title, len(layout.pages), fonts.substitutions, places, digest)


def _paper(frame: Frame, digest: str, options: Options) -> Paper | None:
    key = options.page_key
    return None if key is None else Paper(frame.number, digest, key.public, key.sign)


def _made_at(frame: Frame, options: Options) -> datetime:
    if options.made_at is not None:
        return options.made_at
    try:
        return datetime.fromisoformat(frame.date).replace(tzinfo=_CHINA)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
