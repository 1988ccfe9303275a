"""What this machine remembers for the window: recent files, the look. Never a passphrase."""

import base64
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths

MODES = ("system", "light", "dark")
SCALES = (100, 125, 150, 200)
"""Per cent."""
_MOST_RECENT = 5


def _settings() -> QSettings:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return QSettings(str(Path(place) / "dudao" / "window.ini"), QSettings.Format.IniFormat)


def recent_files() -> tuple[Path, ...]:
    """Workspaces opened before that still exist, the last one first."""
    held = _settings().value("recent")
    texts = [held] if isinstance(held, str) else held if isinstance(held, Sequence) else []
    paths = [Path(text) for text in texts if isinstance(text, str) and text]
    return tuple(path for path in paths if path.is_file())


def remember_file(path: Path) -> None:
    """Put a workspace at the head of the recent ones."""
    whole = path.resolve()
    kept = [whole, *(p for p in recent_files() if p != whole)][:_MOST_RECENT]
    _settings().setValue("recent", [str(p) for p in kept])


def look() -> tuple[str, int]:
    """(mode, scale in per cent) as chosen last; the system's look at 100 % at first."""
    settings = _settings()
    mode = str(settings.value("mode") or MODES[0])
    scale = str(settings.value("scale") or SCALES[0])
    known = scale.isdecimal() and int(scale) in SCALES
    return (mode if mode in MODES else MODES[0]), (int(scale) if known else SCALES[0])


def remember_look(mode: str, scale: int) -> None:
    """Keep the look for the next start."""
    settings = _settings()
    settings.setValue("mode", mode)
    settings.setValue("scale", scale)


def columns(name: str) -> bytes:
    """Order, width and visibility of a list's columns as left last; empty at first."""
    held = _settings().value(f"columns/{name}")
    try:
        return base64.b64decode(str(held or ""), validate=True)
    except ValueError:
        return b""


def remember_columns(name: str, state: bytes) -> None:
    """Keep a list's columns for the next start."""
    _settings().setValue(f"columns/{name}", base64.b64encode(state).decode())


def kept_filters(name: str) -> str:
    """The filters a person keeps for a list, as text that was kept; empty at first."""
    return str(_settings().value(f"filters/{name}") or "")


def keep_filters(name: str, text: str) -> None:
    """Keep a list's filters for the next start."""
    _settings().setValue(f"filters/{name}", text)
