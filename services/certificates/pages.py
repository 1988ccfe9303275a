"""Keys that sign pages of paper: Ed25519, because its signatures fit into a QR code."""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PUBLIC_BYTES, SIGNATURE_BYTES = 32, 64


@dataclass(frozen=True, slots=True)
class PageKey:
    """One laptop's key."""

    private: bytes = field(repr=False)
    """32 bytes."""
    public: bytes
    """32 bytes."""

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`, 64 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.private).sign(data)


def new_page_key() -> PageKey:
    """A new key."""
    return page_key(Ed25519PrivateKey.generate().private_bytes_raw())


def page_key(private: bytes) -> PageKey:
    """The key of these 32 bytes."""
    public = Ed25519PrivateKey.from_private_bytes(private).public_key()
    return PageKey(private, public.public_bytes_raw())


def page_signed(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether a public key's owner signed `data`; False too for what is no key or signature."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
