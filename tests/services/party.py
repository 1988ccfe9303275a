"""A group whose member has joined: two machines, each with its own file and memory."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.cipher import FileKey
from models.kinds import Uid
from models.store import Store
from services import inviting, joining, merge, package, records
from services import workspace as workspaces
from services.merge import Outcome
from services.package import Keys, Order, Preset
from services.workspace import Workspace
from tests.groups import FILE_NAME, Prepared

SPOKEN = "4821 7730 9164 0052"
PASSPHRASE = "李芳的口令 12"  # noqa: S105 - opens nothing but test files


@dataclass
class Machine:
    """One laptop: its folder, its state folder, and its file's key."""

    folder: Path
    file: str
    key: FileKey

    @property
    def path(self) -> Path:
        """Its file."""
        return self.folder / self.file

    @contextmanager
    def at_work(self) -> Iterator[Workspace]:
        """Be this machine, with its file open."""
        before = os.environ["XDG_STATE_HOME"]
        os.environ["XDG_STATE_HOME"] = str(self.folder / "state")
        ws = workspaces.attach(Store.open_with_key(self.path, self.key))
        try:
            yield ws
        finally:
            ws.close()
            os.environ["XDG_STATE_HOME"] = before

    def write(self, unit: Uid, count: int = 1) -> None:
        """Some opinions of a unit."""
        with self.at_work() as ws:
            for number in range(count):
                records.add(ws, "opinion", [{"unit": unit, "text": f"会议太多，第{number}次"}])

    def pack(self, name: str, order: Order | None = None) -> Path:
        """A package for the group."""
        with self.at_work() as ws:
            path = self.folder / f"{name}.dudaopack"
            package.write(ws, path, order or Order(preset=Preset.GROUP))
            return path

    def merge(self, *paths: Path) -> Outcome:
        """Take packages or files in."""
        with self.at_work() as ws:
            return taken(ws, *paths)


def taken(ws: Workspace, *paths: Path, passphrase: str | None = None) -> Outcome:
    """Take packages or files in; all must be good."""
    keys = package.keys_of(ws, *([] if passphrase is None else [passphrase]))
    sources = merge.open_all(paths, keys)
    try:
        done = merge.apply(ws, sources)
    finally:
        merge.close_all(sources)
    assert [one.failure for one in done.sources] == [None] * len(paths)
    return done


@dataclass
class Party:
    """The group's machine, a member's, and the package by which the member joined."""

    first: Machine
    second: Machine
    invitation: Path
    unit: Uid
    member: Uid
    others: tuple[Uid, ...]


@pytest.fixture(scope="session")
def founded(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Party:
    """Made once a run; tests work on copies."""
    folder = tmp_path_factory.mktemp("party")
    first = Machine(folder / "组机", FILE_NAME, prepared.key)
    shutil.copytree(prepared.folder, first.folder)
    unit, _health, leader, handler, recorder = prepared.uids
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "none"))
        with first.at_work() as ws:
            told = inviting.invite(ws, [recorder, handler], folder, SPOKEN)
        second = folder / "李芳"
        second.mkdir()
        patch.setenv("XDG_STATE_HOME", str(second / "state"))
        keys = Keys(passphrases=(SPOKEN,))
        path = second / "李芳.dudao"
        joined = joining.join(path, PASSPHRASE, told.parcel.path, keys, "李芳")
        joined.close()
    own = Machine(second, "李芳.dudao", joined.store.key)
    return Party(first, own, told.parcel.path, unit, recorder, (leader, handler))


@pytest.fixture
def party(founded: Party, tmp_path: Path) -> Party:
    """A copy of the two machines."""
    machines = []
    for machine in (founded.first, founded.second):
        shutil.copytree(machine.folder, tmp_path / machine.folder.name)
        machines.append(Machine(tmp_path / machine.folder.name, machine.file, machine.key))
    invitation = tmp_path / founded.invitation.name
    shutil.copyfile(founded.invitation, invitation)
    first, second = machines
    return Party(first, second, invitation, founded.unit, founded.member, founded.others)
