"""Which fonts this machine has: a scan of the font folders, kept on disk between runs."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.documents.fonts.names import FaceName, read

_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
_MAX_BYTES = 256 << 20
_MAX_FILES = 20_000
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Source:
    """A face of a file on this machine."""

    path: Path
    index: int
    stamp: str
    """Size and time of the file; another stamp is another font."""
    names: tuple[str, ...]
    weight: int
    italic: bool
    variable: bool

    @property
    def family(self) -> str:
        """The name shown to a person: the first Chinese one, else the first."""
        return next((name for name in self.names if not name.isascii()), self.names[0])


def folders() -> tuple[Path, ...]:
    """Where this system keeps fonts, the user's own first."""
    home = Path.home()
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local"))
        return (
            local / "Microsoft/Windows/Fonts",
            Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
        )
    if sys.platform == "darwin":
        return (home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts"))
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local/share")
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return (
        data / "fonts",
        home / ".fonts",
        *(Path(part) / "fonts" for part in shared.split(":") if part),
    )


def scan(where: Sequence[Path], cache: Path) -> tuple[Source, ...]:
    """All usable faces under the folders. Names of unchanged files come from the cache file.

    A missing or damaged cache is made anew; one that cannot be written costs time, nothing else.
    """
    known = _load(cache)
    found: dict[str, tuple[str, tuple[FaceName, ...]]] = {}
    for path, stamp in _files(where):
        key = str(path)
        held = known.get(key)
        found[key] = held if held is not None and held[0] == stamp else (stamp, read(path))
    if found != known:
        _store(cache, found)
    return tuple(
        Source(Path(path), face.index, stamp, face.names, face.weight, face.italic, face.variable)
        for path, (stamp, faces) in sorted(found.items())
        for face in faces
    )


def plain(name: str) -> str:
    """A font name as it is compared: without case, spaces, hyphens and underscores."""
    return name.casefold().translate({ord(c): None for c in " -_"})


def _files(where: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    count = 0
    for folder in where:
        for parent, _folders, names in os.walk(folder):
            for name in names:
                if not name.lower().endswith(_SUFFIXES):
                    continue
                path = Path(parent, name)
                with suppress(OSError):
                    status = path.stat()
                    count += 1
                    if count > _MAX_FILES:
                        return
                    if status.st_size <= _MAX_BYTES:
                        yield path, f"{status.st_size}-{status.st_mtime_ns}"


def _load(cache: Path) -> dict[str, tuple[str, tuple[FaceName, ...]]]:
    try:
        data = json.loads(cache.read_text("utf-8"))
        if data["version"] != _VERSION:
            return {}
        return {
            path: (
                stamp,
                tuple(FaceName(i, tuple(n), w, bool(it), bool(v)) for i, n, w, it, v in faces),
            )
            for path, (stamp, faces) in data["files"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _store(cache: Path, found: dict[str, tuple[str, tuple[FaceName, ...]]]) -> None:
    files = {
        path: [stamp, [[f.index, f.names, f.weight, f.italic, f.variable] for f in faces]]
        for path, (stamp, faces) in found.items()
    }
    with suppress(OSError):
        write_whole(
            cache, json.dumps({"version": _VERSION, "files": files}, ensure_ascii=False).encode()
        )


def write_whole(path: Path, data: bytes) -> None:
    """Put a cache file in place at once, so that a reader sees the old one or the new one.

    Raises:
        OSError: The folder cannot be written, or another process holds the file (Windows).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
