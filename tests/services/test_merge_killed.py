"""A merge that is killed leaves the file as it was, or merged as a whole."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from services import records
from services.workspace import state_code
from tests.services.merging import Laptop, Laptops, laptops

if TYPE_CHECKING:
    from models.kinds import Value

__all__ = ["laptops"]

_MERGE = """
import sys
from pathlib import Path
from models.cipher import FileKey
from models.store import Store
from services import merge, workspace
from services.package import Keys
key = FileKey(bytes.fromhex(sys.argv[3]), bytes.fromhex(sys.argv[4]))
ws = workspace.attach(Store.open_with_key(Path(sys.argv[1]), key))
sources = merge.open_all([Path(sys.argv[2])], Keys(files=(key,)))
print("open", flush=True)
merge.apply(ws, sources)
print("done", flush=True)
"""


def code_of(laptop: Laptop) -> str:
    """The state code, after whatever a killed process left was mended."""
    with laptop.at_work() as ws, ws.store.read() as connection:
        return state_code(connection)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_killed_merge_leaves_the_old_state_or_the_new_one(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    unit = a.prepared.uids[0]
    problems: list[dict[str, Value]] = [
        {"unit": unit, "sub_kind": "2.2", "title": f"第{n}条", "facts": "会风不实" * 40}
        for n in range(1_500)
    ]
    with b.at_work() as ws:
        records.add(ws, "problem", problems, draft=True)
    whole = laptops("whole")
    whole.merge(b)
    old, new = code_of(a), code_of(whole)
    assert old != new
    seen = set()
    for pause in range(12):
        victim = laptops(f"v{pause}", a)
        seen.add(_killed(victim, b.path, pause * 0.08))
        assert victim.findings() == []
    assert old in seen
    assert seen <= {old, new}


def _killed(victim: Laptop, source: Path, after_s: float) -> str:
    key = victim.prepared.key
    victim.patch.setenv("XDG_STATE_HOME", str(victim.folder / "state"))
    copy = shutil.copyfile(source, victim.folder / "来源.dudao")
    arguments = [str(victim.path), str(copy), key.key.hex(), key.salt.hex()]
    with subprocess.Popen(  # noqa: S603 - this test's own child
        [sys.executable, "-c", _MERGE, *arguments],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        time.sleep(after_s)
        child.kill()
    return code_of(victim)
