"""Known failures as the upper floor sees them (defined below, worded by `services.words`)."""

from models.errors import (
    AppError,
    Busy,
    Cancelled,
    Damaged,
    NewerVersion,
    NotVerified,
    Refused,
    UsageError,
    WrongPassphrase,
)

__all__ = [
    "AppError",
    "Busy",
    "Cancelled",
    "Damaged",
    "NewerVersion",
    "NotVerified",
    "Refused",
    "UsageError",
    "WrongPassphrase",
]
