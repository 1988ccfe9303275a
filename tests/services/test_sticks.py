"""Sticks: which volumes are plugged in, and the packages on them."""

from pathlib import Path

import pytest

from models.errors import Refused
from services import sticks


def _disk(blocks: Path, name: str, removable: str, bus: str = "pci0") -> None:
    """A disk with one partition, described as the kernel does."""
    disk = blocks.parent / "devices" / bus / name
    (disk / f"{name}1").mkdir(parents=True)
    (disk / "removable").write_text(f"{removable}\n")
    blocks.mkdir(exist_ok=True)
    (blocks / name).symlink_to(disk)
    (blocks / f"{name}1").symlink_to(disk / f"{name}1")


def test_a_volume_is_removable_when_the_kernel_or_its_way_says_so(tmp_path: Path) -> None:
    blocks = tmp_path / "block"
    _disk(blocks, "sda", "0")
    _disk(blocks, "sdb", "1")
    _disk(blocks, "sdc", "0", "usb1")
    none: frozenset[str] = frozenset()
    here = Path("/data/x")
    told = {n: sticks.is_removable(f"/dev/{n}1", here, none, blocks) for n in ("sda", "sdb", "sdc")}
    assert told == {"sda": False, "sdb": True, "sdc": True}
    assert sticks.is_removable("/dev/dm-3", Path("/media/li/KINGSTON"), none, blocks)
    assert not sticks.is_removable("/dev/gone", here, none, blocks)
    assert not sticks.is_removable("tmpfs", here, none, blocks)


def test_a_folder_stands_for_a_stick(tmp_path: Path) -> None:
    folder = tmp_path / "王建国 的盘"
    folder.mkdir()
    (stick,) = [s for s in sticks.plugged([folder, tmp_path / "不在"]) if not s.is_removable]
    assert stick.path == folder
    assert stick.label == "王建国 的盘"
    assert 0 < stick.free_bytes <= stick.size_bytes
    assert not stick.is_readonly
    assert sticks.at(folder).path == folder


def test_packages_are_found_two_folders_deep_and_nothing_else_is(tmp_path: Path) -> None:
    deep = tmp_path / "督导" / "0506"
    (deep / "再下面").mkdir(parents=True)
    for path in (
        tmp_path / "b.dudaopack",
        deep / "a.dudaopack",
        deep / "再下面" / "太深.dudaopack",
        tmp_path / ".dudao-1.part",
        tmp_path / ".藏.dudaopack",
        tmp_path / "照片.jpg",
    ):
        path.write_bytes(b"x" * 7)
    (tmp_path / "夹子.dudaopack").mkdir()
    (tmp_path / "链接.dudaopack").symlink_to(tmp_path / "照片.jpg")
    stick = sticks.at(tmp_path)
    found = sticks.packages_on(stick)
    assert [p.path.name for p in found] == ["a.dudaopack", "b.dudaopack"]
    assert found[0].size_bytes == 7
    inner = sticks.at(deep)
    assert sticks.holding(found[0].path, [stick, inner]) is inner
    assert sticks.holding(Path("/nirgends/a"), [stick]) is None


def test_a_stick_that_was_pulled_out_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "U盘"
    folder.mkdir()
    stick = sticks.at(folder)
    folder.rmdir()
    for look in (lambda: sticks.packages_on(stick), lambda: sticks.at(folder)):
        with pytest.raises(Refused) as refused:
            look()
        assert refused.value.code == "stick_gone"


def test_a_disk_full_of_files_is_not_read_to_its_end(tmp_path: Path) -> None:
    for n in range(20_100):
        (tmp_path / f"{n:05d}.txt").touch()
    assert sticks.packages_on(sticks.at(tmp_path)) == ()


def test_fat_takes_no_file_of_four_gigabytes(tmp_path: Path) -> None:
    stick = sticks.at(tmp_path)
    assert stick.most_bytes is None or stick.filesystem == "vfat"
    fat = sticks.Stick(tmp_path, "E:", "vfat", 8, 8, is_readonly=False, is_removable=True)
    assert fat.most_bytes == 4 * 2**30 - 1
