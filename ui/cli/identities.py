"""Keys that sign: PKCS#12 files with their passphrases, opened in order."""

from collections.abc import Sequence

from services import certificates
from services.certificates import Identity
from services.certificates.identity import MAX_FILE_BYTES
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
