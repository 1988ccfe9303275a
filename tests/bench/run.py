"""`make bench`: the program's speed beside bare references measured in the same run, as one table.

    python tests/bench/run.py [--quick] [SECTION …]

Nothing here fails for being slow: figures mean little on a busy machine. It fails (1) when
something could not be measured. Big files are kept in the user's cache folder from run to run.
"""

import argparse
import importlib
import math
import os
import platform
import sys
import tempfile
import time
import traceback
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.timing import Figure

SECTIONS = (
    "window",
    "lists",
    "using",
    "verbs",
    "searching",
    "adding",
    "merge",
    "keepass",
    "documents",
    "batch",
)
"""Modules of this folder, each with `figures(plan)`."""


def main() -> int:
    """Measure what was asked for and print the table; 1 when a section broke."""
    parser = argparse.ArgumentParser(description="Measure the program's speed.")
    parser.add_argument("--quick", action="store_true", help="smaller files, fewer runs")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    taken = parser.parse_args()
    if unknown := set(taken.sections) - set(SECTIONS):
        parser.error(f"no such section: {' '.join(sorted(unknown))}")
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as state:
        os.environ["XDG_STATE_HOME"] = str(Path(state) / "state")
        os.environ["XDG_CONFIG_HOME"] = str(Path(state) / "config")
        return _measure(taken.sections or SECTIONS, quick=taken.quick)


def _measure(sections: "tuple[str, ...] | list[str]", *, quick: bool) -> int:
    from tests.bench.timing import Plan

    began = time.monotonic()
    head = _machine()
    found: list[Figure] = []
    broken = 0
    for section in sections:
        sys.stderr.write(f"{section} …\n")
        try:
            found += importlib.import_module(f"tests.bench.{section}").figures(Plan(quick))
        except Exception:  # noqa: BLE001 - one section must not take the others with it
            traceback.print_exc()
            broken += 1
    _show(head, found)
    sys.stdout.write(f"\n{time.monotonic() - began:.0f} s")
    sys.stdout.write(f"; {broken} section(s) broke\n" if broken else "\n")
    return 1 if broken else 0


def _machine() -> str:
    load = "/".join(f"{one:.1f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "?"
    return (
        f"{datetime.now().astimezone():%Y-%m-%d %H:%M}, {os.cpu_count()} cores, load {load}, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def _show(head: str, found: "list[Figure]") -> None:
    from ui.cli.console import table

    rows = [
        (
            "" if figure.target is None else "✓" if figure.holds else "✗",
            figure.what,
            "not measured" if math.isnan(figure.value) else f"{figure.value:.2f} {figure.unit}",
            "" if figure.target is None else f"≤ {figure.target:g} {figure.unit}",
            figure.told,
        )
        for figure in found
    ]
    lines = table(("", "what", "measured", "target", "behind it"), rows)
    sys.stdout.write("\n".join((head, "", *lines)) + "\n")


if __name__ == "__main__":
    sys.exit(main())
