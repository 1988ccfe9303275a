"""A package that is not what was written is refused with the right reason, and nothing is left."""

import dataclasses
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import parcels
from models.cipher import PAGE_BYTES, FileKey, connect, new_engine
from models.errors import AppError, Damaged, NewerVersion, Refused, WrongPassphrase
from models.kinds import ChangeId, ReplicaId
from models.parcels import Manifest, Run
from services import package, records
from services.package import Keys, Order, Preset
from tests.groups import PASSPHRASE, Field
from tests.packs import altered, changes_in, packed, proven, retold, work


@pytest.fixture
def pack(field: Field, tmp_path: Path) -> Path:
    """A package of some of everything, made with the workspace's own key."""
    work(field, tmp_path)
    return packed(field.ws, tmp_path)


@pytest.fixture
def keys(field: Field) -> Keys:
    return package.keys_of(field.ws)


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Private copies go to a folder of the test's own."""
    (tmp_path / "private").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "private"))


def code(path: Path, keys: Keys) -> str:
    """Why a file is refused; nothing may be left of it."""
    with pytest.raises(AppError) as refused:
        proven(path, keys)
    assert not list((Path(tempfile.gettempdir())).iterdir())
    return refused.value.code


def test_a_flipped_bit_anywhere_is_noticed(pack: Path, keys: Keys) -> None:
    whole = pack.read_bytes()
    step = max(1, len(whole) // 40)
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


def test_a_page_of_an_older_package_is_noticed(
    field: Field, pack: Path, keys: Keys, tmp_path: Path
) -> None:
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
    field: Field, pack: Path, keys: Keys, tmp_path: Path
) -> None:
    records.add(field.ws, "opinion", [{"unit": field.health, "text": "材料太多"}])
    other = packed(field.ws, tmp_path)
    with package.open_source(other, keys) as source:
        body = source.manifest_bytes
    altered(pack, keys.files[0], lambda c: c.execute(parcels.manifest.update().values(value=body)))
    assert code(pack, keys) == "package_contents_differ"


def _sql(text: str) -> Callable[[sa.Connection], object]:
    return lambda connection: connection.exec_driver_sql(text)


@pytest.mark.parametrize(
    "statement",
    [
        "update stream set replica = lower(hex(zeroblob(16))) where n = 1",
        "update stream set n = n + 100",
        "update stream set seq = seq + 1 where n = 1",
        "update scope set name = 'unit/' || name",
        "delete from scope",
        "update change set seq = seq + 1",
        "update change set id = zeroblob(32) where n = 1",
        "update change set id = zeroblob(31) where n = 1",
        "update change set body = cast(replace(body, '自学', '他学') as blob)",
        "update change set body = zeroblob(5000000) where n = 2",
        "update change set row = 9999 where n = 2",
        "update change set row = (select max(row) from change)",
        "update change set stream = 99 where n = 1",
        "delete from change where n = 3",
        "insert into change values (999, 1, 999, zeroblob(32), 1, x'7b7d')",
        "update row set uid = lower(hex(zeroblob(16))) where n = 2",
        "update row set entity = 'case' where n = 2",
        "delete from row where n = 2",
        "insert into row values (999, lower(hex(zeroblob(16))), 'case', 1)",
        "update row set scope = 99",
        "update blob set data = x'00'",
        "update blob set size = 1",
        "update blob set hash = lower(hex(zeroblob(32))) where rowid = 1",
        "delete from blob",
        pytest.param(
            "insert into blob values (lower(hex(zeroblob(32))), 300000000, zeroblob(300000000))",
            marks=pytest.mark.slow,
        ),
        "insert into secret values ('a', 'b', replace(hex(zeroblob(20000000)), '0', 'x'))",
        "update manifest set value = zeroblob(70000000)",
        "update manifest set value = x'7b7d'",
        "delete from manifest",
        "insert into manifest values ('more', x'00')",
    ],
)
def test_what_somebody_with_the_key_changes_is_noticed(
    pack: Path, keys: Keys, statement: str
) -> None:
    altered(pack, keys.files[0], _sql(statement))
    found = code(pack, keys)
    assert found in {
        "package_contents_differ",
        "package_change_bad",
        "package_manifest_bad",
        "package_damaged",
    }


@pytest.mark.parametrize(
    "statements",
    [
        ["create view other as select * from change"],
        ["create table other (n integer)"],
        ["create index other on change (body)"],
        ["create trigger other after insert on change begin select 1; end"],
        ["create virtual table other using fts5(t)"],
        ["drop table blob"],
        [
            "alter table change rename to change_2",
            "create view change as select * from change_2",
        ],
        ["drop table secret", "create virtual table secret using fts5(kind, owner, value)"],
        ["alter table scope add column more text"],
        ["pragma user_version = 0"],
    ],
)
def test_other_tables_than_the_formats_are_refused(
    pack: Path, keys: Keys, statements: list[str]
) -> None:
    for statement in statements:
        altered(pack, keys.files[0], _sql(statement))
    assert code(pack, keys) == "package_definitions"


def test_a_stream_under_another_number_stays_the_same_stream(pack: Path, keys: Keys) -> None:
    """Numbers of streams are the file's own; what counts is the replica and the scope."""
    before = proven(pack, keys)

    def renumber(connection: sa.Connection) -> None:
        for table, column in (("change", "stream"), ("stream", "n")):
            connection.exec_driver_sql(f"update {table} set {column} = -{column}")  # noqa: S608

    altered(pack, keys.files[0], renumber)
    assert proven(pack, keys) == before


def _with_run(**values: object) -> Callable[[Manifest], Manifest]:
    def retell(manifest: Manifest) -> Manifest:
        run = manifest.runs[-1]
        fields = {f.name: getattr(run, f.name) for f in dataclasses.fields(run)} | values
        return dataclasses.replace(manifest, runs=(*manifest.runs[:-1], Run(**fields)))

    return retell


@pytest.mark.parametrize(
    "retell",
    [
        _with_run(last=99, changes=99),
        _with_run(last_id="ab" * 32),
        _with_run(replica=ReplicaId("ab" * 16)),
        _with_run(first=2, prev="ab" * 32),
        lambda m: dataclasses.replace(m, runs=m.runs[1:]),
        lambda m: dataclasses.replace(m, runs=(*m.runs, m.runs[0])),
        lambda m: dataclasses.replace(m, counts={**m.counts, "problem": 2}),
        lambda m: dataclasses.replace(m, blobs={}),
        lambda m: dataclasses.replace(m, blobs={**m.blobs, "ab" * 32: 4}),
        lambda m: dataclasses.replace(m, package=""),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(
    pack: Path, keys: Keys, retell: Callable[[Manifest], Manifest]
) -> None:
    retold(pack, keys.files[0], retell)
    assert code(pack, keys) in {"package_contents_differ", "package_manifest_bad"}


def test_a_run_that_does_not_follow_on_what_it_says_is_refused(
    field: Field, pack: Path, keys: Keys
) -> None:
    del field

    def cut(connection: sa.Connection) -> None:
        connection.exec_driver_sql("delete from change where seq = 1 and stream = 1")

    def retell(manifest: Manifest) -> Manifest:
        run = dataclasses.replace(
            manifest.runs[0],
            first=2,
            prev=ChangeId("ab" * 32),
            changes=manifest.runs[0].changes - 1,
        )
        return dataclasses.replace(manifest, runs=(run, *manifest.runs[1:]))

    altered(pack, keys.files[0], cut)
    retold(pack, keys.files[0], retell)
    assert code(pack, keys) == "package_change_bad"


def test_newer_formats_are_told(pack: Path, keys: Keys) -> None:
    retold(pack, keys.files[0], lambda m: dataclasses.replace(m, journal=2))
    with pytest.raises(NewerVersion) as newer:
        package.open_source(pack, keys)
    assert newer.value.code == "package_newer"
    altered(pack, keys.files[0], _sql("pragma user_version = 2"))
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
    altered(pack, keys.files[0], _sql("pragma application_id = 7"))
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


@pytest.mark.parametrize(
    "statements",
    [
        ["create view other as select 1"],
        ["create trigger other after insert on change begin select 1; end"],
        [
            "alter table change rename to change_2",
            "create view change as select * from change_2",
        ],
        ["drop table blob"],
        ["alter table change add column more as (abs(1))"],
    ],
)
def test_a_workspace_file_with_other_things_in_it_is_refused(
    field: Field, tmp_path: Path, statements: list[str]
) -> None:
    path = tmp_path / "b.dudao"
    field.ws.store.copy_to(path)
    for statement in statements:
        altered(path, field.ws.store.key, _sql(statement))
    assert code(path, package.keys_of(field.ws)) == "package_definitions"


@pytest.mark.parametrize(
    "statement",
    [
        "update change set body = 'text' where n = 1",
        "update change set body = 7 where n = 1",
        "update stream set seq = 1.5 where n = 1",
        "update scope set name = x'00' where n = 1",
        "update stream set seq = seq + 1",
        "delete from change where seq = 1",
        "update change set row = 9999 where n = 1",
    ],
)
def test_a_workspace_file_of_odd_values_is_refused(
    field: Field, tmp_path: Path, statement: str
) -> None:
    path = tmp_path / "b.dudao"
    field.ws.store.copy_to(path)
    altered(path, field.ws.store.key, _sql(statement))
    assert code(path, package.keys_of(field.ws)) in {"package_damaged", "package_contents_differ"}


def test_values_of_another_type_are_refused_in_a_package(pack: Path, keys: Keys) -> None:
    """The tables are strict, but somebody may have written them with a tool that is not."""
    engine = new_engine(lambda: connect(pack, keys.files[0]), pooled=False)
    with engine.connect() as connection:
        connection.exec_driver_sql("pragma writable_schema = on")
        loose = "update sqlite_master set sql = replace(sql, ' STRICT', '')"
        connection.exec_driver_sql(loose)
        connection.commit()
    with engine.connect() as connection:
        connection.exec_driver_sql("update change set body = 'text' where n = 1")
        connection.exec_driver_sql("pragma writable_schema = on")
        strict = "update sqlite_master set sql = sql || ' STRICT' where type = 'table'"
        connection.exec_driver_sql(strict)
        connection.commit()
    assert code(pack, keys) == "package_damaged"


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
