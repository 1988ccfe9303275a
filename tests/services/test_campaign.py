"""Templates: what comes with the program, faults told, snapshots, the approval line."""

import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.kinds import TEMPLATE_LISTS, Value
from services import campaign, words
from services.campaign import Denominator, Template, Thresholds
from services.campaign import shapes as sh
from services.campaign.files import MAX_FAULTS, MAX_FILE_BYTES, MAX_FILES
from services.campaign.reading import KEYS

DATA = Path(__file__).parents[1] / "data" / "templates"
WIDE = str.maketrans(",:;()", "，：；（）")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of `general` to spoil."""
    return Path(shutil.copytree(campaign.source("general"), tmp_path / "template"))


def told(path: Path) -> set[tuple[str, str, str]]:
    return {(f.file, f.key, f.code) for f in campaign.check(path)}


def leaves(value: Value | Mapping[str, Value]) -> Iterator[object]:
    """Every scalar of a snapshot."""
    if isinstance(value, Mapping):
        for member in value.values():
            yield from leaves(member)
    elif isinstance(value, list):
        for member in value:
            yield from leaves(member)
    else:
        yield value


def test_two_templates_come_with_the_program_and_are_without_fault() -> None:
    assert campaign.available() == ("general", "yinchuan-2014")
    assert [campaign.check(t) for t in campaign.available()] == [(), ()]


def test_yinchuan_has_the_sixteen_sub_kinds_of_the_founding_text() -> None:
    template = campaign.load("yinchuan-2014")
    assert [len(g.sub_kinds) for g in template.groups] == [4, 4, 3, 2, 3]
    assert [s.id for s in template.sub_kinds()] == [
        *("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.3"),
        *("4.1", "4.2", "5.1", "5.2", "5.3", "other"),
    ]
    assert [s.id for s in template.sub_kinds() if s.needs_reason] == ["other"]
    text = (DATA / "founding-text.txt").read_text("utf-8").translate(WIDE)
    for group in template.groups:
        assert f"、{group.heading}。" in text
        for n, sub_kind in enumerate(group.sub_kinds):
            assert f"{'一二三四'[n]}是{sub_kind.title}。{sub_kind.guidance}" in text
    for demand in template.demands:
        assert f"{demand.title}。{demand.text}" in text
    assert template.texts["editor_note"] in text


def test_yinchuan_has_the_lists_and_dates_that_the_text_names() -> None:
    template = campaign.load("yinchuan-2014")
    winds = ("formalism", "bureaucracy", "hedonism", "extravagance")
    assert tuple(w.id for w in template.winds) == winds
    assert [g.title for g in template.grades] == ["好", "较好", "一般", "差"]
    assert len(template.readings) == 3
    second = next(a for a in template.activities if a.id == "second_study")
    assert (second.starts, second.phase) == ("2014-04-10", "study")
    assert {c.id for c in template.categories if c.public} == {"served", "masses"}
    for name in TEMPLATE_LISTS:
        assert campaign.choices(template, name), name


def test_study_check_stands_alone_with_the_readings_in_its_table() -> None:
    template = campaign.load("yinchuan-2014")
    form = template.form("study_check")
    assert form is not None
    assert [s.title for s in form.sections] == [
        *("计划安排", "集中学习", "自学与必读书目", "领导带头", "入脑入心", "判断与处理")
    ]
    readings = form.question("required_readings")
    assert readings is not None
    assert readings.rows == template.readings
    assert [f.id for f in template.forms] == ["study_check", "head_duty", "atmosphere", "launch"]


def test_general_uses_no_word_of_a_campaign() -> None:
    files = sorted(campaign.source("general").rglob("*.toml"))
    text = "".join(f.read_text("utf-8") for f in files)
    for word in ("四风", "群众路线", "回炉", "补火", "党课", "形式主义", "奢靡", "银川"):
        assert word not in text, word


def test_faulty_template_is_told_every_fault_with_file_and_key() -> None:
    found = told(DATA / "faulty")
    for fault in (
        ("campaign.toml", "number_prefix", "template_key_missing"),
        ("campaign.toml", "colour", "template_key_unknown"),
        ("campaign.toml", "id", "template_id_bad"),
        ("campaign.toml", "version", "template_float"),
        ("campaign.toml", "thresholds.approval_percent", "template_float"),
        ("campaign.toml", "thresholds.public_share_percent", "template_integer_range"),
        ("campaign.toml", "unit_kinds", "template_not_list"),
        ("campaign.toml", "label", "template_control_character"),
        ("campaign.toml", "phases[launch].starts", "template_date_missing_in_calendar"),
        ("campaign.toml", "phases[study].ends", "template_ends_before_start"),
        ("campaign.toml", "phases[study].after", "template_reference_unknown"),
        ("campaign.toml", "phases[3]", "template_id_twice"),
        ("campaign.toml", "activities[hearing].phase", "template_reference_unknown"),
        ("campaign.toml", "words.visit_way.flying", "template_reference_unknown"),
        ("taxonomy.toml", "title", "template_key_in_two_files"),
        ("taxonomy.toml", "groups[2].sub_kinds[1.1].id", "template_id_twice"),
        ("forms/first.toml", "sections[a].questions[1].id", "template_name_bad"),
        ("forms/first.toml", "sections[a].questions[grid].rows", "template_key_missing"),
        ("forms/first.toml", "sections[b].questions[kind].id", "template_id_twice"),
        ("forms/first.toml", "derived[share].question", "template_question_type"),
        ("forms/second.toml", "id", "template_form_twice"),
        ("forms/third.toml", "", "template_toml"),
    ):
        assert fault in found, fault
    assert len(found) == 41
    lines = {
        f.file: f.params["line"] for f in campaign.check(DATA / "faulty") if "line" in f.params
    }
    assert lines == {"forms/third.toml": 3}


def test_circles_of_phases_forms_and_questions_are_told() -> None:
    circles = {
        (f.file, f.key): f.params["circle"]
        for f in campaign.check(DATA / "circles")
        if f.params.get("circle") != ["alone", "alone"]
    }
    assert circles == {
        ("campaign.toml", "phases"): ["one", "two", "three", "one"],
        ("forms/a.toml", "extends"): ["a", "b", "a"],
        ("forms/a.toml", "sections"): ["first", "second", "first"],
    }
    assert len(campaign.check(DATA / "circles")) == 4


def test_every_fault_has_a_sentence_without_gaps_in_both_languages() -> None:
    faults = [*campaign.check(DATA / "faulty"), *campaign.check(DATA / "circles")]
    for lang in words.LANGUAGES:
        words.use(lang)
        for fault in faults:
            said = words.sentence(fault.code, fault.params)
            assert fault.code not in said
            assert "…" not in said
    words.use("zh")


def test_a_faulty_template_is_refused_and_a_missing_one_named() -> None:
    with pytest.raises(Refused) as refused:
        campaign.load(DATA / "circles")
    assert refused.value.code == "template_bad"
    assert refused.value.params["count"] == 4
    with pytest.raises(Refused) as refused:
        campaign.load("nowhere")
    assert refused.value.code == "template_not_found"


def test_a_form_that_extends_another_has_its_questions_first(copy: Path) -> None:
    (copy / "forms" / "more.toml").write_text(
        'id = "more"\ntitle = "更多"\nversion = 1\nextends = "work_check"\n[[sections]]\nid = "x"\n'
        'title = "另加"\n[[sections.questions]]\nid = "extra"\nlabel = "另问"\ntype = "text"\n'
        'visible_if = { question = "assigned", value = false }\n',
        "utf-8",
    )
    form = campaign.load(copy).form("more")
    assert form is not None
    assert [q.id for q in form.questions()][:1] == ["assigned"]
    assert [q.id for q in form.questions()][-1:] == ["extra"]
    assert [d.id for d in form.derived] == ["answered_share", "put_right_share"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "template_not_utf8"),
        (b"a" + b".a" * 300_000 + b" = 1", "template_nested"),
        (b"a = " + b"[" * 200_000, "template_nested"),
        (b"a = " + b"1" * 100_000, "template_toml"),
        (b"#" * (MAX_FILE_BYTES + 1), "template_file_too_large"),
        (b"a = 2014-02-30", "template_toml_date"),
        (b"a = 1\na = 2", "template_key_twice"),
        (b'a = "\\u0000', "template_toml"),
    ],
)
def test_hostile_files_are_told_not_suffered(copy: Path, content: bytes, code: str) -> None:
    (copy / "hostile.toml").write_bytes(content)
    assert ("hostile.toml", "", code) in told(copy)


def test_links_pipes_foreign_folders_and_crowds_are_not_read(copy: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.toml"
    outside.write_text('secret = "x"', "utf-8")
    (copy / "link.toml").symlink_to(outside)
    os.mkfifo(copy / "pipe.toml")
    (copy / "deeper").mkdir()
    assert told(copy) == {
        ("link.toml", "", "template_link"),
        ("deeper", "", "template_folder_unknown"),
    }
    for n in range(MAX_FILES):
        (copy / f"{n}.toml").touch()
    assert ("", "", "template_too_many_files") in told(copy)


def test_a_million_faults_are_bounded(copy: Path) -> None:
    (copy / "many.toml").write_text("\n".join(f"k{n} = 1" for n in range(3000)), "utf-8")
    assert len(campaign.check(copy)) == MAX_FAULTS


def test_a_byte_order_mark_from_an_editor_does_no_harm(copy: Path) -> None:
    file = copy / "campaign.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert campaign.check(copy) == ()


def test_every_key_of_a_table_is_an_attribute_of_its_shape() -> None:
    for shape, keys in KEYS.items():
        assert set(keys) == {f.name for f in fields(shape)}, shape


@pytest.mark.parametrize("template_id", campaign.available())
def test_a_snapshot_is_json_without_floats_and_gives_the_template_back(template_id: str) -> None:
    template = campaign.load(template_id)
    snapshot = campaign.snapshot(template)
    assert {type(v) for v in leaves(snapshot)} <= {str, int, bool, type(None)}
    assert campaign.from_snapshot(snapshot) == template
    assert {"title", "organiser", "label", "taxonomy", "thresholds", "forms"} <= snapshot.keys()


IDS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=8)
DATES = st.dates().map(str)
ITEMS = st.builds(sh.Item, IDS, TEXTS)
QUESTIONS = st.builds(
    sh.Question,
    id=IDS,
    label=TEXTS,
    type=st.sampled_from(sh.QuestionType),
    required=st.booleans(),
    minimum=st.integers(0, 9),
    choices=st.lists(ITEMS, max_size=2, unique_by=lambda i: i.id).map(tuple),
    rows_from=st.sampled_from(sh.RowsFrom),
    visible_if=st.none()
    | st.builds(sh.Condition, IDS, st.tuples(st.booleans() | st.integers(0, 9) | TEXTS)),
)


def several(members: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    """A few members with different ids."""
    return st.lists(members, max_size=3, unique_by=lambda m: getattr(m, "id", "")).map(tuple)


SECTIONS = st.builds(sh.Section, IDS, TEXTS, several(QUESTIONS))
TEMPLATES = st.builds(
    Template,
    id=IDS,
    title=TEXTS,
    version=st.integers(1, 99),
    number_prefix=TEXTS,
    phases=several(st.builds(sh.Phase, IDS, TEXTS, DATES, DATES, st.tuples(IDS))),
    groups=several(st.builds(sh.Group, IDS, TEXTS, TEXTS, several(st.builds(sh.SubKind, IDS)))),
    categories=several(st.builds(sh.Category, IDS, TEXTS, st.booleans())),
    winds=several(ITEMS),
    thresholds=st.builds(Thresholds, st.integers(0, 100), st.sampled_from(Denominator)),
    texts=st.dictionaries(IDS, TEXTS, max_size=2),
    words=st.dictionaries(IDS, st.dictionaries(IDS, TEXTS, min_size=1, max_size=2), max_size=2),
)
FORMS = st.lists(
    st.builds(sh.Form, IDS, TEXTS, st.integers(1, 9), st.integers(0, 3), IDS, several(SECTIONS)),
    max_size=3,
    unique_by=lambda f: f.id,
).map(lambda forms: tuple(sorted(forms, key=lambda f: (f.order, f.id))))


@given(TEMPLATES, FORMS)
def test_any_template_survives_its_snapshot(template: Template, forms: tuple[sh.Form, ...]) -> None:
    whole = replace(template, forms=forms)
    assert campaign.from_snapshot(campaign.snapshot(whole)) == whole


NAMES = st.sampled_from([*(f.name for f in fields(Template)), "taxonomy", "template"])
JUNK: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "title", "sections", "type"]) | IDS, inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, JUNK))
def test_a_foreign_snapshot_never_raises(snapshot: dict[str, Value]) -> None:
    template = campaign.from_snapshot(snapshot)
    assert campaign.from_snapshot(campaign.snapshot(template)) == template
    for name in TEMPLATE_LISTS:
        assert all(i and w for i, w in campaign.choices(template, name))


def test_what_is_no_snapshot_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        campaign.from_snapshot([])  # type: ignore[arg-type]
    assert refused.value.code == "template_snapshot_bad"


@pytest.mark.parametrize(
    ("good", "fairly_good", "valid", "below"),
    [
        (31, 42, 125, True),
        (3, 0, 5, False),
        (60, 0, 100, False),
        (59, 0, 100, True),
        (0, 0, 0, None),
    ],
)
def test_exactly_sixty_per_cent_passes(
    good: int, fairly_good: int, valid: int, below: bool | None
) -> None:
    template = campaign.load("yinchuan-2014")
    assert campaign.needs_remedy(good, fairly_good, valid, template) is below


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 1000), st.integers(0, 100))
def test_the_line_is_the_exact_fraction(good: int, fair: int, valid: int, percent: int) -> None:
    template = Template("t", thresholds=Thresholds(approval_percent=percent))
    below = campaign.needs_remedy(good, fair, valid, template)
    if valid == 0:
        assert below is None
    else:
        assert below is (Fraction(good + fair, valid) < Fraction(percent, 100))


def test_a_campaign_may_divide_by_the_ballots_returned() -> None:
    by_returned = Thresholds(approval_denominator=Denominator.RETURNED)
    template = Template("t", thresholds=by_returned)
    assert campaign.needs_remedy(60, 0, 100, template, returned=101) is True
    assert campaign.needs_remedy(60, 0, 100, template) is None


@pytest.mark.parametrize(
    ("sentence", "first"),
    [
        ("自学无安排，以集中学习代替自学", "2.2"),
        ("座谈会只找科级干部，听不到基层意见", "3.3"),
        ("动员会后二十三天无后续活动", "5.1"),
        ("意见箱三周未开箱", "3.1"),
        ("必读书目只发了两种", "2.3"),
        ("一把手过问很少，当甩手掌柜", "4.2"),
    ],
)
def test_suggests_the_sub_kind_that_the_text_words_alike(sentence: str, first: str) -> None:
    template = campaign.load("yinchuan-2014")
    suggested = campaign.suggest(template, sentence)
    assert suggested[0] == first
    assert len(suggested) <= 3
    assert campaign.suggest(template, "") == ()


def test_resources_hold_no_floats_at_all() -> None:
    for template_id in campaign.available():
        for file in campaign.source(template_id).rglob("*.toml"):
            assert float not in {type(v) for v in leaves(tomllib.loads(file.read_text("utf-8")))}
