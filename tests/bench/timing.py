"""Measuring: runs of several things in turns, their medians, and figures beside their targets."""

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
_STATUS = Path("/proc/self/status")
"""Linux tells the memory of a process here."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one run took, in seconds."""

    wall: float
    cpu: float
    """User and system time, of the child process where one was run."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    value: float
    """A ratio, seconds or milliseconds, as `unit` says."""
    unit: str
    target: float | None
    """At most this; None where a figure is only told."""
    told: str = ""
    """The absolute figures behind it."""

    @property
    def holds(self) -> bool:
        """Whether the target is reached; True where there is none."""
        return self.target is None or self.value <= self.target


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    quick: bool

    def times(self, full: int) -> int:
        """Runs of each thing: `full`, or 3 when it has to be quick."""
        return 3 if self.quick else full


def timed(work: Callable[[], object]) -> Spent:
    """One run in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def peak_mib() -> float:
    """Greatest resident memory of this process so far; 0 where the system does not tell.

    What `resource` tells may be that of the process which started this one.
    """
    if not _STATUS.exists():
        return 0.0
    lines = _STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def process(arguments: Sequence[str], env: Mapping[str, str] | None = None) -> Spent:
    """One whole process of this interpreter, from the project's folder.

    Raises:
        subprocess.CalledProcessError: it failed; what it said went to standard error.
    """
    before, wall = os.times(), time.perf_counter()
    said(arguments, env)
    wall = time.perf_counter() - wall
    after = os.times()
    cpu = after.children_user + after.children_system
    return Spent(wall, cpu - before.children_user - before.children_system)


def said(arguments: Sequence[str], env: Mapping[str, str] | None = None) -> str:
    """What a process of this interpreter printed, run from the project's folder."""
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own programs
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def in_turns(works: Mapping[str, Callable[[], Spent]], times: int) -> dict[str, Spent]:
    """Medians of several things, each run once a round, so that noise meets all of them."""
    runs: dict[str, list[Spent]] = {name: [] for name in works}
    for _ in range(times):
        for name, work in works.items():
            runs[name].append(work())
    return {
        name: Spent(median(r.wall for r in those), median(r.cpu for r in those))
        for name, those in runs.items()
    }


def share(values: Sequence[float], percent: int) -> float:
    """The value that so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def against(what: str, ours: Spent, bare: Spent, target: float, named: str) -> Figure:
    """A ratio of wall times, with both of them and the ratio of CPU times told."""
    told = f"{ours.wall:.3f} s ∶ {named} {bare.wall:.3f} s (CPU {ours.cpu / bare.cpu:.2f} ×)"
    return Figure(what, ours.wall / bare.wall, "×", target, told)
