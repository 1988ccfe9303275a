"""Going back to a backup loses nothing, and no number of a stream is used twice."""

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.copies import copy_bytes
from models.errors import AppError, Busy, Cancelled, Damaged, Refused, WrongPassphrase
from models.store import Store, read_meta
from services import backup, health, package, records, restoring, workspace
from services.core import Progress
from services.package import Keys
from services.workspace import Workspace
from tests.groups import PASSPHRASE, Field
from tests.packs import packed, stored_in

if TYPE_CHECKING:
    from collections.abc import Callable


def keys(ws: Workspace) -> Keys:
    """What opens the file and its backups without deriving anything."""
    return Keys(files=(ws.store.key,))


def reopened(ws: Workspace, path: Path | None = None) -> Workspace:
    """The file as it is now."""
    return workspace.attach(Store.open_with_key(path or ws.store.path, ws.store.key))


def replica(ws: Workspace) -> str | None:
    """Under whom the file is written."""
    with ws.store.read() as connection:
        return read_meta(connection, "replica")


def used_twice(*files: dict[tuple[str, str, int, bytes], bytes]) -> bool:
    """Whether one number of a stream stands for two changes."""
    ids: dict[tuple[str, str, int], set[bytes]] = {}
    for one in files:
        for replica_id, scope, seq, change_id in one:
            ids.setdefault((replica_id, scope, seq), set()).add(change_id)
    return any(len(found) > 1 for found in ids.values())


def note(ws: Workspace, field: Field, title: str) -> str:
    """One more problem; its provisional number."""
    uid = records.add(ws, "problem", [field.problem(title=title)]).uids[0]
    return str(records.get(ws, "problem", uid).values["provisional_number"])


def test_restoring_brings_back_the_backup_and_keeps_the_file(field: Field) -> None:
    ws = field.ws
    note(ws, field, "备份之前")
    saved = backup.backup(ws)
    before = stored_in(ws)
    number = note(ws, field, "备份之后")
    after = stored_in(ws)
    told = restoring.contrast_open(ws, saved, keys(ws))
    ws.close()
    assert restoring.contrast(ws.store.path, saved, keys(ws)) == told
    done = restoring.restore(ws.store.path, saved, keys(ws))
    assert done.contrast == told
    assert (told.lost, told.gained) == (len(after) - len(before), 0)
    assert told.file is not None
    assert told.file.changes == len(after)
    assert done.replaced is not None
    back, old = reopened(ws), reopened(ws, done.replaced)
    assert health.check(back).ok
    now = stored_in(back)
    assert before.keys() <= now.keys()
    assert {scope for _, scope, _, _ in now.keys() - before.keys()} == {"log"}
    assert stored_in(old) == after
    assert replica(back) != replica(old)
    assert note(back, field, "恢复之后") != number
    assert records.get(back, "group", back.group).values["number_book"] == replica(old)
    assert saved.exists()
    back.close()
    old.close()
    assert sorted(p.name for p in ws.store.path.parent.glob("*.part")) == []


def test_the_replaced_file_can_be_restored_too(field: Field) -> None:
    ws = field.ws
    saved = backup.backup(ws)
    note(ws, field, "一")
    ws.close()
    first = restoring.restore(ws.store.path, saved, keys(ws))
    assert first.replaced is not None
    second = restoring.restore(ws.store.path, first.replaced, keys(ws))
    assert second.replaced is not None
    assert len({first.replaced, second.replaced, ws.store.path}) == 3
    back = reopened(ws)
    assert health.check(back).ok
    back.close()


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.sampled_from(["work", "backup", "restore", "roll_back", "copy", "machine"]),
        min_size=3,
        max_size=9,
    )
)
def test_no_number_is_ever_used_twice(field: Field, acts: list[str]) -> None:
    """Whatever is done to the file: every state it was ever in agrees with every other."""
    history = _History(field)
    for act in (*acts, "work", "restore", "work"):
        history.acts[act]()
        history.work()
    assert not used_twice(*history.states)


class _History:
    """One file that is copied about, and every state it was ever seen in."""

    def __init__(self, field: Field) -> None:
        self.field = field
        field.ws.close()
        self.key = field.ws.store.key
        self.folder = field.ws.store.path.parent / os.urandom(4).hex()
        self.folder.mkdir()
        self.files = [self.folder / "甲.dudao"]
        shutil.copyfile(field.ws.store.path, self.files[0])
        self.saved: list[Path] = []
        self.states: list[dict[tuple[str, str, int, bytes], bytes]] = []
        self.machines = 1
        self.acts: dict[str, Callable[[], None]] = {
            "work": self.work,
            "backup": self.backup,
            "restore": self.restore,
            "roll_back": self.roll_back,
            "copy": self.copy,
            "machine": self.machine,
        }
        self.backup()

    def work(self) -> None:
        """Write on every copy there is."""
        for path in self.files:
            ws = workspace.attach(Store.open_with_key(path, self.key))
            note(ws, self.field, "又一条")
            self.states.append(stored_in(ws))
            ws.close()

    def backup(self) -> None:
        path = self.files[-1]
        target = self.folder / f"备{len(self.saved)}.dudao"
        copy_bytes(path, target)
        self.saved.append(target)

    def restore(self) -> None:
        restoring.restore(self.files[0], self.saved[0], Keys(files=(self.key,)))

    def roll_back(self) -> None:
        """Somebody copies an old file over the new one by hand."""
        shutil.copyfile(self.saved[-1], self.files[-1])

    def copy(self) -> None:
        target = self.folder / f"副本{len(self.files)}.dudao"
        shutil.copyfile(self.files[-1], target)
        self.files.append(target)

    def machine(self) -> None:
        """Go on with all files on another machine, which knows nothing of them."""
        self.machines += 1
        state = self.folder / f"机{self.machines}"
        os.environ["XDG_STATE_HOME"] = str(state)


def test_a_damaged_file_is_restored_and_kept(field: Field) -> None:
    ws = field.ws
    note(ws, field, "备份之前")
    saved = backup.backup(ws)
    ws.close()
    path = ws.store.path
    data = bytearray(path.read_bytes())
    data[4096 * 3 + 50 : 4096 * 20] = b"\0" * (4096 * 17 - 50)
    path.write_bytes(data)
    told = restoring.contrast(path, saved, keys(ws))
    assert told.file is None
    assert isinstance(told.failure, Damaged)
    done = restoring.restore(path, saved, keys(ws))
    assert done.replaced is not None
    assert done.replaced.read_bytes() == bytes(data)
    back = reopened(ws)
    assert health.check(back).ok
    back.close()


def test_a_log_beside_the_file_goes_with_what_was_replaced(field: Field) -> None:
    ws = field.ws
    saved = backup.backup(ws)
    note(ws, field, "只在日志里")
    whole = stored_in(ws)
    path = ws.store.path
    crashed = path.with_name("断电.dudao")
    shutil.copyfile(path, crashed)
    shutil.copyfile(f"{path}-wal", f"{crashed}-wal")
    ws.close()
    done = restoring.restore(crashed, saved, keys(ws))
    assert done.replaced is not None
    assert done.contrast.lost > 0
    old = reopened(ws, done.replaced)
    assert stored_in(old) == whole
    old.close()


def test_a_missing_file_is_made_from_its_backup(field: Field) -> None:
    ws = field.ws
    saved = backup.backup(ws)
    ws.close()
    ws.store.path.unlink()
    done = restoring.restore(ws.store.path, saved, keys(ws))
    assert (done.replaced, done.contrast.file) == (None, None)
    reopened(ws).close()


def test_what_is_no_backup_of_this_file_is_refused(field: Field, tmp_path: Path) -> None:
    ws = field.ws
    pack = packed(ws, tmp_path)
    other = workspace.create(
        tmp_path / "另一组.dudao",
        PASSPHRASE,
        PASSPHRASE,
        workspace.NewGroup("yinchuan-2014", "第五督导组", 5, "钱明"),
    )
    other.close()
    spoilt = tmp_path / "坏.dudao"
    data = bytearray(other.store.path.read_bytes())
    data[-100] ^= 1
    spoilt.write_bytes(data)
    ws.close()
    before = ws.store.path.read_bytes()
    both = Keys(files=(ws.store.key, other.store.key))
    cases: list[tuple[Path, Keys, type[AppError], str]] = [
        (pack, keys(ws), Refused, "backup_is_package"),
        (other.store.path, both, Refused, "backup_of_other_file"),
        (other.store.path, keys(other), WrongPassphrase, "package_locked"),
        (other.store.path, keys(ws), WrongPassphrase, "package_locked"),
        (spoilt, keys(other), Damaged, "package_damaged"),
        (tmp_path / "没有.dudao", keys(ws), Refused, "file_missing"),
    ]
    for path, opens, kind, code in cases:
        with pytest.raises(kind) as refused:
            restoring.restore(ws.store.path, path, opens)
        assert refused.value.code == code, path
    assert ws.store.path.read_bytes() == before
    assert not list(ws.store.path.parent.glob("*replaced*"))
    assert not list(ws.store.path.parent.glob(".dudao-*"))


def test_an_open_file_is_not_restored_and_a_stopped_restore_changes_nothing(field: Field) -> None:
    ws = field.ws
    saved = backup.backup(ws)
    with pytest.raises(Busy):
        restoring.restore(ws.store.path, saved, keys(ws))
    note(ws, field, "一")
    ws.close()
    before = ws.store.path.read_bytes()

    def stop(_done: int, _total: int, what: str) -> None:
        if what == "restore":
            raise Cancelled("cancelled")

    with pytest.raises(Cancelled):
        restoring.restore(ws.store.path, saved, keys(ws), Progress(report=stop))
    assert ws.store.path.read_bytes() == before
    assert [p.name for p in ws.store.path.parent.glob("*.dudao")] == [ws.store.path.name]


def test_keys_and_packages_since_the_backup_are_not_forgotten(field: Field, tmp_path: Path) -> None:
    ws = field.ws
    saved = backup.backup(ws)
    raw = package.make_transfer_key(ws)
    packed(ws, tmp_path)
    ws.close()
    restoring.restore(ws.store.path, saved, keys(ws))
    back = reopened(ws)
    assert package.make_transfer_key(back) == raw
    assert len(package.sent(back)) == 1
    back.close()
