"""A report with charts, validated and signed; run as a program it is the first of its machine."""

import dataclasses
import sys
from datetime import datetime
from pathlib import Path

from services import certificates
from services.certificates import Identity
from services.documents import inspection
from services.documents.inspection import Options
from services.documents.stamp import stamp
from services.signing import Terms, sign_pdf
from tests.services.documents import samples

PASSPHRASE = "量一量"  # noqa: S105 - opens a throw-away identity
_PROBLEMS = 62
"""Makes some 20 pages."""


def report(cache: Path, leader: Identity, serial: int = 0) -> tuple[bytes, int]:
    """The signed PDF, another one for each serial number, and how many pages it has."""
    data = dataclasses.replace(samples.plain(_PROBLEMS), number=f"银督三〔2014〕{serial}号")
    made = inspection.render(data, Options(fonts=(), cache=cache))
    now = datetime.now().astimezone()
    terms = Terms(when=now, stamp=stamp(leader.name, "组长", now, cache))
    return sign_pdf(made.pdf, "leader", leader, terms), made.pages


def main(identity: str, cache: str) -> None:
    """Sign with a PKCS#12 file and tell the size."""
    leader = certificates.load_p12(Path(identity).read_bytes(), PASSPHRASE)
    pdf, pages = report(Path(cache), leader)
    sys.stdout.write(f"{pages} {len(pdf)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
