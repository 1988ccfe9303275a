"""Encryption of the working file: keys, connections, and telling damage from a wrong passphrase.

Source: SQLCipher 4 page format (AES-256-CBC, HMAC-SHA512, PBKDF2-HMAC-SHA512 with 256,000 rounds).
"""

import ctypes
import hashlib
import hmac
import os
import struct
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool, QueuePool
from sqlcipher3 import dbapi2

from models.errors import Damaged, Refused, WrongPassphrase
from models.faults import told
from models.search_index import normalise

KDF_ROUNDS = 256_000
PAGE_BYTES = 4096
SALT_BYTES = 16
APPLICATION_ID = 0x44554441
"""`DUDA`: this database is a workspace of this program."""
CACHE_KIB = 32 * 1024
"""What one connection keeps of a file in memory."""
BUSY_MS = 3000
"""How long a connection waits for another one's transaction."""
_PRAGMAS = (
    "trusted_schema = off",
    "temp_store = memory",
    f"cache_size = -{CACHE_KIB}",
    "synchronous = full",
    "recursive_triggers = off",
)
_IDLE_CONNECTIONS = 4
_KEY_BYTES = 32
_MAC_BYTES = 64
_MAC_ROUNDS = 2
_MAC_SALT_MASK = 0x3A
_SAMPLED_PAGES = 20
_LOOKS = 2
"""A page that another process is just writing may read as bad once."""
_PAUSE_S = 0.05
_RANDOM_LOOKING = 200
"""An encrypted page holds nearly all 256 byte values; texts, images and archives' heads do not."""
_LOGS = ("-wal", "-journal")
"""What a database that was not closed leaves beside it."""
_FOREIGN = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"\xd0\xcf\x11\xe0",
)


@dataclass(frozen=True, slots=True, repr=False)
class FileKey:
    """The raw key of one file and the salt it belongs to; never shown, never logged."""

    key: bytes
    salt: bytes

    @property
    def pragma(self) -> str:
        """The statement that hands key and salt to SQLCipher without deriving again."""
        return f"""pragma key = "x'{self.key.hex()}{self.salt.hex()}'" """


def derive(passphrase: str, salt: bytes) -> FileKey:
    """The key of a passphrase (about 0.1 s).

    Raises:
        Refused: the passphrase is empty.
    """
    text = unicodedata.normalize("NFC", passphrase)
    if not text:
        raise Refused("passphrase_empty")
    try:
        secret = text.encode()
    except UnicodeEncodeError as error:
        raise Refused("passphrase_not_text") from error
    key = hashlib.pbkdf2_hmac("sha512", secret, salt, KDF_ROUNDS, _KEY_BYTES)
    return FileKey(key, salt)


def new_key(passphrase: str) -> FileKey:
    """A key with a fresh salt, for a file that does not exist yet."""
    return derive(passphrase, os.urandom(SALT_BYTES))


def left_logs(path: Path) -> list[Path]:
    """Logs with something in them beside a database: it is in use, or was not closed."""
    beside = [path.with_name(path.name + end) for end in _LOGS]
    return [log for log in beside if log.is_file() and log.stat().st_size > 0]


def key_of(path: Path, passphrase: str) -> FileKey:
    """Derive the key of an existing file and prove it on the file's page codes.

    The file is opened and closed here, which would drop the locks of a database connection that
    this process has to it: `models.store` asks only for files that it does not hold open.

    Raises:
        Refused: no such file, not a workspace, or an empty passphrase.
        WrongPassphrase: no page bears a code of this key.
        Damaged: the passphrase is right and the file is not whole.
    """
    return key_among(path, lambda salt: (derive(passphrase, salt),))


def key_among(path: Path, offered: Callable[[bytes], Iterable[FileKey]]) -> FileKey:
    """The first of the keys offered for the file's salt that is proven by its page codes.

    Raises:
        AppError: as `key_of`; WrongPassphrase when none of the keys fits.
    """
    try:
        head, size = _inspect(path)
        for key in offered(head[:SALT_BYTES]):
            good, bad = _sample(path, size, key)
            for _ in range(_LOOKS if good and bad else 0):
                time.sleep(_PAUSE_S)
                good, bad = _sample(path, size, key)
            if good:
                break
        else:
            good = []
    except FileNotFoundError as error:
        raise Refused("file_missing", path=str(path)) from error
    except OSError as error:
        detail = error.strerror or ""
        raise Refused("file_unreadable", path=str(path), detail=detail) from error
    if not good and size % PAGE_BYTES:
        raise Refused("file_foreign", path=path.name)
    if not good:
        raise WrongPassphrase("passphrase_wrong", path=path.name)
    # A log left by a crash may hold the whole page: then the database repairs it on opening.
    if size % PAGE_BYTES or (bad and not left_logs(path)):
        raise Damaged("file_damaged", path=path.name, pages=len(bad), first=min(bad, default=0))
    return key


def _inspect(path: Path) -> tuple[bytes, int]:
    """The file's salt and size, once it is plausible that this is a workspace."""
    if not path.is_file() and path.exists():
        # A folder, or a pipe: opening that would keep the program waiting for ever.
        raise Refused("file_foreign", path=path.name)
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(PAGE_BYTES)
        file.seek(size // PAGE_BYTES // 2 * PAGE_BYTES)
        middle = file.read(PAGE_BYTES)
    if size == 0:
        raise Damaged("file_empty", path=path.name)
    if head.startswith(b"SQLite format 3\0"):
        raise Refused("file_plain_sqlite", path=path.name)
    looks_random = max(len(set(head)), len(set(middle))) >= _RANDOM_LOOKING
    if size < PAGE_BYTES or head.startswith(_FOREIGN) or not looks_random:
        raise Refused("file_foreign", path=path.name)
    return head, size


def mac_key(key: FileKey) -> bytes:
    """The key of the page codes: two rounds more, on the salt with some bits flipped."""
    salt = bytes(b ^ _MAC_SALT_MASK for b in key.salt)
    return hashlib.pbkdf2_hmac("sha512", key.key, salt, _MAC_ROUNDS, _KEY_BYTES)


def page_is_whole(page: bytes, number: int, mac: bytes) -> bool:
    """Whether a page (numbered from 1) carries the right code."""
    start = SALT_BYTES if number == 1 else 0
    said = page[-_MAC_BYTES:]
    over = page[start:-_MAC_BYTES] + struct.pack("<I", number)
    return hmac.compare_digest(hmac.digest(mac, over, "sha512"), said)


def _sample(path: Path, size: int, key: FileKey) -> tuple[list[int], list[int]]:
    """Page numbers that bear this key's code and those that do not, of up to 21 spread pages."""
    mac = mac_key(key)
    count = size // PAGE_BYTES
    step = max(1, count // _SAMPLED_PAGES)
    good: list[int] = []
    bad: list[int] = []
    with path.open("rb") as file:
        for number in sorted({1, count, *range(1, count + 1, step)}):
            file.seek((number - 1) * PAGE_BYTES)
            page = file.read(PAGE_BYTES)
            (good if page_is_whole(page, number, mac) else bad).append(number)
    return good, bad


def connect(path: Path, key: FileKey, *, mode: str = "rw") -> dbapi2.Connection:
    """Open one connection with the pragmas every connection needs.

    `mode` is SQLite's: rwc creates, rw writes, ro reads and leaves a log untouched; `immutable`
    reads a file that nobody writes, and leaves nothing beside it. The caller begins transactions.

    Raises:
        Damaged: SQLCipher cannot read the file with this key.
        Busy: another process keeps it for itself.
        Refused: the system does not let us.
    """
    ends = {"immutable": "mode=ro&immutable=1"}.get(mode, f"mode={mode}")
    uri = f"{path.resolve().as_uri()}?{ends}"
    with told(path):
        connection = dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("pragma cipher_log_level = NONE")
            connection.execute(key.pragma)
            connection.execute(f"pragma busy_timeout = {BUSY_MS}")
            connection.execute("select count(*) from sqlite_master").fetchone()
            for pragma in _PRAGMAS:
                connection.execute(f"pragma {pragma}")
            connection.create_function("fold_text", 1, _fold_text, deterministic=True)
        except BaseException:
            connection.close()
            raise
    return connection


def is_every_page_whole(path: Path, key: FileKey) -> bool:
    """Whether all pages that are there bear their code: a file that is cut short still passes."""
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    with told(path):
        connection = dbapi2.connect(uri, uri=True)
        try:
            connection.execute("pragma cipher_log_level = NONE")
            connection.execute(key.pragma)
            return connection.execute("pragma cipher_integrity_check").fetchone() is None
        finally:
            connection.close()


def _fold_text(text: object) -> str | None:
    return normalise(text) if isinstance(text, str) else None


def new_engine(connecting: Callable[[], dbapi2.Connection], *, pooled: bool) -> sa.Engine:
    """An engine over connections that bring their key along.

    The `pysqlcipher` dialect would hand over an empty key first and derive it per connection.
    """
    pool: dict[str, object] = {"poolclass": NullPool}
    if pooled:
        sizes = {"pool_size": _IDLE_CONNECTIONS, "max_overflow": _IDLE_CONNECTIONS}
        # The last one used comes first: its pages are in memory, and the others stay small.
        pool = {"poolclass": QueuePool, "pool_use_lifo": True, **sizes}
    engine = sa.create_engine(
        "sqlite://", creator=connecting, module=dbapi2, hide_parameters=True, **pool
    )
    if pooled:
        warm = _Warm()
        sa.event.listen(engine, "checkout", warm.lend)
        sa.event.listen(engine, "checkin", warm.take_back)
        sa.event.listen(engine, "close", warm.let_go)
    return engine


class _Warm:
    """Only the idle connection that was used last keeps pages in memory: it is lent first."""

    def __init__(self) -> None:
        self._idle: dbapi2.Connection | None = None
        self._lock = threading.Lock()
        """Held as long as one that is idle is made smaller: nobody may use or close it then."""

    def lend(self, connection: dbapi2.Connection, _record: object, _proxy: object) -> None:
        """A connection goes out; whoever has it needs what it holds."""
        self.let_go(connection)

    def let_go(self, connection: dbapi2.Connection, _record: object = None) -> None:
        """A connection is about to be used, or closed."""
        with self._lock:
            if self._idle is connection:
                self._idle = None

    def take_back(self, connection: dbapi2.Connection | None, _record: object) -> None:
        """A connection comes back; one that has been idle so far lets go of its pages."""
        with self._lock:
            left, self._idle = self._idle, connection
            if left is None or left is connection:
                return
            with suppress(dbapi2.Error):  # nobody needs it, it only takes room
                left.execute("pragma shrink_memory")
        _return_memory()


def _return_memory() -> None:
    """Let the system have what was freed, where the C library keeps that for itself."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
