"""The register of a root: which certificates it issued and which of them were revoked.

It lies beside the root's file, so that a stick that got lost can be revoked although nobody holds
its certificate any more. It carries no secret.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from models.errors import Damaged, Refused

MAX_REGISTER_BYTES = 16 * 1024 * 1024
MAX_SERIAL_DIGITS = 40
"""Source: RFC 5280 §4.1.2.2, at most 20 octets."""
_HEX = frozenset("0123456789ABCDEF")


@dataclass(frozen=True, slots=True)
class Issued:
    """One certificate that the root signed."""

    serial: int
    name: str
    ends_at: datetime
    """UTC."""
    revoked_at: datetime | None = None
    """UTC; None while it is in force."""


def serial_text(serial: int) -> str:
    """A serial as people read and type it: upper-case hex in groups of four."""
    digits = f"{serial:X}"
    digits = digits.zfill(-(-len(digits) // 4) * 4)
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def parse_serial(text: str) -> int:
    """The serial a person typed; spaces, colons and hyphens between the hex digits are allowed.

    Raises:
        Refused: `serial_invalid`.
    """
    digits = text.translate(str.maketrans("", "", " :-")).upper()
    if not 0 < len(digits) <= MAX_SERIAL_DIGITS or not set(digits) <= _HEX:
        raise Refused("serial_invalid", serial=text)
    return int(digits, 16)


def register_path(root: Path) -> Path:
    """Where the register of a root's file lies: `office.p12` has `office.register.json`."""
    return root.with_suffix(".register.json")


def read_register(data: bytes | None) -> tuple[Issued, ...]:
    """What a register file says; None (no such file yet) is an empty register.

    Raises:
        Damaged: `register_damaged`.
    """
    if data is None:
        return ()
    if len(data) > MAX_REGISTER_BYTES:
        raise Damaged("register_damaged")
    try:
        return tuple(_row(entry) for entry in json.loads(data)["issued"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Damaged("register_damaged") from None


def write_register(register: Sequence[Issued]) -> bytes:
    """The register as a file (JSON, UTF-8), to be written atomically beside the root."""
    rows = [
        {
            "serial": f"{row.serial:X}",
            "name": row.name,
            "ends_at": row.ends_at.isoformat(),
            "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
        }
        for row in register
    ]
    return (json.dumps({"v": 1, "issued": rows}, ensure_ascii=False, indent=1) + "\n").encode()


def enter(register: Sequence[Issued], issued: Issued) -> tuple[Issued, ...]:
    """The register with one more certificate in it."""
    return (*register, issued)


def revoke(
    register: Sequence[Issued], serial: int, at: datetime | None = None
) -> tuple[Issued, ...]:
    """The register with `serial` revoked at `at` (UTC, by default now); the first time stays.

    Raises:
        Refused: `serial_unknown`: a slip of the pen would leave a lost key in force.
    """
    if serial not in {row.serial for row in register}:
        raise Refused("serial_unknown", serial=serial_text(serial))
    moment = (at or datetime.now(UTC)).replace(microsecond=0)
    return tuple(
        replace(row, revoked_at=row.revoked_at or moment) if row.serial == serial else row
        for row in register
    )


def _row(entry: dict[str, str | None]) -> Issued:
    serial, name, ends_at = entry["serial"], entry["name"], entry["ends_at"]
    revoked_at = entry["revoked_at"]
    if serial is None or name is None or ends_at is None:
        raise ValueError(serial)
    ended = datetime.fromisoformat(revoked_at) if revoked_at else None
    return Issued(int(serial, 16), name, datetime.fromisoformat(ends_at), ended)
