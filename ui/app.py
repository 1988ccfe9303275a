"""Starting the window: what is open decides whether one sees the welcome, the lock or the tabs.

Until the unlock dialog is painted nothing but Qt and the words is imported here.
"""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator, Slot
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from services import words
from services.errors import AppError
from services.words import _
from ui import errors, settings, theme
from ui.context import Context
from ui.garbage import Collector
from ui.unlock import UnlockDialog

if TYPE_CHECKING:
    from services.package import Keys
    from services.restoring import Restored
    from services.workspace import Workspace
    from ui.window import MainWindow


def run(argv: list[str]) -> int:
    """Show the window until it is closed; returns the exit status.

    Args:
        argv: arguments without the program's name: `--lang en`, and at most one file to open.
    """
    words.use(_language(argv))
    app = QApplication([sys.argv[0], *theme.STYLE, *argv])
    app.setApplicationName("dudao")
    app.setApplicationDisplayName(_("督导通"))
    app.setDesktopFileName("dudao")
    speak_chinese(app)
    errors.install_excepthook()
    theme.apply(app, *settings.look())
    collector = Collector()
    entrance = Entrance()
    entrance.begin(_file(argv))
    status = app.exec()
    entrance.leave()
    collector.stop()
    return status


def speak_chinese(app: QApplication) -> None:
    """Let what is Qt's own (menus of a line, file dialogs, calendars) speak as the program does."""
    if words.language() == "zh":
        translator = QTranslator(app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        translator.load("qtbase_zh_CN", folder)
        app.installTranslator(translator)
        QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))


def _language(argv: list[str]) -> str:
    for place, argument in enumerate(argv):
        if argument == "--lang":
            return argv[place + 1] if place + 1 < len(argv) else "zh"
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return "zh"


def _file(argv: list[str]) -> Path | None:
    """The file named by the arguments, else the one opened last."""
    rest = list(argv)
    if "--lang" in rest:
        place = rest.index("--lang")
        del rest[place : place + 2]
    named = next((Path(a) for a in rest if not a.startswith("-")), None)
    recent = settings.recent_files()
    return named or (recent[0] if recent else None)


class Entrance(QObject):
    """The way in: welcome → lock → tabs, and back when the file is closed."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        super().__init__()
        self.context = Context()
        self.context.jobs.failed.connect(self._tell)
        self.window: MainWindow | None = None
        self.dialog: QDialog | None = None

    def begin(self, path: Path | None) -> None:
        """Ask for the passphrase of `path`, or welcome the person when there is none."""
        if path is None:
            self.welcome()
        else:
            self.unlock(path)

    @Slot()
    def welcome(self) -> None:
        """Show what can be begun."""
        from ui.welcome import Welcome

        dialog = Welcome(self.context.jobs)
        dialog.file_chosen.connect(self.unlock)
        dialog.made.connect(self.enter)
        self._show(dialog)

    @Slot(object)
    def unlock(self, path: Path) -> None:
        """Ask for the passphrase of a workspace."""
        dialog = UnlockDialog(path, self.context.jobs)
        dialog.unlocked.connect(self.enter)
        dialog.other_wanted.connect(self.welcome)
        self._show(dialog)

    @Slot(object)
    def enter(self, workspace: "Workspace") -> None:
        """Show the tabs of an open workspace."""
        from ui.window import MainWindow

        settings.remember_file(workspace.store.path)
        self.context.open(workspace)
        window = MainWindow(self.context)
        window.other_wanted.connect(self.go_back)
        window.file_wanted.connect(self.go_to)
        window.restore_wanted.connect(self.restore)
        self.window = window
        window.show()
        leaving, self.dialog = self.dialog, None
        _drop(leaving)

    @Slot()
    def go_back(self) -> None:
        """Close the workspace and show the welcome again."""
        self.context.close()
        leaving, self.window = self.window, None
        self.welcome()
        _drop(leaving)

    @Slot(object)
    def go_to(self, path: Path) -> None:
        """Close the workspace and ask for the passphrase of another."""
        self.context.close()
        leaving, self.window = self.window, None
        self.unlock(path)
        _drop(leaving)

    @Slot(object, object)
    def restore(self, backup: Path, keys: "Keys") -> None:
        """Close the workspace, put a backup in its place, and ask for the passphrase again."""
        from services import restoring

        file = self.context.here().store.path
        self.context.close()
        leaving, self.window = self.window, None
        self.unlock(file)
        _drop(leaving)
        dialog = self.dialog
        if isinstance(dialog, UnlockDialog):
            dialog.hold(_("正在恢复…"))
            work = partial(restoring.restore, file, backup, keys)
            done, failed = partial(_restored, dialog), partial(_not_restored, dialog)
            self.context.jobs.run(_("恢复"), work, done, failed)

    def leave(self) -> None:
        """The program ends: stop the worker and leave the file whole."""
        self.context.close()
        self.context.jobs.finish()

    def _show(self, dialog: QDialog) -> None:
        leaving, self.dialog = self.dialog, dialog
        dialog.show()
        _drop(leaving)

    @Slot(object)
    def _tell(self, failure: AppError) -> None:
        errors.show(QApplication.activeWindow(), failure)


def _restored(dialog: UnlockDialog, restored: "Restored") -> None:
    kept = restored.replaced.name if restored.replaced is not None else ""
    dialog.release(_("✓ 已恢复，请开锁。原来的文件另存为 {file}").format(file=kept))


def _not_restored(dialog: UnlockDialog, failure: AppError) -> None:
    dialog.release(words.error(failure))


def _drop(leaving: QWidget | None) -> None:
    """Let a window go; only after its successor is shown, or the program would end."""
    if leaving is not None:
        leaving.hide()
        leaving.deleteLater()
