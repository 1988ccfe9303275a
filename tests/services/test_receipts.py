"""A receipt says what the office has; the newest counts, even if it knows less."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from models.errors import Refused
from models.kinds import ChangeId, Role, Value
from models.parcels import Manifest
from models.store import Store
from services import backup, package, receipts, records, restoring, workspace
from services.package import Keys, Means, Order, Preset
from services.receipts import Reception
from services.workspace import Workspace
from tests.groups import PASSPHRASE
from tests.packs import retold
from tests.services.party import SPOKEN, Party, founded, party, taken

__all__ = ["founded", "party"]
MEANS = Means(passphrase=SPOKEN)


@dataclass
class Scene:
    """A group's laptop and the office's."""

    party: Party
    office: Workspace
    folder: Path

    def report(self, name: str) -> Path:
        """What the group sends to the office, all of it."""
        with self.party.first.at_work() as ws:
            path = self.folder / f"{name}.dudaopack"
            package.write(ws, path, Order(), MEANS)
        return path

    def answer(self, name: str, office: Workspace | None = None) -> Path:
        """The office's receipt."""
        path = self.folder / f"{name}.dudaopack"
        receipts.write(office or self.office, path, MEANS)
        return path

    def read(self, *answers: Path) -> Reception:
        """What the group knows once it has read them."""
        with self.party.first.at_work() as ws:
            if answers:
                taken(ws, *answers, passphrase=SPOKEN)
            return receipts.received(ws)


@pytest.fixture
def scene(party: Party, tmp_path: Path) -> Scene:
    """A group that has written three opinions, and an empty office."""
    new = workspace.NewGroup("yinchuan-2014", "活动办", 1, "钱明", Role.OFFICE)
    office = workspace.create(tmp_path / "办.dudao", PASSPHRASE, PASSPHRASE, new)
    party.first.write(party.unit, 3)
    return Scene(party, office, tmp_path)


def test_a_group_learns_how_much_the_office_has(scene: Scene) -> None:
    nothing = scene.read()
    assert (nothing.at, nothing.received, nothing.changes) == (None, 0, 3)
    taken(scene.office, scene.report("一"), passphrase=SPOKEN)
    answer = scene.answer("回执")
    scene.party.first.write(scene.party.unit)
    known = scene.read(answer)
    assert (known.by, known.received, known.changes) == ("钱明", 3, 4)
    (unit,) = known.units
    assert (unit.unit, unit.name, unit.received, unit.changes) == (
        scene.party.unit,
        "市教育局",
        3,
        4,
    )
    with scene.party.first.at_work() as ws:
        (told,) = receipts.told(ws)
        assert told.is_office
        assert told.units == {scene.party.unit: (3, 3)}
        # Only what the office lacks is packed from now on.
        order = Order(receivers=package.receivers(ws, Preset.OFFICE))
        scopes = {p.run.scope: p.run.first for p in package.survey(ws, order).picked}
        assert scopes[f"unit/{scene.party.unit}"] == 4


def test_a_receipt_holds_no_changes_and_stands_on_a_backup(scene: Scene) -> None:
    taken(scene.office, scene.report("一"), passphrase=SPOKEN)
    done = receipts.write(scene.office, scene.folder, MEANS)
    assert done.parcel.manifest.runs == ()
    assert done.parcel.path.name.startswith("活动办-回执-")
    copy = workspace.open_file(done.backup, PASSPHRASE)
    (unit,) = receipts.received(copy).units
    assert unit.changes == 3
    copy.close()
    # Nothing was written since but the line in the log: still a new backup holds that too.
    again = receipts.write(scene.office, scene.folder, MEANS)
    assert again.backup != done.backup


def test_a_backup_that_holds_everything_is_enough(scene: Scene) -> None:
    saved = backup.backup(scene.office)
    assert receipts.write(scene.office, scene.folder, MEANS).backup == saved


def test_no_receipt_without_a_backup(scene: Scene) -> None:
    taken(scene.office, scene.report("一"), passphrase=SPOKEN)
    folder = backup.folder_of(scene.office.store.path)
    shutil.rmtree(folder)
    folder.write_bytes(b"no folder")
    with pytest.raises(Refused):
        scene.answer("回执")
    assert not (scene.folder / "回执.dudaopack").exists()


def test_the_newest_receipt_counts_even_if_it_knows_less(scene: Scene) -> None:
    """A restored office asks for what it lost, and gets it."""
    empty = scene.folder / "空.dudao"
    saved = backup.backup(scene.office, empty)
    taken(scene.office, scene.report("一"), passphrase=SPOKEN)
    full = scene.answer("全")
    assert scene.read(full).received == 3
    scene.office.close()
    keys = Keys(files=(scene.office.store.key,))
    restoring.restore(scene.office.store.path, saved, keys)
    office = workspace.attach(Store.open_with_key(scene.office.store.path, scene.office.store.key))
    assert scene.read(scene.answer("空", office)).received == 0
    # An older one read again changes nothing.
    assert scene.read(full).received == 0
    with scene.party.first.at_work() as ws:
        order = Order(receivers=package.receivers(ws, Preset.OFFICE))
        path = scene.folder / "再送.dudaopack"
        package.write(ws, path, order, MEANS)
    taken(office, path, passphrase=SPOKEN)
    assert scene.read(scene.answer("又全", office)).received == 3
    office.close()


def test_another_branch_is_not_taken_for_received(scene: Scene) -> None:
    taken(scene.office, scene.report("一"), passphrase=SPOKEN)
    answer = scene.answer("回执")
    with package.open_source(answer, Keys(passphrases=(SPOKEN,))) as source:
        key = source.key

    def other(manifest: Manifest) -> Manifest:
        return replace(
            manifest, tips=tuple(replace(tip, id=ChangeId("ab" * 32)) for tip in manifest.tips)
        )

    retold(answer, key, other)
    assert scene.read(answer).received == 0


def test_gaps_numbers_and_conflicts_are_told(scene: Scene) -> None:
    party = scene.party
    older = scene.folder / "旧办.dudao"
    taken(scene.office, scene.report("一"), passphrase=SPOKEN)
    scene.office.close()
    shutil.copyfile(scene.office.store.path, older)
    key = scene.office.store.key
    office = workspace.attach(Store.open_with_key(scene.office.store.path, key))
    party.first.write(party.unit, 2)
    taken(office, scene.report("二"), passphrase=SPOKEN)
    scene.read(scene.answer("回执", office))
    office.close()
    party.first.write(party.unit)
    with party.first.at_work() as ws:
        order = Order(receivers=package.receivers(ws, Preset.OFFICE))
        path = scene.folder / "三.dudaopack"
        package.write(ws, path, order, MEANS)
    back = workspace.attach(Store.open_with_key(older, key))
    taken(back, path, passphrase=SPOKEN)
    records.add(back, "task", [{"what": "补课", "due": "2014-05-16"}])
    done = receipts.write(back, scene.folder / "缺.dudaopack", MEANS)
    back.close()
    assert done.gaps > 0
    assert done.received[party.unit] == (3, 5)
    scene.read(scene.folder / "缺.dudaopack")
    with party.first.at_work() as ws:
        newest = receipts.told(ws)[0]
    asked = {(a.scope, a.first, a.last) for a in newest.asked}
    assert (f"unit/{party.unit}", 4, 5) in asked
    assert newest.units[party.unit] == (3, 5)


def test_a_strangers_receipt_cannot_break_the_list(scene: Scene) -> None:
    answer = scene.answer("回执")
    with package.open_source(answer, Keys(passphrases=(SPOKEN,))) as source:
        key = source.key
    odd: dict[str, Value] = {
        "asked": [1, [2], ["a", "b", "c", "d"]],
        "units": {"x": [1], "y": "z"},
        "backup": 3,
    }
    retold(
        answer,
        key,
        lambda m: replace(m, receipt=odd, numbers={"a": "b"}, conflicts=(1, {"kind": 2})),
    )
    scene.read(answer)
    with scene.party.first.at_work() as ws:
        (told,) = receipts.told(ws)
    assert (told.asked, told.units, told.numbers, told.conflicts) == ((), {}, {}, ())
