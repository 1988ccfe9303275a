"""Which program this is and what it stands on: for the about box and for whoever asks for help."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from services.workspace import Workspace

PROGRAM: Final = "0.1.0"
"""The same as `version` in setup.cfg; a test keeps them alike."""
LICENCE: Final = "Apache-2.0"
_LIBRARIES: Final = (
    ("PySide6", "PySide6-Essentials"),
    ("SQLAlchemy", "SQLAlchemy"),
    ("reportlab", "reportlab"),
    ("matplotlib", "matplotlib"),
    ("pyHanko", "pyHanko"),
    ("cryptography", "cryptography"),
    ("pikepdf", "pikepdf"),
)
"""(name people know, name of the distribution)."""


def parts(workspace: "Workspace | None" = None) -> tuple[tuple[str, str], ...]:
    """(name, version) of Python, SQLCipher (only with an open file) and the main libraries.

    A library whose version nobody wrote down is left out; nothing is imported to find out.
    """
    found = [("Python", platform.python_version())]
    if workspace is not None:
        with workspace.store.read() as connection:
            told = connection.exec_driver_sql("pragma cipher_version").scalar()
        found.append(("SQLCipher", str(told)))
    for name, distribution in _LIBRARIES:
        try:
            found.append((name, version(distribution)))
        except PackageNotFoundError:
            continue
    found.append((platform.system() or sys.platform, platform.release()))
    return tuple(found)
