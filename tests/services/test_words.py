"""Words: labels in both languages, sentences of failures, dates, cheap loading."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.catalogue import KINDS
from models.errors import Damaged, Refused
from models.kinds import CHOICES, TEMPLATE_LISTS, ProblemState
from services import campaign, words
from services.rules import Finding, Invalid
from services.words import _

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "resources" / "labels"
CLI_KINDS = (
    *("campaign", "unit", "group", "person", "visit", "check", "training", "review"),
    *("interview", "identity", "opinion", "outreach", "solicitation", "evaluation", "remedy"),
    *("problem", "measure", "closure", "notice", "reception", "case", "task"),
    *("attachment", "report"),
)


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Every test starts and ends in Chinese."""
    words.use("zh")
    yield
    words.use("zh")


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_kind_field_and_choice_has_its_word(lang: str) -> None:
    words.use(lang)
    table = tomllib.loads((LABELS / f"{lang}.toml").read_text("utf-8"))
    assert set(CLI_KINDS) | set(KINDS) <= table["kinds"].keys()
    for kind in KINDS.values():
        for field in kind.fields:
            known = table["fields"].get(kind.name, {}).keys() | table["fields"]["common"].keys()
            assert field.name in known, (kind.name, field.name)
    for name, ids in CHOICES.items():
        assert tuple(table["choices"][name]) == tuple(str(i) for i in ids)
        assert len(set(table["choices"][name].values())) == len(ids), name
    assert tuple(table["lists"]) == TEMPLATE_LISTS


def test_errors_stand_in_the_order_of_their_keys() -> None:
    for lang in words.LANGUAGES:
        text = (LABELS / f"{lang}.toml").read_text("utf-8").partition("\n[errors]\n")[2]
        keys = re.findall(r"^([a-z0-9_]+) = ", text, re.MULTILINE)
        assert keys == sorted(keys)


def test_states_are_worded_as_the_screens_word_them() -> None:
    assert [words.state(s) for s in ProblemState] == [
        *("线索", "待审核", "已认定", "已交办", "整改中", "待验收", "已销号"),
        *("不成立", "已移交", "已并入"),
    ]
    words.use("en")
    assert words.state(ProblemState.CLOSED) == "Closed"


def test_kinds_and_fields_have_words_and_unknown_ones_stay() -> None:
    assert words.kind("interview") == "谈话"
    assert words.field("problem", "facts") == "查证事实"
    assert words.field("visit", "date") == "日期"
    assert words.field("visit", "colour") == "colour"
    assert words.kind("dragon") == "dragon"
    assert words.verb("apply-closure") == "申请销号"
    assert words.document("inspection") == "督导检查报告"
    assert words.list_name("winds") == "四风"


def test_a_template_words_its_own_lists_and_rewords_fixed_ones() -> None:
    yinchuan, general = campaign.load("yinchuan-2014"), campaign.load("general")
    assert words.choice("sub_kinds", "2.2", yinchuan) == "被动学的多，主动学的少"
    assert words.choice("sub_kinds", "2.2") == "2.2"
    assert words.choice("interview_outcome", "four_winds", yinchuan) == "有四风意见"
    assert words.choice("interview_outcome", "four_winds", general) == "有作风意见"
    assert words.choice("interview_outcome", "gone", general) == "gone"
    assert words.kind("remedy", general) == "补充措施"
    assert words.choices("sex", CHOICES["sex"]) == (("male", "男"), ("female", "女"))
    words.use("en")
    assert words.choice("interview_outcome", "four_winds", general) == "Four winds raised"


def test_a_failure_is_one_sentence_with_its_parameters() -> None:
    failure = Refused("template_circle", circle=["a", "b", "a"])
    assert words.error(failure) == "互相引用，成了循环：a、b、a"
    words.use("en")
    assert words.error(failure) == "References run in a circle: a, b, a"


def test_a_sentence_never_fails_and_never_lets_a_parameter_act() -> None:
    assert words.error(Refused("nobody_wrote_this")) == "没有成功，原因不明（nobody_wrote_this）"
    assert words.sentence("template_not_found", {}) == "没有模板 …"
    said = words.sentence("template_not_found", {"template": "a\x1b[31m\n\u202e{template}"})
    assert said == "没有模板 a\ufffd[31m\ufffd\ufffd{template}"
    assert len(words.sentence("template_not_found", {"template": "长" * 10_000})) < 300


@pytest.mark.parametrize(
    ("lang", "short", "full"),
    [("zh", "5月6日", "2014年5月6日"), ("en", "6 May", "6 May 2014")],
)
def test_dates_are_written_as_people_write_them(lang: str, short: str, full: str) -> None:
    words.use(lang)
    assert words.date("2014-05-06") == short
    assert words.date("2014-05-06", full=True) == full
    assert words.date("2014-02-30") == "2014-02-30"
    assert words.date("") == ""


def test_the_catalogue_gives_finished_translations_only(tmp_path: Path) -> None:
    po = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    po += 'msgid "开锁"\nmsgstr "Unlock"\n\n#, fuzzy\nmsgid "遮屏"\nmsgstr "Guess"\n'
    po += '\nmsgid "练习"\nmsgstr ""\n'
    (tmp_path / "en.po").write_text(po, "utf-8")
    assert words.catalogue(tmp_path / "en.po") == {"开锁": "Unlock"}
    assert words.catalogue(tmp_path / "none.po") == {}


def test_a_string_without_translation_stays_chinese() -> None:
    words.use("en")
    assert _("没有人会翻译的一句话") == "没有人会翻译的一句话"


def test_an_unknown_language_means_chinese() -> None:
    words.use("tlh")
    assert words.language() == "zh"
    assert _("开锁") == "开锁"


def test_importing_words_imports_nothing_heavy() -> None:
    script = "import sys, services.words as w; w._('x'); print(*sys.modules, sep='\\n')"
    run = subprocess.run(  # noqa: S603 - our own interpreter, a fixed script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(run.stdout.split())
    assert "services.words" in loaded
    assert not loaded & {"polib", "tomllib", "services.campaign", "sqlalchemy", "PySide6", "babel"}


def test_a_refused_record_is_told_by_field_and_reason() -> None:
    faults = [Finding("title", "field_required"), Finding("measure.what", "field_required")]
    told = words.error(Invalid("problem", faults, 2))
    assert told == "第 2 条问题不合要求，没有写入。问题：须填写；整改措施 整改措施：须填写"
    many = words.error(Invalid("unit", [Finding("name", "field_required")] * 7))
    assert many.startswith("单位不合要求")
    assert many.endswith("等 7 处")
    assert many.count("须填写") == 5
    words.use("en")
    assert "Problem: It is required" in words.error(Invalid("problem", faults))


def test_steps_states_and_kinds_in_a_sentence_are_words() -> None:
    stuck = Refused("transition_not_from_here", verb="close", state="clue")
    assert words.error(stuck) == "“线索”的问题不能“销号”"
    disputed = Refused("field_in_conflict", kind="problem", fields="title、state")
    assert words.error(disputed) == "问题的“问题、状态”正待裁定，裁定前不能改"


def test_what_a_database_says_of_damage_is_told_in_words() -> None:
    told = {
        "HMAC verification failed for page 17": "第 17 页校验不符",
        "Tree 5 page 12 cell 3: Rowid 9 out of order": "第 12 页结构不对",
        "Page 44: never used": "第 44 页结构不对",
        "Freelist: size is 3 but should be 4": "空闲页表不对",
        "row 3 missing from index change_row": "索引对不上",
        "malformed inverted index for FTS5 table main.search": "查找用的索引不对",
        "NULL value in change.id": "change.id 里有不合规的值",
        "database disk image is malformed": "数据库结构损坏",
        "80b1c2d3 unit/9f #12: prev": "电脑 80b1c2d3 第 12 条和前一条接不上",
        "80b1c2d3 unit/9f: tip #9, journal #7": "电脑 80b1c2d3 应到第 9 条，只有第 7 条",
        "problem: 3 rows, not 4": "problem 有 3 行，应有 4 行",
        "row 8: text": "第 8 行对不上",
        "没见过的话": "没见过的话",
    }
    assert {raw: words.detail(raw) for raw in told} == told
    failure = Damaged("file_damaged_inside", path="a", detail="HMAC verification failed for page 1")
    assert words.error(failure) == "a 内部有一处损坏（第 1 页校验不符）；请用备份恢复"
