"""Packages: what travels on sticks; writing, signing, and proving what came from outside."""

from models.parcels import SUFFIX, Manifest, ParcelKind, Preset, Run, Sender, Tip
from services.package.keys import (
    TRANSFER_KEY,
    Keys,
    keys_of,
    make_transfer_key,
    package_key,
    transfer_key,
    transfer_keys,
)
from services.package.places import drawn_part
from services.package.reading import Source, open_source
from services.package.recipients import receivers
from services.package.selecting import Extent, Order, Selection, survey
from services.package.signature import SignatureState, SignatureVerdict
from services.package.slip import Sent, Slip, sent, slip
from services.package.suspects import Suspect, Suspicion, suspects
from services.package.trust import adopt, keep_crl, trust_root, trusted_roots
from services.package.writing import Means, Parcel, Written, sender_of, write

__all__ = [
    "SUFFIX",
    "TRANSFER_KEY",
    "Extent",
    "Keys",
    "Manifest",
    "Means",
    "Order",
    "Parcel",
    "ParcelKind",
    "Preset",
    "Run",
    "Selection",
    "Sender",
    "Sent",
    "SignatureState",
    "SignatureVerdict",
    "Slip",
    "Source",
    "Suspect",
    "Suspicion",
    "Tip",
    "Written",
    "adopt",
    "drawn_part",
    "keep_crl",
    "keys_of",
    "make_transfer_key",
    "open_source",
    "package_key",
    "receivers",
    "sender_of",
    "sent",
    "slip",
    "survey",
    "suspects",
    "transfer_key",
    "transfer_keys",
    "trust_root",
    "trusted_roots",
    "write",
]
