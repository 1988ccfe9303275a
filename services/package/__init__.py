"""Packages: what travels on sticks; writing, signing, and proving what came from outside."""

from services.package.keys import Keys, keys_of, make_transfer_key, package_key, transfer_key
from services.package.reading import Source, open_source
from services.package.signature import SignatureState, SignatureVerdict

__all__ = [
    "Keys",
    "SignatureState",
    "SignatureVerdict",
    "Source",
    "keys_of",
    "make_transfer_key",
    "open_source",
    "package_key",
    "transfer_key",
]
