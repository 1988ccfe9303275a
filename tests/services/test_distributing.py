"""下发: the office's packages for its groups."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import Refused
from models.kinds import Role
from services import distributing, listing, merge, package, receipts, records
from services import workspace as workspaces
from services.core import Filter
from services.distributing import Delivery
from services.package import Keys, Order, Preset
from services.workspace import NewGroup, Workspace
from tests.groups import Field

SPOKEN = "1234 5678 9012 3456"


@pytest.fixture
def office(field: Field, tmp_path: Path) -> Iterator[Workspace]:
    """The office's file, which has taken in one package of the group; one unit is the group's."""
    ws = workspaces.create(
        tmp_path / "活动办.dudao",
        "办公室口令 1234",
        "办公室实名 1234",
        NewGroup("yinchuan-2014", "活动办", 99, "周主任", Role.OFFICE),
    )
    records.change(field.ws, "unit", field.education, {"group": field.ws.group})
    records.add(field.ws, "problem", [field.problem(), field.problem(unit=field.health)])
    means = package.Means(passphrase=SPOKEN)
    written = package.write(field.ws, tmp_path, Order(Preset.OFFICE), means)
    with package.open_source(written.parcels[0].path, package.keys_of(ws, SPOKEN)) as source:
        merge.apply(ws, [source])
    yield ws
    ws.close()


def test_each_group_gets_its_own_units_and_the_campaigns_key(
    field: Field, office: Workspace, tmp_path: Path
) -> None:
    (group,) = distributing.receivers(office)
    assert (group.name, group.units, group.is_first) == ("第三督导组", 1, True)
    assert group.received > 0
    folder = tmp_path / "下发"
    folder.mkdir()
    records.add(office, "task", [{"what": "再动员", "due": "2014-05-20", "unit": field.education}])
    records.add(office, "task", [{"what": "别组的", "due": "2014-05-20", "unit": field.health}])
    (done,) = distributing.distribute(office, [Delivery(group, folder, SPOKEN)])
    assert done.failure is None
    parcel, answer = done.parcels
    assert parcel.path.name.startswith("第三督导组-下发-")
    assert answer.path.name.startswith("第三督导组-回执-")
    for one in done.parcels:
        with package.open_source(one.path, Keys(passphrases=(SPOKEN,))) as source:
            merge.apply(field.ws, [source])
    told = receipts.received(field.ws)
    assert told.by == "周主任"
    assert 0 < told.received <= told.changes
    tasks = listing.page(field.ws, "task", Filter(), 0, 9).rows
    assert [row.values["what"] for row in tasks] == ["再动员"]
    with field.ws.store.read() as connection:
        assert package.transfer_keys(connection)[field.ws.campaign]
    (group,) = distributing.receivers(office)
    assert not group.is_first


def test_one_that_fails_stops_no_other(office: Workspace, tmp_path: Path) -> None:
    (group,) = distributing.receivers(office)
    wanted = [Delivery(group, tmp_path / "不在"), Delivery(group, tmp_path)]
    bad, good = distributing.distribute(office, wanted)
    assert bad.failure is not None
    assert bad.failure.code == "folder_missing"
    assert good.parcels


def test_only_the_office_issues(field: Field) -> None:
    assert distributing.receivers(field.ws) == ()
    with pytest.raises(Refused) as refused:
        distributing.distribute(field.ws, [])
    assert refused.value.code == "role_may_not"
