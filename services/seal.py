"""Sealing of names: anyone of the group can write them, only the name passphrase opens them.

A group has one X25519 key pair. Its public half seals the fields of a change (HPKE, RFC 9180);
its private half stands in the file wrapped by the name passphrase. The sealed form is part of
journal version 1 and must never change.
"""

import base64
import binascii
import hashlib
import json
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from models.errors import Damaged, NewerVersion, Refused, WrongPassphrase
from models.kinds import Value

KEY_BYTES = 32
"""Length of either half of an X25519 key. Source: RFC 7748 §5."""
BLOCK_BYTES = 256
"""Sealed texts are padded to a multiple of this, so that a name's length does not show."""
MAX_SEALED_CHARACTERS = 4 * 1024 * 1024
"""A change is never larger; a longer text is not decoded at all."""

WRAP_VERSION = 1
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**16, 8, 1
"""64 MiB and about 0.2 s for every guess of the name passphrase. Source: RFC 7914 §2."""
MAX_SCRYPT_N, MAX_SCRYPT_R, MAX_SCRYPT_P = 2**18, 8, 4
"""What a file may demand at most (256 MiB): it may come from someone hostile."""
MIN_SCRYPT_N = 2**14
SALT_BYTES, NONCE_BYTES = 16, 12

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PAD = b"\x80"


@dataclass(frozen=True, slots=True)
class NameKey:
    """The public half of a group's name key; it seals and cannot open."""

    id: str
    """First 16 bytes of the public half's SHA-256, as 32 lower-case hex characters."""
    public: bytes
    """32 bytes."""

    @classmethod
    def of(cls, public: bytes) -> "NameKey":
        """The key with these public bytes.

        Raises:
            Damaged: `name_key_damaged`, these are not the bytes of a key.
        """
        if len(public) != KEY_BYTES:
            raise Damaged("name_key_damaged")
        return cls(hashlib.sha256(public).hexdigest()[:32], public)


def new_key() -> tuple[NameKey, bytes]:
    """A fresh key pair: the public half, and the 32 private bytes to be wrapped at once."""
    private = X25519PrivateKey.generate()
    return NameKey.of(private.public_key().public_bytes_raw()), private.private_bytes_raw()


def public_key(private: bytes) -> NameKey:
    """The public half that belongs to 32 private bytes.

    Raises:
        Damaged: `name_key_damaged`.
    """
    if len(private) != KEY_BYTES:
        raise Damaged("name_key_damaged")
    return NameKey.of(X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def wrap(private: bytes, passphrase: str) -> dict[str, Value]:
    """The private half, locked by the name passphrase, as a value that a change can hold.

    Raises:
        Refused: `names_passphrase_empty`.
    """
    if not passphrase:
        raise Refused("names_passphrase_empty")
    key_id = public_key(private).id
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    lock = AESGCM(_stretch(passphrase, salt, SCRYPT_N, SCRYPT_R, SCRYPT_P))
    return {
        "v": WRAP_VERSION,
        "key": key_id,
        "n": SCRYPT_N,
        "r": SCRYPT_R,
        "p": SCRYPT_P,
        "salt": _to_text(salt),
        "nonce": _to_text(nonce),
        "wrapped": _to_text(lock.encrypt(nonce, private, key_id.encode())),
    }


def unwrap(wrapped: Mapping[str, Value], passphrase: str) -> bytes:
    """The 32 private bytes that `wrap` locked.

    Raises:
        WrongPassphrase: `names_passphrase_wrong`.
        NewerVersion: `name_key_newer`, wrapped by a newer program.
        Damaged: `name_key_damaged`, the value is not what `wrap` writes, or demands absurd work.
    """
    version = _number(wrapped, "v", 1, 2**31)
    if version > WRAP_VERSION:
        raise NewerVersion("name_key_newer", version=version)
    n = _number(wrapped, "n", MIN_SCRYPT_N, MAX_SCRYPT_N)
    r = _number(wrapped, "r", 1, MAX_SCRYPT_R)
    p = _number(wrapped, "p", 1, MAX_SCRYPT_P)
    key_id = wrapped.get("key")
    salt = _bytes_of(wrapped, "salt", SALT_BYTES)
    nonce = _bytes_of(wrapped, "nonce", NONCE_BYTES)
    locked = _bytes_of(wrapped, "wrapped", KEY_BYTES + 16)
    if n & (n - 1) or not isinstance(key_id, str):
        raise Damaged("name_key_damaged")
    try:
        private = AESGCM(_stretch(passphrase, salt, n, r, p)).decrypt(
            nonce, locked, key_id.encode()
        )
    except InvalidTag:
        raise WrongPassphrase("names_passphrase_wrong") from None
    if public_key(private).id != key_id:
        raise Damaged("name_key_damaged")
    return private


def seal(
    key: NameKey, fields: Mapping[str, Value], reason: str | None, info: bytes
) -> dict[str, Value]:
    """Fields and reason sealed to `key`, as they stand in a change: `{"key": …, "sealed": …}`.

    Args:
        key: the group's public name key.
        fields: what the change sets.
        reason: why, or None.
        info: the rest of the change body as canonical bytes; the seal opens only beside them.
    """
    content = {"fields": fields, "reason": reason}
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    public = X25519PublicKey.from_public_bytes(key.public)
    return {"key": key.id, "sealed": _to_text(_SUITE.encrypt(_padded(plain), public, info))}


def open_sealed(
    private: bytes, sealed: Mapping[str, Value], info: bytes
) -> tuple[dict[str, Value], str | None]:
    """Fields and reason that `seal` closed, for the holder of the private half.

    Raises:
        Refused: `sealed_for_other_key`, this seal belongs to another group's key.
        Damaged: `sealed_damaged`, the seal or the change around it was altered.
    """
    text = sealed.get("sealed")
    if sealed.keys() != {"key", "sealed"} or not isinstance(text, str):
        raise Damaged("sealed_damaged")
    if sealed["key"] != public_key(private).id:
        raise Refused("sealed_for_other_key")
    if len(text) > MAX_SEALED_CHARACTERS:
        raise Damaged("sealed_damaged")
    try:
        closed = base64.b64decode(text, validate=True)
        key = X25519PrivateKey.from_private_bytes(private)
        return _parsed(_unpadded(_SUITE.decrypt(closed, key, info)))
    except (InvalidTag, ValueError, RecursionError):
        raise Damaged("sealed_damaged") from None


def _stretch(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # NFC, because two input methods may spell one typed passphrase differently.
    typed = unicodedata.normalize("NFC", passphrase).encode()
    return Scrypt(salt=salt, length=KEY_BYTES, n=n, r=r, p=p).derive(typed)


def _to_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _number(wrapped: Mapping[str, Value], name: str, least: int, most: int) -> int:
    value = wrapped.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Damaged("name_key_damaged")
    return value


def _bytes_of(wrapped: Mapping[str, Value], name: str, length: int) -> bytes:
    value = wrapped.get(name)
    if not isinstance(value, str) or len(value) > 2 * length:
        raise Damaged("name_key_damaged")
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Damaged("name_key_damaged") from None
    if len(data) != length:
        raise Damaged("name_key_damaged")
    return data


def _padded(plain: bytes) -> bytes:
    """The text, one 0x80, then zeros up to a whole block. Source: ISO/IEC 7816-4."""
    marked = plain + _PAD
    return marked + bytes(-len(marked) % BLOCK_BYTES)


def _unpadded(padded: bytes) -> bytes:
    marked = padded.rstrip(b"\x00")
    whole = len(padded) % BLOCK_BYTES == 0 and len(padded) - len(marked) < BLOCK_BYTES
    if not whole or not marked.endswith(_PAD):
        raise ValueError(len(padded))
    return marked[:-1]


def _parsed(plain: bytes) -> tuple[dict[str, Value], str | None]:
    content = json.loads(plain)
    whole = isinstance(content, dict) and content.keys() == {"fields", "reason"}
    if not whole:
        raise ValueError(type(content))
    fields, reason = content["fields"], content["reason"]
    fit = isinstance(fields, dict) and isinstance(reason, str | None) and _is_value(fields)
    if not fit:
        raise ValueError(type(fields))
    return cast("dict[str, Value]", fields), reason


def _is_value(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_value(v) for v in value.values())
    if isinstance(value, list):
        return all(_is_value(v) for v in value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return value is None or isinstance(value, str)
