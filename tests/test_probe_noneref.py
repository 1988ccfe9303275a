"""Qt calls keep the reference count of None.

PySide6 6.12.0 on Python 3.10 and 3.11 takes one reference from None with every call that returns
it, and the process aborts ("none_dealloc") after some 5,000 calls. The pinned version must not.
"""

import subprocess
import sys

CALLS_TO_ABORT = 20_000
CALLS_TO_COUNT = 2_000
TOLERANCE = 200
"""References other code may take or give meanwhile; a lossy wheel loses all CALLS_TO_COUNT."""

PROGRAM = f"""
import sys
from PySide6.QtWidgets import QApplication, QLabel

app = QApplication([])
label = QLabel()
before = sys.getrefcount(None)
for _ in range({CALLS_TO_COUNT}):
    label.setText("a")
print(before - sys.getrefcount(None), flush=True)
for _ in range({CALLS_TO_ABORT}):
    label.setText("a")
print("alive", flush=True)
"""


def none_survives(program: str) -> bool:
    """Whether the program, run on its own, ends well and has lost no references of None."""
    done = subprocess.run(  # noqa: S603 — our own interpreter and text
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    lines = done.stdout.split()
    return done.returncode == 0 and lines[1:] == ["alive"] and int(lines[0]) < TOLERANCE


def test_none_survives_twenty_thousand_qt_calls() -> None:
    assert none_survives(PROGRAM)


def test_probe_sees_lost_references_and_aborts() -> None:
    assert not none_survives(f"print({CALLS_TO_COUNT}); print('alive')")
    assert not none_survives("import os; print(0, flush=True); os.abort()")
