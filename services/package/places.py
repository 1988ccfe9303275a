"""Where packages are written: names, room, limits of the volume, what a crash left behind."""

import contextlib
import re
import time
from datetime import date
from pathlib import Path

from models.copies import need_space
from models.errors import Refused
from models.files import is_writable
from models.parcels import SUFFIX, ParcelKind, Preset, Sender
from services import sticks

_WORDS = {Preset.GROUP: "送出", Preset.OFFICE: "报送", Preset.ARCHIVE: "移交"}
_KIND_WORDS = {ParcelKind.JOIN: "入组", ParcelKind.RECEIPT: "回执"}
_DIGITS = 6
_DRAWN = re.compile(rf"-\d{{4}}-[0-9A-F]{{{_DIGITS}}}(?![0-9A-Za-z])")
_LONGEST_GROUP = 40
"""Characters of a group's name in a file's: FAT takes 255 UTF-16 units for the whole."""
_UNFIT = re.compile(
    r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+"
)
"""What FAT, Windows or a reader's eyes do not take in a file name."""
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")
_LEFTOVER = re.compile(r"\.dudao-[0-9a-f]{16}\.part")
_LEFT_FOR_S = 3600
"""An unfinished file that nobody has touched for so long belongs to a process that is gone."""
_MARGIN_BYTES = 16 * 1024 * 1024
"""Kept below the greatest file a volume takes: sizes are estimated before anything is written."""


def file_name(sender: Sender, kind: ParcelKind, preset: Preset, day: date, package: str) -> str:
    """`第三督导组-报送-0506-9C41E2.dudaopack`: whose, what for, when, first digits."""
    shown = _UNFIT.sub("_", sender.group_name)[:_LONGEST_GROUP].strip(" ._") or "督导组"
    if _RESERVED.fullmatch(shown):
        shown = f"_{shown}"
    to_groups = sender.is_office and preset is Preset.GROUP
    word = _KIND_WORDS.get(kind) or ("下发" if to_groups else _WORDS[preset])
    return f"{shown}-{word}-{day:%m%d}-{package[:_DIGITS].upper()}{SUFFIX}"


def drawn_part(name: str) -> str:
    """The day and digits in a package's name, empty where it has none: `-0506-9C41E2`."""
    found = _DRAWN.search(name)
    return found.group() if found else ""


def folder_of(target: Path) -> Path:
    """The folder in which to write when `target` is a folder or a package's new name in one.

    Raises:
        Refused: no such folder, a name that is taken or not a package's, or write protection.
    """
    folder = target if target.is_dir() else target.parent
    if not folder.is_dir():
        raise Refused("folder_missing", path=str(folder))
    if target != folder and target.suffix != SUFFIX:
        raise Refused("package_suffix", path=target.name, suffix=SUFFIX)
    if target != folder and (target.exists() or target.is_symlink()):
        raise Refused("file_exists", path=str(target))
    if sticks.at(folder).is_readonly or not is_writable(folder):
        raise Refused("volume_protected", path=str(folder))
    return folder


def limit_of(folder: Path) -> int | None:
    """About the greatest package that the folder's volume takes, in bytes; None without a limit."""
    most = sticks.at(folder).most_bytes
    return None if most is None else most - _MARGIN_BYTES


def make_room(folder: Path, size_bytes: int) -> None:
    """Remove what packings that were killed left in the folder, and see that a package fits.

    Raises:
        Refused: it does not.
    """
    for left in folder.glob(".dudao-*.part"):
        with contextlib.suppress(OSError):
            is_old = time.time() - left.stat().st_mtime > _LEFT_FOR_S
            if _LEFTOVER.fullmatch(left.name) and is_old and left.is_file():
                left.unlink()
    need_space(folder, size_bytes)
