"""An identity is loaded before anything of signing: a process of its own shows whether it signs."""

import subprocess
import sys

from tests.test_house import ROOT

_PROGRAM = """
import sys
from services import certificates
root = certificates.make_root("办公室")
p12 = certificates.save_p12(certificates.issue(root, "赵明"), "身份口令 123")
identity = certificates.load_p12(p12, "身份口令 123")
from services.signing import Terms
from asn1crypto import cms
made = cms.EncapsulatedContentInfo({"content_type": "tst_info", "content": None})
print(made.native["content_type"])
"""


def test_a_loaded_identity_leaves_time_stamps_their_name() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _PROGRAM],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert (done.stdout.strip(), done.stderr) == ("tst_info", "")
