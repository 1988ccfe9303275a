"""Files of every released version open, verify and go on, for ever.

They were made by `tests/released.py` of their time, under the passphrases that stand there.
"""

import shutil
from pathlib import Path

import pytest

from models import cipher
from services import health, history, names, problems, records, search, workspace
from services.core import Filter
from services.listing import page
from tests.released import FOLDER, NAMES_PASSPHRASE, PASSPHRASE, make


@pytest.fixture(params=sorted(FOLDER.glob("v*.dudao")), ids=lambda path: path.name)
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a released file."""
    return Path(shutil.copyfile(request.param, tmp_path / request.param.name))


def proves_itself(path: Path) -> None:
    """Whether all that was ever put in comes out."""
    ws = workspace.open_file(path, PASSPHRASE)
    assert health.check(ws).ok
    counts = workspace.info(ws).counts
    assert {k: counts[k] for k in ("unit", "problem", "interview", "identity")} == {
        "unit": 2,
        "problem": 1,
        "interview": 1,
        "identity": 1,
    }
    (problem,) = page(ws, "problem", Filter(), 0, 10).rows
    assert problem.values["title"] == "自学没有安排"
    assert [s.transition.verb for s in problems.steps(ws, problem.uid)]
    assert {e.after for e in history.of_record(ws, problem.uid) if e.field == "title"} == {
        *("自学无安排", "自学没有安排")
    }
    assert search.find(ws, "𬭎䶮").total == 1
    (opened,) = names.open_names(ws, NAMES_PASSPHRASE, "核对")
    assert opened.values["real_name"] == "马小明"
    records.change(ws, "problem", problem.uid, {"facts": "又查一次。"})
    assert health.check(ws).ok
    health.rebuild(ws)
    assert health.check(ws).ok
    ws.close()


def test_a_released_file_opens_verifies_and_goes_on(released: Path) -> None:
    proves_itself(released)


def _drawn(path: Path) -> set[tuple[str, str, str]]:
    """Tables of a file by name, its indexes and triggers as it defines them."""
    ws = workspace.open_file(path, PASSPHRASE)
    with ws.store.read() as connection:
        found = connection.exec_driver_sql("select type, name, sql from sqlite_master").all()
    ws.close()
    return {(kind, name, "" if kind == "table" else sql) for kind, name, sql in found}


def test_a_released_file_gets_the_tables_and_indexes_of_a_new_one(
    released: Path, tmp_path: Path
) -> None:
    make(tmp_path / "now.dudao")
    assert _drawn(released) == _drawn(tmp_path / "now.dudao")


def test_a_file_made_now_does_too(tmp_path: Path) -> None:
    make(tmp_path / "now.dudao")
    proves_itself(tmp_path / "now.dudao")


def test_a_released_file_left_by_a_crash_is_checked_before_it_is_upgraded(
    released: Path, tmp_path: Path
) -> None:
    key = cipher.key_of(released, PASSPHRASE)
    alive = cipher.connect(released, key)
    alive.execute("pragma journal_mode = wal")
    alive.execute("insert into meta(key, value) values ('left', 'over')")
    crashed = tmp_path / "crashed.dudao"
    for end in ("", "-wal"):
        shutil.copyfile(f"{released}{end}", f"{crashed}{end}")
    alive.close()
    proves_itself(crashed)
