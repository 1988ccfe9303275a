"""A finished PDF as pages: one at a time, PgUp and PgDn, larger and smaller, words found in it."""

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeySequence,
    QPainter,
    QPixmap,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from services.documents import pages
from services.documents.seeking import Hit, seek
from services.words import _
from ui import theme

_ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
_WHOLE_WIDTH = 0.0
"""Zoom that makes the page as wide as the view."""
_MARGIN = 24
_DOTS_A_POINT = 96 / 72
_MARK = QColor(255, 210, 0, 110)
"""Over found words, light enough to read through."""


class PagesView(QWidget):
    """Shows a PDF; empty until one is given."""

    def __init__(self, empty_text: str = "", parent: QWidget | None = None) -> None:
        """Build an empty view that says `empty_text`."""
        super().__init__(parent)
        self._pdf = b""
        self._count = 0
        self._page = 1
        self._zoom = _WHOLE_WIDTH
        self._empty_text = empty_text
        self._hits: tuple[Hit, ...] = ()
        self._hit = -1
        self.sought = QLineEdit()
        self.sought.setPlaceholderText(_("在文书中查找"))
        self.sought.setAccessibleName(_("在文书中查找"))
        self.sought.setClearButtonEnabled(True)
        self.sought.setMaximumWidth(theme.px(150))
        self._sheet = QLabel(empty_text)
        self._sheet.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._sheet.setWordWrap(True)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(self._sheet)
        self._area.setAccessibleName(_("文书"))
        self._told = QLabel()
        self._told.setProperty("role", "hint")
        self._bar = QWidget()
        self._build()

    def _build(self) -> None:
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(0, 0, 0, 0)
        moves = (
            (_("上一页"), self.previous, "PgUp"),
            (_("下一页"), self.next, "PgDown"),
            ("－", self.smaller, "Ctrl+-"),
            ("＋", self.larger, "Ctrl+="),
            (_("整宽"), self.fit, "Ctrl+0"),
        )
        row.addWidget(self._told)
        row.addStretch(1)
        row.addWidget(self.sought)
        self.sought.returnPressed.connect(self.find_next)
        self.sought.textChanged.connect(self._forget)
        for text, slot, key in moves:
            button = QPushButton(text)
            button.setToolTip(key)
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(slot)
            row.addWidget(button)
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        self._bar.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        layout.addWidget(self._bar)
        layout.addWidget(self._area, 1)

    def show_pdf(self, pdf: bytes, *, keep_page: bool = False) -> None:
        """Show a PDF from its first page, or from the one in view (the next draft of the same).

        Raises:
            Refused: no readable PDF.
        """
        count = pages.page_count(pdf) if pdf else 0
        self._pdf, self._count = pdf, count
        self._forget()
        self._page = min(self._page, max(count, 1)) if keep_page else 1
        self._bar.setVisible(bool(count))
        self._draw()

    def clear(self, text: str = "") -> None:
        """Show no document, only a text (the usual one when it is empty)."""
        self._pdf, self._count, self._page = b"", 0, 1
        self._bar.hide()
        self._sheet.setPixmap(QPixmap())
        self._sheet.setText(text or self._empty_text)

    @Slot()
    def find_next(self) -> None:
        """To the next place of the words in the search line, from the first again at the end."""
        if not self._hits and self._count:
            self._hits = seek(self._pdf, self.sought.text())
            self._hit = next((n for n, h in enumerate(self._hits) if h.page >= self._page), 0) - 1
        if self._hits:
            self._hit = (self._hit + 1) % len(self._hits)
            self._page = self._hits[self._hit].page
        self._draw()
        if self._hits:
            self._area.ensureVisible(0, self._height_of(self._hits[self._hit]))

    def found(self) -> tuple[int, int]:
        """(which of the places is shown, from 1; places there are)."""
        return self._hit + 1, len(self._hits)

    @Slot()
    def _forget(self) -> None:
        """The words or the document are others."""
        if self._hits:
            self._hits, self._hit = (), -1
            self._draw()

    def _height_of(self, hit: Hit) -> int:
        return round(hit.spots[0].top * self._scale_now() * _DOTS_A_POINT)

    def page(self) -> tuple[int, int]:
        """(page shown, pages there are); (1, 0) when there is none."""
        return self._page, self._count

    @Slot()
    def next(self) -> None:
        """To the next page."""
        self._turn(1)

    @Slot()
    def previous(self) -> None:
        """To the page before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        page = min(max(self._page + by, 1), self._count)
        if self._count and page != self._page:
            self._page = page
            self._draw()
            self._area.verticalScrollBar().setValue(0)

    @Slot()
    def larger(self) -> None:
        """The next greater size."""
        now = self._scale_now()
        self._set_zoom(next((z for z in _ZOOMS if z > now + 0.01), _ZOOMS[-1]))

    @Slot()
    def smaller(self) -> None:
        """The next smaller size."""
        now = self._scale_now()
        self._set_zoom(next((z for z in reversed(_ZOOMS) if z < now - 0.01), _ZOOMS[0]))

    @Slot()
    def fit(self) -> None:
        """As wide as the view."""
        self._set_zoom(_WHOLE_WIDTH)

    def _set_zoom(self, zoom: float) -> None:
        self._zoom = zoom
        self._draw()

    def _scale_now(self) -> float:
        """Size of the page shown; 1.0 is its size on paper at 96 dots an inch."""
        if self._zoom or not self._count:
            return self._zoom or 1.0
        width, _height = pages.page_size(self._pdf, self._page)
        room = self._area.viewport().width() - _MARGIN
        return max(room / (width * _DOTS_A_POINT), _ZOOMS[0] / 2)

    def _draw(self) -> None:
        if not self._count:
            return
        ratio = self.devicePixelRatioF()
        drawn = pages.render(self._pdf, self._page, self._scale_now() * _DOTS_A_POINT * ratio)
        image = QImage(
            drawn.data, drawn.width, drawn.height, drawn.width * 4, QImage.Format.Format_RGBX8888
        )
        pixmap = QPixmap.fromImage(image)
        self._mark(pixmap, self._scale_now() * _DOTS_A_POINT * ratio)
        pixmap.setDevicePixelRatio(ratio)
        self._sheet.setPixmap(pixmap)
        told = _("第 {page} / {count} 页").format(page=self._page, count=self._count)
        if self._hits:
            at = {"n": self._hit + 1, "total": len(self._hits)}
            told += "　" + _("第 {n} 处，共 {total} 处").format(**at)
        elif self.sought.text().strip() and self.sought.hasFocus():
            told += "　" + _("没有找到")
        self._told.setText(told)

    def _mark(self, pixmap: QPixmap, scale: float) -> None:
        """Colour the found words of the page."""
        painter = QPainter(pixmap)
        for hit in self._hits:
            for spot in hit.spots if hit.page == self._page else ():
                width, height = spot.right - spot.left, spot.bottom - spot.top
                box = QRectF(spot.left * scale, spot.top * scale, width * scale, height * scale)
                painter.fillRect(box, _MARK)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the page as wide as the view while that is wanted."""
        super().resizeEvent(event)
        if not self._zoom:
            self._draw()
