"""What lies on sticks, and what each gets back."""

from pathlib import Path

import pytest

from models.errors import Damaged, WrongPassphrase
from models.kinds import ReplicaId, Uid
from models.parcels import Sender
from models.store import Store
from services import backup, exchange, package, records, returning
from services import workspace as workspaces
from services.exchange import Standing
from services.package import Extent, Keys, Means, Order, Preset
from services.package.peeking import peek
from services.workspace import Workspace
from tests.groups import Field

SPOKEN = "1234 5678 9012 3456"


def _other(field: Field, tmp_path: Path) -> Workspace:
    """A second laptop of the group, of a person of its own."""
    copy = backup.backup(field.ws, tmp_path / "另一台.dudao")
    ws = workspaces.attach(Store.open_with_key(copy, field.ws.store.key))
    records.add(ws, "problem", [field.problem()])
    return ws


def test_each_package_is_told_by_what_it_is_to_the_open_file(field: Field, tmp_path: Path) -> None:
    package.make_transfer_key(field.ws)
    stick = tmp_path / "盘"
    stick.mkdir()
    other = _other(field, tmp_path)
    new = package.write(other, stick, Order(Preset.GROUP)).parcels[0].path
    locked = package.write(other, stick, Order(), Means(passphrase=SPOKEN)).parcels[0].path
    other.close()
    own = package.write(field.ws, stick, Order(Preset.GROUP)).parcels[0].path
    bad = stick / "坏.dudaopack"
    bad.write_bytes(new.read_bytes()[:-100])
    (plugged,) = exchange.look(field.ws, [stick]).sticks
    told = {found.file.path: found.standing for found in plugged.found}
    assert told == {
        new: Standing.NEW,
        locked: Standing.LOCKED,
        own: Standing.OWN,
        bad: Standing.UNREADABLE,
    }
    assert {found.file.path for found in plugged.fresh} == {new, locked}
    assert plugged.owner == "赵明"


def test_a_file_chosen_by_hand_is_wanted_even_if_it_is_known(field: Field, tmp_path: Path) -> None:
    package.make_transfer_key(field.ws)
    other = _other(field, tmp_path)
    path = package.write(other, tmp_path, Order(Preset.GROUP)).parcels[0].path
    other.close()
    gone = tmp_path / "没有了.dudaopack"
    look = exchange.look(field.ws, files=[path, gone])
    assert [found.file.path for found in look.fresh] == [path]
    assert [found.file.path for found in look.broken] == [gone]
    again = exchange.look(field.ws, files=[path], seen=look.seen)
    assert again.fresh[0].manifest is look.fresh[0].manifest


def test_a_first_look_writes_nothing_and_believes_no_other_file(
    field: Field, tmp_path: Path
) -> None:
    written = package.write(field.ws, tmp_path, Order(), Means(passphrase=SPOKEN))
    path = written.parcels[0].path
    before = sorted(tmp_path.iterdir())
    with pytest.raises(WrongPassphrase):
        peek(path, Keys(passphrases=(SPOKEN,)))
    keys = package.keys_of(field.ws)
    workspace_file = tmp_path / "其实是工作文件.dudaopack"
    backup.backup(field.ws, workspace_file)
    with pytest.raises(Damaged) as refused:
        peek(workspace_file, keys)
    assert refused.value.code == "package_definitions"
    assert sorted(tmp_path.iterdir()) == sorted([*before, workspace_file])


def test_a_stick_gets_what_its_owner_may_have(field: Field) -> None:
    ws = field.ws

    def sender(group: Uid, *, office: bool = False) -> Sender:
        return Sender(ReplicaId("b" * 32), field.handler, "王建国", "B", group, "组", office)

    own = returning.order_for(ws, [sender(ws.group)])
    assert own.preset is Preset.GROUP
    assert own.receivers == {ReplicaId("b" * 32)}
    strangers = Uid("e" * 32)
    office = returning.order_for(ws, [sender(strangers, office=True)])
    assert (office.preset, office.units, office.extent) == (Preset.OFFICE, frozenset(), Extent.ALL)
    nothing = returning.order_for(ws, [sender(strangers)])
    assert nothing.extent is Extent.COMMON
    records.change(ws, "unit", field.education, {"group": ws.group})
    assert returning.units_of(ws, ws.group) == {field.education}


def test_without_a_key_in_common_nothing_is_written_back(field: Field, tmp_path: Path) -> None:
    stick = tmp_path / "盘"
    stick.mkdir()
    other = _other(field, tmp_path)
    package.write(other, stick, Order(Preset.GROUP))
    other.close()
    look = exchange.look(field.ws, [stick])
    (given,) = returning.give_back(field.ws, returning.errands(field.ws, look.sticks))
    assert given.failure is not None
    assert given.failure.code == "return_without_key"
    assert len(list(stick.iterdir())) == 1
