"""Keys that sign: PKCS#12 files with their passphrases, opened in order."""

import argparse
from collections.abc import Sequence

from services import certificates
from services.certificates import Identity
from services.certificates.identity import MAX_FILE_BYTES
from services.words import _
from ui.cli import inputs
from ui.cli.console import Console


def identities(paths: Sequence[str], secrets: Sequence[str], said: Console) -> list[Identity]:
    """The identities in `paths`; their passphrases come from the files `secrets`, else are typed.

    Raises:
        AppError: a file cannot be read or opened.
    """
    content = [inputs.read_file(path, MAX_FILE_BYTES) for path in paths]
    given = inputs.p12_secrets(secrets, len(paths), said)
    return [certificates.load_p12(p12, secret) for p12, secret in zip(content, given, strict=True)]


def takes_signature(parser: argparse.ArgumentParser) -> None:
    """The options of a verb whose package may be signed."""
    parser.add_argument("--sign", metavar="P12", help=_("用这个证书文件签名"))
    parser.add_argument("--p12-passphrase-file", metavar="F", help=_("证书口令在此文件的第一行"))


def signer_of(taken: argparse.Namespace, said: Console) -> Identity | None:
    """Whoever signs a package, if the command line names a key.

    Raises:
        AppError: the file cannot be read or opened.
    """
    if taken.sign is None:
        return None
    files = [taken.p12_passphrase_file] if taken.p12_passphrase_file is not None else []
    (identity,) = identities([taken.sign], files, said)
    return identity
