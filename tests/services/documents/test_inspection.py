"""督导检查报告: what stands in it, what must not, with nothing and with far too much."""

import dataclasses

import pytest

from services.documents import characters, pages
from services.documents.inspection import Options, Rendered, digest, render
from services.documents.inspection_data import Category, Inspection, Problem
from services.documents.inspection_parts import compose, shown
from services.documents.leaks import Leak, Secrets, find
from services.documents.wording import chinese_date, ordinal
from services.errors import Refused
from tests.services.documents import samples


def words(report: Rendered) -> str:
    text = "".join(pages.text(report.pdf, n + 1) for n in range(report.pages))
    return "".join(text.split())


def printed(data: Inspection) -> tuple[str, ...]:
    return characters.texts(compose(data).blocks)


def test_everything_of_the_data_is_printed(report: Rendered) -> None:
    text = words(report)
    for part in (
        "银督三〔2014〕12号",
        "第5次集中学习没有按计划进行",
        "03-005",
        "58.3%",
        "回炉",
        "2014年5月30日",
    ):
        assert part in text
    for part in ("明查3次", "个别谈话23人次", "组长赵明（签字）", "李堃", "76.3%"):
        assert part in text


def test_small_categories_are_not_named(report: Rendered) -> None:
    text = words(report)
    assert "群众25人" in text
    assert "服务对象" not in text


def test_small_categories_are_told_together_once_they_are_many_enough() -> None:
    heard = (Category("群众", 12), Category("甲", 3), Category("乙", 2))
    assert shown(heard, "其他人员") == (Category("群众", 12), Category("其他人员", 5))
    assert shown(heard[:2], "其他人员") == (Category("群众", 12),)


def test_an_empty_report_says_so(options: Options) -> None:
    made = render(samples.empty(), options)
    text = words(made)
    assert "未发现需要列入问题清单的问题" in text
    assert "未组织民主评议" in text
    assert "文号待编" in text


def test_200_problems_and_long_names(options: Options) -> None:
    unit = "银川市国有资产监督管理委员会机关及所属企业联合党委𬭎䶮"
    data = dataclasses.replace(
        samples.plain(200, unit), issuer="中共银川市委党的群众路线教育实践活动领导小组第三督导组"
    )
    made = render(data, options)
    text = words(made)
    assert text.count("03-200") == 2
    assert made.pages > 30
    for page in range(1, made.pages + 1):
        for char in pages.characters(made.pdf, page):
            assert char.left > 70
            assert char.right < 595 - 55


def test_the_same_data_makes_the_same_file(options: Options, report: Rendered) -> None:
    again = render(samples.plain(), options)
    once_more = render(samples.plain(), options)
    assert again.pdf == once_more.pdf
    assert again.digest == report.digest


def test_the_digest_changes_with_any_word() -> None:
    data = samples.plain()
    assert digest(data) != digest(dataclasses.replace(data, label=""))
    assert len(digest(data)) == 64


def test_a_missing_glyph_stops_before_anything_is_made(options: Options) -> None:
    with pytest.raises(Refused) as refused:
        render(dataclasses.replace(samples.plain(), unit="教育局\U0001f600"), options)
    assert refused.value.params["codepoint"] == "U+1F600"


def test_control_characters_do_not_print(options: Options) -> None:
    made = render(dataclasses.replace(samples.empty(), unit="教\u0000育\u202e局\n分局"), options)
    assert "教育局" in words(made)


def test_braces_in_the_data_are_only_text(options: Options) -> None:
    made = render(
        dataclasses.replace(samples.empty(), unit="局{group}{0}{", number="{page}号"), options
    )
    assert "局{group}{0}{" in words(made)


def test_without_the_receipt_the_report_is_a_page_shorter(
    report: Rendered, options: Options
) -> None:
    made = render(samples.plain(), dataclasses.replace(options, receipt=False))
    assert made.pages == report.pages - 1


def test_leaks_are_found() -> None:
    group = samples.plain().groups[0]
    kind = dataclasses.replace(
        group.sub_kinds[0], problems=(Problem("B417说", "14:30谈话，他说怕得罪人", "整改中"),)
    )
    data = dataclasses.replace(
        samples.plain(), groups=(dataclasses.replace(group, sub_kinds=(kind,)),)
    )
    assert set(find(printed(data), Secrets(("怕得罪人", "")))) == {
        Leak("code_name", "B417"),
        Leak("clock", "14:30"),
        Leak("forbidden", "怕得罪人"),
    }
    assert find(printed(samples.plain())) == ()


def test_substitutions_are_told(report: Rendered) -> None:
    assert {s.role for s in report.substitutions} == {"title", "body", "kai", "hei", "song"}


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (99, "九十九")],
)
def test_numbers_in_chinese(number: int, word: str) -> None:
    assert ordinal(number) == word


def test_dates_have_no_leading_zero() -> None:
    assert chinese_date("2014-05-07") == "2014年5月7日"
    assert chinese_date("五月") == "五月"


def test_a_later_report_has_the_characters_of_its_charts(options: Options) -> None:
    """The drawing library remembers fonts by path: new characters must come from a new file."""
    render(samples.plain(), options)
    data = samples.plain()
    ratio = dataclasses.replace(data.ratios[0], left="龘", right="鱻")
    made = render(dataclasses.replace(data, ratios=(ratio,)), options)
    assert "龘" in words(made)
