"""Files that a person chose: read whole, within a limit, with failures in words."""

from pathlib import Path

from services.errors import Refused


def read_limited(path: Path, most_bytes: int) -> bytes:
    """The content of a file.

    Raises:
        Refused: it cannot be read or is larger than `most_bytes`.
    """
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as error:
        detail = error.strerror or ""
        raise Refused("file_unreadable", path=path.name, detail=detail) from error
    if len(content) > most_bytes:
        raise Refused("input_too_large", path=path.name, limit_kb=most_bytes // 1024)
    return content
