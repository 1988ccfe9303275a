"""Verifying signed PDFs and signed data, strictly offline.

The attack model: whoever hands over a file may have changed it after signing (also by appended
updates that other programs call valid), cut off the last signature, signed with a foreign,
revoked or expired certificate, or built it to make the verifier fall over. A verdict says yes only
when each of these is excluded; what cannot be known offline is told as a note.
"""

from services.verify.data import check_change, check_data
from services.verify.pdf import verify_pdf

__all__ = ["check_change", "check_data", "verify_pdf"]
