"""What is printed: tables that line up, one line where one is due."""

from ui.cli import console


def test_chinese_and_emoji_take_two_columns_and_marks_none() -> None:
    assert console.width("a甲𬭎😀e\u0301") == 8


def test_tables_line_up() -> None:
    lines = console.table(("号", "名称", "x"), [("1", "市教育局", "甲"), ("22", "a", "乙")])
    assert lines == ["号  名称      x", "1   市教育局  甲", "22  a         乙"]
    assert console.table(("号",), []) == ["（没有）"]


def test_a_cell_is_one_line_of_a_bounded_width() -> None:
    assert console.cut("甲\n乙\x1b[31m", 40) == "甲 乙 [31m"
    assert console.cut("甲乙丙丁", 5) == "甲乙…"
    assert console.cut("甲乙", 4) == "甲乙"
