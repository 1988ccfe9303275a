"""Asking for a file or a folder: in Chinese, and where the person was last."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from services.words import _
from ui import settings

_Mode, _Label = QFileDialog.FileMode, QFileDialog.DialogLabel


def ask_to_open(parent: QWidget, title: str, kinds: str) -> Path | None:
    """A file that is there; None when the person gives up.

    Args:
        parent: what asks.
        title: what for.
        kinds: kinds of files as Qt spells them: `PDF (*.pdf);;…`.
    """
    found = _answer(_dialog(parent, title, kinds, _Mode.ExistingFile))
    return found[0] if found else None


def ask_to_open_some(parent: QWidget, title: str, kinds: str) -> Sequence[Path]:
    """Files that are there; none when the person gives up."""
    return _answer(_dialog(parent, title, kinds, _Mode.ExistingFiles))


def ask_folder(parent: QWidget, title: str) -> Path | None:
    """A folder that is there; None when the person gives up."""
    dialog = _dialog(parent, title, "", _Mode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    found = _answer(dialog)
    return found[0] if found else None


def ask_to_save(
    parent: QWidget, title: str, kinds: str, proposed: str | Path, *, replaces: bool = True
) -> Path | None:
    """Where something is to be written, with the ending of the kind that was chosen.

    Args:
        parent: what asks.
        title: what is written.
        kinds: kinds of files as Qt spells them; the first one's ending is added to a bare name.
        proposed: a name, or a whole path.
        replaces: False asks nothing where such a file is there, for it will not be replaced.
    """
    dialog = _dialog(parent, title, kinds, _Mode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, not replaces)
    _name(dialog)
    path = Path(proposed)
    if path.is_absolute():
        dialog.setDirectory(str(path.parent))
    dialog.setDefaultSuffix(_ending(dialog.selectedNameFilter()))
    dialog.filterSelected.connect(partial(_end_as, dialog))
    dialog.selectFile(path.name)
    found = _answer(dialog)
    if not found:
        return None
    chosen = _ended(found[0], kinds, dialog.selectedNameFilter())
    if replaces and chosen != found[0] and chosen.exists():
        # The dialog has asked about another name than the one that would be replaced.
        return ask_to_save(parent, title, kinds, chosen)
    return chosen


def _ended(path: Path, kinds: str, kind: str) -> Path:
    """With an ending of one of the kinds: `报告.第2稿` is a bare name, too."""
    if path.suffix.lower() in {f".{_ending(one)}" for one in kinds.split(";;")}:
        return path
    return path.with_name(f"{path.name}.{_ending(kind)}")


def _dialog(parent: QWidget, title: str, kinds: str, mode: QFileDialog.FileMode) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(_last()))
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilter(kinds)
    _name(dialog)
    return dialog


def _name(dialog: QFileDialog) -> None:
    """Give the labels that Qt's own Chinese leaves in English, or calls otherwise."""
    dialog.setLabelText(_Label.LookIn, _("位置"))
    dialog.setLabelText(_Label.FileType, _("类型"))
    dialog.setLabelText(_Label.FileName, _("名称"))


def _answer(dialog: QFileDialog) -> list[Path]:
    try:
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return []
        chosen = [Path(name) for name in dialog.selectedFiles()]
    finally:
        dialog.deleteLater()
    if chosen:
        first = chosen[0]
        settings.remember_folder(first if first.is_dir() else first.parent)
    return chosen


def _last() -> Path:
    """The folder chosen from last, while it is there (a stick may be gone); else the documents."""
    kept = settings.last_folder()
    if kept is not None:
        return kept
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(place) if place and Path(place).is_dir() else Path.home()


def _end_as(dialog: QFileDialog, kind: str) -> None:
    dialog.setDefaultSuffix(_ending(kind))


def _ending(kind: str) -> str:
    """`pdf` of `PDF (*.pdf)`."""
    return kind.partition("*.")[2].partition(" ")[0].rstrip(")")
