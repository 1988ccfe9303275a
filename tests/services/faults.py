"""Children that die, or whose disk is full, at a chosen step of their work."""

import ctypes
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from types import FrameType

from services.errors import AppError

_STEPS = frozenset(
    {
        *("execute", "executemany", "commit", "fsync", "write", "open", "close"),
        *("replace", "rename", "link", "unlink", "rmdir", "mkdir"),
    }
)
"""C functions by which anything is written; the moments before and after each are steps."""
_READING = ("select", "pragma table", "pragma page", "pragma user_version")
_NEW_NAMESPACE, _PRIVATE_TREE = 0x20000, (1 << 18) | (1 << 14)


class End(IntEnum):
    """How a child ended."""

    DONE = 0
    TOLD = 3
    """It refused, with a known error."""
    BROKEN = 4
    """Something raised that is not known; its traceback is printed."""
    KILLED = -9


def child(work: Callable[[], object], *, die_at: int = 0, largest: int = 0) -> tuple[End, int]:
    """Let a child do some work; how it ended, and how many steps it took (0 if it was killed).

    Args:
        work: done in the child; nothing it has open may be open here.
        die_at: the step, from 1, at which it is killed; 0 for never.
        largest: no file may grow beyond this many bytes; 0 for no limit.
    """
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        end, count = _in_child(work, die_at, largest)
        os.write(writer, str(count).encode())
        os._exit(end)
    os.close(writer)
    _, status = os.waitpid(pid, 0)
    told = os.read(reader, 40)
    os.close(reader)
    return End(os.waitstatus_to_exitcode(status)), int(told or b"0")


def _in_child(work: Callable[[], object], die_at: int, largest: int) -> tuple[End, int]:
    count = 0

    def watch(frame: FrameType, event: str, called: object) -> None:
        nonlocal count
        if event not in ("c_call", "c_return") or not _writes(frame, called):
            return
        count += 1
        if count == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    if largest:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    try:
        sys.setprofile(watch)
        work()
    except AppError:
        return End.TOLD, count
    except BaseException:  # noqa: BLE001 - a child must not come back as a second test run
        sys.setprofile(None)
        traceback.print_exc()
        return End.BROKEN, count
    finally:
        sys.setprofile(None)
    return End.DONE, count


def _writes(frame: FrameType, called: object) -> bool:
    name = getattr(called, "__name__", "")
    if name not in _STEPS:
        return False
    statement = frame.f_locals.get("statement")
    return not (isinstance(statement, str) and statement.lower().startswith(_READING))


def small_disk(folder: Path, size_bytes: int) -> None:
    """Let `folder` be a volume of this size, for this process alone and as long as it lives."""
    libc = ctypes.CDLL(None, use_errno=True)
    for done in (
        libc.unshare(_NEW_NAMESPACE),
        libc.mount(b"none", b"/", None, _PRIVATE_TREE, None),
        libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, f"size={size_bytes}".encode()),
    ):
        if done:
            raise OSError(ctypes.get_errno(), "mount")


def fill_up(path: Path, left_bytes: int) -> None:
    """Fill the volume with one file, but for some bytes."""
    free = os.statvfs(path.parent).f_bavail * os.statvfs(path.parent).f_frsize
    with path.open("wb") as file:
        file.write(bytes(max(0, free - left_bytes)))
