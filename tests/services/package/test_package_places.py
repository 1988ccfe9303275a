"""Where packages are written: names, taken names, room, split volumes, faults while writing."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Cancelled, Refused
from models.parcels import ParcelKind, Preset, Sender
from services import package, records
from services.core import Progress
from services.package import Means, Order, places
from tests.groups import Field
from tests.packs import EVERYTHING, changes_in, packed, proven, stored_in, work


def sender(name: str) -> Sender:
    from models.kinds import ReplicaId, Uid

    uid = Uid("ab" * 16)
    return Sender(ReplicaId(uid), uid, "", "A", uid, name, is_office=False)


@given(st.text(max_size=300))
def test_a_file_name_fits_every_volume(name: str) -> None:
    made = places.file_name(
        sender(name), ParcelKind.PACKAGE, Preset.OFFICE, date(2014, 5, 6), "9c41e2" + "0" * 26
    )
    assert made.endswith("-报送-0506-9C41E2.dudaopack")
    assert not re.search(r"[\x00-\x1f<>:\"/\\|?*]", made)
    assert not made.startswith((" ", "."))
    assert len(made.encode("utf-16-le")) // 2 <= 120


def test_a_name_that_is_taken_is_never_overwritten(field: Field, tmp_path: Path) -> None:
    target = tmp_path / "我的.dudaopack"
    target.write_bytes(b"mine")
    with pytest.raises(Refused) as refused:
        package.write(field.ws, target, Order())
    assert refused.value.code == "file_exists"
    assert target.read_bytes() == b"mine"
    fresh = tmp_path / "新的.dudaopack"
    (parcel,) = package.write(field.ws, fresh, Order()).parcels
    assert parcel.path == fresh
    assert package.sent(field.ws)[0].file == "新的.dudaopack"


@pytest.mark.parametrize(
    ("target", "code"),
    [("none/x.dudaopack", "folder_missing"), ("x.zip", "package_suffix")],
)
def test_odd_targets_are_refused(field: Field, tmp_path: Path, target: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        package.write(field.ws, tmp_path / target, Order())
    assert refused.value.code == code
    assert package.sent(field.ws) == ()


def test_a_stopped_packing_leaves_nothing(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir()
    steps: list[str] = []

    def stop(_done: int, _total: int, what: str) -> None:
        steps.append(what)

    package.write(field.ws, stick, EVERYTHING, progress=Progress(stop))
    for after in range(len(steps)):
        progress = Progress(cancelled=partial(_is_over, iter(range(after))))
        with pytest.raises(Cancelled):
            package.write(field.ws, stick, EVERYTHING, progress=progress)
        assert len(list(stick.iterdir())) == 1
    assert len(package.sent(field.ws)) == 1
    assert {"changes", "contents", "pages", "proof"} <= set(steps)


def _is_over(left: Iterator[int]) -> bool:
    return next(left, None) is None


def test_what_killed_packings_left_is_removed_after_a_while(field: Field, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    names = (".dudao-0123456789abcdef.part", ".dudao-fedcba9876543210.part", ".dudao-x.part")
    for name in names:
        (stick / name).write_bytes(b"half")
    long_ago = time.time() - 7200
    for name in (names[0], names[2]):
        os.utime(stick / name, (long_ago, long_ago))
    packed(field.ws, stick)
    assert {p.name for p in stick.glob(".*")} == set(names[1:])


@pytest.fixture
def many(field: Field, tmp_path: Path) -> Field:
    """A group with enough to need several packages."""
    work(field, tmp_path)
    texts = [{"unit": field.health, "text": f"意见{n}" + "会议太多" * 200} for n in range(300)]
    records.add(field.ws, "opinion", texts)
    for n in range(4):
        path = tmp_path / f"{n}.jpg"
        path.write_bytes(bytes([n]) * 200_000)
        problem = records.add(field.ws, "problem", [field.problem(title=f"第{n}件")]).uids[0]
        records.add(field.ws, "attachment", [{"belongs_to": problem, "file": str(path)}])
    return field


@pytest.mark.parametrize("limit", [700_000, 1_600_000])
def test_a_volume_of_small_files_gets_several_packages(
    many: Field, tmp_path: Path, limit: int
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    written = package.write(many.ws, stick, EVERYTHING, Means(limit_bytes=limit))
    assert len(written.parcels) > 1
    keys = package.keys_of(many.ws)
    together: dict[tuple[str, str, int, bytes], bytes] = {}
    contents: dict[str, int] = {}
    for parcel in written.parcels:
        assert parcel.path.stat().st_size <= limit
        assert proven(parcel.path, keys) == parcel.manifest
        assert any(run.scope == "common" for run in parcel.manifest.runs)
        with package.open_source(parcel.path, keys) as source:
            together |= changes_in(source)
        assert not contents.keys() & parcel.manifest.blobs.keys()
        contents |= parcel.manifest.blobs
    assert together == stored_in(many.ws)
    assert len(contents) == 6
    assert len({parcel.package for parcel in written.parcels}) == len(written.parcels)
    assert len(package.sent(many.ws)) == len(written.parcels)


def test_parts_of_a_named_package_are_numbered(many: Field, tmp_path: Path) -> None:
    target = tmp_path / "三组.dudaopack"
    written = package.write(many.ws, target, EVERYTHING, Means(limit_bytes=1_000_000))
    names = [parcel.path.name for parcel in written.parcels]
    assert names[:2] == ["三组-1.dudaopack", "三组-2.dudaopack"]


_CHILD = """
import os, resource, signal, sys
from pathlib import Path
from models.cipher import FileKey
from models.errors import AppError
from models.store import Store
from services import package, workspace
from services.package import Order, Preset
key = FileKey(bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3]))
ws = workspace.attach(Store.open_with_key(Path(sys.argv[1]), key))
limit = int(sys.argv[5])
ws.store.become_writer()
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
print("begun", flush=True)
try:
    package.write(ws, Path(sys.argv[4]), Order(preset=Preset.ARCHIVE))
    print("written", flush=True)
except AppError as error:
    print(error.code, flush=True)
os._exit(0)
"""


@pytest.fixture
def closed(many: Field) -> Field:
    """The same group, its file closed so that a child may write it."""
    many.ws.store.close()
    return many


def _child(field: Field, stick: Path, limit: int = 0) -> subprocess.Popen[bytes]:
    key = field.ws.store.key
    command = [sys.executable, "-c", _CHILD, str(field.ws.store.path), key.key.hex()]
    return subprocess.Popen(  # noqa: S603 - this test's own child
        [*command, key.salt.hex(), str(stick), str(limit)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )


def test_a_killed_packing_leaves_no_package_or_a_whole_one(closed: Field, tmp_path: Path) -> None:
    keys = package.Keys(files=(closed.ws.store.key,))
    for turn, after_s in enumerate((0.0, 0.1, 0.25, None)):
        stick = tmp_path / f"stick{turn}"
        stick.mkdir()
        with _child(closed, stick) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"begun\n"
            if after_s is not None:
                time.sleep(after_s)
                child.send_signal(signal.SIGKILL)
        whole = list(stick.glob("*.dudaopack"))
        for path in whole:
            proven(path, keys)
    assert len(whole) == 1


def test_a_full_volume_is_told_and_left_as_it_was(closed: Field, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    for limit in (8192, 600_000):
        with _child(closed, stick, limit) as child:
            assert child.stdout is not None
            said = child.stdout.read().split()
        assert said[0] == b"begun"
        assert said[1] in {b"disk_full", b"file_unwritable"}, said
        assert list(stick.iterdir()) == []


def test_a_volume_that_vanishes_is_told(many: Field, tmp_path: Path) -> None:
    for moment in ("changes", "contents", "pages", "proof"):
        stick = tmp_path / f"stick-{moment}"
        stick.mkdir()

        def pull(_done: int, _total: int, what: str, at: str = moment, it: Path = stick) -> None:
            if what == at and it.exists():
                it.rename(it.with_name(f"pulled-{at}"))

        with pytest.raises(Refused) as refused:
            package.write(many.ws, stick, EVERYTHING, progress=Progress(pull))
        assert refused.value.code in {"file_unwritable", "file_unreadable", "folder_missing"}
        assert not list((tmp_path / f"pulled-{moment}").glob("*.dudaopack"))
    assert package.sent(many.ws) == ()
