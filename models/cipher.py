"""Encryption of the working file: key derivation, connections, and telling damage from a wrong passphrase.

Source: SQLCipher 4 page format (AES-256-CBC, HMAC-SHA512, PBKDF2-HMAC-SHA512 with 256,000 rounds).
"""

import hashlib
import hmac
import os
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from models.errors import Damaged, Refused, WrongPassphrase
from models.search_index import normalise

KDF_ROUNDS = 256_000
PAGE_BYTES = 4096
SALT_BYTES = 16
APPLICATION_ID = 0x44554441
"""`DUDA`: this database is a workspace of this program."""
CACHE_KIB = 32 * 1024
_MAC_BYTES = 64
_IV_BYTES = 16
_SAMPLED_PAGES = 20
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
    key = hashlib.pbkdf2_hmac("sha512", text.encode(), salt, KDF_ROUNDS, 32)
    return FileKey(key, salt)


def new_key(passphrase: str) -> FileKey:
    """A key with a fresh salt, for a file that does not exist yet."""
    return derive(passphrase, os.urandom(SALT_BYTES))


def key_of(path: Path, passphrase: str) -> FileKey:
    """Derive the key of an existing file and prove it on the file's page codes.

    Raises:
        Refused: no such file, not a workspace, or an empty passphrase.
        WrongPassphrase: no page bears a code of this key.
        Damaged: the passphrase is right and the file is not whole.
    """
    head, size = _inspect(path)
    key = derive(passphrase, head[:SALT_BYTES])
    good, bad = _sample(path, size, key)
    if not good:
        if size % PAGE_BYTES:
            raise Refused("file_foreign", path=path.name)
        raise WrongPassphrase("passphrase_wrong", path=path.name)
    if bad or size % PAGE_BYTES:
        raise Damaged("file_damaged", path=path.name, pages=len(bad), first=min(bad, default=0))
    return key


def _inspect(path: Path) -> tuple[bytes, int]:
    try:
        with path.open("rb") as file:
            head = file.read(SALT_BYTES)
            size = path.stat().st_size
    except FileNotFoundError as error:
        raise Refused("file_missing", path=str(path)) from error
    except OSError as error:
        raise Refused("file_unreadable", path=str(path), detail=error.strerror or "") from error
    if size == 0:
        raise Damaged("file_empty", path=path.name)
    if head.startswith(b"SQLite format 3"):
        raise Refused("file_plain_sqlite", path=path.name)
    if size < PAGE_BYTES or head.startswith(_FOREIGN):
        raise Refused("file_foreign", path=path.name)
    return head, size


def mac_key(key: FileKey) -> bytes:
    """The key of the page codes: two rounds more, on the salt with every bit of 0x3a flipped."""
    salt = bytes(b ^ 0x3A for b in key.salt)
    return hashlib.pbkdf2_hmac("sha512", key.key, salt, 2, 32)


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


def connect(
    path: Path, key: FileKey, *, mode: str = "rw", immutable: bool = False
) -> dbapi2.Connection:
    """Open one connection with the pragmas every connection needs.

    `mode` is SQLite's: rwc creates, rw writes, ro reads. Transactions are begun by the caller.

    Raises:
        Damaged: SQLCipher cannot read the file with this key.
    """
    uri = f"{path.resolve().as_uri()}?mode={mode}" + ("&immutable=1" if immutable else "")
    connection = dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("pragma cipher_log_level = NONE")
        connection.execute(key.pragma)
        connection.execute("select count(*) from sqlite_master").fetchone()
        for pragma in (
            "trusted_schema = off",
            "temp_store = memory",
            f"cache_size = -{CACHE_KIB}",
            "busy_timeout = 3000",
            "synchronous = full",
            "recursive_triggers = off",
        ):
            connection.execute(f"pragma {pragma}")
        connection.create_function("fold_text", 1, _fold_text, deterministic=True)
    except dbapi2.DatabaseError as error:
        connection.close()
        raise Damaged("file_damaged", path=path.name, pages=0, first=0) from error
    return connection


def _fold_text(text: object) -> str | None:
    return normalise(text) if isinstance(text, str) else None
