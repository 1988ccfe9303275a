"""Several laptops of one group for tests of merging: copies of one file, each on its machine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models import health
from models.health import Finding
from models.kinds import ReplicaId, Uid, Value
from models.store import Store
from services import listing, merge, records
from services import workspace as workspaces
from services.certificates import Identity
from services.core import Filter
from services.merge import AnySource, Outcome, Plan, Report
from services.package import Keys, Means, Order, Preset, write
from services.workspace import Workspace
from tests.groups import FILE_NAME, Prepared


@dataclass
class Laptop:
    """One machine with its own state folder and its own copy of the file."""

    name: str
    folder: Path
    prepared: Prepared
    patch: pytest.MonkeyPatch
    ws: Workspace | None = None
    roots: tuple[bytes, ...] = ()
    """Root certificates it believes in."""

    @property
    def path(self) -> Path:
        """Its file."""
        return self.folder / f"{self.name}.dudao"

    @contextmanager
    def at_work(self) -> Iterator[Workspace]:
        """Be this machine, with its file open."""
        self.patch.setenv("XDG_STATE_HOME", str(self.folder / "state"))
        ws = workspaces.attach(Store.open_with_key(self.path, self.prepared.key))
        try:
            yield ws
        finally:
            ws.close()

    def merge(self, *others: "Laptop | Path", accept: frozenset[str] = frozenset()) -> Outcome:
        """Merge the others' files into this one's."""
        with self.at_work() as ws, self.sources(*others) as sources:
            return merge.apply(ws, sources, accept=accept)

    def plan(self, *others: "Laptop | Path") -> Plan:
        """What merging the others' files would come to."""
        with self.at_work() as ws, self.sources(*others) as sources:
            return merge.prepare(ws, sources)

    @contextmanager
    def sources(self, *others: "Laptop | Path") -> Iterator[list[AnySource]]:
        """The others' files as sources."""
        paths = [one.path if isinstance(one, Laptop) else one for one in others]
        opened = merge.open_all(paths, Keys(files=(self.prepared.key,)).believing(self.roots, ()))
        try:
            yield opened
        finally:
            merge.close_all(opened)

    def undo(self, merge_uid: str) -> Outcome:
        """Take a merge back."""
        with self.at_work() as ws:
            return merge.undo(ws, merge_uid, "弄错了")

    def pack(self, name: str, *lack: "Laptop", signer: Identity | None = None) -> Path:
        """A package of everything, or of what these others lack as far as is known."""
        receivers = frozenset(one.replica() for one in lack)
        with self.at_work() as ws:
            order = Order(preset=Preset.GROUP, receivers=receivers)
            write(ws, self.folder / f"{name}.dudaopack", order, Means(signer=signer))
        return self.folder / f"{name}.dudaopack"

    def replica(self) -> ReplicaId:
        """The identity it writes under."""
        with self.at_work() as ws:
            return ReplicaId(workspaces.info(ws).replica)

    def code(self) -> str:
        """Its state code."""
        with self.at_work() as ws:
            return workspaces.info(ws).state_code

    def findings(self) -> list[Finding]:
        """What a check finds."""
        with self.at_work() as ws, ws.store.read() as connection:
            walks = [*health.chains(connection), *health.projection(connection)]
            return [one for one in walks if isinstance(one, Finding)]


@dataclass
class Laptops:
    """Makes them."""

    folder: Path
    prepared: Prepared
    patch: pytest.MonkeyPatch
    made: dict[str, Laptop] = field(default_factory=dict)

    def __call__(self, name: str, like: Laptop | None = None) -> Laptop:
        """A laptop with a copy of the prepared file, or of another laptop's."""
        folder = self.folder / name
        (folder / "state").mkdir(parents=True)
        laptop = Laptop(name, folder, self.prepared, self.patch)
        shutil.copyfile(like.path if like else self.prepared.folder / FILE_NAME, laptop.path)
        self.made[name] = laptop
        return laptop


@pytest.fixture
def laptops(prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laptops:
    """Laptops in a folder of their own."""
    return Laptops(tmp_path, prepared, monkeypatch)


def add_problem(laptop: Laptop, title: str = "自学无安排") -> Uid:
    """Add a problem of the first unit as a draft; its uid."""
    unit = laptop.prepared.uids[0]
    values: dict[str, Value] = {"unit": unit, "sub_kind": "2.2", "title": title}
    with laptop.at_work() as ws:
        return records.add(ws, "problem", [values], draft=True).uids[0]


def retitle(laptop: Laptop, uid: Uid, title: str) -> None:
    """Change a problem's title."""
    change(laptop, uid, title=title)


def change(laptop: Laptop, uid: Uid, **values: Value) -> None:
    """Change a problem."""
    with laptop.at_work() as ws:
        records.change(ws, "problem", uid, values)


def titles(laptop: Laptop) -> dict[Uid, Value]:
    """Every problem's title."""
    with laptop.at_work() as ws:
        rows = listing.page(ws, "problem", Filter(), 0, 500).rows
        return {r.uid: r.values["title"] for r in rows}


def only(outcome: Outcome) -> Report:
    """The report on the one source."""
    (report,) = outcome.sources
    return report


def codes(report: Report) -> list[str]:
    """Codes of the remarks."""
    return [remark.code for remark in report.figures.remarks]
