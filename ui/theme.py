"""The look: one small set of tokens for widgets, icons and charts, light and dark, at any scale.

Widgets say what they are and never how they look. Properties that the style sheet knows:
`kind` of a button: primary, link, chip, danger; of a tool button: filter.
`role` of a label or frame: title, head, hint, error, good, late, saved, card, strip, talk.
"""

import re
from dataclasses import dataclass, fields
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

_STYLES = Path(__file__).resolve().parents[1] / "resources" / "styles"
_ICONS = _STYLES.parent / "icons"
_FAMILIES = (
    "Microsoft YaHei UI",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
)
_PX = re.compile(r"(font-size:\s*)?\b(\d+)px")
_DARK_BELOW = 128
"""Lightness of a window (0 to 255) below which the desktop is taken for dark."""
_FRAME = 48
"""Pixels of a screen that the frame of a dialog takes, and the desktop around it."""
BASE_PX = 14
"""Size of running text at 100 %."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as #RRGGBB; pairs that meet have a contrast of 4.5 (text) or 3 (edges) at least."""

    window: str
    surface: str
    alt: str
    line: str
    border: str
    text: str
    text2: str
    accent: str
    on_accent: str
    tint: str
    sel: str
    wait: str
    wait_t: str
    done: str
    done_t: str
    late: str
    late_t: str
    idle: str
    idle_t: str
    mark: str
    mark_done: str
    dark: bool = False


LIGHT = Tokens(
    window="#F2F3F1", surface="#FFFFFF", alt="#F8F8F6", line="#D8DBD8", border="#838B92",
    text="#1E2429", text2="#566069", accent="#1D5F8A", on_accent="#FFFFFF", tint="#E4EEF5",
    sel="#D5E6F1", wait="#855500", wait_t="#FAF1DD", done="#2A6A3C", done_t="#E5F1E7",
    late="#A5382A", late_t="#F9E8E4", idle="#5A646C", idle_t="#ECEEED", mark="#FFEFB0",
    mark_done="#DDEBDD",
)  # fmt: skip
DARK = Tokens(
    window="#1A1D20", surface="#22262A", alt="#272C30", line="#3B4248", border="#7E8890",
    text="#E7E9EA", text2="#AAB3BA", accent="#82BCE2", on_accent="#0E1E2A", tint="#22384A",
    sel="#2A4660", wait="#E3B65F", wait_t="#3A3120", done="#8ACB98", done_t="#21362A",
    late="#F19C8F", late_t="#432A27", idle="#AAB3BA", idle_t="#31373C", mark="#574818",
    mark_done="#29412F", dark=True,
)  # fmt: skip


@dataclass(slots=True)
class _Look:
    tokens: Tokens = LIGHT
    scale: int = 100
    text: int = 100


_look = _Look()


def tokens() -> Tokens:
    """The colours in force."""
    return _look.tokens


def px(size: int) -> int:
    """A size drawn for 100 %, at the scale in force."""
    return round(size * _look.scale / 100)


def around(left: int, top: int, right: int, bottom: int) -> tuple[int, int, int, int]:
    """Margins drawn for 100 %, at the scale in force."""
    return px(left), px(top), px(right), px(bottom)


def fitting(width: int, height: int) -> QSize:
    """The size of a dialog drawn for 100 %, at the scale in force, but not beyond the screen."""
    return on_screen(QSize(px(width), px(height)))


def on_screen(size: QSize) -> QSize:
    """A size, but not beyond the screen; in pixels."""
    room = QGuiApplication.primaryScreen().availableSize()
    return size.boundedTo(room - QSize(_FRAME, _FRAME))


def text_px(size: int) -> int:
    """A size of type drawn for 100 %, at the scale and the size of text in force."""
    return round(size * _look.scale * _look.text / 10_000)


STYLE = ("-style", "Fusion")
"""Arguments of the application. Asked for later, Qt's style would be wrapped for Python, with every
name that styles know: a tenth of the way to the first paint."""


def apply(app: QApplication, mode: str = "system", scale: int = 100, text: int = 100) -> None:
    """Give the whole program a look.

    Args:
        app: the application.
        mode: light, dark, or system for what the desktop says.
        scale: per cent, 100 to 250.
        text: per cent of the type alone, 100 to 130.
    """
    hints = app.styleHints()
    dark = mode == "dark"
    if mode == "system":
        hints.unsetColorScheme()
        app.setPalette(QPalette())
        dark = app.palette().window().color().lightness() < _DARK_BELOW
    else:
        # Qt's name space costs a third of the way to the first paint: only who chose a mode pays.
        from PySide6.QtCore import Qt

        hints.setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
    _look.tokens, _look.scale, _look.text = (DARK if dark else LIGHT), scale, text
    # One sheet after another takes ten times as long as one after none.
    app.setStyleSheet("")
    app.setPalette(_palette(_look.tokens))
    app.setFont(_font())
    app.setStyleSheet(style_sheet(_look.tokens, scale, text))


def style_sheet(colours: Tokens, scale: int, text_size: int = 100) -> str:
    """The style sheet with colours filled in and sizes scaled, those of type by both per cents."""
    text = (_STYLES / "main.qss").read_text(encoding="utf-8")
    for token in fields(colours):
        text = text.replace(f"@{token.name}@", str(getattr(colours, token.name)))
    text = text.replace("@icons@", _ICONS.as_posix())
    text = text.replace("@look@", "dark" if colours.dark else "light")

    def sized(found: re.Match[str]) -> str:
        type_size, size = found[1] or "", int(found[2])
        by = scale * text_size / 100 if type_size else scale
        return f"{type_size}{max(1, round(size * by / 100))}px"

    return _PX.sub(sized, text)


def _font() -> QFont:
    installed = set(QFontDatabase.families())
    known = [name for name in _FAMILIES if name in installed]
    if not known:
        import pylopdf_fonts_zh_cn as packaged

        number = QFontDatabase.addApplicationFont(str(packaged.sans_path()))
        known = list(QFontDatabase.applicationFontFamilies(number))
    font = QFont()
    font.setFamilies([*known, "sans-serif"])
    font.setPixelSize(text_px(BASE_PX))
    return font


def _palette(colours: Tokens) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.alt),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.text2),
        (role.Button, colours.surface),
        (role.ButtonText, colours.text),
        (role.Highlight, colours.sel),
        (role.HighlightedText, colours.text),
        (role.Link, colours.accent),
        (role.ToolTipBase, colours.surface),
        (role.ToolTipText, colours.text),
        (role.Accent, colours.accent),
    ):
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.text2))
    return palette
