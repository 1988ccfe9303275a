"""What a package carries: for whom, of which units, and only what the receiver lacks."""

import shutil
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import tables
from models.errors import Refused
from models.journal import encode, identify
from models.kinds import ReplicaId
from models.store import read_meta
from services import attachments, package, records
from services import workspace as workspaces
from services.package import Extent, Manifest, Order, ParcelKind, Preset
from services.workspace import Workspace
from tests.groups import PASSPHRASE, Field
from tests.packs import EVERYTHING, changes_in, packed, proven, stored_in, work


def scopes(manifest: Manifest) -> set[str]:
    """The heads of the scopes a package carries: unit, talk/unit, …"""
    return {run.scope.rpartition("/")[0] or run.scope for run in manifest.runs}


def secrets_in(path: Path, ws: Workspace) -> set[str]:
    with package.open_source(path, package.keys_of(ws)) as source:
        return set(source.secrets("name_key"))


def tell(ws: Workspace, peer: str, manifest: Manifest, **about: object) -> None:
    """As if a package of that laptop with these tips had been read."""
    fields = {"person": "", "name": "", "group": ws.group, "is_office": 0, "at": 1}
    with ws.store.local() as connection:
        row = {"replica": peer, "letter": peer[1].upper(), "package": "", **fields, **about}
        connection.execute(tables.peer.insert().values(row))
        for tip in manifest.tips:
            seen = {"replica": tip.replica, "scope": tip.scope, "seq": tip.seq, "id": tip.id}
            connection.execute(tables.peer_tip.insert().values(peer=peer, **seen))


def test_all_of_a_file_comes_back_byte_for_byte(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    path = packed(field.ws, tmp_path)
    with package.open_source(path, package.keys_of(field.ws)) as source:
        assert changes_in(source) == stored_in(field.ws)
        assert source.is_package
        assert len(source.manifest.blobs) == 2
    assert path.name == f"第三督导组-移交-0506-{source.manifest.package[:6].upper()}.dudaopack"


def test_a_package_says_what_is_in_it(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    written = package.write(field.ws, tmp_path, EVERYTHING)
    (parcel,) = written.parcels
    manifest = proven(parcel.path, package.keys_of(field.ws))
    assert manifest == parcel.manifest
    assert manifest.counts["problem"] == 1
    assert manifest.counts["unit"] == 2
    assert sum(run.changes for run in manifest.runs) == written.changes == len(stored_in(field.ws))
    assert (manifest.sender.name, manifest.sender.group_name) == ("赵明", "第三督导组")
    assert written.state_code == workspaces.info(field.ws).state_code
    with field.ws.store.read() as connection:
        assert manifest.sender.replica == read_meta(connection, "replica")


@pytest.mark.parametrize(
    ("order", "carried", "with_key", "contents"),
    [
        (Order(preset=Preset.OFFICE), {"common", "log", "unit"}, False, 1),
        (Order(with_talks=True), {"common", "log", "unit", "talk/unit"}, False, 2),
        (Order(with_names=True), {"common", "log", "unit", "sealed/unit"}, True, 1),
        (
            Order(preset=Preset.GROUP),
            {"common", "log", "unit", "talk/unit", "sealed/unit"},
            True,
            2,
        ),
        (Order(preset=Preset.ARCHIVE, extent=Extent.COMMON), {"common"}, False, 0),
        (Order(kind=ParcelKind.RECEIPT, extent=Extent.NOTHING), set(), False, 0),
    ],
)
def test_a_receiver_gets_the_tiers_meant_for_them(
    field: Field,
    tmp_path: Path,
    order: Order,
    carried: set[str],
    with_key: bool,
    contents: int,
) -> None:
    work(field, tmp_path)
    path = packed(field.ws, tmp_path, order)
    manifest = proven(path, package.keys_of(field.ws))
    assert scopes(manifest) == carried
    assert len(manifest.blobs) == contents
    assert bool(secrets_in(path, field.ws)) is with_key
    told_of = {tip.scope for tip in manifest.tips}
    assert "common" in told_of
    assert any(scope.startswith("unit/") for scope in told_of)
    assert any(s.startswith("talk/") for s in told_of) is (
        order.preset is not Preset.OFFICE or order.with_talks
    )


def test_only_chosen_units_travel_with_what_is_common(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    order = Order(preset=Preset.GROUP, units=frozenset({field.health}))
    manifest = proven(packed(field.ws, tmp_path, order), package.keys_of(field.ws))
    assert {run.scope for run in manifest.runs} == {"common", "log", f"unit/{field.health}"}
    assert manifest.units == (field.health,)
    assert manifest.blobs == {}


def test_what_the_receiver_has_stays_behind(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    first = proven(packed(field.ws, tmp_path, Order()), package.keys_of(field.ws))
    tell(field.ws, "0f" * 16, first, is_office=1)
    receivers = package.receivers(field.ws, Preset.OFFICE)
    assert receivers == {"0f" * 16}
    order = Order(receivers=receivers)
    assert package.survey(field.ws, order).picked == ()
    records.add(field.ws, "opinion", [{"unit": field.health, "text": "材料太多"}])
    written = package.write(field.ws, tmp_path, order)
    manifest = written.parcels[0].manifest
    assert {(r.scope, r.last - r.first + 1) for r in manifest.runs} == {
        ("log", 1),
        (f"unit/{field.health}", 1),
    }
    assert manifest.blobs == {}
    assert written.known == sum(run.changes for run in first.runs)
    assert {t.scope for t in manifest.tips} == {t.scope for t in first.tips}
    assert proven(written.parcels[0].path, package.keys_of(field.ws)) == manifest


def test_a_number_without_its_id_is_not_believed(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    first = proven(packed(field.ws, tmp_path, Order()), package.keys_of(field.ws))
    tell(field.ws, "0f" * 16, first, is_office=1)
    other = tables.peer_tip.update().where(tables.peer_tip.c.scope == "common")
    with field.ws.store.local() as connection:
        connection.execute(other.values(id="ab" * 32))
    order = Order(receivers=frozenset({ReplicaId("0f" * 16)}))
    (common,) = package.survey(field.ws, order).picked
    assert (common.run.scope, common.run.first) == ("common", 1)


def test_of_several_receivers_the_one_who_has_least_decides(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    first = proven(packed(field.ws, tmp_path), package.keys_of(field.ws))
    tell(field.ws, "0b" * 16, first)
    records.add(field.ws, "opinion", [{"unit": field.health, "text": "材料太多"}])
    second = proven(packed(field.ws, tmp_path), package.keys_of(field.ws))
    tell(field.ws, "0c" * 16, second)
    both = package.receivers(field.ws, Preset.GROUP)
    assert both == {"0b" * 16, "0c" * 16}
    one = package.survey(field.ws, Order(preset=Preset.GROUP, receivers=both))
    assert {p.run.scope for p in one.picked} == {"log", f"unit/{field.health}"}
    unknown = Order(preset=Preset.GROUP, receivers=both | {ReplicaId("0d" * 16)})
    everything = package.survey(field.ws, unknown)
    assert len(everything.picked) == len(second.runs)


def test_what_is_not_in_force_is_not_packed(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    scope = f"unit/{field.education}"
    with field.ws.store.local() as connection:
        # As after an undo: the last change of one stream is stored and not in force.
        n = connection.scalar(sa.select(tables.scope.c.n).where(tables.scope.c.name == scope))
        stream, change = tables.stream, tables.change
        own = connection.execute(stream.select().where(stream.c.scope == n)).one()
        before = connection.scalar(
            sa.select(change.c.id).where(change.c.stream == own.n, change.c.seq == own.seq - 1)
        )
        shorter = stream.update().where(stream.c.n == own.n)
        connection.execute(shorter.values(seq=own.seq - 1, tip=before))
    manifest = proven(packed(field.ws, tmp_path), package.keys_of(field.ws))
    assert {r.last for r in manifest.runs if r.scope == scope} == {own.seq - 1}
    # The attachment was written last: without its change its content does not travel either.
    assert len(manifest.blobs) == 1


def test_packing_is_logged_and_registered(field: Field, tmp_path: Path) -> None:
    (parcel,) = package.write(field.ws, tmp_path, Order(), package.Means(reason="周报")).parcels
    (sent,) = package.sent(field.ws)
    assert (sent.package, sent.file, sent.by) == (parcel.package, parcel.path.name, "赵明")
    assert (sent.size_bytes, sent.sha256) == (parcel.path.stat().st_size, parcel.sha256)
    with field.ws.store.read() as connection:
        target = tables.row
        query = sa.select(sa.func.count()).where(target.c.entity == "log")
        assert connection.scalar(query) == 1
    # The line travels with the package itself, so that what is packed again is not news for ever.
    assert parcel.manifest.counts["log"] == 1


def test_a_slip_names_files_and_digests(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    written = package.write(field.ws, tmp_path, Order(units=frozenset({field.education})))
    chosen = frozenset({written.parcels[0].package})
    told = package.slip(field.ws, chosen, "办公室 周主任")
    assert (told.sender, told.packed_by, told.receiver) == ("第三督导组", "赵明", "办公室 周主任")
    assert told.units == ("市教育局",)
    assert told.files[0].sha256 == written.parcels[0].sha256
    assert told.contents == 1
    with pytest.raises(Refused) as refused:
        package.slip(field.ws, frozenset({"00" * 16}))
    assert refused.value.code == "package_unknown"


def test_a_damaged_attachment_does_not_travel_on(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    with field.ws.store.local() as connection:
        connection.execute(tables.blob.update().values(data=b"other"))
    with pytest.raises(Exception, match="attachment_damaged"):
        packed(field.ws, tmp_path)
    assert not list(tmp_path.glob("*.dudaopack")) + list(tmp_path.glob(".dudao*"))


def test_a_copied_file_is_packed_as_another_laptops(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    field.ws.store.copy_to(tmp_path / "b.dudao")
    other = workspaces.open_file(tmp_path / "b.dudao", PASSPHRASE)
    try:
        mine = proven(packed(field.ws, tmp_path), package.keys_of(field.ws))
        theirs = proven(packed(other, tmp_path), package.keys_of(field.ws))
    finally:
        other.close()
    assert mine.sender.replica != theirs.sender.replica
    assert {t.replica for t in theirs.tips} == {mine.sender.replica, theirs.sender.replica}


_acts = st.lists(
    st.tuples(st.sampled_from(["add", "edit", "delete", "pack"]), st.integers(0, 5)), max_size=12
)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=_acts)
def test_what_is_sent_bit_by_bit_adds_up_to_all(
    field: Field, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[str, int]]
) -> None:
    folder, ws = tmp_path_factory.mktemp("sticks"), field.ws
    peer = ReplicaId("0c" * 16)
    got: dict[tuple[str, str, int, bytes], bytes] = {}
    uids = list(records.add(ws, "opinion", [{"unit": field.health, "text": "一"}]).uids)
    with ws.store.local() as connection:
        connection.execute(tables.peer_tip.delete())
    for act, n in [*acts, ("pack", 0)]:
        if act == "add":
            unit = field.health if n % 2 else field.education
            uids += records.add(ws, "opinion", [{"unit": unit, "text": f"意见{n}"}]).uids
        elif act == "edit":
            records.change(ws, "opinion", uids[n % len(uids)], {"text": f"改{n}"})
        elif act == "delete" and len(uids) > 1:
            records.delete(ws, "opinion", uids.pop(n % len(uids)), "重复")
        elif act == "pack":
            order = Order(preset=Preset.GROUP, receivers=frozenset({peer}))
            path = packed(ws, folder, order)
            with package.open_source(path, package.keys_of(ws)) as source:
                new = changes_in(source)
                tips = source.manifest.tips
            assert not got.keys() & new.keys()
            got |= new
            with ws.store.local() as connection:
                connection.execute(tables.peer_tip.delete())
                for tip in tips:
                    seen = {"replica": tip.replica, "scope": tip.scope, "seq": tip.seq}
                    connection.execute(
                        tables.peer_tip.insert().values(peer=peer, id=tip.id, **seen)
                    )
    assert got == stored_in(ws)
    shutil.rmtree(folder)


def test_contents_of_records_that_are_not_sent_stay(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    with field.ws.store.write(field.ws.actor) as writer:
        stray = attachments.put(writer, b"nobody names me")
    manifest = proven(packed(field.ws, tmp_path), package.keys_of(field.ws))
    assert stray not in manifest.blobs


def test_every_branch_of_a_forked_stream_travels(field: Field, tmp_path: Path) -> None:
    work(field, tmp_path)
    first = proven(packed(field.ws, tmp_path), package.keys_of(field.ws))
    tell(field.ws, "0c" * 16, first)
    stream, change = tables.stream, tables.change
    with field.ws.store.local() as connection:
        last = connection.execute(change.select().order_by(change.c.n.desc()).limit(1)).one()
        body = orjson.loads(last.body) | {"at": 7}
        data = encode(body)
        twin = {"stream": last.stream, "seq": last.seq, "row": last.row, "body": data}
        connection.execute(change.insert().values(id=bytes.fromhex(identify(data)), **twin))
        connection.execute(stream.update().where(stream.c.n == last.stream).values(forked=1))
    order = Order(preset=Preset.ARCHIVE, receivers=frozenset({ReplicaId("0c" * 16)}))
    path = packed(field.ws, tmp_path, order)
    with package.open_source(path, package.keys_of(field.ws)) as source:
        runs = {r.scope: r for r in proven(path, package.keys_of(field.ws)).runs}
        held = changes_in(source)
    forked = runs[body["scope"]]
    assert (forked.first, forked.changes) == (1, forked.last + 1)
    assert sum(key[2] == last.seq and key[1] == body["scope"] for key in held) == 2
