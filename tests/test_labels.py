"""The words of kinds, fields, choices and known failures, in both languages."""

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.test_house import ROOT, Source, python_files

Words = dict[str, "str | Words"]


def flat(words: Words, above: str = "") -> dict[str, str]:
    """Dotted key → text, of a labels file."""
    found: dict[str, str] = {}
    for key, value in words.items():
        found |= flat(value, f"{above}{key}.") if isinstance(value, dict) else {above + key: value}
    return found


def placeholders(text: str) -> set[str]:
    """Names that a sentence has filled in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def unequal(chinese: dict[str, str], english: dict[str, str]) -> set[str]:
    """Keys that only one language has, or whose placeholders differ."""
    both = chinese.keys() & english.keys()
    odd = {key for key in both if placeholders(chinese[key]) != placeholders(english[key])}
    return (chinese.keys() ^ english.keys()) | odd


def labels(language: str) -> dict[str, str]:
    """The words of one language."""
    path = ROOT / "resources" / "labels" / f"{language}.toml"
    return flat(tomllib.loads(path.read_text(encoding="utf-8")))


def test_both_languages_say_the_same() -> None:
    assert unequal({"a": "{n} 个", "b": "", "d": ""}, {"a": "{m}", "c": "", "d": ""}) == set("abc")
    assert not unequal(labels("zh"), labels("en"))


def error_codes(source: Source) -> Iterator[str]:
    """Codes given to known errors where they are raised."""
    known = {"AppError", "UsageError", "WrongPassphrase", "Refused", "Damaged", "NewerVersion"}
    known |= {"Busy", "NotVerified", "Cancelled"}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def test_every_error_code_has_its_sentence() -> None:
    assert list(error_codes(Source(PurePosixPath("a.py"), "raise Refused('no-such')"))) == [
        "no-such"
    ]
    used = {c for s in python_files() if s.path.parts[0] != "tests" for c in error_codes(s)}
    assert not {code for code in used if f"errors.{code}" not in labels("zh")}


def steps(source: Source) -> Iterator[str]:
    """What long work says it is at, where it says so in a word of its own."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        place = {"step": 2, "tell": 0}.get(name)
        if place is not None and len(node.args) == len(("done", "total", "what")):
            what = node.args[place]
            if isinstance(what, ast.Constant):
                yield str(what.value)


def test_every_step_of_long_work_has_its_word() -> None:
    text = "progress.step(1, 2, 'a')\ntell('b', 0, 0)\nprogress.step(1, 2, unit)\nstep(1)"
    assert list(steps(Source(PurePosixPath("a.py"), text))) == ["a", "b"]
    used = {c for s in python_files() if s.path.parts[0] != "tests" for c in steps(s)} - {""}
    assert {"recover", "upgrade", "backup"} <= used
    assert not {what for what in used if f"doing.{what}" not in labels("zh")}
