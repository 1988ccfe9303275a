"""The look: contrast of every pair that meets, sizes by scale, marks that differ without colour."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from models.kinds import ProblemState
from ui import theme
from ui.parts.dialogs import Dialog
from ui.parts.icons import state_colour, state_pixmap

TEXT = ("text", "text2", "accent", "wait", "done", "late", "idle")
GROUNDS = ("window", "surface", "alt", "sel")
CHIPS = (("wait", "wait_t"), ("done", "done_t"), ("late", "late_t"), ("idle", "idle_t"))
MARKS = (
    (*ProblemState, "overdue"),
    ("recording", "untidied", "finished", "not_held"),
    ("unvisited", "under_way", "waiting", "late", "clear"),
)
"""Marks that stand in one column: of problems, of talks, of units."""


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> Iterator[None]:
    """The look that was in force is put back."""
    held = qapp.styleSheet(), qapp.palette(), qapp.font(), qapp.style().objectName()
    yield
    theme.apply(qapp, "light", 100)
    qapp.setStyle(held[3])
    qapp.setStyleSheet(held[0])
    qapp.setPalette(held[1])
    qapp.setFont(held[2])


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    held = QColor(colour)
    parts = (held.redF(), held.greenF(), held.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_text_and_edges_stand_out_wherever_they_are_used(tokens: theme.Tokens) -> None:
    pairs = [(text, ground) for text in TEXT for ground in GROUNDS]
    pairs += [*CHIPS, ("on_accent", "accent"), ("accent", "tint"), ("text", "mark")]
    weak = {p for p in pairs if contrast(getattr(tokens, p[0]), getattr(tokens, p[1])) < 4.5}
    assert not weak
    assert contrast(tokens.border, tokens.surface) >= 3
    assert contrast(tokens.border, tokens.window) >= 3


def test_black_on_white_has_the_contrast_everybody_knows() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scale", [100, 150, 200])
def test_the_style_sheet_is_filled_in_whole_and_scaled(scale: int) -> None:
    sheet = theme.style_sheet(theme.DARK, scale)
    assert "@" not in sheet
    assert theme.DARK.accent in sheet
    assert f"font-size: {round(17 * scale / 100)}px" in sheet


def test_applying_a_look_changes_colours_size_and_font(qapp: QApplication, qtbot: QtBot) -> None:
    label = QLabel("堃喆垚犇昇囧䶮龥𬭎")
    qtbot.addWidget(label)
    theme.apply(qapp, "dark", 200)
    assert theme.tokens().dark
    assert qapp.font().pixelSize() == 28
    assert theme.px(30) == 60
    assert qapp.palette().window().color().name().upper() == theme.DARK.window
    metrics = QFontMetricsF(label.font())
    assert all(metrics.inFontUcs4(ord(c)) for c in label.text())
    theme.apply(qapp, "light", 100)
    assert qapp.palette().window().color().name().upper() == theme.LIGHT.window


def grey(state: str) -> QImage:
    """A mark without its colour."""
    return state_pixmap(state, 14, 2).toImage().convertToFormat(QImage.Format.Format_Alpha8)


@pytest.mark.parametrize("marks", MARKS, ids=["problems", "talks", "units"])
def test_marks_differ_without_their_colour(qapp: QApplication, marks: tuple[str, ...]) -> None:
    assert not {(a, b) for a, b in combinations(marks, 2) if grey(a) == grey(b)}


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_mark_is_sharp_at_every_ratio(qapp: QApplication, ratio: float) -> None:
    mark = state_pixmap(ProblemState.RECTIFYING, 14, ratio)
    assert mark.width() == round(14 * ratio)
    assert mark.deviceIndependentSize().width() == pytest.approx(14, abs=0.5)


def test_the_colour_of_a_state_says_who_must_move() -> None:
    colours = theme.tokens()
    assert state_colour(ProblemState.SUBMITTED).name().upper() == colours.wait
    assert state_colour(ProblemState.RECTIFYING).name().upper() == colours.accent
    assert state_colour(ProblemState.CLOSED).name().upper() == colours.done
    assert state_colour("from a newer program").name().upper() == colours.idle


def test_a_title_is_bold_in_every_family(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light", 100)
    plain, title = QLabel("督导谈话"), QLabel("督导谈话")
    for label in (plain, title):
        qtbot.addWidget(label)
        label.setStyleSheet("font-size: 40px")
    title.setProperty("role", "head")
    assert ink(title) > ink(plain) * 1.2


def ink(label: QLabel) -> int:
    """How many pixels of a label are dark."""
    label.show()
    seen = label.grab().toImage()
    places = ((x, y) for x in range(seen.width()) for y in range(seen.height()))
    return sum(seen.pixelColor(x, y).lightness() < 128 for x, y in places)


def test_a_dialog_is_as_high_as_lines_that_break_need(qtbot: QtBot) -> None:
    dialog = Dialog(None, "认定", "同单位同类里相近的，认定前看是不是同一件。" * 10, "认定")
    qtbot.addWidget(dialog)
    for _ in range(3):
        dialog.body.addWidget(QLineEdit())
    dialog.show()
    for sentence in ("", "口令不对，请再输一次。" * 15, ""):
        dialog.tell(sentence)
        qtbot.waitUntil(partial(_is_high_enough, dialog))
    line = QLabel("后来才知道的一行，长得要分成几行。" * 10)
    line.setWordWrap(True)
    dialog.body.addWidget(line)
    qtbot.waitUntil(line.isVisible)
    qtbot.waitUntil(partial(_is_high_enough, dialog))


def _is_high_enough(dialog: Dialog) -> bool:
    layout = dialog.layout()
    return layout is not None and dialog.height() >= layout.totalHeightForWidth(dialog.width())
