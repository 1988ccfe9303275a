"""Laptops that work for weeks apart: in whatever order files travel, all come to the same.

What anybody wrote stands in the history everywhere, whatever was deleted, decided, undone, lost on
the way or put back to an older copy meanwhile.
"""

import shutil
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from models.kinds import Role, Tier
from services import merge, package, receipts
from services.names import NameKeys
from services.package import Extent, Order, Preset
from tests.groups import Prepared
from tests.services.replicas import Laptop, World, code, private_key, tips, with_all
from tests.services.weeks import ANY, Work

MOST_LAPTOPS = 5


class Weeks(Work):
    """What can happen to laptops and their files meanwhile, in any order."""

    honest = True

    @rule(who=ANY, preset=st.sampled_from(Preset), unit=st.integers(0, 3), whom=ANY)
    def pack(self, who: int, preset: Preset, unit: int, whom: int) -> None:
        """Make a package: of some units, for some receivers, of what they lack."""
        laptop = self.world.turn_to(who)
        units = frozenset(laptop.prepared.uids[unit : unit + 1] if unit < 2 else ())
        lacking = sorted(package.receivers(laptop.ws, Preset.GROUP))
        order = Order(
            preset=preset,
            units=units,
            with_talks=whom % 2 == 0,
            with_names=whom % 4 == 0,
            receivers=frozenset(lacking[whom % 5 :][: whom % 3]),
            extent=Extent.COMMON if whom % 10 == 9 else Extent.ALL,
        )
        (parcel,) = package.write(laptop.ws, self.world.name(".dudaopack"), order).parcels
        self.world.parcels.append(parcel.path)

    @rule(which=ANY)
    def lose(self, which: int) -> None:
        """A stick is lost."""
        if self.world.parcels:
            self.world.parcels.pop(which % len(self.world.parcels))

    @rule(who=ANY)
    def answer(self, who: int) -> None:
        """Write a receipt."""
        laptop = self.world.turn_to(who)
        written = receipts.write(laptop.ws, self.world.name(".dudaopack"))
        self.world.parcels.append(written.parcel.path)

    @rule(who=ANY, which=st.lists(ANY, min_size=1, max_size=3), how=ANY)
    def take_packages(self, who: int, which: list[int], how: int) -> None:
        """Take packages in, old ones too, several at once; perhaps force gaps."""
        laptop, parcels = self.world.turn_to(who), self.world.parcels
        if parcels:
            take = self.world.force if how % 4 == 0 else self.world.take
            take(laptop, [parcels[n % len(parcels)] for n in which])

    @rule(who=ANY, whose=ANY)
    def take_file(self, who: int, whose: int) -> None:
        """Take another laptop's whole file in."""
        laptop, other = self.world.turn_to(who), self.world.laptops[whose % len(self.world.laptops)]
        if other is not laptop:
            self.world.take(laptop, [other.close()])

    @rule(who=ANY, which=ANY, again=st.booleans())
    def undo(self, who: int, which: int, again: bool) -> None:
        """Undo a merge, and perhaps merge the same again."""
        laptop = self.world.turn_to(who)
        lines = [one for one in merge.merges(laptop.ws) if one.undone_at is None]
        if not lines:
            return
        line = lines[which % len(lines)]
        before = code(laptop.ws)
        with laptop.acting_as(laptop.prepared.uids[2]) as ws:
            assert ws.role() is Role.LEADER
            done = merge.undo(ws, line.uid, self.text("弄错了"))
        assert done.state_code == code(laptop.ws)
        source = next((p for p in self.world.parcels if p.name == line.source), None)
        if again and source is not None:
            self.world.take(laptop, [source])
            assert code(laptop.ws) == before

    @rule(who=ANY, years=st.integers(-40, 40))
    def set_clock(self, who: int, years: int) -> None:
        """A clock is off by years."""
        self.world.turn_to(who).years_off = years

    @precondition(lambda self: len(self.world.laptops) < MOST_LAPTOPS)
    @rule(who=ANY)
    def copy_to_another_machine(self, who: int) -> None:
        """Copy a file to a machine that has never seen it."""
        self.world.new(self.world.turn_to(who))

    @rule(who=ANY)
    def keep_a_copy(self, who: int) -> None:
        """Copy the file away."""
        laptop = self.world.turn_to(who)
        laptop.kept = self.world.name(".dudao")
        shutil.copyfile(laptop.close(), laptop.kept)

    @rule(who=ANY)
    def go_back_to_the_copy(self, who: int) -> None:
        """Put the old copy back and go on with it."""
        laptop = self.world.turn_to(who)
        if laptop.kept is not None:
            aside = self.world.name(".dudao")
            laptop.close().rename(aside)
            self.world.shelf.append(aside)
            shutil.copyfile(laptop.kept, laptop.path)
            laptop.forms.clear()

    def teardown(self) -> None:
        """Everyone gives everyone everything; then all have the same."""
        try:
            if self.world.laptops:
                exchange(self.world)
                compare(self.world, honest=self.honest)
        finally:
            self.world.close()


class Clones(Weeks):
    """As before, and whole machines are cloned, with what they remember of their files.

    Then one number stands for two changes, which no machine can know before the two meet.
    """

    honest = False

    @precondition(lambda self: len(self.world.laptops) < MOST_LAPTOPS)
    @rule(who=ANY)
    def clone(self, who: int) -> None:
        """A machine is cloned as a whole."""
        laptop = self.world.turn_to(who)
        twin = self.world.new(laptop)
        shutil.copytree(laptop.folder / "state", twin.folder / "state", dirs_exist_ok=True)


def exchange(world: World) -> None:
    """Once round: packages of everything, files put aside, old packages that lie about."""
    whole = []
    for n, laptop in enumerate(world.laptops):
        world.turn_to(n)
        order = Order(preset=Preset.ARCHIVE)
        (parcel,) = package.write(laptop.ws, world.name(".dudaopack"), order).parcels
        whole.append(parcel.path)
    for n, laptop in enumerate(world.laptops):
        world.turn_to(n)
        others = [path for m, path in enumerate(whole) if m != n]
        world.take(laptop, [*others, *world.shelf])
    for tier in Tier:
        seen = []
        for laptop in world.laptops:
            with laptop.ws.store.read() as connection:
                seen.append(tips(connection, tier))
        assert all(one == seen[0] for one in seen), tier
    assert len({code(laptop.ws) for laptop in world.laptops}) <= 1


def compare(world: World, *, honest: bool) -> None:
    """What each would show with the logs of all others, too."""
    laptops = world.laptops
    private = private_key_of(laptops[0])
    paths = [one.close() for one in laptops]
    with world.sources(paths) as sources:
        seen = [
            with_all(one, [s for m, s in enumerate(sources) if m != n], private)
            for n, one in enumerate(laptops)
        ]
    for one in seen:
        assert one.findings == ()
        assert one.projection == seen[0].projection
        assert one.values == seen[0].values
        if honest:
            assert one.doubles == ()
    said = {(uid, name, orjson.dumps(value)) for uid, name, value in world.written}
    assert said - seen[0].values == set()


_private: dict[Path, NameKeys] = {}


def private_key_of(laptop: Laptop) -> NameKeys:
    """What opens sealed names; worked out once, for it takes its time."""
    where = laptop.prepared.folder
    if where not in _private:
        _private[where] = private_key(laptop)
    return _private[where]


def run(machine: type[Weeks], prepared: Prepared, folder: Path, examples: int, steps: int) -> None:
    """Live through some weeks."""
    made = iter(range(1_000_000))
    run_state_machine_as_test(
        lambda: machine(prepared, folder / f"{next(made):06}"),  # type: ignore[arg-type]  # takes any maker
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("machine", "weeks"), [(Weeks, 4), (Clones, 2)])
def test_all_come_to_the_same(
    machine: type[Weeks], weeks: int, prepared: Prepared, tmp_path: Path
) -> None:
    run(machine, prepared, tmp_path, weeks, 12)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("machine", [Weeks, Clones])
def test_all_come_to_the_same_after_many_weeks(
    machine: type[Weeks], prepared: Prepared, tmp_path: Path
) -> None:
    run(machine, prepared, tmp_path, 60, 40)
