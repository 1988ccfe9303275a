"""A file is written whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from models import files
from models.errors import Damaged, Refused
from models.files import write_atomic


def left(folder: Path) -> set[str]:
    """What lies in the folder."""
    return {p.name for p in folder.iterdir() if p.name != ".home"}


def fail(error: int) -> object:
    """A system call that fails."""

    def failing(*_: object, **__: object) -> object:
        raise OSError(error, os.strerror(error))

    return failing


def test_bytes_are_written_and_an_existing_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "文书.pdf"
    write_atomic(path, b"new")
    with pytest.raises(Refused) as refused:
        write_atomic(path, b"other")
    assert refused.value.code == "file_exists"
    assert path.read_bytes() == b"new"
    write_atomic(path, b"other", overwrite=True)
    assert path.read_bytes() == b"other"
    assert left(tmp_path) == {"文书.pdf"}


def test_a_dangling_link_is_no_free_name(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused):
        write_atomic(path, b"x")
    assert left(tmp_path) == {"a"}


def test_a_name_taken_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    before = os.fsync

    def race(handle: int) -> None:
        path.write_bytes(b"theirs")
        before(handle)

    monkeypatch.setattr(os, "fsync", race)
    with pytest.raises(Refused) as refused:
        write_atomic(path, b"mine")
    assert refused.value.code == "file_exists"
    assert path.read_bytes() == b"theirs"
    assert left(tmp_path) == {"a"}


@pytest.mark.parametrize("step", ["fsync", "link", "open"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_fault_at_any_step_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: int, overwrite: bool
) -> None:
    path = tmp_path / "a"
    if overwrite:
        path.write_bytes(b"old")
        step = {"link": "replace"}.get(step, step)
    name = {"fsync": "fsync", "link": "link", "replace": "replace", "open": "open"}[step]
    if step == "replace":
        monkeypatch.setattr(Path, name, fail(error))
    else:
        monkeypatch.setattr(os, name, fail(error))
    if step == "link":
        monkeypatch.setattr(Path, "replace", fail(error))
    with pytest.raises(Refused) as refused:
        write_atomic(path, b"new", overwrite=overwrite)
    monkeypatch.undo()
    assert refused.value.code in {"disk_full", "file_unwritable", "folder_unwritable"}
    assert left(tmp_path) == ({"a"} if overwrite else set())
    if overwrite:
        assert path.read_bytes() == b"old"


def test_what_reads_back_differently_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"flipped")
    with pytest.raises(Damaged) as damaged:
        write_atomic(tmp_path / "a", b"data")
    assert damaged.value.code == "file_readback"
    assert left(tmp_path) == set()


def test_a_volume_without_second_names_is_written_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", fail(errno.EPERM))
    write_atomic(tmp_path / "a", b"data")
    assert (tmp_path / "a").read_bytes() == b"data"
    with pytest.raises(Refused):
        files.publish(tmp_path / "a", tmp_path / "a")
    assert left(tmp_path) == {"a"}


def test_a_scanner_that_holds_the_file_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace
    refusals = iter([PermissionError(), PermissionError()])

    def held(source: Path, target: Path) -> Path:
        for refusal in refusals:
            raise refusal
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", held)
    write_atomic(tmp_path / "a", b"data", overwrite=True)
    assert (tmp_path / "a").read_bytes() == b"data"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        write_atomic(tmp_path / "no" / "a", b"x")
    assert refused.value.code == "folder_unwritable"


def test_a_private_file_is_the_owners_alone(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"x", private=True)
    write_atomic(tmp_path / "b", b"x")
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0
    assert (tmp_path / "b").stat().st_mode & 0o444 == 0o444


def test_a_long_name_has_room_for_its_temporary_one(tmp_path: Path) -> None:
    path = tmp_path / ("字" * 80 + ".pdf")
    write_atomic(path, b"x")
    assert path.read_bytes() == b"x"


@pytest.mark.parametrize(
    ("kind", "keeps"), [("ext4", True), ("vfat", False), ("exfat", False), ("nfs4", False)]
)
def test_the_kind_of_volume_decides_about_the_log(tmp_path: Path, kind: str, keeps: bool) -> None:
    device = tmp_path.stat().st_dev
    mounts = tmp_path / "mounts"
    here = f"{os.major(device)}:{os.minor(device)}"
    mounts.write_text(
        f"1 1 0:1 / /proc rw - proc proc rw\n9 1 {here} / /m rw shared:1 - {kind} /dev/sdb1 rw\n"
    )
    assert files.volume_keeps_wal(tmp_path / "a.dudao", mounts) is keeps
    assert files.volume_keeps_wal(tmp_path / "a.dudao", tmp_path / "none")
