"""Merging two files of 5,000 records, beside `keepassxc-cli merge` of two of 5,000 entries."""

import base64
import math
import random
import shutil
import subprocess
import tempfile
import time
import uuid
from functools import partial
from pathlib import Path

from tests.bench import files, merge, texts
from tests.bench.timing import Figure, Plan, Spent, in_turns

TARGET = 0.1
_ENTRIES = 5_000
_PASSWORD = "a b c"  # noqa: S105 - opens made-up text only
_DERIVING_MS = "100"
"""The least that can be asked for: what deriving keys takes is no part of the merge."""
_FIELDS = "<String><Key>{}</Key><Value>{}</Value></String>"


def figures(plan: Plan) -> list[Figure]:
    """Seconds a record takes, ours beside theirs: starting up and deriving keys are not counted.

    On both sides half of what comes in is there already with another text, each record has one
    state, and the time of a merge that brings next to nothing is taken off.
    """
    what = "merge of 5,000 records, a record ∶ keepassxc-cli"
    program = shutil.which("keepassxc-cli")
    if program is None:
        return [Figure(what, math.nan, "×", None, "no keepassxc-cli here: install keepassxc")]
    target, source = merge.made(_ENTRIES, _ENTRIES, each=1)
    _, little = merge.made(_ENTRIES, 2, each=1)
    with tempfile.TemporaryDirectory(dir=files.folder()) as name:
        folder = Path(name)
        theirs = [_database(program, folder, n, _ENTRIES, n * _ENTRIES // 2) for n in (0, 1)]
        nothing = [_database(program, folder, n, 1, 0) for n in (2, 3)]
        works = {
            "ours": partial(merge.merged, folder, target, source),
            "ours, little": partial(merge.merged, folder, target, little),
            "theirs": partial(_merge, program, folder, theirs),
            "theirs, little": partial(_merge, program, folder, nothing),
        }
        spent = in_turns(works, plan.times(5))
    ours = spent["ours"].wall - spent["ours, little"].wall
    other = spent["theirs"].wall - spent["theirs, little"].wall
    told = f"{_ENTRIES / ours:,.0f} ∶ {_ENTRIES / other:,.0f} records a second"
    told += f"; with start and keys {spent['ours'].wall:.2f} ∶ {spent['theirs'].wall:.2f} s"
    return [Figure(what, ours / other, "×", TARGET, told)]


def _database(program: str, folder: Path, serial: int, entries: int, first: int) -> Path:
    """A database of entries numbered from `first`; later ones are newer than earlier ones."""
    chance = random.Random(serial)  # noqa: S311 - nothing secret
    at = f"2014-0{serial + 1}-01T00:00:00Z"
    times = "".join(f"<{n}>{at}</{n}>" for n in ("LastModificationTime", "CreationTime"))
    rows = []
    for n in range(first, first + entries):
        fields = _FIELDS.format("Title", texts.text(chance, 12))
        fields += _FIELDS.format("Notes", texts.text(chance))
        rows.append(f"<Entry><UUID>{_id(n)}</UUID><Times>{times}</Times>{fields}</Entry>")
    root = f"<UUID>{_id(-1)}</UUID><Name>Root</Name>{''.join(rows)}"
    xml, made = folder / f"{serial}.xml", folder / f"{serial}.kdbx"
    xml.write_text(f"<KeePassFile><Meta/><Root><Group>{root}</Group></Root></KeePassFile>")
    _run(program, "import", "-q", "-p", "-t", _DERIVING_MS, str(xml), str(made))
    return made


def _id(n: int) -> str:
    return base64.b64encode(uuid.UUID(int=n + 2).bytes).decode()


def _merge(program: str, folder: Path, both: list[Path]) -> Spent:
    into = shutil.copyfile(both[0], folder / "into.kdbx")
    began = time.perf_counter()
    _run(program, "merge", "-q", "-s", str(into), str(both[1]))
    return Spent(time.perf_counter() - began, 0)


def _run(program: str, *arguments: str) -> None:
    asked = f"{_PASSWORD}\n" * 2
    subprocess.run(  # noqa: S603 - a program of the system, no shell
        [program, *arguments], input=asked, text=True, capture_output=True, check=True
    )
