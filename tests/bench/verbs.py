"""A verb of the command line as a whole process, beside a bare one that opens the same file."""

import random
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from services import records
from tests.bench import files, practice
from tests.bench.timing import Figure, Plan, Spent, against, in_turns, process

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = 2.5
_RECORDS = 1_000
_BARE = """
import sys
import sqlalchemy.orm, sqlcipher3
connection = sqlcipher3.dbapi2.connect(sys.argv[1])
connection.execute("pragma key = '%s'" % sys.argv[2])
connection.execute("select count(*) from sqlite_master").fetchone()
"""


def figures(plan: Plan) -> list[Figure]:
    """`info`, `list` and `search` on a group's usual file and on a large one."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.dudao"
        made = files.new_workspace(small)
        chance = random.Random(1)  # noqa: S311 - nothing secret
        records.add(made, "problem", practice.problems(made, _RECORDS, chance))
        made.close()
        secret = Path(folder) / "passphrase"
        secret.write_text(files.PASSPHRASE, encoding="utf-8")
        found = _of(small, secret, _RECORDS, plan.times(7))
        if not plan.quick:
            large = files.file_with(100_000)
            found += _of(large, secret, 100_000, plan.times(3))
    return found


def _of(file: Path, secret: Path, count: int, times: int) -> list[Figure]:
    verbs = {
        "info": ("info", str(file), "--json"),
        "list problem": ("list", str(file), "problem", "--limit", "20"),
        "search": ("search", str(file), "会议"),
    }
    works: dict[str, Callable[[], Spent]] = {
        verb: partial(process, ("main.py", *words, "--passphrase-file", str(secret)))
        for verb, words in verbs.items()
    }
    works["bare"] = partial(process, ("-c", _BARE, str(file), files.PASSPHRASE))
    spent = in_turns(works, times)
    return [
        against(f"CLI {verb}, {count:,} records", spent[verb], spent["bare"], TARGET, "bare open")
        for verb in verbs
    ]
