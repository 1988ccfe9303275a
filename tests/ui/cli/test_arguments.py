"""Arguments: the verb is found wherever common options stand, and every fault is one sentence."""

import argparse
import importlib
import inspect
import re
from collections.abc import Iterator

import pytest

from services import words
from services.errors import UsageError
from ui.cli import arguments, entry, verbs


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Every test starts and ends in Chinese."""
    words.use("zh")
    yield
    words.use("zh")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["list", "F", "unit"], 0),
        (["--json", "list"], 1),
        (["--passphrase-file", "list", "show"], 2),
        (["--passphrase-file=list", "show"], 1),
        (["--lang", "en"], 2),
        ([], 0),
        (["-"], 0),
    ],
)
def test_the_first_word_is_found_behind_common_options(given: list[str], expected: int) -> None:
    assert arguments.first_word(given) == expected


def test_what_is_no_verb_belongs_to_the_window_only_if_it_could_open_it() -> None:
    assert not entry.is_for_the_command_line([])
    assert not entry.is_for_the_command_line(["--lang", "en"])
    assert not entry.is_for_the_command_line([__file__])
    assert entry.is_for_the_command_line(["no such thing"])
    assert entry.is_for_the_command_line(["list"])
    assert entry.is_for_the_command_line(["certificate"])
    assert entry.is_for_the_command_line(["--help"])
    assert entry.is_for_the_command_line(["--json"])


def test_every_verb_has_its_module_its_summary_and_its_arguments() -> None:
    assert verbs.summaries().keys() == verbs.MODULES.keys()
    for verb, module in verbs.MODULES.items():
        commands: dict[str, verbs.Command] = importlib.import_module(f"ui.cli.{module}").COMMANDS
        parser = arguments.parser_of(verb, "")
        commands[verb].arguments(parser)
        assert parser.format_help()


def test_a_sort_field_may_begin_with_a_minus() -> None:
    parser = arguments.parser_of("list", "")
    parser.add_argument("--sort")
    taken = arguments.parse(parser, ["--sort", "-date"])
    assert taken is not None
    assert taken.sort == "-date"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (["--lang", "fr"], "没有 'fr'"),
        (["--lang"], "参数 --lang：须给一个值"),
        (["--json=1"], "不带值的选项"),
        (["--colour"], "认不出的参数：--colour"),
        (["--n", "²"], "须是不小于 0 的整数"),
    ],
)
def test_faults_are_told_in_chinese(given: list[str], fault: str) -> None:
    parser = arguments.parser_of("list", "")
    parser.add_argument("--n", type=arguments.is_count)
    with pytest.raises(UsageError) as caught:
        arguments.parse(parser, given)
    assert fault in words.error(caught.value)


def test_in_english_the_parser_keeps_its_own_words() -> None:
    words.use("en")
    with pytest.raises(UsageError) as caught:
        arguments.parse(arguments.parser_of("list", ""), ["--lang"])
    assert "expected one argument" in words.error(caught.value)


def test_the_phrases_are_the_ones_the_standard_parser_speaks() -> None:
    source = inspect.getsource(argparse)
    spoken = set(re.findall(r"""(?:_|ngettext)\(\s*(['"])(.*?)\1""", source))
    assert words.language() == "zh"
    known = {text for _quote, text in spoken if vars(argparse)["_"](text) != text}
    assert {"usage: ", "options", "expected one argument", "unrecognized arguments: %s"} <= known
