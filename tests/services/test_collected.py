"""收齐情况 says whose days are here, what is missing, and who was never heard of."""

import secrets
import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import tables
from models.journal import decode
from models.kinds import ReplicaId, Role, Uid
from services import collected, package, restoring, workspace
from services.collected import Collected, Missing, State, Why
from services.collected.days import Moments, counts, day_of, streams
from services.package import Keys, Order, Preset
from tests.groups import PASSPHRASE, Field
from tests.laptops import Laptop
from tests.services.party import SPOKEN, Machine, Party, founded, party, taken

__all__ = ["founded", "party"]

DAYS = tuple(date(2030, 5, 4) + timedelta(days=n) for n in range(4))
SetClock = Callable[[date], None]


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Set every laptop's clock to noon of a day."""

    def set_clock(day: date) -> None:
        noon = datetime(day.year, day.month, day.day, 12).astimezone()
        monkeypatch.setattr(time, "time_ns", lambda: int(noon.timestamp() * 10**9))

    return set_clock


def of_group(machine: Machine) -> Collected:
    """The map on one laptop."""
    with machine.at_work() as ws:
        return collected.of_group(ws, DAYS)


def states(found: Collected, name: str) -> list[State]:
    """The cells of one person's line."""
    (line,) = [li for li in found.lines if li.laptop is not None and li.laptop.name == name]
    return [cell.state for cell in line.cells]


def of_unit(found: Collected, unit: Uid) -> list[Missing]:
    """What is missing of a unit's work."""
    return [one for one in found.missing if one.scope == f"unit/{unit}"]


def replica(machine: Machine) -> ReplicaId:
    """Under whom a laptop writes."""
    with machine.at_work() as ws:
        return ReplicaId(workspace.info(ws).replica)


def since(receiver: Machine) -> Order:
    """For the group: only what this laptop is not known to have."""
    return Order(preset=Preset.GROUP, receivers=frozenset({replica(receiver)}))


def test_days_that_are_here_missing_and_awaited(party: Party, today: SetClock) -> None:
    first, second, unit = party.first, party.second, party.unit
    assert states(of_group(first), "李芳") == [State.AWAITED] * 4
    today(DAYS[0])
    second.write(unit, 2)
    first.merge(second.pack("一"))
    shutil.copyfile(first.path, first.folder / "旧.dudao")
    older = Machine(first.folder, "旧.dudao", first.key)
    today(DAYS[1])
    second.write(unit, 3)
    middle = second.pack("二", since(first))
    first.merge(middle)
    second.merge(first.pack("回", Order(preset=Preset.GROUP)))
    today(DAYS[2])
    second.write(unit)
    last = second.pack("三", since(first))
    # The group's file was copied back as it had been on the first evening.
    older.merge(last)
    today(DAYS[3])
    found = of_group(older)
    (gap,) = of_unit(found, unit)
    assert (gap.first, gap.last, gap.why) == (3, 5, Why.GAP)
    assert (gap.from_day, gap.to_day) == (DAYS[0], DAYS[2])
    assert gap.laptop is not None
    assert gap.laptop.name == "李芳"
    assert states(found, "李芳") == [State.MISSING] * 3 + [State.AWAITED]
    older.merge(middle)
    found = of_group(older)
    assert of_unit(found, unit) == []
    assert states(found, "李芳") == [State.ALL] * 3 + [State.AWAITED]
    (line,) = [li for li in found.lines if li.laptop is not None and li.laptop.letter == "B"]
    assert sum(cell.changes for cell in line.cells) >= 6
    assert states(found, "王建国") == [State.AWAITED] * 4
    assert [li.laptop.letter for li in found.lines if li.laptop] == ["A", "B", "C"]
    assert found.twins == ()
    assert found.forks == ()


def test_what_somebody_else_has_is_known_to_be_missing(party: Party, today: SetClock) -> None:
    """A withheld package is noticed by the tips of one that came."""
    first, second, unit = party.first, party.second, party.unit
    today(DAYS[0])
    second.write(unit, 2)
    first.merge(second.pack("一"))
    today(DAYS[1])
    second.write(unit, 2)
    with second.at_work() as ws:
        names = package.Extent.COMMON
        order = Order(preset=Preset.GROUP, extent=names)
        path = second.folder / "只有名单.dudaopack"
        package.write(ws, path, order)
    first.merge(path)
    found = of_group(first)
    (lack,) = of_unit(found, unit)
    assert (lack.first, lack.last, lack.why, lack.told_by) == (3, 4, Why.WITHHELD, "李芳")
    assert (lack.from_day, lack.to_day) == (DAYS[0], DAYS[1])
    assert states(found, "李芳")[:2] == [State.MISSING, State.MISSING]


def test_a_restored_laptop_is_one_line_and_a_copied_one_is_told(
    party: Party, today: SetClock, tmp_path: Path
) -> None:
    first, second, unit = party.first, party.second, party.unit
    today(DAYS[0])
    second.write(unit)
    saved = tmp_path / "备份.dudao"
    shutil.copyfile(second.path, saved)
    today(DAYS[1])
    second.write(unit)
    first.merge(second.pack("一"))
    before = replica(second)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(second.folder / "state"))
        restoring.restore(second.path, saved, Keys(files=(second.key,)))
    today(DAYS[2])
    second.write(unit)
    assert replica(second) != before
    first.merge(second.pack("二"))
    found = of_group(first)
    assert states(found, "李芳")[:3] == [State.ALL] * 3
    assert found.twins == ()
    assert of_unit(found, unit) == []
    # The old file comes back to life on another machine.
    copy = Machine(tmp_path / "另一台", "李芳.dudao", second.key)
    copy.folder.mkdir()
    shutil.copyfile(saved, copy.path)
    shutil.copytree(second.folder / "state", copy.folder / "state")
    today(DAYS[3])
    copy.write(unit)
    today(DAYS[3] + timedelta(days=1))
    second.write(unit)
    first.merge(copy.pack("三"), second.pack("四"))
    found = of_group(first)
    assert len([li for li in found.lines if li.laptop and li.laptop.name == "李芳"]) == 1
    assert [one.name for one in found.twins] == ["李芳"]
    assert found.forks == ()


def test_the_office_sees_groups_and_units(party: Party, today: SetClock, tmp_path: Path) -> None:
    today(DAYS[0])
    party.second.write(party.unit, 2)
    party.first.merge(party.second.pack("一"))
    today(DAYS[2])
    party.first.write(party.unit)
    with party.first.at_work() as ws:
        means = package.Means(passphrase=SPOKEN)
        (parcel,) = package.write(ws, tmp_path, Order(), means).parcels
    today(DAYS[3])
    new = workspace.NewGroup("yinchuan-2014", "活动办", 1, "钱明", Role.OFFICE)
    office = workspace.create(tmp_path / "办.dudao", PASSPHRASE, PASSPHRASE, new)
    taken(office, parcel.path, passphrase=SPOKEN)
    found = collected.of_groups(office, DAYS)
    (line,) = [li for li in found.lines if li.unit == party.unit]
    assert (line.group_name, line.unit_name) == ("第三督导组", "市教育局")
    assert [(c.state, c.changes) for c in line.cells] == [
        (State.ALL, 2),
        (State.NOTHING, 0),
        (State.ALL, 1),
        (State.AWAITED, 0),
    ]
    office.close()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-30, 30)), min_size=1, max_size=12))
def test_days_are_counted_as_if_every_change_was_read(
    field: Field, written: Sequence[tuple[int, int]]
) -> None:
    """Few are looked at; the sums are those of all, as long as clocks run forward."""
    span = [date(2031, 1, 1) + timedelta(days=n) for n in range(-5, 6)]
    own = [ReplicaId(secrets.token_hex(16)) for _ in range(4)]
    with pytest.MonkeyPatch.context() as patch:
        for place, one in enumerate(own):
            laptop = Laptop(field.ws, one, field.handler)
            for day in sorted(day for whose, day in written if whose == place):
                noon = datetime(2031, 1, 1, 12).astimezone() + timedelta(days=day)
                patch.setattr(time, "time_ns", lambda n=noon: int(n.timestamp() * 10**9))
                with laptop.writing() as writer:
                    writer.put("unit", Uid("ab" * 16), "common", {"note": str(day)})
    with field.ws.store.read() as connection:
        some = [s for s in streams(connection) if s.replica in own]
        found = counts(Moments(connection), some, span)
        bodies = connection.scalars(sa.select(tables.change.c.body)).all()
    told: Counter[tuple[str, date | None]] = Counter()
    for change in map(decode, bodies):
        if change.replica in own and day_of(change.at) in span:
            told[change.replica, day_of(change.at)] += 1
    whose_stream = {s.n: s.replica for s in some}
    sums: Counter[tuple[str, date | None]] = Counter()
    for n, per_day in found.items():
        for on, count in zip(span, per_day, strict=True):
            if count:
                sums[whose_stream[n], on] += count
    assert sums == told
