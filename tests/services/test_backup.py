"""Backups are whole copies, made only of a file that is whole itself."""

from pathlib import Path

import pytest

from models.errors import Cancelled, Damaged, Refused
from services import backup, health, records, workspace
from services.core import Progress
from tests.groups import PASSPHRASE, Field


def test_a_backup_opens_and_holds_the_records(field: Field) -> None:
    records.add(field.ws, "problem", [field.problem()])
    path = backup.backup(field.ws)
    assert path.parent == backup.folder_of(field.ws.store.path)
    told = workspace.info(field.ws)
    copy = workspace.open_file(path, PASSPHRASE)
    assert health.check(copy).ok
    assert workspace.info(copy).state_code == told.state_code
    assert workspace.info(copy).counts == told.counts
    copy.close()
    assert told.last_backup is not None


def test_backups_are_listed_newest_first_and_never_overwritten(field: Field) -> None:
    assert backup.backups(field.ws) == ()
    made = [backup.backup(field.ws) for _ in range(3)]
    assert len(set(made)) == 3
    listed = backup.backups(field.ws)
    assert {one.path for one in listed} == set(made)
    assert [one.at for one in listed] == sorted((one.at for one in listed), reverse=True)
    assert all(one.size_bytes == one.path.stat().st_size for one in listed)


def test_a_backup_takes_the_name_or_the_folder_it_is_given(field: Field, tmp_path: Path) -> None:
    folder = tmp_path / "U盘"
    folder.mkdir()
    assert backup.backup(field.ws, folder).parent == folder
    named = folder / "备份 1.dudao"
    assert backup.backup(field.ws, named) == named
    with pytest.raises(Refused) as refused:
        backup.backup(field.ws, named)
    assert refused.value.code == "file_exists"
    assert backup.backups(field.ws) == ()


def test_a_damaged_file_is_not_backed_up(field: Field) -> None:
    records.add(field.ws, "problem", [field.problem() for _ in range(40)])
    path = field.ws.store.path
    field.ws.store.close()
    data = bytearray(path.read_bytes())
    pages = len(data) // 4096
    spoilt = next(n for n in range(pages - 2, 0, -1) if n % max(1, pages // 20))
    data[spoilt * 4096 + 99] ^= 1
    path.write_bytes(data)
    ws = workspace.open_file(path, PASSPHRASE)
    with pytest.raises(Damaged) as told:
        backup.backup(ws)
    assert told.value.code == "backup_source_suspect"
    assert backup.backups(ws) == ()
    assert workspace.info(ws).last_backup is None
    ws.close()


def test_a_stopped_backup_leaves_nothing(field: Field) -> None:
    with pytest.raises(Cancelled):
        backup.backup(field.ws, progress=Progress(cancelled=lambda: True))
    assert backup.backups(field.ws) == ()
    assert list(backup.folder_of(field.ws.store.path).iterdir()) == []
