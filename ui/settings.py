"""What this machine remembers for the window: recent files, the look. Never a passphrase."""

import base64
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths

MODES = ("system", "light", "dark")
SCALES = (100, 125, 150, 175, 200, 250)
"""Per cent."""
TEXTS = (100, 115, 130)
"""Per cent of the text alone: 普通, 大, 特大."""
IDLE_MINUTES = (10, 5, 15, 30, 60)
"""Minutes without a touch after which the window locks; the first is what holds at first."""
_MOST_RECENT = 5
_MOST_DIGITS = 6


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


def last_folder() -> Path | None:
    """The folder a file was chosen from last; None while there is none, or it is gone."""
    text = str(_settings().value("folder") or "")
    try:
        return Path(text) if text and Path(text).is_dir() else None
    except OSError:
        return None


def remember_folder(folder: Path) -> None:
    """Keep the folder a file was chosen from."""
    _settings().setValue("folder", str(folder))


def look() -> tuple[str, int, int]:
    """(mode, scale, text) as chosen last, both per cent; the system's look at 100 % at first."""
    settings = _settings()
    mode = str(settings.value("mode") or MODES[0])
    return (
        mode if mode in MODES else MODES[0],
        _one_of(SCALES, settings.value("scale")),
        _one_of(TEXTS, settings.value("text")),
    )


def _one_of(known: Sequence[int], held: object) -> int:
    text = str(held)
    # What somebody wrote into the file by hand must not make the window unreadable.
    small = text.isdecimal() and len(text) < _MOST_DIGITS
    return int(text) if small and int(text) in known else known[0]


def remember_look(mode: str, scale: int, text: int) -> None:
    """Keep the look for the next start."""
    settings = _settings()
    settings.setValue("mode", mode)
    settings.setValue("scale", scale)
    settings.setValue("text", text)


def idle_minutes() -> int:
    """Minutes without a touch after which the window locks."""
    return _one_of(IDLE_MINUTES, _settings().value("idle"))


def remember_idle_minutes(minutes: int) -> None:
    """Keep them for the next start."""
    _settings().setValue("idle", minutes)


def kept_bytes(name: str) -> bytes:
    """Bytes kept under a name; empty when there are none."""
    try:
        return base64.b64decode(str(_settings().value(name) or ""), validate=True)
    except ValueError:
        return b""


def keep_bytes(name: str, data: bytes) -> None:
    """Keep bytes under a name for the next start."""
    _settings().setValue(name, base64.b64encode(data).decode())


def kept_number(name: str) -> int:
    """A number kept under a name; -1 when there is none."""
    text = str(_settings().value(name))
    return int(text) if text.isdecimal() and len(text) < _MOST_DIGITS else -1


def keep_number(name: str, number: int) -> None:
    """Keep a number under a name for the next start."""
    _settings().setValue(name, number)


def columns(name: str) -> bytes:
    """Order, width and visibility of a list's columns as left last; empty at first."""
    return kept_bytes(f"columns/{name}")


def remember_columns(name: str, state: bytes) -> None:
    """Keep a list's columns for the next start."""
    keep_bytes(f"columns/{name}", state)


def kept_filters(name: str) -> str:
    """The filters a person keeps for a list, as text that was kept; empty at first."""
    return str(_settings().value(f"filters/{name}") or "")


def keep_filters(name: str, text: str) -> None:
    """Keep a list's filters for the next start."""
    _settings().setValue(f"filters/{name}", text)
