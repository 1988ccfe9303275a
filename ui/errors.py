"""Failures on the screen: known ones in a sentence, faults of the program with a log."""

import sys
import traceback
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import NewType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from services import words
from services.errors import AppError
from services.words import _

Details = NewType("Details", str)
_MOST_LOG_BYTES = 4 * 1024 * 1024


@dataclass(slots=True)
class _Shown:
    """Whether a fault is being told: a fault that repeats must not pile up boxes."""

    open: bool = False


_shown = _Shown()


class Refusals(QObject):
    """Tells whoever keeps what was typed for an act that it was refused."""

    told = Signal()


refusals = Refusals()


def show(parent: QWidget | None, failure: AppError) -> None:
    """Tell a known failure: what happened, what was kept, what to do.

    What the system said of it goes to the log as it was said: for who helps.
    """
    refusals.told.emit()
    raw = failure.params.get("detail")
    if isinstance(raw, str) and words.detail(raw) != raw:
        _log(Details(f"{failure.code}: {raw}"))
    tell(parent, words.error(failure))


def tell(parent: QWidget | None, sentence: str) -> None:
    """Tell something that needs no answer."""
    box = QMessageBox(QMessageBox.Icon.Warning, _("督导通"), sentence, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.addButton(_("知道了"), QMessageBox.ButtonRole.AcceptRole)
    box.exec()


def install_excepthook() -> None:
    """Write every fault of the program to its log and tell the person that nothing is lost."""
    sys.excepthook = _fault


def _fault(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    if isinstance(fault, KeyboardInterrupt):
        QApplication.quit()
        return
    if isinstance(fault, AppError):
        show(QApplication.activeWindow(), fault)
        return
    details = Details("".join(traceback.format_exception(kind, fault, trace)))
    log = _log(details)
    if sys.stderr is not None:
        sys.stderr.write(details)
    if not _shown.open:
        _shown.open = True
        try:
            _show_fault(details, log)
        finally:
            _shown.open = False


def _log(details: Details) -> str:
    """Add to the log; where it is, or empty when it cannot be written."""
    from services.paths import log_file

    try:
        path = log_file()
        if path.exists() and path.stat().st_size > _MOST_LOG_BYTES:
            path.replace(path.with_suffix(".old.log"))
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now().astimezone().isoformat()}\n{details}\n")
    except OSError:
        return ""
    return str(path)


def _show_fault(details: Details, log: str) -> None:
    if QApplication.instance() is None:
        return
    text = _("程序出错。已保存的内容没有丢失，可以接着工作；反复出现时请把下面的文件交给维护人。")
    box = QMessageBox(QMessageBox.Icon.Critical, _("督导通"), text, parent=None)
    box.setInformativeText(log)
    box.setDetailedText(details)
    box.addButton(_("知道了"), QMessageBox.ButtonRole.AcceptRole)
    box.exec()
