"""What a page of paper says about itself: a QR code and eight characters. The only home of segno.

The QR holds the document's number, the page, the digest of the data the document was made of, the
laptop's public key and its signature; no names. The eight characters are a short form of the same
facts without the signature, to be read out or typed: they find a page, they prove nothing.

The text of a QR, format 1, a promise: `DD1:` and in base32 without padding: version 1 (one byte),
page and pages (two bytes each, big endian), digest (32 bytes), length of the number (one byte), the
number in UTF-8, public key (32 bytes), Ed25519 signature (64 bytes) of all before it after the
words `dudao page 1`.
"""

import base64
import hashlib
import struct
from collections.abc import Callable
from dataclasses import dataclass

import segno

from services.errors import Refused

_PREFIX = "DD1:"
_VERSION = 1
_CONTEXT = b"dudao page 1"
_HEAD = struct.Struct(">BHH32sB")
_PUBLIC, _SIGNATURE = 32, 64
_MOST_TEXT = 1000
"""Characters of a QR's text that are looked at."""
_MOST_NUMBER = 120
"""Bytes of a document number in a QR."""
_MOST_PAGES = 0xFFFF
_MASK = 3
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O, U: nothing that is read or heard as something else."""


@dataclass(frozen=True, slots=True)
class PageMark:
    """What one page says about itself."""

    number: str
    """The document's; empty for one without."""
    page: int
    pages: int
    digest: str
    """SHA-256 of the data, 64 hex characters."""
    public: bytes
    signature: bytes

    @property
    def signed(self) -> bytes:
        """The bytes under the signature."""
        return _CONTEXT + self._body()

    @property
    def text(self) -> str:
        """What the QR holds."""
        whole = self._body() + self.signature
        return _PREFIX + base64.b32encode(whole).decode().rstrip("=")

    @property
    def code(self) -> str:
        """The eight characters, in two groups."""
        return page_code(self.number, self.page, self.pages, self.digest)

    def _body(self) -> bytes:
        number = self.number.encode()
        head = _HEAD.pack(_VERSION, self.page, self.pages, bytes.fromhex(self.digest), len(number))
        return head + number + self.public


@dataclass(frozen=True, slots=True)
class Paper:
    """What every page of a document is marked with."""

    number: str
    digest: str
    public: bytes
    sign: Callable[[bytes], bytes]


def seal_page(paper: Paper, page: int, pages: int) -> PageMark:
    """The mark of a page (from 1); a number too long for a QR is cut."""
    number = paper.number.encode()[:_MOST_NUMBER].decode(errors="ignore")
    page, pages = min(page, _MOST_PAGES), min(pages, _MOST_PAGES)
    bare = PageMark(number, page, pages, paper.digest, paper.public, b"")
    return PageMark(number, page, pages, paper.digest, paper.public, paper.sign(bare.signed))


def read_page(text: str) -> PageMark:
    """The mark in a scanned QR's text; its signature is not checked here.

    Raises:
        Refused: `page_mark_unreadable`.
    """
    try:
        mark = _read("".join(text[:_MOST_TEXT].split()).upper())
    except (ValueError, struct.error) as error:
        raise Refused("page_mark_unreadable") from error
    if mark is None:
        raise Refused("page_mark_unreadable")
    return mark


def _read(plain: str) -> PageMark | None:
    """The mark; None for another kind of text or a mark that says what cannot be."""
    if not plain.startswith(_PREFIX):
        return None
    coded = plain[len(_PREFIX) :]
    whole = base64.b32decode(coded + "=" * (-len(coded) % 8))
    version, page, pages, digest, length = _HEAD.unpack_from(whole)
    end = _HEAD.size + length
    number = whole[_HEAD.size : end].decode()
    sound = len(whole) == end + _PUBLIC + _SIGNATURE and number.isprintable()
    if version != _VERSION or not sound or not 1 <= page <= pages:
        return None
    public, signature = whole[end : end + _PUBLIC], whole[end + _PUBLIC :]
    return PageMark(number, page, pages, digest.hex(), public, signature)


def page_code(number: str, page: int, pages: int, digest: str) -> str:
    """The eight characters of a page: ABCD-EFGH."""
    facts = f"{number}\n{page}\n{pages}\n{digest}".encode()
    value = int.from_bytes(hashlib.sha256(facts).digest()[:5], "big")
    letters = "".join(CODE_ALPHABET[value >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def squares(text: str) -> tuple[str, ...]:
    """The QR's rows from the top, `1` for a dark square; without the quiet zone around it."""
    # Trying all eight masks takes five times as long; what is masked is as good as random here.
    made = segno.make_qr(text, error="m", boost_error=False, mask=_MASK)
    return tuple("".join("1" if dark else "0" for dark in row) for row in made.matrix)
