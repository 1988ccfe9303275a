"""A talk by real keys on a real display with a window manager, from F2 to the ledger.

What a person presses, letters of the talk aside:

    F2                        the talk begins, the cursor stands in the text      1
    F6                        the sentence just written is marked                 1
    F8, 4, 2, 1, Enter        outcome, category, no confirmation                  5
    Shift+Enter, 1            the first marked sentence is a problem of kind 1    2
    Alt+5                     the ledger, where it stands                         1
                                                                     together    10

Alt+3 leads to the talks first where another tab is open.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from services import records
from services import workspace as workspaces
from services.core import Filter, Row
from services.listing import page
from services.workspace import NewGroup

ROOT = Path(__file__).resolve().parents[2]
_WAIT_S = 40.0
_PROGRAMS = ("Xvfb", "openbox", "xdotool")
PASSPHRASE, NAMES_PASSPHRASE = "plain old field day", "names of that very day"
"""Letters alone: no input method stands between the hands and the lock."""
SAID = "Zixue meiyou anpai."
KEYS = ("F2", "F6", "F8", "4", "2", "1", "Return", "shift+Return", "1", "alt+5")


def _until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _WAIT_S
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"waited {_WAIT_S:.0f} s for {what}")
        time.sleep(0.1)


class Desk:
    """A display with a window manager, and the hands on its keyboard."""

    def __init__(self, stack: ExitStack) -> None:
        """Start both; they end with `stack`."""
        reading, writing = os.pipe()
        screen = ("-screen", "0", "1366x768x24", "-nolisten", "tcp")
        self._start(stack, ("Xvfb", "-displayfd", str(writing), *screen), dict(os.environ), writing)
        os.close(writing)
        with os.fdopen(reading) as told:
            display = told.readline().strip()
        self.env = {**os.environ, "DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb"}
        self._start(stack, ("openbox", "--sm-disable"), self.env)
        self._stack = stack

    def _start(
        self, stack: ExitStack, command: tuple[str, ...], env: dict[str, str], *pipes: int
    ) -> None:
        program = shutil.which(command[0])
        assert program is not None
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(  # noqa: S603 - a program found on the path, our own words
            [program, *command[1:]], env=env, pass_fds=pipes, stdout=quiet, stderr=quiet
        )
        stack.callback(process.wait, 10)
        stack.callback(process.terminate)

    def run(self, file: Path) -> None:
        """The program itself with a file, unlocked."""
        self._start(self._stack, (sys.executable, str(ROOT / "main.py"), str(file)), self.env)
        _until(lambda: "day.dudao" in self.title(), "the lock")
        lock = self.tool("getactivewindow")
        # A lock is on the screen before it listens; a hand is slower than that.
        time.sleep(1.0)
        self.type(PASSPHRASE)
        self.press("Return")
        _until(lambda: self.tool("getactivewindow") not in ("", lock), "the window")
        time.sleep(1.0)

    def tool(self, *words: str) -> str:
        """What xdotool answers; empty when it finds nothing."""
        done = subprocess.run(  # noqa: S603 - found on the path, our own words
            [str(shutil.which("xdotool")), *words],
            env=self.env, capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        return done.stdout.strip()

    def title(self) -> str:
        """Title of the window that has the keyboard."""
        return self.tool("getactivewindow", "getwindowname")

    def type(self, text: str) -> None:
        """Letters, as real key events."""
        self.tool("type", "--delay", "15", text)

    def press(self, *keys: str) -> None:
        """Keys, with the time a hand needs between two."""
        for key in keys:
            self.tool("key", key)
            time.sleep(0.15)

    def picture(self, path: Path) -> None:
        """What stands on the display, as a PNG."""
        taken = (
            "import sys; from PySide6.QtGui import QGuiApplication as A; a = A([]); "
            "a.primaryScreen().grabWindow(0).save(sys.argv[1])"
        )
        subprocess.run(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-c", taken, str(path)], env=self.env, check=True, timeout=30
        )


@pytest.fixture
def desk() -> Iterator[Desk]:
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    with ExitStack() as stack:
        yield Desk(stack)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A new group's file with one unit, closed."""
    path = tmp_path / "day.dudao"
    ws = workspaces.create(
        path, PASSPHRASE, NAMES_PASSPHRASE, NewGroup("yinchuan-2014", "A", 3, "Zhao")
    )
    records.add(ws, "unit", [{"name": "Unit"}])
    ws.close()
    return path


def stored(file: Path, kind: str) -> tuple[Row, ...]:
    """What stands in the file, read beside the program."""
    ws = workspaces.open_file(file, PASSPHRASE)
    try:
        return page(ws, kind, Filter()).rows
    finally:
        ws.close()


@pytest.mark.slow
def test_ten_keys_lead_from_a_talk_to_its_problem_in_the_ledger(desk: Desk, file: Path) -> None:
    desk.run(file)
    desk.press("alt+3", KEYS[0])
    desk.type(SAID)
    desk.press(KEYS[1], KEYS[2])
    _until(lambda: "A" in desk.title() and "day" not in desk.title(), "the end dialog")
    desk.press(*KEYS[3:7])
    _until(lambda: "day.dudao" in desk.title(), "整理")
    desk.press(KEYS[7])
    _until(lambda: "day.dudao" not in desk.title(), "the kinds")
    desk.press(KEYS[8])
    _until(lambda: "day.dudao" in desk.title(), "the problem")
    desk.press(KEYS[9])
    _until(lambda: len(stored(file, "problem")) == 1, "the problem in the file")
    (problem,) = stored(file, "problem")
    assert problem.values["title"] == SAID
    (talk,) = stored(file, "interview")
    assert talk.values["text"] == SAID
    assert problem.values["evidence"] == [talk.uid]
    assert len(KEYS) == 10
