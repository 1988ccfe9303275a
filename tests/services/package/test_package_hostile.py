"""What somebody who knows the key, and has any tool, builds or changes is noticed."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.cipher import connect, new_engine
from models.kinds import ChangeId, ReplicaId
from models.parcels import Manifest, Run
from services import merge, package
from services.package import Keys
from tests.groups import Field
from tests.packs import altered, code, proven, retold, sql

BAD = {
    "package_contents_differ",
    "package_change_bad",
    "package_manifest_bad",
    "package_damaged",
}


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
        pytest.param(
            "insert into secret values ('a', 'b', replace(hex(zeroblob(20000000)), '0', 'x'))",
            marks=pytest.mark.slow,
        ),
        pytest.param("update manifest set value = zeroblob(70000000)", marks=pytest.mark.slow),
        "update manifest set value = x'7b7d'",
        "delete from manifest",
        "insert into manifest values ('more', x'00')",
    ],
)
def test_what_somebody_with_the_key_changes_is_noticed(
    field: Field, pack: Path, keys: Keys, statement: str
) -> None:
    altered(pack, keys.files[0], sql(statement))
    assert code(pack, keys) in BAD
    assert _merging(field, pack, keys) in BAD


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
        altered(pack, keys.files[0], sql(statement))
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


def test_a_run_that_does_not_follow_on_what_it_says_is_refused(pack: Path, keys: Keys) -> None:

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
        altered(path, field.ws.store.key, sql(statement))
    assert code(path, package.keys_of(field.ws)) == "package_definitions"


ODD_CHANGES = (
    "update change set body = 'text' where n = 1",
    "update change set body = 7 where n = 1",
    "update change set id = cast(substr(hex(id), 1, 32) as text) where n = 1",
    "update change set seq = 'one' where n = 1",
    "update change set seq = x'01' where n = 1",
    "update change set row = x'01' where n = 1",
    "update change set row = 1.5 where n = 1",
    "update change set stream = 'one' where n = 1",
)


@pytest.mark.parametrize(
    "statement",
    [
        *ODD_CHANGES,
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
    altered(path, field.ws.store.key, sql(statement))
    keys = package.keys_of(field.ws)
    assert code(path, keys) in {"package_damaged", "package_contents_differ"}
    assert _merging(field, path, keys) in BAD


@pytest.mark.parametrize("statement", [*ODD_CHANGES, "update row set uid = x'00' where n = 1"])
def test_values_of_another_type_are_refused_in_a_package(
    field: Field, pack: Path, keys: Keys, statement: str
) -> None:
    """The tables are strict, but somebody may have written them with a tool that is not."""
    engine = new_engine(lambda: connect(pack, keys.files[0]), pooled=False)
    with engine.connect() as connection:
        connection.exec_driver_sql("pragma writable_schema = on")
        loose = "update sqlite_master set sql = replace(sql, ' STRICT', '')"
        connection.exec_driver_sql(loose)
        connection.commit()
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql("pragma writable_schema = on")
        strict = "update sqlite_master set sql = sql || ' STRICT' where type = 'table'"
        connection.exec_driver_sql(strict)
        connection.commit()
    assert code(pack, keys) in {"package_damaged", "package_contents_differ"}
    assert _merging(field, pack, keys) in BAD


def _merging(field: Field, path: Path, keys: Keys) -> str:
    """Why a merge refuses a file, as its preview tells."""
    sources = merge.open_all([path], keys)
    try:
        (report,) = merge.prepare(field.ws, sources).sources
    finally:
        merge.close_all(sources)
    assert report.verdict is merge.Verdict.REFUSED
    assert report.failure is not None
    return report.failure.code
