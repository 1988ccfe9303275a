"""The window: from the start to the unlock dialog, and from the passphrase to the first tab."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench import files, painting
from tests.bench.timing import Figure, Plan, Spent, against, in_turns, said

DIALOG_TARGET, TAB_TARGET_S = 1.6, 0.6
_START_S = 10
"""How long an X server may take to start."""


def figures(plan: Plan) -> list[Figure]:
    """Offscreen, and on an X server where there is Xvfb."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.dudao"
        files.new_workspace(small).close()
        large = files.file_with(10_000 if plan.quick else 100_000)
        with _displays() as displays:
            for name, env in displays.items():
                found.append(_dialog(name, env, small, plan.times(11)))
            for name, env in displays.items():
                found.append(_first_tab(name, env, large, plan.times(5)))
    return found


def _dialog(name: str, env: Mapping[str, str], file: Path, times: int) -> Figure:
    works: dict[str, Callable[[], Spent]] = {
        "ours": partial(_until_painted, env, "unlock", str(file)),
        "bare": partial(_until_painted, env, "bare"),
    }
    spent = in_turns(works, times)
    what = f"start → unlock dialog painted, {name}"
    return against(what, spent["ours"], spent["bare"], DIALOG_TARGET, "bare window")


def _until_painted(env: Mapping[str, str], *arguments: str) -> Spent:
    start = time.perf_counter()
    moment, cpu = said(("-m", painting.__name__, *arguments), env).split()
    return Spent(float(moment) - start, float(cpu))


def _first_tab(name: str, env: Mapping[str, str], file: Path, times: int) -> Figure:
    spent = []
    for _ in range(times):
        arguments = ("-m", painting.__name__, "open", str(file), files.PASSPHRASE)
        spent.append([float(word) for word in said(arguments, env).split()])
    whole, key = (median(one[n] for one in spent) for n in range(2))
    beyond = median(whole - key for whole, key in spent)
    what = f"unlock → first tab painted, {file.name.partition('-')[0]} records, {name}"
    told = f"{whole:.3f} s, of which {key:.3f} s key derivation"
    return Figure(what, beyond, "s", TAB_TARGET_S, told)


@contextmanager
def _displays() -> Iterator[dict[str, dict[str, str]]]:
    """The environment of each platform to measure on."""
    platforms = {"offscreen": {"QT_QPA_PLATFORM": "offscreen"}}
    program = shutil.which("Xvfb")
    if program is None:
        yield platforms
        return
    reading, writing = os.pipe()
    command = (program, "-displayfd", str(writing), "-screen", "0", "1366x768x24")
    server = subprocess.Popen(  # noqa: S603 - the X server found on the path
        [*command, "-nolisten", "tcp"], pass_fds=(writing,), stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            display = told.readline().strip()
        if display:
            platforms["xcb"] = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{display}"}
        yield platforms
    finally:
        server.terminate()
        server.wait(_START_S)
