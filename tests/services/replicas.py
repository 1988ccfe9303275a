"""Laptops of one group that never meet: a world in which files travel, get lost and go back.

Ids and clocks come from a seed, so that what once went wrong goes wrong again.
"""

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import orjson
import pytest
import sqlalchemy as sa

from models import health, inforce, schema, tables
from models.health import Finding
from models.journal import decode
from models.kinds import ChangeId, Tier, Uid, Value
from models.projection import tier_of
from models.store import Store
from models.writership import write_meta
from services import merge, names, package
from services import workspace as workspaces
from services.core import Progress
from services.merge import AnySource, Outcome
from services.merge.merging import now_ms
from services.merge.taking import Terms, admitted, take_in
from services.names import NameKeys
from services.package import Keys, Source
from services.workspace import Workspace
from tests.groups import FILE_NAME, NAMES_PASSPHRASE, Prepared

BRAKES = frozenset({"merge_deletes_many", "merge_touches_signed"})
_START_NS = 1_399_334_400_000_000_000
"""6 May 2014."""
_NS_PER_S = 1_000_000_000
_YEAR_S = 31_556_952


@dataclass
class Laptop:
    """One machine: its file, its memory of the file, its clock, and who works on it."""

    name: str
    folder: Path
    prepared: Prepared
    person: Uid
    letter: str
    years_off: int = 0
    kept: Path | None = None
    """A copy of its file from some time ago."""
    forms: list[tuple[Uid, Mapping[Tier, tuple[ChangeId, ...]]]] = field(default_factory=list)
    """Problems that were loaded into a form, and what was in view."""
    _ws: Workspace | None = None

    @property
    def path(self) -> Path:
        """Its file."""
        return self.folder / "本组.dudao"

    @property
    def ws(self) -> Workspace:
        """Its file, opened if it is not."""
        os.environ["XDG_STATE_HOME"] = str(self.folder / "state")
        if self._ws is None:
            self._ws = workspaces.attach(Store.open_with_key(self.path, self.prepared.key))
            self._ws.day = date(2014, 5, 6)
            self._ws.letter = self.letter
            with self._ws.store.local() as connection:
                write_meta(connection, "letter", self.letter)
            workspaces.act_as(self._ws, self.person)
        return self._ws

    @contextmanager
    def acting_as(self, person: Uid) -> Iterator[Workspace]:
        """Somebody else sits down at it for a while."""
        workspaces.act_as(self.ws, person)
        yield self.ws
        workspaces.act_as(self.ws, self.person)

    def close(self) -> Path:
        """Close the file, so that it can be copied or carried; where it lies."""
        if self._ws is not None:
            os.environ["XDG_STATE_HOME"] = str(self.folder / "state")
            self._ws.close()
            self._ws = None
        return self.path


@dataclass
class World:
    """All laptops, all that travels between them, and everything anybody ever wrote."""

    folder: Path
    prepared: Prepared
    patch: pytest.MonkeyPatch
    laptops: list[Laptop] = field(default_factory=list)
    parcels: list[Path] = field(default_factory=list)
    shelf: list[Path] = field(default_factory=list)
    """Files that were put aside when an older copy took their place."""
    written: list[tuple[Uid, str, Value]] = field(default_factory=list)
    """Record, journal field and value."""
    at_work: Laptop | None = None
    _ticks: int = 0

    def __post_init__(self) -> None:
        """Let clocks and ids come from this world."""
        chance = Random(20140506)  # noqa: S311 - repeatable on purpose
        self.patch.setenv("XDG_STATE_HOME", str(self.folder / "none"))
        self.patch.setattr("secrets.token_hex", lambda size=16: chance.randbytes(size).hex())
        self.patch.setattr(time, "time_ns", self.clock)

    def clock(self) -> int:
        """The clock of the laptop that is being worked on, ns; every look takes a second."""
        self._ticks += 1
        off = 0 if self.at_work is None else self.at_work.years_off * _YEAR_S
        return _START_NS + (self._ticks + off) * _NS_PER_S

    def new(self, like: Laptop | None = None) -> Laptop:
        """Another machine with a copy of a file, and no memory of it."""
        number = len(self.laptops)
        folder = self.folder / f"机{number}"
        (folder / "state").mkdir(parents=True)
        leader, handler, recorder = self.prepared.uids[2:]
        person = (leader, recorder, handler)[number % 3]
        laptop = Laptop(f"机{number}", folder, self.prepared, person, "ABCDE"[number])
        source = self.prepared.folder / FILE_NAME if like is None else like.close()
        shutil.copyfile(source, laptop.path)
        self.laptops.append(laptop)
        return laptop

    def turn_to(self, n: int) -> Laptop:
        """Work on laptop `n` (of as many as there are) from now on."""
        self.at_work = self.laptops[n % len(self.laptops)]
        return self.at_work

    def note(self, uid: Uid, **values: Value) -> None:
        """Remember what somebody wrote."""
        self.written += [(uid, name, value) for name, value in values.items()]

    def name(self, suffix: str) -> Path:
        """A new file's name."""
        self._ticks += 1
        return self.folder / f"{self._ticks:05}{suffix}"

    @contextmanager
    def sources(self, paths: Sequence[Path]) -> Iterator[list[AnySource]]:
        """Packages and files, opened."""
        for one in self.laptops:
            if one.path in paths:
                one.close()
        opened = merge.open_all(paths, Keys(files=(self.prepared.key,)))
        try:
            yield opened
        finally:
            merge.close_all(opened)

    def take(self, laptop: Laptop, paths: Sequence[Path]) -> Outcome:
        """Merge packages and files; all of them must be good, and do what the preview said."""
        with self.sources(paths) as sources:
            plan = merge.prepare(laptop.ws, sources)
            done = merge.apply(laptop.ws, sources, accept=BRAKES)
        assert [one.failure for one in done.sources] == [None] * len(paths)
        assert plan.state_code == done.state_code == code(laptop.ws)
        before = [(one.figures.applied, one.figures.held) for one in plan.sources]
        assert before == [(one.figures.applied, one.figures.held) for one in done.sources]
        return done

    def force(self, laptop: Laptop, paths: Sequence[Path]) -> Outcome:
        """Merge, and let the leader write again what waits for missing changes."""
        with self.sources(paths) as sources, laptop.acting_as(self.prepared.uids[2]) as ws:
            done = merge.apply(ws, sources, accept=BRAKES, force_gaps_reason="前一个盘丢了")
        assert [one.failure for one in done.sources] == [None] * len(paths)
        assert done.state_code == code(laptop.ws)
        return done

    def close(self) -> None:
        """Close every file and give the clock back."""
        for one in self.laptops:
            one.close()
        self.patch.undo()


def code(ws: Workspace) -> str:
    """The state code."""
    with ws.store.read() as connection:
        return workspaces.state_code(connection)


def tips(connection: sa.Connection, tier: Tier) -> dict[tuple[str, str], Sequence[str]]:
    """Replica and scope → the ends in force, of a tier, the log left out."""
    stream, scope = tables.stream, tables.scope
    query = (
        sa.select(stream.c.n, stream.c.replica, scope.c.name, stream.c.tip, stream.c.forked)
        .join(scope, scope.c.n == stream.c.scope)
        .where(stream.c.seq > 0, scope.c.name != "log")
    )
    return {
        (replica, name): inforce.ends(connection, n) if forked else [tip.hex()]
        for n, replica, name, tip, forked in connection.execute(query)
        if tier_of(name) is tier
    }


Dump = dict[tuple[str, str, str, str], dict[str, object]]
"""Table, record, scope, kind → columns that mean the same in every file."""


def dump(connection: sa.Connection) -> Dump:
    """The whole projection, without the numbers that rows and scopes have in this file."""
    row, scope = tables.row, tables.scope
    query = sa.select(row.c.n, row.c.uid, scope.c.name, row.c.entity)
    listed = connection.execute(query.join(scope, scope.c.n == row.c.scope)).all()
    places = {n: (uid, name, entity) for n, uid, name, entity in listed}
    found: Dump = {}
    for target in schema.derived_tables():
        number = "n" if target.name == "row" else "row_n"
        for one in connection.execute(target.select()).mappings():
            values = {k: v for k, v in one.items() if k not in (number, "scope")}
            found[target.name, *places[one[number]]] = values
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """What one laptop comes to once it has everything."""

    projection: Dump
    values: frozenset[tuple[str, str, bytes]]
    """Record, journal field and value of every change in force."""
    findings: tuple[Finding, ...]
    doubles: tuple[object, ...]
    """Replica, scope and number that stand for two changes."""


def look(ws: Workspace, connection: sa.Connection, private: NameKeys) -> Seen:
    """Look at a file over a connection, sealed names included."""
    walks = (*health.chains(connection), *health.projection(connection))
    change, stream = tables.change, tables.stream
    bodies = sa.select(change.c.body).join(stream, stream.c.n == change.c.stream)
    values: set[tuple[str, str, bytes]] = set()
    for body in connection.scalars(bodies.where(inforce.IN_FORCE)):
        one = decode(bytes(body))
        if tier_of(one.scope) is Tier.SEALED:
            ((one,), _closed) = names.unsealed([one], private)
        values |= {(one.row, name, orjson.dumps(value)) for name, value in one.fields.items()}
    double = (
        sa.select(change.c.stream, change.c.seq)
        .group_by(change.c.stream, change.c.seq)
        .having(sa.func.count() > 1)
    )
    return Seen(
        dump(connection),
        frozenset(values),
        tuple(one for one in walks if isinstance(one, Finding)),
        tuple(tuple(one) for one in connection.execute(double)),
    )


def with_all(laptop: Laptop, sources: Sequence[AnySource], private: NameKeys) -> Seen:
    """What a laptop would come to if it took these sources in; nothing is written.

    Every merge writes a line into the log, so that laptops whose logs are the same are met only in
    a trial.
    """
    ws = laptop.ws
    good: dict[int, Source] = {}
    for place, one in enumerate(sources):
        found = admitted(ws, one)
        assert isinstance(found, Source)
        good[place] = found
    with ws.store.trial() as connection:
        terms = Terms(ws.actor, now_ms(), BRAKES, package.trusted_roots(ws))
        assert take_in(connection, good, terms, Progress()).unproven is None
        return look(ws, connection, private)


def private_key(laptop: Laptop) -> NameKeys:
    """What opens sealed names."""
    return names.private_keys(laptop.ws, NAMES_PASSPHRASE)
