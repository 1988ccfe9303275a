"""What stands in a signature field once it is signed: name, role and the laptop's own time."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from services.documents.archive import repaired
from services.documents.fonts import Fonts, Role, prepare

LOCAL_TIME = "本机时间，未经权威时间源"
_LEADING = 1.35
"""Line pitch in ems."""
_INSET_PT = 4.0
_LARGEST_PT = 12.0
_FRAME_PT = 0.5


def stamp(
    name: str, role: str, when: datetime, cache: Path | None = None
) -> Callable[[float, float], bytes]:
    """Draws the stamp of one signature, for `signing.Terms`.

    Args:
        name: the signer.
        role: in what quality, as it is to be read (组长, 组员, 办公室); may be empty.
        when: the laptop's time; shown in its zone, to the minute.
        cache: the fonts' cache folder, by default the user's.

    Returns:
        A function of the field's width and height in points that gives a PDF of one such page.

    Raises:
        Refused: `glyph_missing`, from the function: no font has a character of the name.
    """
    lines = (f"{name}（{role}）" if role else name, f"{when:%Y-%m-%d %H:%M}", LOCAL_TIME)

    def draw(width: float, height: float) -> bytes:
        return _drawn(lines, width, height, prepare({Role.BODY: lines}, cache=cache))

    return draw


def _drawn(lines: Sequence[str], width: float, height: float, fonts: Fonts) -> bytes:
    longest = max(_width(line, fonts) for line in lines)
    fitting = (width - 2 * _INSET_PT) / longest
    size = min(_LARGEST_PT, fitting, (height - 2 * _INSET_PT) / (len(lines) * _LEADING))
    pitch = size * _LEADING
    top = height / 2 + pitch * len(lines) / 2
    out = BytesIO()
    with fonts.registered():
        canvas = Canvas(
            out,
            pagesize=(width, height),
            initialFontName=fonts.faces[0].name,  # type: ignore[arg-type]  # stubs err
            pdfVersion=(1, 4),
            lang="zh-CN",
            invariant=1,
        )
        canvas.setLineWidth(_FRAME_PT)
        canvas.rect(_FRAME_PT / 2, _FRAME_PT / 2, width - _FRAME_PT, height - _FRAME_PT)
        for number, line in enumerate(lines):
            _line(canvas, line, (_INSET_PT, top - pitch * number - size), size, fonts)
        canvas.showPage()
        canvas.save()
    return repaired(out.getvalue())


def _line(
    canvas: Canvas, line: str, origin: tuple[float, float], size: float, fonts: Fonts
) -> None:
    left, base = origin
    for character in line:
        face, advance = fonts.glyph(Role.BODY, character)
        canvas.setFont(fonts.faces[face].name, size)
        canvas.drawString(left, base, character)
        left += advance * size


def _width(line: str, fonts: Fonts) -> float:
    """Width of a line in ems."""
    return sum(fonts.glyph(Role.BODY, character)[1] for character in line)
