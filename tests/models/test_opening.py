"""Opening files good and bad: what each is told to be, and that nothing is written to it."""

import contextlib
import hashlib
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.cipher import PAGE_BYTES
from models.errors import AppError, Damaged, NewerVersion, Refused, WrongPassphrase
from models.schema import VERSION
from models.store import Store, write_meta
from tests.models.acts import beside, count, crash, damaged, fill, is_whole
from tests.models.conftest import PASSPHRASE, Bench

NOISE = hashlib.shake_256(b"noise").digest(9000)


def opened(path: Path, passphrase: str = PASSPHRASE) -> None:
    """Open and close."""
    Store.open(path, passphrase).close()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"x", "file_foreign"),
        (b"%PDF-1.7\n" + NOISE[:9000], "file_foreign"),
        (b"PK\x03\x04" + NOISE[:8188], "file_foreign"),
        ("督导".encode() * 4096, "file_foreign"),
        (bytes(8192), "file_foreign"),
        (NOISE[:5000], "file_foreign"),
    ],
)
def test_foreign_files_are_told_apart(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "a.dudao"
    path.write_bytes(data)
    with pytest.raises(AppError) as told:
        opened(path)
    assert told.value.code == code
    assert path.read_bytes() == data
    assert beside(path) == {"a.dudao"}


def test_a_plain_database_a_folder_a_pipe_and_nothing_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.dudao"
    with pytest.raises(Refused) as refused:
        opened(path)
    assert refused.value.code == "file_missing"
    plain = sqlite3.connect(path)
    plain.execute("create table t(a)")
    plain.commit()
    plain.close()
    with pytest.raises(Refused) as refused:
        opened(path)
    assert refused.value.code == "file_plain_sqlite"
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name in ("pipe", "folder", "loop"):
        with pytest.raises(Refused):
            opened(tmp_path / name)


def test_a_database_of_another_program_under_the_same_passphrase_is_foreign(bench: Bench) -> None:
    store = bench.new()
    with store.local() as connection:
        connection.exec_driver_sql("pragma application_id = 1")
    store.close()
    with pytest.raises(Refused) as refused:
        bench.open()
    assert refused.value.code == "file_foreign"


def test_wrong_and_empty_passphrases_are_told_apart(bench: Bench) -> None:
    bench.new().close()
    with pytest.raises(WrongPassphrase):
        opened(bench.path(), "别的口令")
    with pytest.raises(Refused) as refused:
        opened(bench.path(), "")
    assert refused.value.code == "passphrase_empty"
    with pytest.raises(Refused) as refused:
        opened(bench.path(), "\ud800")
    assert refused.value.code == "passphrase_not_text"


def test_a_file_open_here_is_unlocked_again_without_touching_its_bytes(bench: Bench) -> None:
    store = bench.new()
    fill(store, 1)
    with pytest.raises(WrongPassphrase):
        opened(bench.path(), "别的口令")
    second = Store.open(bench.path(), PASSPHRASE)
    assert count(second) == 1
    second.close()
    fill(store, 1)
    assert count(store) == 2


def test_a_link_opens_the_file_it_points_to_with_its_log(bench: Bench, tmp_path: Path) -> None:
    store = bench.new()
    fill(store, 3)
    link = tmp_path / "link.dudao"
    link.symlink_to(bench.path())
    second = Store.open_with_key(link, bench.blank.key)
    assert count(second) == 3
    second.close()
    assert not Path(f"{link}-wal").exists()


@pytest.mark.parametrize("cut", [1, 100, PAGE_BYTES, 20 * PAGE_BYTES])
def test_a_file_cut_short_is_damaged(bench: Bench, cut: int) -> None:
    path = damaged(bench, cut)
    with pytest.raises(Damaged) as told:
        opened(path)
    assert told.value.code == ("file_damaged" if cut % PAGE_BYTES else "file_truncated")


def test_a_file_cut_to_one_page_is_damaged(bench: Bench) -> None:
    path = damaged(bench)
    path.write_bytes(path.read_bytes()[:PAGE_BYTES])
    with pytest.raises(Damaged):
        opened(path)


@pytest.mark.parametrize("place", [16, 100, PAGE_BYTES - 1, -1, -PAGE_BYTES])
def test_a_flipped_bit_of_a_sampled_page_is_damage_not_a_wrong_passphrase(
    bench: Bench, place: int
) -> None:
    path = damaged(bench, flip=place)
    with pytest.raises(Damaged) as told:
        opened(path)
    assert told.value.code in {"file_damaged", "file_damaged_inside"}


def test_a_flipped_bit_in_the_salt_looks_like_a_wrong_passphrase(bench: Bench) -> None:
    with pytest.raises(WrongPassphrase):
        opened(damaged(bench, flip=3))


def test_a_flipped_bit_anywhere_is_found_by_the_check(bench: Bench) -> None:
    path = damaged(bench)
    whole = path.read_bytes()
    for page in range(0, len(whole) // PAGE_BYTES, 7):
        data = bytearray(whole)
        data[page * PAGE_BYTES + 2000] ^= 4
        path.write_bytes(data)
        try:
            store = bench.open()
            assert not is_whole(store)
            store.close()
        except Damaged:
            continue


def make_newer(bench: Bench, readable_by: str) -> bytes:
    """A file of the next version."""
    store = bench.new()
    fill(store, 3)
    with store.local() as connection:
        connection.exec_driver_sql("pragma user_version = 9")
        write_meta(connection, "readable_by", readable_by)
    store.close()
    return bench.path().read_bytes()


def test_a_newer_file_that_can_be_read_is_read_and_never_written(bench: Bench) -> None:
    before = make_newer(bench, "1")
    store = bench.open()
    assert (store.newer, store.readonly, count(store)) == (True, True, 3)
    with pytest.raises(NewerVersion):
        fill(store)
    with pytest.raises(NewerVersion):
        store.copy_to(bench.path("copy"))
    with pytest.raises(NewerVersion), store.local():
        pass
    store.close()
    assert bench.path().read_bytes() == before
    assert beside(bench.path()) == {"a.dudao"}


@pytest.mark.parametrize("needs", ["9", str(VERSION + 1), "x", "", "²"])
def test_a_newer_file_that_cannot_be_read_is_refused(bench: Bench, needs: str) -> None:
    before = make_newer(bench, needs)
    with pytest.raises(NewerVersion) as newer:
        bench.open()
    assert newer.value.exit_status == 6
    assert bench.path().read_bytes() == before


@pytest.fixture
def media(bench: Bench) -> Iterator[Callable[[], Path]]:
    """Makes the bench's folder read-only; answers where its file is to be opened."""
    target = bench.folder.parent / f"{bench.folder.name}-ro"
    target.mkdir()
    undo = contextlib.ExitStack()

    def run(*command: str) -> bool:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - fixed commands

    def lock() -> Path:
        if os.geteuid():
            bench.folder.chmod(0o555)
            undo.callback(bench.folder.chmod, 0o755)
            return bench.path()
        if not run("mount", "--bind", str(bench.folder), str(target)):
            pytest.skip("nothing can be mounted here")
        # Left mounted, the folder can never be removed and trips a later session's clean-up.
        undo.callback(run, "umount", "--lazy", str(target))
        if not run("mount", "-o", "remount,ro,bind", str(target)):
            pytest.skip("nothing can be mounted read-only here")
        return target / bench.path().name

    with undo:
        yield lock


def test_read_only_media_are_read_from_a_private_copy(
    bench: Bench, media: Callable[[], Path]
) -> None:
    store = bench.new()
    fill(store, 3)
    store.close()
    store = Store.open_with_key(media(), bench.blank.key)
    assert (store.readonly, count(store)) == (True, 3)
    assert is_whole(store)
    with pytest.raises(Refused) as refused:
        fill(store)
    assert refused.value.code == "file_readonly"
    private = private_copies()
    assert private
    store.close()
    assert private_copies() < private
    assert beside(bench.path()) == {"a.dudao"}


def test_a_log_left_on_read_only_media_is_read_too(bench: Bench, media: Callable[[], Path]) -> None:
    bench.new().close()
    crash(bench, 4)
    names = (str(bench.path()), f"{bench.path()}-wal")
    before = [Path(name).read_bytes() for name in names]
    store = Store.open_with_key(media(), bench.blank.key)
    assert (store.readonly, store.was_unclean, count(store)) == (True, True, 8)
    store.close()
    assert [Path(name).read_bytes() for name in names] == before


def test_a_damaged_file_on_read_only_media_leaves_no_copy(
    bench: Bench, media: Callable[[], Path]
) -> None:
    damaged(bench, 20 * PAGE_BYTES)
    before = private_copies()
    with pytest.raises(Damaged):
        Store.open_with_key(media(), bench.blank.key)
    assert private_copies() == before


def private_copies() -> set[str]:
    """Folders of private copies."""
    return {p.name for p in Path(tempfile.gettempdir()).glob("dudao-*")}


def test_a_file_whose_write_bit_is_off_is_read_only(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = bench.new()
    fill(store, 2)
    store.close()
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != bench.path())
    store = bench.open()
    assert (store.readonly, count(store)) == (True, 2)
