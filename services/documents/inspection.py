"""督导检查报告 for one unit: what it prints, and the finished file."""

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from services.documents import archive, inspection_parts
from services.documents.archive import Field
from services.documents.characters import wanted
from services.documents.drawing import draw
from services.documents.fonts import Role, Substitution, prepare
from services.documents.inspection_data import Inspection
from services.documents.layout import Ink, Look, lay_out

_CHINA = timezone(timedelta(hours=8))
_CODE_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{3}(?![A-Za-z0-9])")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：][0-5]\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Options:
    """How a report is made, apart from what it says."""

    ink: Ink = Ink.COLOUR
    receipt: bool = True
    """Ends with the receipt the unit signs on paper."""
    validate: bool = True
    """False for a quick preview."""
    fonts: tuple[Path, ...] | None = None
    """Font folders; the system's when None."""
    cache: Path | None = None
    """Folder for converted fonts; the user's when None."""
    made_at: datetime | None = None
    """With a time zone; midnight of the report's date when None."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished document."""

    pdf: bytes
    title: str
    pages: int
    substitutions: tuple[Substitution, ...]
    """Faces that stand for others; shown instead of claiming what is not so."""
    fields: tuple[Field, ...]
    """Signature fields, empty: the expected signers' and `archive`."""
    digest: str
    """SHA-256 of the data's canonical JSON, 64 hex characters."""


@dataclass(frozen=True, slots=True)
class Leak:
    """Something a unit must not read."""

    what: str
    """One of: code_name, clock, forbidden."""
    text: str


def digest(data: Inspection) -> str:
    """SHA-256 of the data as sorted, compact JSON in UTF-8."""
    plain = json.dumps(
        dataclasses.asdict(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def render(data: Inspection, options: Options = Options()) -> Rendered:
    """Make the report.

    Args:
        data: Everything it prints.
        options: Ink, receipt, fonts.

    Returns:
        A PDF/A-1b file with empty signature fields.

    Raises:
        Refused: `glyph_missing`: no font has a character; nothing was made.
        NotArchival: The file breaks PDF/A-1b.
    """
    report = inspection_parts.compose(data, receipt=options.receipt)
    footer = inspection_parts.footer(data)
    needed = wanted(report.blocks, footer)
    needed[Role.BODY] |= report.chart_characters
    fonts = prepare(needed, options.fonts, options.cache)
    layout = lay_out(report.blocks, fonts, Look(options.ink, footer))
    charts = inspection_parts.draw_charts(report, fonts)
    value = digest(data)
    places = archive.fields(layout, invisible=("archive",))
    facts = archive.Facts(report.title, f"urn:sha256:{value}", _made_at(data, options), data.issuer)
    pdf = archive.finish(
        draw(layout, fonts, report.title), layout, charts, places, facts, validate=options.validate
    )
    return Rendered(pdf, report.title, len(layout.pages), fonts.substitutions, places, value)


def leaks(data: Inspection, forbidden: Iterable[str] = ()) -> tuple[Leak, ...]:
    """What in the report tells who spoke: to be settled before it is issued.

    Args:
        data: The report.
        forbidden: Code names, talk numbers and verbatim quotes of the unit's records.
    """
    found: dict[Leak, None] = {}
    secrets = [text for text in forbidden if text.strip()]
    for text in _strings(dataclasses.astuple(data)):
        found.update(
            (Leak("code_name", match.group()), None) for match in _CODE_NAME.finditer(text)
        )
        found.update((Leak("clock", match.group()), None) for match in _CLOCK.finditer(text))
        found.update((Leak("forbidden", secret), None) for secret in secrets if secret in text)
    return tuple(found)


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _strings(part)


def _made_at(data: Inspection, options: Options) -> datetime:
    if options.made_at is not None:
        return options.made_at
    try:
        return datetime.fromisoformat(data.date).replace(tzinfo=_CHINA)
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
