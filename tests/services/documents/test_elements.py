"""Every element of GB/T 9704-2012 where the standard puts it, measured in the finished PDF."""

import itertools
from pathlib import Path

import pytest

from services.documents import pages
from services.documents.blocks import (
    Addressee,
    Attachment,
    Block,
    Break,
    BriefingHead,
    Closing,
    Column,
    Heading,
    Imprint,
    LetterHead,
    Marks,
    Pages,
    Receipt,
    RedHead,
    Remark,
    Roll,
    Subtitle,
    Table,
    Title,
    body,
    editors_note,
    imprint,
    tail,
)
from services.documents.flow import DARK, MM, PITCH, RED, Rule
from services.documents.layout import Ink, Look
from tests.services.documents.measured import find, laid, rules

TEXT = "督导检查" * 7
CELL = 156 * MM / 28
LEFT, TOP, RIGHT, BOTTOM = 28 * MM, 37 * MM, 184 * MM, 262 * MM
NUMBER = "银督三〔2014〕12号"
HEAD = RedHead("市委督导组", NUMBER)


@pytest.fixture
def cache(font_cache: Path) -> Path:
    return font_cache


def top_of(character: pages.Char) -> float:
    return character.baseline - 0.88 * character.size


def test_copy_secrecy_and_urgency_stand_on_lines_1_2_and_3(cache: Path) -> None:
    _layout, pdf = laid((Marks("000012", "机密★1年", "特急"), HEAD, body(TEXT)), cache)
    for line, words in enumerate(("000012", "机密★1年", "特急")):
        first = find(pdf, 1, words)[0]
        assert first.x == pytest.approx(LEFT, abs=1)
        assert top_of(first) == pytest.approx(TOP + line * PITCH, abs=0.1)
        assert first.size == pytest.approx(16, abs=0.01)


def test_urgency_alone_keeps_to_line_3(cache: Path) -> None:
    _layout, pdf = laid((Marks(urgency="特急"), HEAD, body(TEXT)), cache)
    assert top_of(find(pdf, 1, "特急")[0]) == pytest.approx(TOP + 2 * PITCH, abs=0.1)


def test_going_upwards_number_left_approvers_right_two_a_row(cache: Path) -> None:
    head = RedHead("市委督导组", NUMBER, ("赵明", "李堃", "欧阳修远"))
    layout, pdf = laid((head, body(TEXT)), cache)
    number = find(pdf, 1, NUMBER)
    assert number[0].x == pytest.approx(LEFT + CELL, abs=0.5)
    first, second, third = (find(pdf, 1, name) for name in head.approvers)
    assert find(pdf, 1, "签发人：")[0].baseline == pytest.approx(first[0].baseline, abs=0.1)
    assert second[0].baseline == pytest.approx(first[0].baseline, abs=0.1)
    assert third[0].baseline == pytest.approx(first[0].baseline + PITCH, abs=0.1)
    assert third[0].x == pytest.approx(first[0].x, abs=0.1)
    assert number[0].baseline == pytest.approx(third[0].baseline, abs=0.1)
    assert second[-1].x + CELL <= RIGHT - CELL + 0.5
    (line,) = (rule for rule in rules(layout.pages[0]) if rule.colour == RED)
    assert TOP + line.y1 == pytest.approx(top_of(number[0]) + 16 + 4 * MM, abs=0.1)


def test_one_approver_ends_one_character_from_the_edge(cache: Path) -> None:
    _layout, pdf = laid((RedHead("市委督导组", NUMBER, ("赵明",)), body(TEXT)), cache)
    assert find(pdf, 1, "赵明")[-1].x + CELL == pytest.approx(RIGHT - CELL, abs=0.5)


def test_a_letter_has_double_lines_of_170_mm_and_no_number_on_page_1(cache: Path) -> None:
    head = LetterHead("市委督导组", NUMBER, ("特急",))
    layout, pdf = laid((head, Title(("关于材料的函",)), body(TEXT * 30)), cache)
    red = [rule for rule in rules(layout.pages[0]) if rule.colour == RED]
    assert [rule.x2 - rule.x1 for rule in red] == pytest.approx([170 * MM] * 4, abs=0.1)
    assert red[0].x1 + LEFT == pytest.approx(20 * MM, abs=0.1)
    assert red[0].thick > red[1].thick
    assert red[2].thick < red[3].thick
    mark = find(pdf, 1, "市委督导组")
    assert top_of(mark[0]) == pytest.approx(30 * MM, abs=0.1)
    upper = TOP + red[0].y1 - red[0].thick / 2
    assert upper == pytest.approx(top_of(mark[0]) + mark[0].size + 4 * MM, abs=0.1)
    assert TOP + red[3].y1 + red[3].thick / 2 == pytest.approx((297 - 20) * MM, abs=0.1)
    number = find(pdf, 1, NUMBER)
    below = TOP + red[1].y1 + red[1].thick / 2
    assert top_of(number[0]) == pytest.approx(below + 14, abs=0.1)
    assert number[-1].x + CELL == pytest.approx(RIGHT, abs=1)
    assert "—1—" not in "".join(c.text for c in pages.characters(pdf, 1))
    assert find(pdf, 2, "—2—")


def test_a_briefings_head_is_a_third_of_the_page(cache: Path) -> None:
    head = BriefingHead(
        "工作简报", "第12期", "市委活动办", "2014年5月7日", ("教育实践活动",), "内部资料"
    )
    layout, pdf = laid((head, Title(("情况",)), body(TEXT)), cache)
    (line,) = (rule for rule in rules(layout.pages[0]) if rule.colour == RED)
    assert TOP + line.y1 == pytest.approx(99 * MM, abs=0.1)
    assert line.thick >= 2
    name, issue = find(pdf, 1, "工作简报"), find(pdf, 1, "第12期")
    assert name[0].size > 40
    assert (name[0].x + name[-1].x + name[-1].size) / 2 == pytest.approx(LEFT + 78 * MM, abs=0.5)
    office, date = find(pdf, 1, "市委活动办"), find(pdf, 1, "2014年5月7日")
    assert office[0].x == pytest.approx(LEFT + CELL, abs=0.5)
    assert date[-1].x + CELL == pytest.approx(RIGHT - CELL, abs=0.5)
    order = [find(pdf, 1, "内部资料")[0], find(pdf, 1, "教育实践")[0], name[0], issue[0], office[0]]
    for upper, lower in itertools.pairwise(order):
        assert upper.baseline + 0.12 * upper.size < top_of(lower) + 0.1
    assert office[0].baseline + 2 < TOP + line.y1


def test_an_editors_note_is_indented_at_both_sides(cache: Path) -> None:
    _layout, pdf = laid((editors_note("编者按：", TEXT * 3), body(TEXT)), cache)
    note = [c for c in pages.characters(pdf, 1) if c.baseline < TOP + 4 * PITCH]
    assert min(c.x for c in note) == pytest.approx(LEFT + 2 * CELL, abs=0.1)
    assert max(c.x for c in note) + CELL == pytest.approx(RIGHT - 2 * CELL, abs=0.5)
    assert note[0].x == pytest.approx(LEFT + 4 * CELL, abs=0.1)


def test_the_imprint_lies_on_the_last_pages_bottom(cache: Path) -> None:
    names = "，".join(["市委办公室"] * 14)
    blocks = (
        body(TEXT),
        Closing("督导组", "2014年5月7日"),
        imprint("活动办", "2014年5月8日", names),
    )
    layout, pdf = laid(blocks, cache)
    first, middle, last = rules(layout.pages[0])
    assert [first.thick, middle.thick, last.thick] == pytest.approx(
        [0.35 * MM, 0.25 * MM, 0.35 * MM]
    )
    assert {(rule.x1, rule.x2) for rule in (first, middle, last)} == {(0, 156 * MM)}
    assert TOP + last.y1 == pytest.approx(BOTTOM, abs=0.05)
    copies = find(pdf, 1, "抄送：市委办公室")
    assert copies[0].x == pytest.approx(LEFT + 14, abs=0.5)
    assert copies[0].size == pytest.approx(14, abs=0.01)
    below = [
        c for c in pages.characters(pdf, 1) if c.text == "市" and c.baseline > copies[0].baseline
    ]
    assert below
    inside = [c for c in pages.characters(pdf, 1) if copies[0].top <= c.top < TOP + middle.y1 - 5]
    assert min(c.x for c in inside if c.baseline > copies[0].baseline + 1) == pytest.approx(
        copies[3].x, abs=0.1
    )
    assert find(pdf, 1, "室。")
    date = find(pdf, 1, "2014年5月8日印发")
    assert date[-1].x + 14 == pytest.approx(RIGHT - 14, abs=0.5)
    assert find(pdf, 1, "活动办")[0].x == pytest.approx(LEFT + 14, abs=0.5)


def test_an_imprint_without_room_goes_to_the_bottom_of_a_new_page(cache: Path) -> None:
    layout, pdf = laid((body("字" * 28 * 20), imprint("活动办", "2014年5月8日", "市委")), cache)
    assert len(layout.pages) == 2
    assert TOP + rules(layout.pages[1])[-1].y1 == pytest.approx(BOTTOM, abs=0.05)
    assert "印发" not in pages.text(pdf, 1)


def test_a_briefings_tail_and_a_letters_imprint(cache: Path) -> None:
    end = tail((("报", "市委常委"), ("送", "市政府"), ("发", "各督导组")), 80)
    layout, pdf = laid((body(TEXT), end), cache)
    assert len(rules(layout.pages[0])) == 3
    assert find(pdf, 1, "共印80份")
    bare, _pdf = laid((body(TEXT), Imprint((("抄送", "市委"),), ruled=False)), cache)
    assert rules(bare.pages[0]) == []


def test_addressees_that_leave_no_room_for_text_go_to_the_imprint(cache: Path) -> None:
    many = "、".join(["市直机关各部门党组"] * 40)
    blocks: tuple[Block, ...] = (HEAD, Title(("关于情况的报告",)), Addressee(many), body(TEXT))
    layout, pdf = laid((*blocks, imprint("活动办", "2014年5月8日", "市委")), cache)
    assert "督导检查督导检查" in pages.text(pdf, 1).replace("\n", "")
    last = len(layout.pages)
    assert find(pdf, last, "主送：")[0].baseline < find(pdf, last, "抄送：")[0].baseline
    layout, pdf = laid(blocks, cache)
    assert find(pdf, len(layout.pages), "主送：")


def test_a_remark_stands_in_brackets_below_the_date(cache: Path) -> None:
    _layout, pdf = laid(
        (body(TEXT), Closing("督导组", "2014年5月7日"), Remark("联系人：李堃")), cache
    )
    remark, date = find(pdf, 1, "（联系人：李堃）"), find(pdf, 1, "2014年")
    assert remark[0].x == pytest.approx(LEFT + 2 * CELL, abs=0.1)
    assert remark[0].baseline == pytest.approx(date[0].baseline + PITCH, abs=0.1)


def test_without_a_seal_the_date_starts_two_characters_behind_the_organ(cache: Path) -> None:
    _layout, pdf = laid((body(TEXT), Closing("市委第三督导组", "2014年5月7日")), cache)
    organ, date = find(pdf, 1, "市委第三督导组"), find(pdf, 1, "2014年5月7日")
    assert organ[-1].x + CELL == pytest.approx(RIGHT - 2 * CELL, abs=0.2)
    assert date[0].x == pytest.approx(organ[0].x + 2 * CELL, abs=1)


def test_a_date_longer_than_the_organ_takes_the_indent(cache: Path) -> None:
    _layout, pdf = laid((body(TEXT), Closing("督导组", "2014年12月17日")), cache)
    organ, date = find(pdf, 1, "督导组"), find(pdf, 1, "2014年12月17日")
    assert date[-1].x + CELL == pytest.approx(RIGHT - 2 * CELL, abs=0.2)
    assert date[0].x == pytest.approx(organ[0].x + 2 * CELL, abs=1)


def test_an_attachment_starts_a_page_with_its_title_on_line_3(cache: Path) -> None:
    blocks = (body(TEXT), Attachment(("学习情况一览表",), 2), body(TEXT), Attachment(("表",)))
    layout, pdf = laid(blocks, cache)
    assert len(layout.pages) == 3
    mark, title = find(pdf, 2, "附件2"), find(pdf, 2, "学习情况一览表")
    assert mark[0].x == pytest.approx(LEFT, abs=0.1)
    assert top_of(mark[0]) == pytest.approx(TOP, abs=0.1)
    assert title[0].baseline - 0.88 * 22 == pytest.approx(TOP + 2 * PITCH - 3, abs=0.2)
    assert title[0].size == pytest.approx(22, abs=0.01)
    assert [entry.text for entry in layout.outline] == ["学习情况一览表", "表"]


def test_a_roll_hangs_behind_its_colon(cache: Path) -> None:
    _layout, pdf = laid((Roll("出席", "赵明，" * 20), body(TEXT)), cache)
    label = find(pdf, 1, "出席：")
    assert label[0].x == pytest.approx(LEFT + 2 * CELL, abs=0.1)
    second = [c for c in pages.characters(pdf, 1) if 10 < c.baseline - label[0].baseline < 35]
    assert second[0].x == pytest.approx(LEFT + 5 * CELL, abs=0.1)


def test_a_subtitle_is_centred_and_a_break_starts_a_page(cache: Path) -> None:
    layout, pdf = laid((Title(("纪要",)), Subtitle("（2014年5月7日）"), Break(), body(TEXT)), cache)
    assert len(layout.pages) == 2
    words = find(pdf, 1, "（2014年5月7日）")
    assert (words[0].x + words[-1].x + CELL) / 2 == pytest.approx(LEFT + 78 * MM, abs=1)


@pytest.mark.parametrize(
    ("ink", "colours"),
    [
        (Ink.COLOUR, {RED}),
        (Ink.BLACK, set()),
        (Ink.GREY, {DARK}),
        (Ink.PREPRINTED, set()),
    ],
)
def test_ink_of_the_red_parts(ink: Ink, colours: set[str], cache: Path) -> None:
    for head in (HEAD, LetterHead("市委督导组", NUMBER), BriefingHead("市委督导组", "", "", "")):
        layout, pdf = laid((head, body(TEXT)), cache, Look(ink))
        found = {getattr(item, "colour", "000000") for item in layout.pages[0]}
        assert found - {"000000"} == colours
        assert ("市委督导组" in pages.text(pdf, 1)) == (ink is not Ink.PREPRINTED)


def wide(rows: int) -> Table:
    columns = (Column("序号", 1), Column("问题", 8, left=True), Column("人数", 2, right=True))
    return Table(columns, tuple((str(n), "学习", str(n * 37)) for n in range(1, rows + 1)), "表1")


def test_a_page_across_keeps_margins_and_number_where_they_are_on_the_paper(cache: Path) -> None:
    blocks = (body(TEXT), Pages(across=True), wide(36), Pages(across=False), body(TEXT))
    layout, pdf = laid(blocks, cache)
    shapes = [pages.page_size(pdf, n + 1) for n in range(len(layout.pages))]
    assert [w > h for w, h in shapes] == [False, True, True, False]
    for page in (2, 3):
        numbers = find(pdf, page, f"—{page}—")
        # the paper turned back: x from the left is the upright page's distance from the bottom
        assert numbers[0].right == pytest.approx((35 - 7) * MM, abs=0.3)
        middle = (numbers[0].top + numbers[-1].bottom) / 2
        assert middle < 60 * MM if page == 2 else middle > 150 * MM
        cells = [c for c in pages.characters(pdf, page) if c.text in "学习"]
        assert min(c.x for c in cells) > 35 * MM
        assert max(c.x for c in cells) < (35 + 225) * MM
        assert max(c.bottom for c in cells) < (28 + 156) * MM
        assert "序号" in pages.text(pdf, page)


def test_numbers_are_flush_right_and_forms_have_room(cache: Path) -> None:
    _layout, pdf = laid((wide(40),), cache)
    ends = {round(find(pdf, 1, str(n * 37))[-1].right, 1) for n in (3, 28)}
    assert max(ends) - min(ends) < 1
    form = Table((Column("", 1), Column("", 3)), (("姓名", ""), ("意见", "")), least_lines=4)
    layout, _pdf = laid((form,), cache)
    levels = sorted({rule.y1 for rule in rules(layout.pages[0])})
    assert len(levels) == 3
    assert min(b - a for a, b in itertools.pairwise(levels)) > 4 * 15


def test_a_receipt_after_a_table_across_stands_upright(cache: Path) -> None:
    receipt = Receipt("送达回执", NUMBER, ("今收到报告1份。",), "□ 无异议　□ 有异议", ("签字：",))
    layout, pdf = laid((Pages(across=True), wide(3), receipt), cache)
    assert pages.page_size(pdf, 2)[0] == pytest.approx(210 * MM, abs=0.1)
    tear = [rule for rule in rules(layout.pages[1]) if rule.dashed]
    number = find(pdf, 2, NUMBER)[0]
    assert len(tear) == 2
    assert top_of(number) < TOP + tear[0].y1 < number.baseline
    assert find(pdf, 2, "无异议")


def test_no_heading_is_left_alone_at_the_foot_of_a_page(cache: Path) -> None:
    for lines in range(17, 23):
        blocks = (
            body("字" * (28 * lines - 4)),
            Heading(1, "一、大标题"),
            Heading(2, "（一）小标题"),
            wide(3),
        )
        layout, pdf = laid(blocks, cache)
        together = [n for n in range(1, len(layout.pages) + 1) if "标题" in pages.text(pdf, n)]
        assert len(together) == 1
        assert "问题" in pages.text(pdf, together[0]), lines


def test_a_narrow_column_is_widened_so_that_no_number_or_date_is_cut(cache: Path) -> None:
    columns = (Column("编号", 1), Column("时限", 1), Column("问题", 30, left=True))
    table = Table(columns, (("03-00117", "2014年5月30日", TEXT * 3), ("", "", "")))
    _layout, pdf = laid((table,), cache)
    for whole in ("03-00117", "2014年5月30日"):
        assert len({round(c.baseline) for c in find(pdf, 1, whole)}) == 1


def test_columns_keep_their_shares_where_nothing_is_cut(cache: Path) -> None:
    table = Table((Column("甲", 1), Column("乙", 3)), (("一", "二"),))
    layout, _pdf = laid((table,), cache)
    rows = [item for item in layout.pages[0] if isinstance(item, Rule)]
    places = {round(rule.x1, 1) for rule in rows if rule.x1 == rule.x2}
    assert places == {0.0, round(39 * MM, 1), round(156 * MM, 1)}


def test_200_rows_across_are_all_there(cache: Path) -> None:
    layout, pdf = laid((Pages(across=True), wide(200)), cache)
    seen = ["".join(c.text for c in pages.characters(pdf, n + 1)) for n in range(len(layout.pages))]
    assert all(f"{n}学习{n * 37}" in "".join(seen) for n in range(1, 201))
    assert all(text.count("序号") == 1 for text in seen)
