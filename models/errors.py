"""Known failures: a code, parameters for its sentence, and the exit status of the command line.

Everything that is not an `AppError` is a bug and may reach the excepthook. The sentences stand in
`resources/labels`, one a code; nothing here is worded.
"""

from typing import ClassVar


class AppError(Exception):
    """A failure the user can act on. Subclasses differ by exit status, codes by sentence."""

    exit_status: ClassVar[int] = 4

    def __init__(self, code: str, **params: object) -> None:
        """Name the sentence by `code`; `params` fill its placeholders."""
        super().__init__(code, params)
        self.code = code
        self.params = params


class UsageError(AppError):
    """The command line itself is wrong."""

    exit_status = 2


class WrongPassphrase(AppError):
    """A passphrase does not open the file, the name key or the identity."""

    exit_status = 3


class Refused(AppError):
    """Bad input, an illegal state or a failed check; nothing was written."""

    exit_status = 4


class Damaged(AppError):
    """A file is not what it was when it was written."""

    exit_status = 5


class NewerVersion(AppError):
    """The file was written by a newer program."""

    exit_status = 6


class Busy(AppError):
    """Another process holds the file."""

    exit_status = 7


class NotVerified(AppError):
    """A verification says no."""

    exit_status = 8


class Cancelled(AppError):
    """The person stopped the work; it was rolled back."""

    exit_status = 130
