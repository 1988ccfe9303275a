"""附件 of a record: photos and scans by drop, paste, Ctrl+U or a button; each can be taken away."""

import tempfile
from collections import Counter, deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPixmap,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from models.kinds import Uid
from services import attachments, listing, records
from services.core import Changes, Filter, Progress, Row
from services.errors import AppError
from services.words import _
from ui import errors, theme
from ui.context import Context
from ui.parts.cards import Card, label
from ui.parts.choosing import ask_to_open_some
from ui.parts.flow import FlowLayout
from ui.parts.thumbnails import thumbnail

_MOST_SHOWN = 60
_MOST_AT_ONCE = 30
_SIDE_PX = 72
_SCANS = frozenset({"pdf"})
_PHOTOS = frozenset({"jpg", "jpeg", "png", "bmp", "webp", "gif", "tif", "tiff", "heic"})


class Attachments(Card):
    """The files of one record."""

    def __init__(self, context: Context, page: QWidget, title: str = "") -> None:
        """Files dropped on `page`, pasted there or asked for by Ctrl+U belong to the record."""
        super().__init__(title or _("附件"))
        self._context = context
        self._owner: Uid | None = None
        self._locked = False
        self._waiting: deque[tuple[QLabel, str]] = deque()
        """Labels that still show a name, and the SHA-256 of their pictures."""
        self._pictures: dict[str, QPixmap | None] = {}
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._draw_next)
        self._told = label(role="hint", wrapped=True)
        self._files = QWidget()
        self._flow = FlowLayout(self._files, theme.px(8))
        self.add_button = QPushButton(_("添加… Ctrl+U"))
        self.add_button.clicked.connect(self.choose)
        self.corner.addWidget(self.add_button)
        self.body.addWidget(self._told)
        self.body.addWidget(self._files)
        page.setAcceptDrops(True)
        page.installEventFilter(self)
        key = QShortcut(QKeySequence("Ctrl+U"), page, self.choose)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        context.changed.connect(self._take_changes)

    def show_of(self, owner: Uid | None, *, locked: bool = False) -> None:
        """Show the files of a record; None: it is not stored yet, and takes none."""
        locked = locked or self._context.here().store.readonly
        same = (owner, locked) == (self._owner, self._locked) and self._told.text()
        self._owner, self._locked = owner, locked
        self.add_button.setEnabled(owner is not None and not locked)
        if not same:
            self._draw()

    def told(self) -> str:
        """How many there are, by kind."""
        return self._told.text()

    def names(self) -> tuple[str, ...]:
        """The names of the files shown."""
        return tuple(str(row.values.get("name") or "") for row in self._rows())

    def _rows(self) -> Sequence[Row]:
        if self._owner is None or self._context.workspace is None:
            return ()
        kind = attachments.kind_of(self._context.here(), self._owner)
        wanted = Filter({"belongs_to": self._owner})
        return listing.page(self._context.here(), kind, wanted, 0, _MOST_SHOWN).rows

    def _draw(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        rows = self._rows()
        self._waiting.clear()
        for row in rows:
            self._flow.addWidget(self._file(row))
        self._files.setVisible(bool(rows))
        self._told.setText(self._count(rows))

    def _count(self, rows: Sequence[Row]) -> str:
        if self._owner is None:
            return _("先填一项，再添照片和扫描件")
        if not rows:
            return _("把照片、扫描件拖到这里，或复制后按 Ctrl+V")
        counted = Counter(_sort_of(row) for row in rows)
        return "　".join(f"{word} {count}" for word, count in counted.items())

    def _file(self, row: Row) -> QWidget:
        name = str(row.values.get("name") or "")
        shown = QLabel()
        shown.setTextFormat(Qt.TextFormat.PlainText)
        shown.setToolTip(name)
        shown.setAccessibleName(name)
        shown.setMinimumWidth(theme.px(_SIDE_PX))
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        middle = Qt.TextElideMode.ElideMiddle
        shown.setText(shown.fontMetrics().elidedText(name, middle, theme.px(2 * _SIDE_PX)))
        if _ending(row) in _PHOTOS:
            self._waiting.append((shown, str(row.values.get("file"))))
            self._next.start()
        away = QPushButton("×")
        away.setProperty("kind", "link")
        away.setToolTip(_("去掉，可在回收站找回"))
        away.setAccessibleName(_("去掉 {name}").format(name=name))
        away.setVisible(not self._locked)
        away.clicked.connect(partial(self._remove, row))
        whole = QWidget()
        layout = QHBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        layout.addWidget(shown)
        layout.addWidget(away, 0, Qt.AlignmentFlag.AlignTop)
        return whole

    @Slot()
    def _draw_next(self) -> None:
        """One picture at a time: reading and scaling a photo takes tens of milliseconds."""
        if not self._waiting or self._context.workspace is None:
            return
        shown, digest = self._waiting.popleft()
        if digest not in self._pictures:
            self._pictures[digest] = self._picture(digest)
        picture = self._pictures[digest]
        if picture is not None:
            shown.setPixmap(picture)
        if self._waiting:
            self._next.start()

    def _picture(self, digest: str) -> QPixmap | None:
        try:
            content = attachments.content(self._context.here(), digest)
        except AppError:
            return None
        return thumbnail(content, theme.px(_SIDE_PX), self.devicePixelRatioF())

    def _remove(self, row: Row, _on: bool = False) -> None:
        try:
            changes = records.delete(self._context.here(), row.kind, row.uid, _("去掉附件"))
        except AppError as failure:
            errors.show(self, failure)
            return
        self._context.announce(changes)

    @Slot()
    def choose(self) -> None:
        """Ask for files."""
        if not self.add_button.isEnabled():
            return
        self.add(ask_to_open_some(self, _("添加照片或扫描件"), ""))

    def add(self, paths: Sequence[Path]) -> None:
        """Take files in on the worker; all of them or none."""
        if paths:
            self._take_in(lambda _folder: paths)

    def _take_in(self, prepare: Callable[[Path], Sequence[Path]]) -> None:
        """Take files in on the worker that are made there, in a folder for as long as it takes."""
        owner, workspace = self._owner, self._context.here()
        if owner is None or self._locked:
            return

        def work(_progress: Progress) -> Changes:
            kind = attachments.kind_of(workspace, owner)
            with tempfile.TemporaryDirectory() as folder:
                chosen = prepare(Path(folder))[:_MOST_AT_ONCE]
                given = [{"belongs_to": owner, "file": str(path)} for path in chosen]
                return records.add(workspace, kind, given).changes

        self._context.jobs.run(_("正在添加附件"), work, self._context.announce)

    def take(self, data: QMimeData | None) -> bool:
        """Take in what was dropped or pasted; False when there is no file and no picture."""
        if data is None:
            # A clipboard whose owner is gone holds nothing at all.
            return False
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.add(paths)
            return True
        image = data.imageData() if data.hasImage() else None
        if isinstance(image, QImage) and not image.isNull():
            self._take_in(partial(_saved, image))
            return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Files that are dropped on the page, and pictures that are pasted there."""
        if self._owner is None or self._locked:
            return super().eventFilter(watched, event)
        if isinstance(event, QDragEnterEvent):
            if event.mimeData().hasUrls() or event.mimeData().hasImage():
                event.acceptProposedAction()
                return True
        elif isinstance(event, QDropEvent):
            if self.take(event.mimeData()):
                event.acceptProposedAction()
                return True
        elif (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.matches(QKeySequence.StandardKey.Paste)
        ):
            # A field of text takes the key itself; what comes up to the page is nobody's.
            return self.take(QGuiApplication.clipboard().mimeData())
        return super().eventFilter(watched, event)

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if self._context.workspace is not None and changes.kinds & set(attachments.KINDS):
            self._draw()


def _ending(row: Row) -> str:
    return str(row.values.get("kind") or "").lower()


def _sort_of(row: Row) -> str:
    ending = _ending(row)
    if ending in _PHOTOS:
        return _("照片")
    return _("扫描件") if ending in _SCANS else _("其他文件")


def _saved(image: QImage, folder: Path) -> Sequence[Path]:
    """The file of a picture that was pasted; none where it cannot be written."""
    path = folder / f"{_('粘贴的图片')}.png"
    return [path] if image.save(str(path)) else []
