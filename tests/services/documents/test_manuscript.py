"""送审稿: Word's own measures, faces and heads; every page says what it is, nothing says whose."""

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import Refused
from services import records, reports
from services.documents.blocks import (
    Addressee,
    Attachment,
    Attachments,
    Block,
    Break,
    BriefingHead,
    Closing,
    Column,
    Figure,
    Gap,
    Heading,
    Label,
    LetterHead,
    Marks,
    Note,
    Pages,
    Receipt,
    RedHead,
    Remark,
    Roll,
    Signer,
    Subtitle,
    Table,
    Title,
    body,
    imprint,
)
from services.documents.flow import MM
from services.documents.manuscript import manuscript
from services.reports import Wanted
from tests.groups import NAMES_PASSPHRASE
from tests.services.documents.manuscripts import opened, said

if TYPE_CHECKING:
    from tests.groups import Field

WARNING = "送审稿　未编号　不得作为正式文件"
TABLE = Table(
    (Column("序号", 10), Column("问题", 60, left=True), Column("个", 10, right=True)),
    tuple((str(n), f"第{n}个\n问题", "3") for n in range(30)),
    "表1",
)
ALL: tuple[Block, ...] = (
    Marks("000001", "机密★1年", "特急"),
    RedHead("第三督导组", "（文号待编）", ("赵明", "钱堃")),
    Title(("关于", "市教育局", "学习教育督导检查情况的报告")),
    Subtitle("（讨论稿）"),
    Addressee("市教育局"),
    Heading(1, "一、基本情况"),
    Heading(2, "（一）学习"),
    body("集中学习6次，\n一半看录像，第3次“补课”。"),
    Roll("出席", "马堃、周䶮"),
    TABLE,
    TABLE,
    Note("注：票数。"),
    Figure("chart0", 140, 60, "图1"),
    Gap(2),
    Break(),
    Attachments(("问题清单", "整改时限表")),
    Closing(
        "第三督导组", "2014年5月6日", (Signer("leader", "组长　赵明（签字）："),), "（印　章）"
    ),
    Remark("联系人：李芳"),
    Pages(True),
    Attachment(("问题清单",), 1),
    replace(TABLE, least_lines=3),
    Pages(False),
    imprint("第三督导组", "2014年5月6日", "市委办、市政府办"),
    Receipt("送达回执", "", ("今收到",), "□ 无异议", ("签收人：",)),
)


def parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(file)) as held:
        return {name: held.read(name) for name in held.namelist()}


def place(paragraph: BaseOxmlElement, name: str) -> dict[str, str]:
    """Attributes of a property of a paragraph, without their namespace."""
    found = paragraph.find(f"{qn('w:pPr')}/{qn(name)}")
    return {} if found is None else {key.rpartition("}")[2]: v for key, v in found.items()}


def test_measures_are_those_of_the_official_page() -> None:
    document = opened(manuscript(ALL, "报告", WARNING, {}))
    widths = [round(section.page_width.mm) for section in document.sections if section.page_width]
    assert widths == [210, 297, 210]
    breaks = [
        p for p in document.element.body if p.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    ]
    assert [place(one, "w:spacing")["line"] for one in breaks] == ["20", "20"]
    page = document.sections[0]
    for found, wanted in (
        (page.page_width, 210), (page.page_height, 297), (page.top_margin, 37),
        (page.left_margin, 28), (page.right_margin, 26), (page.bottom_margin, 35),
    ):  # fmt: skip
        assert found is not None
        assert abs(found.pt - wanted * MM) <= 0.05
    styles = {style.name: style.element for style in document.styles}
    for name, face, half_points in (
        ("公文正文", "仿宋_GB2312", "32"), ("公文标题", "方正小标宋简体", "44"),
        ("公文一级标题", "黑体", "32"), ("公文二级标题", "楷体_GB2312", "32"),
    ):  # fmt: skip
        held = {child.tag: child for child in styles[name].iter()}
        assert held[qn("w:rFonts")].get(qn("w:eastAsia")) == face
        assert held[qn("w:sz")].get(qn("w:val")) == half_points
        assert (held[qn("w:spacing")].get(qn("w:line")) or "") in ("579", "")
    assert place(styles["公文正文"], "w:spacing") == {"line": "579", "lineRule": "exact"}
    text = next(p for p in document.paragraphs if p.text.startswith("集中学习"))
    element = text.paragraph_format.element
    assert place(element, "w:ind")["firstLineChars"] == "200"
    assert place(styles["公文一级标题"], "w:outlineLvl") == {"val": "0"}


def test_heads_stand_on_every_page_and_two_tables_stay_two() -> None:
    document = opened(manuscript(ALL, "报告", WARNING, {}))
    official = [t for t in document.tables if len(t.columns) == len(TABLE.columns)]
    assert len(official) == 3
    for table in official:
        (head,) = (row for row in table.rows if row.cells[0].text == "序号")
        element = head.cells[0].paragraphs[0].paragraph_format.element
        row = next(element.iterancestors(qn("w:tr")))
        assert row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert table.rows[1].cells[1].text == "第0个\n问题"


def test_every_page_says_what_it_is_and_has_its_number() -> None:
    document = opened(manuscript(ALL, "报告", WARNING, {}))
    assert document.settings.odd_and_even_pages_header_footer
    for section in document.sections:
        for head in (section.header, section.even_page_header):
            assert [p.text for p in head.paragraphs] == [WARNING]
        sides = (section.footer, "right"), (section.even_page_footer, None)
        for foot, side in sides:
            (line,) = foot.paragraphs
            element = line.paragraph_format.element
            assert "".join(str(t.text) for t in element.iter(qn("w:t"))) == "— 1 —"
            assert place(element, "w:jc").get("val") == side


def test_it_tells_nobodys_name_no_time_and_no_machine() -> None:
    file = manuscript(ALL, "报告", WARNING, {})
    assert file == manuscript(ALL, "报告", WARNING, {})
    held = parts(file)
    assert not [n for n in held if "app.xml" in n or "thumbnail" in n or "customXml" in n]
    about = held["docProps/core.xml"].decode()
    for word in ("python-docx", "generated", "2026"):
        assert word not in about
    facts = opened(file).core_properties
    assert (facts.title, facts.author, facts.last_modified_by) == ("报告", "", "")
    assert b"rsid" not in held["word/settings.xml"]
    with zipfile.ZipFile(BytesIO(file)) as zipped:
        assert {one.date_time[0] for one in zipped.infolist()} == {1980}


def test_heads_of_letters_and_briefings() -> None:
    letter = (Label("内部资料"), LetterHead("第三督导组", "（文号待编）", ("特急",)), body("甲"))
    assert said(manuscript(letter, "", WARNING, {})) == "内部资料第三督导组特急（文号待编）甲"
    organ = "银川市党的群众路线教育实践活动领导小组办公室"
    head = BriefingHead("简　报", "第14期", organ, "2014年5月7日", ("教育实践活动",), "内部资料")
    assert said(manuscript((head,), "", WARNING, {})) == (
        f"内部资料教育实践活动简报第14期{organ}2014年5月7日"
    )


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_makes_a_file_that_opens(text: str, title: str) -> None:
    table = Table((Column(title, 1),), ((text,),), text)
    opened(manuscript((Title((title,)), body(text), table), title, WARNING, {}))


def test_opened_names_never_go_into_a_docx(field: "Field") -> None:
    uid = records.add(field.ws, "interview", [field.talk(state="finished")]).uids[0]
    code = records.get(field.ws, "interview", uid).values["code_name"]
    records.add(field.ws, "identity", [{"code_name": code, "real_name": "周建国"}])
    wanted = Wanted("interview", field.education)
    draft = reports.draft(field.ws, wanted)
    assert "录像" in said(reports.manuscript(draft))
    named = reports.with_names(field.ws, wanted, NAMES_PASSPHRASE, "归档")
    with pytest.raises(Refused) as raised:
        reports.manuscript(named)
    assert raised.value.code == "manuscript_named"
