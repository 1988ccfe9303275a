"""Bring the English catalogue in step: `python -m tests.translations`.

New strings come in empty, stale ones go, the rest stays; what still has no English is listed.
"""

import ast
import sys
from collections.abc import Iterable, Iterator

import polib

from tests.test_house import ROOT, Source, python_files

CATALOGUE = ROOT / "resources" / "i18n" / "en.po"
_FLOORS = ("services", "ui")
_HEADER = {
    "Project-Id-Version": "dudao",
    "Language": "en",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Every `_(…)`. The tree shows those inside f-strings too, where a tokenizer is blind."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            yield node


def literal(call: ast.Call) -> str | None:
    """The Chinese of a call; None when it is not simply written there."""
    first = call.args[0] if len(call.args) == 1 and not call.keywords else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return None


def sources() -> list[Source]:
    """The files whose strings are translated."""
    return [source for source in python_files() if source.path.parts[0] in _FLOORS]


def strings() -> set[str]:
    """What has to stand in the catalogue."""
    found = {literal(call) for source in sources() for call in calls(source.tree)}
    return {text for text in found if text}


def catalogue() -> dict[str, str]:
    """Chinese → English, as it stands."""
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE), wrapwidth=0)}


def written(wanted: Iterable[str], known: dict[str, str]) -> str:
    """The text of a catalogue of the `wanted` strings, in their order, with what is `known`."""
    made = polib.POFile(wrapwidth=0)
    made.metadata = dict(_HEADER)
    for text in sorted(wanted):
        made.append(polib.POEntry(msgid=text, msgstr=known.get(text, "")))
    return f"{str(made).rstrip()}\n"


def main() -> int:
    """Write the catalogue; returns 1 while something in it has no English."""
    wanted, known = strings(), catalogue()
    CATALOGUE.write_text(written(wanted, known), encoding="utf-8")
    lacking = sorted(text for text in wanted if not known.get(text))
    for text in lacking:
        sys.stdout.write(f"{text!r}\n")
    sys.stdout.write(f"{len(wanted)} strings, {len(lacking)} without English\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
