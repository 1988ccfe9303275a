"""加入一个组: from the liaison's dialog to the member's open file."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytestqt.qtbot import QtBot

from services import workspace as workspaces
from services.sticks import at
from ui.context import Context
from ui.joining import JoinDialog
from ui.tabs.exchange.invite_dialog import InviteDialog

if TYPE_CHECKING:
    from services.workspace import Workspace
    from tests.groups import Field

LONG_MS = 60_000
OWN = "陈静自己的口令 8"


@pytest.fixture
def context(qtbot: QtBot, field: "Field") -> Iterator[Context]:
    """The liaison's open workspace."""
    made = Context()
    made.open(field.ws)
    yield made
    made.jobs.finish()


def test_a_person_is_invited_and_joins_with_the_passphrase_told_by_phone(
    qtbot: QtBot, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "盘"
    stick.mkdir()
    inviting = InviteDialog(context, [at(stick)])
    qtbot.addWidget(inviting)
    inviting.attempt()
    assert inviting.told.text() == "请勾出要加入的人"
    inviting.add_person("陈静")
    assert inviting.people.texts()[[t[0] for t in inviting.people.texts()].index("陈静")]
    with qtbot.waitSignal(inviting.invited, timeout=LONG_MS):
        inviting.attempt()
    (package,) = stick.glob("*.dudaopack")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another laptop"))
    joining = JoinDialog(context.jobs, package)
    qtbot.addWidget(joining)
    joining.fill("不是 这个")
    joining.attempt()
    qtbot.waitUntil(lambda: "口令不对" in joining.told.text(), timeout=LONG_MS)
    joining.fill(inviting.passphrase)
    joining.attempt()
    qtbot.waitUntil(joining.is_open, timeout=LONG_MS)
    joining.choose("陈静", tmp_path / "陈静.dudao")
    joining.attempt()
    joining.set_passphrase("短")
    joining.attempt()
    assert joining.told.text() == "口令至少 8 个字符"
    joining.set_passphrase(OWN)
    made: list[Workspace] = []
    joining.joined.connect(made.append)
    with qtbot.waitSignal(joining.joined, timeout=LONG_MS):
        joining.attempt()
    (ws,) = made
    assert ws.group == context.here().group
    assert ws.letter not in ("", context.here().letter)
    ws.close()
    again = workspaces.open_file(tmp_path / "陈静.dudao", OWN)
    again.close()


def test_a_file_that_is_no_package_is_told_and_nothing_is_made(
    qtbot: QtBot, context: Context, tmp_path: Path
) -> None:
    bad = tmp_path / "坏.dudaopack"
    bad.write_bytes(b"x" * 100)
    joining = JoinDialog(context.jobs, bad)
    qtbot.addWidget(joining)
    joining.fill("口令 口令 口令")
    joining.attempt()
    qtbot.waitUntil(lambda: joining.told.text() != "", timeout=LONG_MS)
    assert not joining.is_open()
    assert joining.act.isEnabled()
