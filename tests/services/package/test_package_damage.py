"""A package that is not what was written is refused with the right reason, and nothing is left."""

import dataclasses
import os
import shutil
from pathlib import Path

import pytest

from models import parcels
from models.cipher import PAGE_BYTES, FileKey
from models.errors import Damaged, NewerVersion, Refused, WrongPassphrase
from services import package, records
from services.package import Keys, Order, Preset
from tests.groups import PASSPHRASE, Field
from tests.packs import altered, changes_in, code, packed, proven, retold, sql, work


def test_a_flipped_bit_anywhere_is_noticed(pack: Path, keys: Keys) -> None:
    whole = pack.read_bytes()
    step = max(1, len(whole) // 25)
    codes = set()
    for place in [*range(48), *range(48, len(whole), step), len(whole) - 1]:
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << place % 8
        pack.write_bytes(spoilt)
        found = code(pack, keys)
        # The salt is what makes a passphrase this file's key: another one looks like a wrong one.
        assert found == ("package_locked" if place < 16 else "package_damaged"), place
        codes.add(found)
    assert len(codes) == 2


def test_a_wrong_passphrase_is_told_from_damage(pack: Path, keys: Keys) -> None:
    assert proven(pack, Keys(passphrases=("别的", PASSPHRASE))) == proven(pack, keys)
    with pytest.raises(WrongPassphrase) as wrong:
        package.open_source(pack, Keys(passphrases=("别的口令",)))
    assert wrong.value.code == "passphrase_wrong"
    with pytest.raises(WrongPassphrase) as locked:
        package.open_source(pack, Keys(transfer=(b"k" * 32,)))
    assert locked.value.code == "package_locked"


def test_cut_short_anywhere_is_told(pack: Path, keys: Keys) -> None:
    whole = pack.read_bytes()
    pages = len(whole) // PAGE_BYTES
    cuts = [n * PAGE_BYTES for n in range(1, pages)]
    cuts += [n * PAGE_BYTES + odd for n in (1, 2, pages // 2, pages - 1) for odd in (1, 2000, 4095)]
    for cut in [1, 15, 16, 100, 4095, *cuts]:
        pack.write_bytes(whole[:cut])
        assert code(pack, keys) == "package_truncated", cut
    pack.write_bytes(b"")
    assert code(pack, keys) == "file_empty"


def test_bytes_added_at_the_end_are_noticed(pack: Path, keys: Keys) -> None:
    whole = pack.read_bytes()
    for more in (b"x", bytes(PAGE_BYTES), whole[-PAGE_BYTES:]):
        pack.write_bytes(whole + more)
        assert code(pack, keys) in {"package_truncated", "package_damaged"}


def test_a_page_of_an_older_package_is_noticed(field: Field, keys: Keys, tmp_path: Path) -> None:
    work(field, tmp_path)
    pack = packed(field.ws, tmp_path)
    records.add(field.ws, "opinion", [{"unit": field.health, "text": "材料太多"}])
    newer = packed(field.ws, tmp_path)
    old, new = pack.read_bytes(), newer.read_bytes()
    with package.open_source(newer, keys) as source:
        wanted = changes_in(source), source.manifest_bytes
    differing = 0
    for start in range(0, min(len(old), len(new)), PAGE_BYTES):
        page = slice(start, start + PAGE_BYTES)
        mixed = bytearray(new)
        mixed[page] = old[page]
        newer.write_bytes(mixed)
        # Both were made with one key and salt, so every page code is right.
        try:
            proven(newer, keys)
        except Damaged:
            differing += 1
        else:
            with package.open_source(newer, keys) as source:
                assert (changes_in(source), source.manifest_bytes) == wanted
    assert differing > 5


def test_the_manifest_of_another_package_does_not_fit(
    field: Field, keys: Keys, tmp_path: Path
) -> None:
    work(field, tmp_path)
    pack = packed(field.ws, tmp_path)
    records.add(field.ws, "opinion", [{"unit": field.health, "text": "材料太多"}])
    other = packed(field.ws, tmp_path)
    with package.open_source(other, keys) as source:
        body = source.manifest_bytes
    altered(pack, keys.files[0], lambda c: c.execute(parcels.manifest.update().values(value=body)))
    assert code(pack, keys) == "package_contents_differ"


def test_newer_formats_are_told(pack: Path, keys: Keys) -> None:
    retold(pack, keys.files[0], lambda m: dataclasses.replace(m, journal=2))
    with pytest.raises(NewerVersion) as newer:
        package.open_source(pack, keys)
    assert newer.value.code == "package_newer"
    altered(pack, keys.files[0], sql("pragma user_version = 2"))
    with pytest.raises(NewerVersion):
        package.open_source(pack, keys)


def test_other_files_are_refused(tmp_path: Path, keys: Keys, pack: Path) -> None:
    foreign = tmp_path / "report.pdf"
    foreign.write_bytes(b"%PDF-1.7" + os.urandom(9000))
    assert code(foreign, keys) == "file_foreign"
    assert code(tmp_path / "none.dudaopack", keys) == "file_missing"
    assert code(tmp_path, keys) == "file_foreign"
    os.mkfifo(tmp_path / "pipe.dudaopack")
    assert code(tmp_path / "pipe.dudaopack", keys) == "file_foreign"
    altered(pack, keys.files[0], sql("pragma application_id = 7"))
    assert code(pack, keys) == "file_foreign"


def test_the_open_workspace_is_no_source(field: Field, keys: Keys) -> None:
    with pytest.raises(Refused) as refused:
        package.open_source(field.ws.store.path, keys)
    assert refused.value.code == "package_is_open"


def test_nothing_is_written_beside_a_package(pack: Path, keys: Keys) -> None:
    folder = pack.parent / "stick"
    folder.mkdir()
    path = folder / pack.name
    shutil.copyfile(pack, path)
    path.chmod(0o444)
    folder.chmod(0o555)
    before = (folder.stat().st_mtime_ns, path.stat().st_mtime_ns, path.read_bytes())
    try:
        proven(path, keys)
        assert [p.name for p in folder.iterdir()] == [path.name]
        assert (folder.stat().st_mtime_ns, path.stat().st_mtime_ns, path.read_bytes()) == before
    finally:
        folder.chmod(0o755)


def test_a_log_beside_a_workspace_file_is_taken_in(field: Field, tmp_path: Path) -> None:
    with field.ws.store.read():  # so that the log stays
        records.add(field.ws, "opinion", [{"unit": field.health, "text": "材料太多"}])
        stick = tmp_path / "stick"
        stick.mkdir()
        for end in ("", "-wal"):
            shutil.copyfile(f"{field.ws.store.path}{end}", stick / f"a.dudao{end}")
    assert (stick / "a.dudao-wal").stat().st_size > 0
    keys = package.keys_of(field.ws)
    with package.open_source(stick / "a.dudao", keys) as source:
        assert not source.is_package
        assert source.manifest.package == ""
        assert source.manifest.counts["opinion"] == 1
    assert {p.name for p in stick.iterdir()} == {"a.dudao", "a.dudao-wal"}


def test_packages_open_with_the_transfer_key(field: Field, tmp_path: Path) -> None:
    raw = package.make_transfer_key(field.ws)
    assert package.make_transfer_key(field.ws) == raw
    group = Order(preset=Preset.GROUP)
    path = packed(field.ws, tmp_path, group)
    manifest = proven(path, Keys(transfer=(b"x" * 32, raw)))
    assert manifest.campaign == field.ws.campaign
    assert code(path, Keys(passphrases=(PASSPHRASE,))) == "passphrase_wrong"
    again = packed(field.ws, tmp_path, group)
    # Nobody outside the group has its key.
    outside = packed(field.ws, tmp_path, Order())
    assert code(outside, Keys(transfer=(raw,))) == "package_locked"
    assert path.read_bytes()[:16] != again.read_bytes()[:16]


def test_a_package_has_its_own_passphrase_where_there_is_no_transfer_key(
    field: Field, tmp_path: Path
) -> None:
    means = package.Means(passphrase="四个不相干的词")  # noqa: S106 - opens nothing but a test's file
    (parcel,) = package.write(field.ws, tmp_path, Order(), means).parcels
    assert code(parcel.path, package.keys_of(field.ws)) == "package_locked"
    assert proven(parcel.path, package.keys_of(field.ws, "四个不相干的词")) == parcel.manifest


def test_keys_are_never_shown() -> None:
    assert "secret" not in repr(Keys(transfer=(b"secret",), files=(FileKey(b"secret", b"salt"),)))
