"""Backups are thinned out by a rule, never those that later ones do not stand for."""

import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from services import backup, records
from services.backup import Backup
from tests.groups import Field

NOW = datetime(2014, 5, 6, 12, 0, tzinfo=UTC)
_minutes = st.lists(st.integers(0, 400 * 24 * 60), max_size=80, unique=True)


def _backups(minutes: list[int]) -> list[Backup]:
    return [Backup(Path(f"{m:07d}"), NOW - timedelta(minutes=m), 4096) for m in minutes]


def saved(folder: Path, at: datetime, size: int = 10) -> Path:
    """A file that looks like a backup made then."""
    path = folder / f"第三 组-{at:%Y%m%d-%H%M%S}.dudao"
    path.write_bytes(b"x" * size)
    return path


@given(_minutes)
def test_the_last_two_days_and_the_newest_are_always_kept(minutes: list[int]) -> None:
    found = _backups(minutes)
    keep = backup.kept(found, NOW)
    assert {b for b in found if NOW - b.at < timedelta(hours=48)} <= keep
    assert not found or max(found, key=lambda b: b.at) in keep
    old = [b for b in keep if NOW - b.at >= timedelta(hours=48)]
    assert len(old) <= backup.KEEP_DAYS + backup.KEEP_WEEKS + backup.KEEP_MONTHS


@given(_minutes)
def test_thinning_out_again_later_keeps_no_more(minutes: list[int]) -> None:
    found = _backups(minutes)
    first = backup.kept(found, NOW)
    assert backup.kept(first, NOW) == first
    assert backup.kept(first, NOW + timedelta(days=3)) <= first


def test_a_year_of_half_hours_leaves_days_weeks_and_months() -> None:
    keep = backup.kept(_backups(list(range(0, 365 * 24 * 60, 30))), NOW)
    days = sorted({b.at.astimezone().date() for b in keep}, reverse=True)
    assert len(keep) <= 96 + 12 + 10 + 9
    assert all((a - b).days == 1 for a, b in pairwise(days[:12]))
    assert (days[0] - days[-1]).days > 200


def noon() -> datetime:
    """Of today: minutes before midnight would be of another day."""
    return datetime.now(UTC).replace(hour=12, minute=0)


def test_files_of_other_kinds_and_larger_ones_are_left(field: Field) -> None:
    file = field.ws.store.path
    folder = backup.folder_of(file)
    folder.mkdir()
    old = [saved(folder, NOW - timedelta(days=40, minutes=m)) for m in range(3)]
    before_a_loss = saved(folder, NOW - timedelta(days=40, minutes=5), size=99)
    named = folder / "交接前.dudao"
    named.write_bytes(b"x")
    replaced = folder / "第五组-20140101-000000.dudao"
    replaced.write_bytes(b"x")
    saved(folder, NOW)
    gone = backup.thin_out(file, NOW)
    assert set(gone) == set(old[1:])
    assert old[0].exists()
    assert before_a_loss.exists()
    assert named.exists()
    assert replaced.exists()


def test_a_backup_thins_out_and_one_to_another_place_does_not(field: Field, tmp_path: Path) -> None:
    folder = backup.folder_of(field.ws.store.path)
    folder.mkdir()
    for minutes in range(3):
        saved(folder, noon() - timedelta(days=40, minutes=minutes))
    backup.backup(field.ws, tmp_path / "别处.dudao")
    assert len(backup.backups(field.ws)) == 3
    backup.backup(field.ws)
    assert len(backup.backups(field.ws)) == 2


def test_a_file_that_lost_something_removes_no_backup(field: Field) -> None:
    ws = field.ws
    folder = backup.folder_of(ws.store.path)
    folder.mkdir()
    for minutes in range(3):
        saved(folder, noon() - timedelta(days=40, minutes=minutes))
    for witness in (Path(os.environ["XDG_STATE_HOME"]) / "dudao" / "witnesses").glob("*.json"):
        # What this machine remembers is newer than the file.
        witness.write_text('{"id": "' + "a" * 64 + '", "scope": "common", "seq": 900}')
    records.add(ws, "problem", [field.problem()])
    assert ws.store.was_rolled_back
    backup.backup(ws)
    assert len(backup.backups(ws)) == 4


def test_half_an_hour_of_work_makes_a_backup_due(field: Field) -> None:
    ws = field.ws
    assert backup.is_due(ws)
    made = backup.backup_if_due(ws)
    assert made is not None
    later = datetime.now(UTC) + timedelta(minutes=31)
    assert not backup.is_due(ws, later)
    records.add(ws, "problem", [field.problem()])
    assert not backup.is_due(ws)
    assert backup.backup_if_due(ws) is None
    assert backup.is_due(ws, later)
    assert backup.is_due(ws, later - timedelta(days=365))
