"""Every Chinese string of the interface has its English, and nothing hides from the extraction."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from services import words
from tests.test_house import Rule, Source
from tests.test_labels import placeholders, unequal
from tests.translations import CATALOGUE, calls, catalogue, literal, sources, strings, written

COMMAND = "python -m tests.translations"
CHINESE = re.compile(r"[㐀-鿿]")
_NAMES_OF_FILES = re.compile(r"\S+\.(dudao|p12|pem)")
_OWN_TABLE = PurePosixPath("ui/cli/arguments.py")
"""Words the standard parser's own English, so nothing in it is translated."""


def sample(text: str) -> Source:
    """A file of one line."""
    return Source(PurePosixPath("ui/a.py"), text)


def hidden(source: Source) -> Iterator[str]:
    """`_()` of anything but one literal: it is translated never, or only sometimes."""
    for call in calls(source.tree):
        if literal(call) is None:
            yield source.at(call, "_() takes one literal; format what it returns")


def too_early(source: Source) -> Iterator[str]:
    """`_()` outside functions: it speaks before the language is chosen."""
    later = {
        id(call)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        for part in (node.body if isinstance(node.body, list) else [node.body])
        for call in calls(part)
    }
    for call in calls(source.tree):
        if id(call) not in later:
            yield source.at(call, "_() when the module loads; call it when it is shown")


def _silent(tree: ast.Module) -> set[int]:
    """Constants nobody sees untranslated: inside `_()`, or docstrings."""
    inside = {id(node) for call in calls(tree) for node in ast.walk(call)}
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return inside | alone


def bare(source: Source) -> Iterator[str]:
    """Chinese of the interface that is always shown as it is."""
    if source.path.parts[0] != "ui" or source.path == _OWN_TABLE:
        return
    silent = _silent(source.tree)
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) in silent or _NAMES_OF_FILES.fullmatch(node.value):
            continue
        if CHINESE.search(node.value):
            yield source.at(node, f"{node.value!r} stands outside _()")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (hidden, "_(f'第{n}期')"),
        (hidden, "_('第' + n)"),
        (hidden, "_(name)"),
        (hidden, "_('第{n}期'.format(n=n))"),
        (too_early, "A = _('期')"),
        (too_early, "def f(a=_('期')): pass"),
        (bare, "f('期')"),
        (bare, "f(f'第{n}期')"),
    ],
)
def test_a_bad_sample_is_seen(rule: Rule, text: str) -> None:
    assert list(rule(sample(text)))


def test_a_good_sample_passes() -> None:
    good = sample("def f():\n    '期'\n    return f'{_(\"期\")}'.join(g(lambda: _('期')))")
    for rule in (hidden, too_early, bare):
        assert not list(rule(good))
    assert [literal(call) for call in calls(good.tree)] == ["期", "期"]


@pytest.mark.parametrize("rule", [hidden, too_early, bare])
def test_no_string_of_the_interface_escapes_translation(rule: Rule) -> None:
    assert not [line for source in sources() for line in rule(source)]


def test_every_string_has_english_and_none_is_stale() -> None:
    wanted, known = strings(), catalogue()
    assert len(wanted) > 100
    assert not sorted(text for text in wanted if not known.get(text)), COMMAND
    assert not sorted(known.keys() - wanted), COMMAND


def test_english_fills_in_what_the_chinese_does() -> None:
    known = {chinese: english for chinese, english in catalogue().items() if english}
    assert not unequal({text: text for text in known}, known)
    assert placeholders("{count} 条") == {"count"}


def test_english_holds_no_chinese() -> None:
    assert not {text: told for text, told in catalogue().items() if CHINESE.search(told)}


def test_the_catalogue_is_as_the_command_writes_it() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    assert text == written(catalogue(), catalogue())
    assert not re.search(r"^#[^\n]", text, re.MULTILINE)
    assert "@" not in text


def test_the_program_finds_what_the_catalogue_holds() -> None:
    held = words.catalogue(CATALOGUE)
    assert held["问题清单"] == "Problem list"
    assert held.items() <= catalogue().items()
