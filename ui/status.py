"""The status bar: who acts, which long work runs, that everything is stored."""

from datetime import datetime
from time import monotonic

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from services.words import _
from ui import theme
from ui.jobs import Jobs
from ui.remaining import Remaining, in_words

_BAR_WIDTH = 120


class StatusBar(QStatusBar):
    """Tells; its buttons lead to what waits for a decision and cancel the running work."""

    conflicts_wanted = Signal()
    """The person wants to decide."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        """Watch `jobs` from now on."""
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(*theme.around(10, 0, 10, 0))
        self._person = QLabel()
        self._person.setTextFormat(Qt.TextFormat.PlainText)
        self._notice = QLabel(_("内部资料 注意保存"))
        self._notice.setProperty("role", "hint")
        self._work = QLabel()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(theme.px(_BAR_WIDTH))
        self._bar.setTextVisible(False)
        self._cancel = QPushButton(_("取消"))
        self._cancel.setProperty("kind", "link")
        self._cancel.clicked.connect(jobs.cancel)
        self._left = QLabel()
        self._left.setProperty("role", "hint")
        self._remaining = Remaining()
        self._backup = QLabel()
        self._backup.setProperty("role", "hint")
        self._saved = QLabel()
        self._saved.setProperty("role", "saved")
        self._conflicts = QPushButton()
        self._conflicts.setProperty("kind", "link")
        self._conflicts.clicked.connect(self.conflicts_wanted)
        self._conflicts.hide()
        self._working: tuple[QWidget, ...] = (*(self._work, self._bar, self._left, self._cancel),)
        self.addWidget(self._person)
        self.addWidget(self._notice)
        self.addWidget(self._conflicts)
        for widget in (*self._working, self._backup, self._saved):
            self.addPermanentWidget(widget)
        self._busy(False)
        jobs.busy.connect(self._busy)
        jobs.progress.connect(self._tell_work)

    def tell_person(self, text: str) -> None:
        """Say who acts, for which group."""
        self._person.setText(text)

    def tell_conflicts(self, count: int) -> None:
        """Say how many fields wait for a decision; nothing when none does."""
        self._conflicts.setText(_("待裁定 {count}").format(count=count))
        self._conflicts.setVisible(count > 0)

    def tell_backup(self, at: datetime | None) -> None:
        """Say when the last backup was made; that there is none yet for None."""
        if at is None:
            self._backup.setText(_("还没有备份"))
            return
        local, today = at.astimezone(), datetime.now().astimezone().date()
        same_day = local.date() == today
        time = f"{local:%H:%M}" if same_day else f"{local:%m-%d %H:%M}"
        self._backup.setText(_("备份 {time}").format(time=time))

    def texts(self) -> tuple[str, ...]:
        """What can be read in it now, from the left."""
        shown = (self._person, self._notice, self._work, self._left, self._backup, self._saved)
        return tuple(one.text() for one in shown if one.isVisibleTo(self) and one.text())

    def saved_text(self) -> str:
        """What stands at the right end."""
        return self._saved.text()

    @Slot()
    def tell_saved(self) -> None:
        """Say quietly that everything is stored, and since when."""
        now = datetime.now().astimezone()
        self._saved.setText(_("✓ 已保存 {time}").format(time=f"{now:%H:%M:%S}"))

    def tell_done(self, text: str) -> None:
        """Say what was just done, where 已保存 stands, until the next thing is stored."""
        self._saved.setText(text)

    @Slot(bool)
    def _busy(self, busy: bool) -> None:
        for widget in self._working:
            widget.setVisible(busy)

    @Slot(str, int, int)
    def _tell_work(self, title: str, done: int, total: int) -> None:
        self._work.setText(title)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setAccessibleName(title)
        self._left.setText(in_words(self._remaining.seconds(title, done, total, monotonic())))
