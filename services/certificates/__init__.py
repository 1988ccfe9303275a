"""The office's certificate authority: a root, persons' identities, revocation lists, and trust.

Keys are RSA 3072 (0.1 to 0.6 s to make): every reader of signed PDFs knows them. The root stays
offline with the office; persons get PKCS#12 files; a revocation list travels with the packages.
"""

from services.certificates.authority import (
    PERSON_DAYS,
    ROOT_DAYS,
    Purpose,
    crl,
    issue,
    make_root,
    make_timestamp_identity,
    new_keys,
)
from services.certificates.identity import (
    MAX_FILE_BYTES,
    Identity,
    fingerprint,
    load_p12,
    pem,
    save_p12,
)
from services.certificates.pages import PageKey, new_page_key, page_key, page_signed
from services.certificates.trust import (
    RevocationList,
    read_certificate,
    read_crl,
    roots_within,
    subject_name,
    trusted,
)

__all__ = [
    "MAX_FILE_BYTES",
    "PERSON_DAYS",
    "ROOT_DAYS",
    "Identity",
    "PageKey",
    "Purpose",
    "RevocationList",
    "crl",
    "fingerprint",
    "issue",
    "load_p12",
    "make_root",
    "make_timestamp_identity",
    "new_keys",
    "new_page_key",
    "page_key",
    "page_signed",
    "pem",
    "read_certificate",
    "read_crl",
    "roots_within",
    "save_p12",
    "subject_name",
    "trusted",
]
