"""Photos and scans: dropped, pasted or chosen; counted by kind; taken away again."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from models.kinds import Uid
from services import records
from services.core import Filter
from services.listing import page
from ui.attaching import Attachments
from ui.context import Context
from ui.parts.thumbnails import thumbnail

if TYPE_CHECKING:
    from tests.groups import Field


@pytest.fixture
def context(qtbot: QtBot, field: "Field") -> Iterator[Context]:
    """The open workspace as tabs see it."""
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture from a camera."""
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    path = tmp_path / "学习台账.jpg"
    assert image.save(str(path))
    return path


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    """The page they stand on."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


def files_of(host: QWidget, context: Context, uid: Uid) -> Attachments:
    """The files of a record on a page."""
    files = Attachments(context, host)
    files.setParent(host)
    files.show_of(uid)
    host.show()
    return files


def dropped(*paths: Path) -> QMimeData:
    """What a file manager hands over."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_dropped_and_pasted_files_belong_to_the_problem_and_can_be_taken_away(
    qtbot: QtBot, field: "Field", context: Context, host: QWidget, photo: Path, tmp_path: Path
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    files = files_of(host, context, uid)
    scan = tmp_path / "台账.pdf"
    scan.write_bytes(b"%PDF-1.4")
    assert files.take(dropped(photo, scan))
    qtbot.waitUntil(lambda: len(files.names()) == 2)
    pasted = QMimeData()
    pasted.setImageData(QImage(str(photo)))
    assert files.take(pasted)
    qtbot.waitUntil(lambda: len(files.names()) == 3)
    qtbot.waitUntil(lambda: files.told() in ("照片 2　扫描件 1", "扫描件 1　照片 2"))
    next(b for b in files.findChildren(QPushButton) if b.text() == "×").click()
    qtbot.waitUntil(lambda: len(files.names()) == 2)
    assert not files.take(QMimeData())
    assert not files.take(None)  # what a clipboard gives whose owner is gone


def test_what_hangs_on_a_talk_is_a_talk_attachment(
    qtbot: QtBot, field: "Field", context: Context, host: QWidget, photo: Path
) -> None:
    (uid,) = records.add(field.ws, "interview", [field.talk()]).uids
    files = files_of(host, context, uid)
    files.add([photo])
    qtbot.waitUntil(lambda: files.names() == ("学习台账.jpg",))
    assert page(field.ws, "talk_attachment", Filter()).rows
    assert not page(field.ws, "attachment", Filter()).rows


def test_a_record_that_is_not_stored_or_locked_takes_nothing(
    field: "Field", context: Context, host: QWidget, photo: Path
) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    files = files_of(host, context, uid)
    files.show_of(None)
    assert files.told() == "先填一项，再添照片和扫描件"
    assert not files.add_button.isEnabled()
    files.show_of(uid, locked=True)
    files.add([photo])
    assert not context.jobs.running
    assert files.names() == ()


def test_only_pictures_of_reasonable_size_are_drawn(photo: Path) -> None:
    drawn = thumbnail(photo.read_bytes(), 72)
    assert drawn is not None
    assert (drawn.width(), drawn.height()) == (72, 54)
    assert thumbnail(b"<svg xmlns='http://www.w3.org/2000/svg'/>", 72) is None
    assert thumbnail(b"\x89PNG\r\n\x1a\n" + b"\0" * 50, 72) is None
