"""A display with a window manager, hands on its keyboard and mouse, and eyes on its screen."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("Xvfb", "openbox", "xdotool")
_WAIT_S = 40.0
_PAUSE_S = 0.05
_BETWEEN_S = 0.12
"""Between two keys: a hand needs it."""


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something; fail by its name."""
    end = time.monotonic() + _WAIT_S
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"waited {_WAIT_S:.0f} s for {what}")
        time.sleep(_PAUSE_S)


class Desk:
    """One person before one screen, of 1366 × 768."""

    def __init__(self, stack: ExitStack, home: Path) -> None:
        """Start display and window manager; they end with `stack`, and nothing leaves `home`."""
        reading, writing = os.pipe()
        self._stack = stack
        screen = ("-screen", "0", "1366x768x24", "-nolisten", "tcp")
        self._start(("Xvfb", "-displayfd", str(writing), *screen), dict(os.environ), writing)
        os.close(writing)
        with os.fdopen(reading) as told:
            display = told.readline().strip()
        own = {f"XDG_{what}_HOME": str(home) for what in ("CONFIG", "STATE", "DATA", "CACHE")}
        self.env = {
            **os.environ, **own, "HOME": str(home),
            "DISPLAY": f":{display}", "QT_QPA_PLATFORM": "xcb",
        }  # fmt: skip
        self._eyes = home / "eyes"
        self._start(("openbox", "--sm-disable"), self.env)

    def _start(self, command: tuple[str, ...], env: dict[str, str], *pipes: int) -> None:
        program = shutil.which(command[0])
        assert program is not None
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(  # noqa: S603 - a program found on the path, our own words
            [program, *command[1:]], env=env, cwd=ROOT, pass_fds=pipes, stdout=quiet, stderr=quiet
        )
        self._stack.callback(process.wait, 10)
        self._stack.callback(process.terminate)

    def run(self, *arguments: str) -> None:
        """The program itself, looked at."""
        command = (sys.executable, "-m", "tests.ui.watched", str(self._eyes), *arguments)
        self._start(command, self.env)
        until(lambda: bool(self.texts()), "the first window")

    def ask(self, *question: object) -> object:
        """What the eyes answer (see `tests.ui.watched`); None while nobody is there."""
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(_WAIT_S)
            try:
                asking.connect(str(self._eyes))
            except OSError:
                return None
            asking.sendall(json.dumps(question).encode() + b"\n")
            told = b""
            while not told.endswith(b"\n"):
                told += asking.recv(1 << 16) or b"null\n"
        return json.loads(told)

    def texts(self) -> list[str]:
        """What can be read in the window that lies above everything."""
        told = self.ask("texts")
        return list(told) if isinstance(told, list) else []

    def sees(self, *wanted: str) -> None:
        """Wait until each of this can be read somewhere."""
        for one in wanted:
            until(lambda one=one: any(one in text for text in self.texts()), one)  # type: ignore[misc]

    def focus(self) -> str:
        """Name of what has the keyboard, or its text where it has no name."""
        told = self.ask("focus")
        _kind, name, text = told if isinstance(told, list) else ("", "", "")
        return str(name or text)

    def tool(self, *words: str) -> str:
        """What xdotool answers; empty when it finds nothing."""
        done = subprocess.run(  # noqa: S603 - found on the path, our own words
            [str(shutil.which("xdotool")), *words],
            env=self.env, capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        return done.stdout.strip()

    def type(self, text: str) -> None:
        """Letters, as real key events."""
        self.tool("type", "--delay", "12", text)
        time.sleep(_PAUSE_S)

    def press(self, *keys: str) -> None:
        """Keys, with the time a hand needs between two."""
        for key in keys:
            self.tool("key", key)
            time.sleep(_BETWEEN_S)

    def click(self, text: str, what: str = "place") -> None:
        """The left button of the mouse, on what bears this text."""
        until(lambda: self.ask(what, text) is not None, text)
        place = self.ask(what, text)
        assert isinstance(place, list)
        self.tool("mousemove", str(place[0]), str(place[1]), "click", "1")
        time.sleep(_BETWEEN_S)

    def go_to(self, name: str) -> None:
        """The mouse, into the field of this name."""
        self.click(name, "field")

    def picture(self, path: Path) -> None:
        """What stands on the display, as a PNG; for whoever wants to look."""
        taken = (
            "import sys; from PySide6.QtGui import QGuiApplication as A; a = A([]); "
            "a.primaryScreen().grabWindow(0).save(sys.argv[1])"
        )
        with contextlib.suppress(subprocess.SubprocessError):
            subprocess.run(  # noqa: S603 - our own interpreter, our own words
                [sys.executable, "-c", taken, str(path)], env=self.env, check=True, timeout=30
            )
