"""The window in use: from tab to tab, charts, typing in a long talk, and its memory."""

import json
from pathlib import Path

from tests.bench import files, ledger, session
from tests.bench.timing import Figure, Plan, said, share

TAB_MS, CHARTS_MS, KEY_MS, MEMORY_MB = 50, 400, 16, 300
_COUNT, _FEWER = 1_000_000, 100_000
_OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
_STARTED = f"import runpy, ui; runpy.run_module({session.__name__!r}, run_name='__main__')"
"""The program's own package comes first, as when it is started by hand."""


def figures(plan: Plan) -> list[Figure]:
    """Each in a process of its own."""
    few = ledger.file_with(_FEWER)
    many = few if plan.quick else ledger.file_with(_COUNT)
    count = _FEWER if plan.quick else _COUNT
    used, typed, drawn = _did(many, "tabs", "charts"), _did(few, "typing"), _did(few, "charts")
    tabs, keys = used["tabs"], typed["typing"]
    charts: dict[str, float] = drawn["charts"]
    slowest = max(charts, key=lambda name: charts[name])
    told = "; ".join(f"{name} {ms:.0f}" for name, ms in charts.items())
    return [
        Figure(f"tab to tab, {count:,} records, p95", share(tabs, 95), "ms", TAB_MS,
               f"p50 {share(tabs, 50):.0f} ms, {len(tabs)} switches"),
        Figure("key → glyph, 50,000 characters, p95", share(keys, 95), "ms", KEY_MS,
               f"p50 {share(keys, 50):.1f} ms, {len(keys)} keys"),
        Figure(f"window with {count:,} records, memory", used["memory_mb"], "MB", MEMORY_MB,
               "at its greatest: every tab was shown, the whole list numbered, all charts drawn"),
        Figure(f"slowest chart of {_FEWER:,} records, to paint", charts[slowest], "ms", CHARTS_MS,
               f"{told} ms, counted and drawn for the second time"),
    ]  # fmt: skip


def _did(file: Path, *what: str) -> "session.Measured":
    arguments = ("-c", _STARTED, str(file), files.PASSPHRASE, *what)
    found: session.Measured = json.loads(said(arguments, _OFFSCREEN))
    return found
