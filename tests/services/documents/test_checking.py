"""The layout checker: clean on what is right, and each wrong thing is found where it is."""

import random
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from services.documents import pages
from services.documents.blocks import (
    Addressee,
    Attachment,
    Attachments,
    Block,
    BriefingHead,
    Closing,
    Column,
    Heading,
    LetterHead,
    Marks,
    Pages,
    Receipt,
    RedHead,
    Remark,
    Table,
    Title,
    body,
    editors_note,
    imprint,
    tail,
)
from services.documents.characters import wanted
from services.documents.checking import Form, Report, Rule, check
from services.documents.drawing import draw
from services.documents.flow import BLACK, MM, RED, Item, Layout, shifted
from services.documents.flow import Rule as Stroke
from services.documents.flow import Text as Words
from services.documents.fonts import prepare
from services.documents.furniture import Footer
from services.documents.inspection import Options, render
from services.documents.inspection_data import Inspection
from services.documents.layout import Ink, Look, lay_out
from services.errors import Refused
from tests.services.documents import samples
from tests.services.documents.measured import laid
from tests.services.documents.test_fonts import make_font

SENTENCE = "督导检查中发现，该局学习计划只列到三月底，4月份以来没有安排集中学习；随机抽查8本。"
FOOT = Footer("银督三〔2014〕12号　2014年5月7日", "第{page}页　共{pages}页")
COLUMNS = (Column("序号", 1), Column("问题", 8, left=True), Column("人数", 2, right=True))
ROWS = tuple((str(n), SENTENCE * (1 + n % 3), str(n * 7)) for n in range(1, 30))
END = imprint("活动办", "2014年5月8日", "市委办公室，市政府办公室")

UPWARD: tuple[Block, ...] = (
    Marks("000012", "机密★1年", "特急"),
    RedHead("中共银川市委第三督导组", "银督三〔2014〕12号", ("赵明", "李堃", "欧阳修远")),
    Title(("关于", "银川市国有资产监督管理委员会", "学习教育", "督导检查", "情况的请示")),
    Addressee("市委活动办"),
    body(SENTENCE * 4),
    Heading(1, "一、基本情况"),
    body(SENTENCE * 7),
    Heading(2, "（一）学习情况"),
    body(SENTENCE * 3),
    Attachments(("学习情况一览表", "问题清单")),
    Closing("中共银川市委第三督导组", "2014年5月7日", (), "（印　章）"),
    Remark("联系人：李堃"),
    Attachment(("学习情况一览表",), 1),
    Table(COLUMNS, ROWS[:9], "表1　一览"),
    Pages(across=True),
    Table(COLUMNS, ROWS, "表2　问题台账"),
    Pages(across=False),
    Attachment(("问题清单",), 2),
    body(SENTENCE),
    END,
    Receipt("送达回执", "银督三〔2014〕12号", ("今收到。",), "□ 无异议　□ 有异议", ("签字：",)),
)
PLAIN: tuple[Block, ...] = (
    RedHead("市委督导组", "银督三〔2014〕12号"),
    Title(("关于市教育局", "督导检查情况的报告")),
    Addressee("市委办公室"),
    body(SENTENCE * 10),
    Heading(1, "一、基本情况"),
    body(SENTENCE * 10),
    Closing("督导组", "2014年5月7日"),
    END,
)
LETTER: tuple[Block, ...] = (
    LetterHead("中共银川市委第三督导组", "银督三函〔2014〕3号", ("机密", "特急")),
    Title(("关于商请提供材料的函",)),
    Addressee("市教育局"),
    *[body(SENTENCE * 3)] * 8,
    Closing("第三督导组", "2014年5月7日"),
)
BRIEFING: tuple[Block, ...] = (
    BriefingHead("教育实践活动简报", "第12期", "市委活动办", "2014年5月7日", (), "内部资料"),
    Title(("查找差距不足", "巩固学习成果")),
    editors_note("编者按：", SENTENCE),
    *[body(SENTENCE * 3)] * 8,
    tail((("报", "市委常委"), ("发", "各督导组")), 80),
)


@pytest.fixture
def cache(font_cache: Path) -> Path:
    return font_cache


def told(report: Report) -> list[tuple[int, Rule, str, str]]:
    return [(f.page, f.rule, f.expected, f.found) for f in report.deviations]


@pytest.mark.parametrize(
    ("blocks", "form"),
    [
        (UPWARD, Form.RED_HEAD),
        (PLAIN, Form.RED_HEAD),
        (LETTER, Form.LETTER),
        (BRIEFING, Form.BRIEFING),
        ((Title(("问题台账",)), Table(COLUMNS, ROWS)), Form.PLAIN),
        ((Pages(across=True), Title(("问题台账",)), Table(COLUMNS, ROWS)), Form.PLAIN),
    ],
)
def test_our_own_pages_have_no_deviation(
    blocks: tuple[Block, ...], form: Form, cache: Path
) -> None:
    _layout, pdf = laid(blocks, cache, Look(footer=FOOT))
    report = check(pdf)
    assert told(report) == []
    assert report.form is form
    assert {f.expected for f in report.substitutions} >= {"方正小标宋", "宋体"}


@pytest.mark.parametrize("ink", list(Ink))
@pytest.mark.parametrize("blocks", [PLAIN, LETTER, BRIEFING])
def test_no_ink_makes_a_deviation(blocks: tuple[Block, ...], ink: Ink, cache: Path) -> None:
    _layout, pdf = laid(blocks, cache, Look(ink, FOOT))
    assert told(check(pdf)) == []


@pytest.mark.parametrize("data", [samples.plain(), samples.empty(), samples.plain(40)])
def test_the_inspection_report_has_no_deviation(data: Inspection, options: Options) -> None:
    assert told(check(render(data, options).pdf)) == []


def spoiled(cache: Path, change: Callable[[Item], Item]) -> Report:
    """The plain document with some items changed."""
    fonts = prepare(wanted(PLAIN, FOOT), (), cache)
    layout = lay_out(PLAIN, fonts, Look(footer=FOOT))
    moved = tuple(tuple(change(item) for item in items) for items in layout.pages)
    return check(draw(Layout(moved, layout.outline, layout.sheets), fonts, "标题"))


def body_text(item: Item) -> bool:
    return isinstance(item, Words) and item.run.size == 16 and item.y > 380


SPOILT: list[tuple[str, Callable[[Item], bool], Callable[[Item], Item], Rule]] = [
    (
        "the red line 3 mm lower",
        lambda i: isinstance(i, Stroke) and i.colour == RED,
        lambda i: shifted(i, 0, 3 * MM),
        Rule.RED_LINE,
    ),
    (
        "the red line too short",
        lambda i: isinstance(i, Stroke) and i.colour == RED,
        lambda i: replace(i, x2=130 * MM) if isinstance(i, Stroke) else i,
        Rule.RED_LINE,
    ),
    (
        "the mark 5 mm too high",
        lambda i: isinstance(i, Words) and i.colour == RED,
        lambda i: shifted(i, 0, -5 * MM),
        Rule.HEAD,
    ),
    (
        "the mark aside",
        lambda i: isinstance(i, Words) and i.colour == RED,
        lambda i: shifted(i, 9 * MM, 0),
        Rule.HEAD,
    ),
    (
        "the number aside",
        lambda i: isinstance(i, Words) and 180 < i.y < 230 and i.colour == BLACK,
        lambda i: shifted(i, 11 * MM, 0),
        Rule.NUMBER,
    ),
    (
        "the title a line too low",
        lambda i: isinstance(i, Words) and i.run.size == 22,
        lambda i: shifted(i, 0, 25),
        Rule.TITLE,
    ),
    (
        "the title aside",
        lambda i: isinstance(i, Words) and i.run.size == 22,
        lambda i: shifted(i, -8 * MM, 0),
        Rule.TITLE,
    ),
    (
        "text off its rows",
        body_text,
        lambda i: shifted(i, 0, 9),
        Rule.GRID,
    ),
    (
        "a pitch of 28 pt",
        body_text,
        lambda i: shifted(i, 0, -(i.y - 380) * 0.055) if isinstance(i, Words) else i,
        Rule.PITCH,
    ),
    (
        "type of 15 pt",
        body_text,
        lambda i: replace(i, run=replace(i.run, size=15.0)) if isinstance(i, Words) else i,
        Rule.SIZE,
    ),
    (
        "characters 16 pt apart",
        lambda i: isinstance(i, Words) and i.run.size == 16,
        lambda i: replace(i, run=replace(i.run, spacing=0.0)) if isinstance(i, Words) else i,
        Rule.ADVANCE,
    ),
    (
        "text beyond the right edge",
        body_text,
        lambda i: shifted(i, 12, 0),
        Rule.CORE,
    ),
    (
        "the page number 3 mm lower",
        lambda i: isinstance(i, Words) and i.run.size == 14 and i.y > 640,
        lambda i: shifted(i, 0, 3 * MM),
        Rule.PAGE_NUMBER,
    ),
    (
        "the page number on the other side",
        lambda i: isinstance(i, Words) and i.run.size == 14 and i.y > 640 and i.run.x > 200,
        lambda i: shifted(i, -120 * MM, 0),
        Rule.PAGE_NUMBER,
    ),
    (
        "the imprint's last rule above the foot",
        lambda i: isinstance(i, Stroke) and i.colour == BLACK and i.y1 > 630,
        lambda i: shifted(i, 0, -3 * MM),
        Rule.IMPRINT,
    ),
    (
        "the imprint's rules too thin",
        lambda i: isinstance(i, Stroke) and i.colour == BLACK,
        lambda i: replace(i, thick=0.3) if isinstance(i, Stroke) else i,
        Rule.IMPRINT,
    ),
    (
        "the organ away from its date",
        lambda i: isinstance(i, Words) and i.run.text == "督导组",
        lambda i: shifted(i, -90, 0),
        Rule.CLOSING,
    ),
]


@pytest.mark.parametrize(
    ("which", "change", "rule"), [s[1:] for s in SPOILT], ids=[s[0] for s in SPOILT]
)
def test_what_is_moved_is_found(
    which: Callable[[Item], bool], change: Callable[[Item], Item], rule: Rule, cache: Path
) -> None:
    report = spoiled(cache, lambda item: change(item) if which(item) else item)
    assert rule in {f.rule for f in report.deviations}, told(report)


@pytest.mark.parametrize(
    ("block", "rule"),
    [
        (RedHead("市委督导组", "银督三[2014]12号"), Rule.NUMBER),
        (RedHead("市委督导组", "银督三〔2014〕第12号"), Rule.NUMBER),
        (RedHead("市委督导组", "银督三〔2014〕012号"), Rule.NUMBER),
        (Title(("关于情况的报告。",)), Rule.TITLE),
        (Closing("督导组", "2014年05月07日"), Rule.CLOSING),
    ],
)
def test_wrong_words_are_found(block: Block, rule: Rule, cache: Path) -> None:
    blocks = tuple(block if type(block) is type(old) else old for old in PLAIN)
    _layout, pdf = laid(blocks, cache)
    assert [f.rule for f in check(pdf).deviations] == [rule]


def foreign(
    draw_page: Callable[[Canvas], None], size: tuple[float, float] = (595.28, 841.89)
) -> bytes:
    """A page of another program."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=size)
    draw_page(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_foreign_page_is_measured_too() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(10, 10, "outside of every margin")
        canvas.drawString(100, 500, "plain words")

    rules = {f.rule for f in check(foreign(page, (612, 792))).deviations}
    assert rules >= {Rule.PAPER, Rule.EMBEDDED, Rule.PAGE_NUMBER}


def test_an_empty_page_is_found() -> None:
    rules = [f.rule for f in check(foreign(lambda _canvas: None)).deviations]
    assert rules == [Rule.EMPTY, Rule.PAGE_NUMBER]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 nothing", b"PK\x03\x04" + bytes(500)])
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        check(content)
    assert refused.value.code == "pdf_unreadable"


def test_too_much_is_refused_before_it_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def five(canvas: Canvas) -> None:
        for _ in range(4):
            canvas.showPage()

    many = foreign(five)
    monkeypatch.setattr(pages, "MAX_PAGES", 3)
    with pytest.raises(Refused) as refused:
        check(many)
    assert refused.value.code == "pdf_too_long"
    monkeypatch.setattr(pages, "MAX_BYTES", 100)
    with pytest.raises(Refused) as refused:
        check(many)
    assert refused.value.code == "pdf_too_large"


def test_damaged_pages_are_measured_or_refused(cache: Path) -> None:
    _layout, pdf = laid(PLAIN, cache)
    chance = random.Random(1)  # noqa: S311 -- nothing secret
    for _ in range(60):
        broken = bytearray(pdf)
        for _ in range(chance.choice((1, 5, 40))):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            check(bytes(broken[: chance.choice((len(pdf), chance.randrange(len(pdf))))]))
        except Refused as refused:
            assert refused.code.startswith("pdf_")  # noqa: PT017 -- most are measured


@pytest.mark.parametrize("name", ["FangSong", "FZFSK--GBK1-0", "STFangsong", "FangSong_GB2312"])
def test_an_official_face_is_no_substitute(name: str, tmp_path: Path) -> None:
    fonts = tmp_path / "fonts"
    make_font(fonts / "fang.ttf", name, SENTENCE + "0123456789— ", ps_name=name)
    blocks = (body(SENTENCE * 9),)
    prepared = prepare(wanted(blocks), (fonts,), tmp_path / "cache")
    report = check(draw(lay_out(blocks, prepared), prepared, "标题"))
    assert [f.expected for f in report.substitutions] == ["宋体"]
