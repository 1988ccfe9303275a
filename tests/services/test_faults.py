"""A merge or a packing that is cut off anywhere leaves the old state or the new one."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from models.kinds import Uid
from services import backup, health, merge, package, records
from services.core import Progress
from services.errors import AppError
from services.package import Keys, Order, Preset
from services.workspace import info
from tests.groups import Prepared
from tests.packs import proven
from tests.services.faults import End, child, fill_up, small_disk
from tests.services.merging import Laptop, Laptops

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked"),
    pytest.mark.timeout(300),
]

FEW = 3
"""Steps of which the quick tests try one each, first and last among them."""
_LONG = "集中学习六次，一半是看录像。" * 1500


@dataclass(frozen=True, slots=True)
class Case:
    """A laptop, a package it lacks, its state codes before and after, and a place to start anew."""

    start: Laptop
    parcel: Path
    old: str
    new: str
    folder: Path

    def again(self, name: object) -> Laptop:
        """The laptop as it was at the start."""
        folder = self.folder / str(name)
        shutil.copytree(self.start.folder, folder)
        return replace(self.start, folder=folder)


def add(laptop: Laptop, count: int, word: str) -> list[Uid]:
    """Some problems with long facts, and a photo."""
    unit = laptop.prepared.uids[0]
    photo = laptop.folder / "台账.jpg"
    photo.write_bytes(b"\xff\xd8" + os.urandom(20_000))
    with laptop.at_work() as ws:
        made = [
            {"unit": unit, "sub_kind": "2.2", "title": f"{word}{n}", "facts": _LONG}
            for n in range(count)
        ]
        uids = records.add(ws, "problem", made, draft=True).uids
        records.add(ws, "attachment", [{"belongs_to": uids[0], "file": str(photo)}])
    return list(uids)


@pytest.fixture(scope="session")
def begun(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """A merge that brings new records, changes others and makes a conflict; made once a run."""
    folder = tmp_path_factory.mktemp("case")
    with pytest.MonkeyPatch.context() as patch:
        yield _begun(Laptops(folder, prepared, patch))


def _begun(laptops: Laptops) -> Case:
    a, b = laptops("a"), laptops("b")
    (shared, *_) = add(a, 2, "原有的")
    b.merge(a)
    add(b, 12, "新来的")
    for laptop, title in ((a, "这里改"), (b, "那里改")):
        with laptop.at_work() as ws:
            records.change(ws, "problem", shared, {"title": title})
    parcel = b.pack("来")
    old = a.code()
    trial = Case(a, parcel, old, "", laptops.folder).again("trial")
    trial.merge(parcel)
    return Case(a, parcel, old, trial.code(), laptops.folder)


@pytest.fixture
def case(begun: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """The same, with a folder of the test's own."""
    return replace(begun, start=replace(begun.start, patch=monkeypatch), folder=tmp_path)


def check(case: Case, laptop: Laptop, *, merged: bool | None = None) -> str:
    """See that the file is whole, holds all or nothing, and that work goes on; its state code."""
    with laptop.at_work() as ws:
        now = info(ws).state_code
        assert now in {case.old, case.new}
        assert merged in (None, now == case.new)
        report = health.check(ws)
        assert report.ok, report.findings
        in_force = [one for one in merge.merges(ws) if one.undone_at is None]
        assert len(in_force) == (now == case.new)
        kept = backup.backups_of(ws.store.path)
    for one in kept:
        at = replace(laptop, folder=laptop.folder / "saved")
        (at.folder / "state").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(one.path, at.path)
        assert at.code() in {case.old, case.new}
        shutil.rmtree(at.folder)
    laptop.merge(case.parcel)
    assert laptop.code() == case.new
    add(laptop, 1, "之后写的")
    assert laptop.findings() == []
    return now


def chosen(total: int, few: int) -> list[int]:
    """Steps from 1 up to the last, evenly; all of them if `few` is 0."""
    assert total > 20, total
    return sorted({1 + n * (total - 1) // (few - 1) for n in range(few)}) if few else [
        *range(1, total + 1)
    ]  # fmt: skip


def killed_everywhere(
    case: Case, few: int, begin: Callable[[Laptop], object], work: Callable[[Laptop], object]
) -> set[str]:
    """Kill some work at its steps; the state codes that were met."""
    whole = case.again("whole")
    begin(whole)
    end, total = child(partial(work, whole))
    assert end is End.DONE
    met = set()
    for step in chosen(total, few):
        laptop = case.again(step)
        begin(laptop)
        end, _ = child(partial(work, laptop), die_at=step)
        # The child's steps vary a little from run to run: it may be done before this one.
        assert end in (End.KILLED, End.DONE)
        met.add(check(case, laptop))
        shutil.rmtree(laptop.folder)
    return met


def many_or_few(name: str) -> pytest.MarkDecorator:
    """Some steps now, all of them in the long run."""
    slow = pytest.param(0, marks=[pytest.mark.slow, pytest.mark.timeout(3600)], id="all")
    return pytest.mark.parametrize(name, [pytest.param(FEW, id="few"), slow])


@many_or_few("few")
def test_a_killed_merge_leaves_the_old_or_the_new(case: Case, few: int) -> None:
    def begin(_laptop: Laptop) -> None:
        pass

    met = killed_everywhere(case, few, begin, lambda laptop: laptop.merge(case.parcel))
    assert met == {case.old, case.new}


@many_or_few("few")
def test_a_killed_undo_leaves_the_old_or_the_new(case: Case, few: int) -> None:
    def work(laptop: Laptop) -> None:
        with laptop.at_work() as ws:
            merge.undo(ws, merge.merges(ws)[0].uid, "弄错了")

    met = killed_everywhere(case, few, lambda laptop: laptop.merge(case.parcel), work)
    assert met == {case.old, case.new}


@many_or_few("few")
def test_a_killed_packing_leaves_no_package_or_a_whole_one(case: Case, few: int) -> None:
    sticks: list[Path] = []

    def begin(laptop: Laptop) -> None:
        sticks.append(laptop.folder.with_name(f"stick{len(sticks)}"))
        sticks[-1].mkdir()

    def work(laptop: Laptop) -> None:
        with laptop.at_work() as ws:
            package.write(ws, sticks[-1], Order(preset=Preset.ARCHIVE))

    assert killed_everywhere(case, few, begin, work) == {case.old}
    found = [path for stick in sticks for path in stick.glob("*.dudaopack")]
    for path in found:
        proven(path, Keys(files=(case.start.prepared.key,)))
    assert 0 < len(found) < len(sticks)


@pytest.mark.parametrize(
    "share", [0.3, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2)), 2.4]
)
def test_a_merge_for_which_files_may_not_grow_is_told(case: Case, share: float) -> None:
    laptop = case.again("full")

    def work() -> None:
        (report,) = laptop.merge(case.parcel).sources
        if report.failure is not None:
            raise report.failure

    end, _ = child(work, largest=int(laptop.path.stat().st_size * share))
    assert end in (End.TOLD, End.DONE)
    check(case, laptop, merged=end is End.DONE)


def has_come_to(at: str, done: int, total: int, what: str) -> bool:
    """Whether the work has come so far: to a stage, or to the last change that is read."""
    return (what == "changes" and done == total) if at == "last" else what == at


def fill(ballast: Path, left: int, at: str, done: int, total: int, what: str) -> None:
    """Fill the volume as soon as the work has come so far."""
    if has_come_to(at, done, total, what) and not ballast.exists():
        fill_up(ballast, left)


@pytest.mark.slow
@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root may mount")
@pytest.mark.parametrize("left", [0, 4096, 65_536, 400_000])
@pytest.mark.parametrize("at", ["take", "changes", "last"])
def test_a_merge_on_a_full_disk_is_told(case: Case, left: int, at: str) -> None:
    disk = case.folder / "disk"
    disk.mkdir()

    def work() -> None:
        small_disk(disk, 64 * 1024 * 1024)
        laptop = replace(case, folder=disk).again("laptop")
        ballast = disk / "ballast"
        told = ""
        with laptop.at_work() as ws, laptop.sources(case.parcel) as sources:
            try:
                merge.apply(ws, sources, progress=Progress(partial(fill, ballast, left, at)))
            except AppError as error:
                told = error.code
        with laptop.at_work() as ws:
            assert info(ws).state_code == (case.old if told else case.new)
        ballast.unlink()
        assert told in {"", "disk_full"}
        assert told or left
        check(case, laptop, merged=not told)

    assert child(work)[0] is End.DONE


@pytest.mark.parametrize("at", ["backup", "changes", "last"])
def test_a_workspace_that_vanishes_in_a_merge_is_whole_when_it_is_back(case: Case, at: str) -> None:
    laptop = case.again(at)
    away = laptop.folder.with_name("away")

    def pull(done: int, total: int, what: str) -> None:
        if has_come_to(at, done, total, what) and not away.exists():
            laptop.folder.rename(away)

    def work() -> None:
        with laptop.at_work() as ws, laptop.sources(case.parcel) as sources:
            merge.apply(ws, sources, progress=Progress(pull))

    assert child(work)[0] in (End.TOLD, End.DONE)
    assert away.exists()
    # What was written meanwhile where the file had been (a witness) was written on this machine.
    if laptop.folder.exists():
        shutil.copytree(laptop.folder, away, dirs_exist_ok=True)
        shutil.rmtree(laptop.folder)
    away.rename(laptop.folder)
    check(case, laptop)


def test_a_package_that_vanishes_after_it_was_read_is_taken_in(case: Case) -> None:
    laptop = case.again("read")
    stick = case.folder / "stick"
    stick.mkdir()
    parcel = stick / "来.dudaopack"
    shutil.copyfile(case.parcel, parcel)
    with laptop.at_work() as ws, laptop.sources(parcel) as sources:
        shutil.rmtree(stick)
        merge.prepare(ws, sources)
        merge.apply(ws, sources)
    check(case, laptop, merged=True)
