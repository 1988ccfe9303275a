"""Drawn pages into an archival PDF: charts, signature fields, PDF/A-1b. The only home of pikepdf.

Its archival part is slow to load and large, so it is loaded when a file is finished.

Source: ISO 19005-1 (GB/T 23286.1) level B; ISO 32000-1 §12.7.4.5 for signature fields.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from services.documents.flow import Area, Layout, Picture
from services.errors import AppError

if TYPE_CHECKING:
    from pikepdf.pdfa import Finding

_PRINTED = 4
"""Annotation flag: shown and printed."""
_MOST_MAPPINGS = 100
"""Entries a block of a ToUnicode map may have."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the PDF says about itself."""

    title: str
    identifier: str
    """Stands as dc:identifier, for instance urn:sha256:…"""
    made_at: datetime
    """With a time zone."""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A signature field in the finished file."""

    name: str
    page: int
    """From 1; page 1 for an invisible one."""
    rect: tuple[float, float, float, float]
    """Left, bottom, right, top in points from the page's bottom left."""


class NotArchival(AppError):
    """The file breaks PDF/A-1b; a fault of the program or of a font, named by its violations."""


def fields(layout: Layout, invisible: Sequence[str] = ()) -> tuple[Field, ...]:
    """The signature fields of a layout, and invisible ones on page 1 after them."""
    found = []
    for number, items in enumerate(layout.pages, 1):
        sheet = layout.sheet(number)
        for item in items:
            if isinstance(item, Area):
                left, top = sheet.left + item.x, sheet.height - sheet.top - item.y
                found.append(
                    Field(item.name, number, (left, top - item.height, left + item.width, top))
                )
    return (*found, *(Field(name, 1, (0, 0, 0, 0)) for name in invisible))


def finish(
    drawn: bytes,
    layout: Layout,
    charts: Mapping[str, bytes],
    places: Iterable[Field],
    facts: Facts,
    *,
    validate: bool = True,
) -> bytes:
    """The issued file.

    Args:
        drawn: Pages of text.
        layout: Where the charts go.
        charts: One-page PDFs by the keys of the layout's pictures.
        places: Signature fields to put in, empty and ready to be signed.
        facts: Title, digest, time.
        validate: False skips reading the written file back (previews).

    Raises:
        NotArchival: `not_archival` (param violations).
    """
    from pikepdf.pdfa import prepare, resolve_save_kwargs

    out = BytesIO()
    with pikepdf.open(BytesIO(drawn)) as pdf:
        for page in pdf.pages:
            if "/Trans" in page.obj:
                del page.obj["/Trans"]
        _repair_text(pdf)
        _embed(pdf, layout, charts)
        _place(pdf, places)
        _describe(pdf, facts)
        prepare(pdf, "1b")
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            xmp["xmp:MetadataDate"] = facts.made_at.isoformat(timespec="seconds")
        pdf.save(out, **resolve_save_kwargs("1b", deterministic_id=True))
    if validate and (broken := violations(out.getvalue())):
        raise NotArchival("not_archival", violations="; ".join(broken))
    return out.getvalue()


def violations(pdf: bytes) -> tuple[str, ...]:
    """What in a written file breaks PDF/A-1b or cannot be judged; empty for a conforming one.

    The form of the signature fields is the one thing the validator does not look into.
    """
    from pikepdf.pdfa import validate_written

    report = validate_written(BytesIO(pdf), "1b")
    return tuple(str(finding) for finding in report.findings if not _expected(finding))


def _expected(finding: "Finding") -> bool:
    return finding.kind == "unsupported" and finding.where.endswith("/AcroForm")


def repaired(drawn: bytes) -> bytes:
    """A drawn PDF whose characters extract as they were typed, also those beyond U+FFFF."""
    out = BytesIO()
    with pikepdf.open(BytesIO(drawn)) as pdf:
        _repair_text(pdf)
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _repair_text(pdf: pikepdf.Pdf) -> None:
    """Write ToUnicode maps anew: UTF-16 beyond U+FFFF, blocks of at most 100.

    The drawing library errs in both.
    """
    for number in range(1, len(pdf.objects) + 1):
        font = pdf.get_object(number, 0)
        if (
            not isinstance(font, Dictionary)
            or font.get("/Type") != Name.Font
            or "/ToUnicode" not in font
        ):
            continue
        stream = font["/ToUnicode"]
        head, blocks, tail = _parted(stream.read_bytes().decode("ascii"))
        pairs = re.findall(r"<([0-9A-Fa-f]{2})>\s*<([0-9A-Fa-f]+)>", blocks)
        stream.write((head + "\n".join(_mapped(pairs)) + tail).encode("ascii"))


def _parted(source: str) -> tuple[str, str, str]:
    """A character map before, in and behind its bfchar blocks."""
    first = re.search(r"\d+ beginbfchar", source)
    last = source.rfind("endbfchar")
    if first is None or last < 0:
        return source, "", ""
    end = last + len("endbfchar")
    return source[: first.start()], source[first.start() : end], source[end:]


def _mapped(pairs: Sequence[tuple[str, str]]) -> Iterable[str]:
    for at in range(0, len(pairs), _MOST_MAPPINGS):
        block = pairs[at : at + _MOST_MAPPINGS]
        yield f"{len(block)} beginbfchar"
        for code, value in block:
            yield f"<{code}> <{chr(int(value, 16)).encode('utf-16-be').hex().upper()}>"
        yield "endbfchar"


def _embed(pdf: pikepdf.Pdf, layout: Layout, charts: Mapping[str, bytes]) -> None:
    for number, items in enumerate(layout.pages):
        sheet = layout.sheet(number + 1)
        for item in items:
            if isinstance(item, Picture):
                with pikepdf.open(BytesIO(charts[item.key])) as chart:
                    form = pdf.copy_foreign(chart.pages[0].as_form_xobject())
                page = pdf.pages[number]
                name = page.add_resource(form, Name.XObject, Name(f"/{item.key}"))
                left, right_edge = float(form.BBox[0]), float(form.BBox[2])
                scale = item.width / (right_edge - left)
                x = sheet.left + item.x
                y = sheet.height - sheet.top - item.y - item.height
                draw = f"q {scale:.6f} 0 0 {scale:.6f} {x:.3f} {y:.3f} cm {name} Do Q"
                page.contents_add(draw.encode("ascii"))


def _place(pdf: pikepdf.Pdf, places: Iterable[Field]) -> None:
    made = []
    for place in places:
        page = pdf.pages[place.page - 1]
        left, bottom, right, top = place.rect
        look = pdf.make_stream(b"")
        look.update(
            {
                "/Type": Name.XObject,
                "/Subtype": Name.Form,
                "/BBox": Array([0, 0, right - left, top - bottom]),
            }
        )
        look["/Resources"] = Dictionary()
        widget = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Sig,
                T=String(place.name),
                F=_PRINTED,
                Rect=Array([round(v, 3) for v in place.rect]),
                P=page.obj,
                AP=Dictionary(N=look),
            )
        )
        if "/Annots" not in page.obj:
            page.obj["/Annots"] = Array([])
        page.obj["/Annots"].append(widget)
        made.append(widget)
    if made:
        pdf.Root["/AcroForm"] = pdf.make_indirect(Dictionary(Fields=Array(made), SigFlags=1))


def _describe(pdf: pikepdf.Pdf, facts: Facts) -> None:
    stamp = facts.made_at.strftime("D:%Y%m%d%H%M%S%z")
    stamp = f"{stamp[:-2]}'{stamp[-2:]}'"
    info: dict[str, str] = {"/Title": facts.title, "/CreationDate": stamp, "/ModDate": stamp}
    if facts.author:
        info["/Author"] = facts.author
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    for key, value in info.items():
        pdf.docinfo[key] = String(value)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = facts.title
        xmp["dc:identifier"] = facts.identifier
        xmp["xmp:CreateDate"] = xmp["xmp:ModifyDate"] = facts.made_at.isoformat(timespec="seconds")
        if facts.author:
            xmp["dc:creator"] = [facts.author]
