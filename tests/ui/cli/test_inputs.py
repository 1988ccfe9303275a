"""What comes in: every form that is taken, every fault named with its place."""

from pathlib import Path

import pytest

from services.errors import AppError, Refused, UsageError
from ui.cli import inputs


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{"name":"甲"}', 1),
        ('[{"name":"甲"},{"name":"乙"}]', 2),
        ('{"name":"甲"}\n\n{"name":"乙"}\r\n{"name":"丙"}\n', 3),
        ('{\n "name":\n "甲"}', 1),
        ("[]", 0),
    ],
)
def test_one_object_an_array_and_lines_are_taken(text: str, count: int) -> None:
    assert len(inputs.records(text)) == count


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("", "json_empty", {}),
        (" \n ", "json_empty", {}),
        ("{", "json_invalid", {"line": 1, "column": 2}),
        ('{"a":1}\n{"a":}', "json_invalid", {"line": 2, "column": 6}),
        ('[{"a":1},\n {"a" 2}]', "json_invalid", {"line": 2, "column": 7}),
        ("[1]", "json_not_object", {"index": 1}),
        ('[{"a":1},"b"]', "json_not_object", {"index": 2}),
        ('{"a":1,"b":2,"a":3}', "json_key_twice", {"key": "a"}),
        ('{"a":NaN}', "json_number", {}),
        ('{"a":' + "9" * 5000 + "}", "json_number", {}),
        ("[" * 100_000, "json_too_deep", {}),
    ],
)
def test_faults_of_json_are_named_with_their_place(
    text: str, code: str, params: dict[str, object]
) -> None:
    with pytest.raises(Refused) as caught:
        inputs.records(text)
    assert (caught.value.code, caught.value.params) == (code, params)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=文字", "文字"),
        ("a=", ""),
        ("a=x=y", "x=y"),
        ("a=12", 12),
        ("a=012", "012"),
        ("a=1.5", "1.5"),
        ("a=-0", "-0"),
        ("a=true", True),
        ("a=null", None),
        ('a="引号"', '"引号"'),
        ('a=["x","y"]', ["x", "y"]),
        ('a={"x":1}', {"x": 1}),
        ("a={坏", "{坏"),
        ("a=NaN", "NaN"),
    ],
)
def test_a_value_is_json_only_if_it_reads_as_such(text: str, value: object) -> None:
    assert inputs.assignments([text]) == {"a": value}


@pytest.mark.parametrize("given", [["x"], ["=1"], ["a=1", "a=2"]])
def test_what_is_no_assignment_is_refused(given: list[str]) -> None:
    with pytest.raises(UsageError):
        inputs.assignments(given)


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        ("口令\n".encode(), "口令"),
        ("口令\r\nx".encode(), "口令"),
        ("\ufeff口 令 ".encode(), "口 令 "),
        (b"", ""),
        (b"\nx", ""),
    ],
)
def test_a_passphrase_is_the_first_line(tmp_path: Path, content: bytes, secret: str) -> None:
    file = tmp_path / "口令"
    file.write_bytes(content)
    assert inputs.passphrase(str(file), "") == secret


def test_passphrase_files_that_are_none_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "口令"
    codes = []
    for content in (b"\xff\xfe\x00", b"x" * 5000):
        file.write_bytes(content)
        with pytest.raises(AppError) as caught:
            inputs.passphrase(str(file), "")
        codes.append(caught.value.code)
    for path in (tmp_path, tmp_path / "没有", "a\0b"):
        with pytest.raises(AppError) as caught:
            inputs.passphrase(str(path), "")
        codes.append(caught.value.code)
    assert codes == [
        *("passphrase_file_not_text", "input_too_large"),
        *("file_unreadable", "file_missing", "file_unreadable"),
    ]
