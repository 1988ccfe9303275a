"""Answers to forms: typed from text, checked, counted, printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import Value
from services import campaign, forms, words
from services.campaign import Condition, Form, Item, Question, QuestionType, Section


def study_check() -> Form:
    form = campaign.load("yinchuan-2014").form("study_check")
    assert form is not None
    return form


def question(question_id: str) -> Question:
    found = study_check().question(question_id)
    assert found is not None
    return found


def form_of(*questions: Question) -> Form:
    return Form("f", sections=(Section("s", questions=questions),))


def codes(answers: dict[str, Value]) -> list[tuple[str, str]]:
    return [(f.question, f.code) for f in forms.check_answers(study_check(), answers)]


GOOD: dict[str, Value] = {
    "plan_exists": False,
    "plan_held": [6, 8],
    "records": "partly",
    "self_plan": False,
    "study_hours": {"together": {"hours": 24}, "self": {"hours": 0}, "lecture": {"hours": 8}},
    "required_readings": {"mass_line": {"issued": True, "studied": False}},
    "notebooks": [2, 5],
    "spot_questions": [3, 8],
    "self_note": "3 本空白，1 本为他人代抄",
    "leaders_led": {"0af1": {"led": True, "lecture_on": "2014-04-18"}},
    "put_right_by": "2014-05-20",
}


def test_good_answers_are_without_findings() -> None:
    assert forms.check_answers(study_check(), GOOD) == ()
    assert forms.missing(study_check(), GOOD) == ()


@pytest.mark.parametrize(
    ("question_id", "value", "code"),
    [
        ("plan_exists", 1, "answer_not_yes_no"),
        ("records", "gone", "answer_choice_unknown"),
        ("other_readings", True, "answer_not_integer"),
        ("other_readings", -1, "answer_range"),
        ("notebooks", [6, 5], "answer_n_over_m"),
        ("notebooks", [1, True], "answer_not_n_of_m"),
        ("notebooks", "2/5", "answer_not_n_of_m"),
        ("put_right_by", "2014-02-30", "answer_date_not_in_calendar"),
        ("put_right_by", "20140220", "answer_not_date"),
        ("self_note", 3, "answer_not_text"),
        ("self_note", "a\x00b", "answer_control_character"),
        ("self_note", "长" * 100_001, "answer_too_long"),
        ("study_hours", [1], "answer_not_table"),
        ("study_hours", {"sleep": {"hours": 1}}, "answer_row_unknown"),
        ("study_hours", {"self": {"minutes": 1}}, "answer_column_unknown"),
        ("study_hours", {"self": {"hours": 1001}}, "answer_range"),
        ("leaders_led", {"not an id": {}}, "answer_row_unknown"),
        ("leaders_led", {f"p{n}": {} for n in range(501)}, "answer_too_many_rows"),
        ("nobody", 1, "answer_unknown_question"),
    ],
)
def test_what_cannot_stand_is_told(question_id: str, value: Value, code: str) -> None:
    assert codes({question_id: value}) == [(question_id, code)]
    (finding,) = forms.check_answers(study_check(), {question_id: value})
    assert code not in words.sentence(finding.code, finding.params)


def test_a_finding_in_a_table_names_row_and_column() -> None:
    (finding,) = forms.check_answers(
        study_check(), {"required_readings": {"thrift": {"issued": 1}}}
    )
    assert finding.params["label"] == "必读书目 / 厉行节约反对浪费论述摘编 / 发放"


def test_nothing_answered_is_no_finding_but_missing() -> None:
    assert forms.check_answers(study_check(), {"plan_exists": None}) == ()
    assert forms.missing(study_check(), {}) == (
        *("plan_exists", "self_plan", "study_hours", "required_readings"),
    )
    empty: dict[str, Value] = {**GOOD, "study_hours": {"self": {"hours": None}}}
    assert forms.missing(study_check(), empty) == ("study_hours",)


def test_hidden_questions_are_neither_asked_nor_required() -> None:
    form = study_check()
    assert forms.progress(form, {}) == (0, 20)
    assert forms.progress(form, {"plan_exists": False}) == (1, 20)
    assert forms.progress(form, {"plan_exists": True}) == (1, 21)
    assert "words_and_deeds_what" in forms.missing(form, {"words_and_deeds": True})
    assert "words_and_deeds_what" not in forms.missing(form, {"words_and_deeds": False})


def test_a_question_hides_with_the_one_it_stands_on() -> None:
    a = Question("a", type=QuestionType.YES_NO)
    b = Question("b", type=QuestionType.YES_NO, visible_if=Condition("a", (True,)))
    c = Question("c", required=True, visible_if=Condition("b", (True,)))
    form = form_of(a, b, c)
    assert forms.missing(form, {"a": True, "b": True}) == ("c",)
    assert forms.missing(form, {"a": False, "b": True}) == ()
    assert forms.missing(form, {"a": 1, "b": True}) == ()


def test_conditions_in_a_circle_from_a_foreign_file_end() -> None:
    a = Question("a", required=True, visible_if=Condition("b", ("x",)))
    b = Question("b", visible_if=Condition("a", ("x",)))
    assert forms.missing(form_of(a, b), {"a": "x", "b": "x"}) == ()
    assert forms.progress(form_of(a, b), {"a": "x", "b": "x"}) == (2, 2)


CHOICE = Question("c", type=QuestionType.CHOICE, choices=(Item("one", "甲"), Item("two", "乙")))
YES_NO = Question("y", type=QuestionType.YES_NO, words=("有", "没有"))
NUMBER = Question("n", type=QuestionType.NUMBER, unit="小时")
PAIR = Question("p", type=QuestionType.N_OF_M, unit="本")
DATE = Question("d", type=QuestionType.DATE)
TEXT = Question("t")


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (YES_NO, "有", True),
        (YES_NO, "没有", False),
        (YES_NO, "是", True),
        (YES_NO, " 1 ", True),
        (YES_NO, "２", False),
        (YES_NO, "也许", "也许"),
        (CHOICE, "乙", "two"),
        (CHOICE, "two", "two"),
        (CHOICE, "1", "one"),
        (CHOICE, "3", "3"),
        (NUMBER, "12小时", 12),
        (NUMBER, "１２", 12),
        (NUMBER, "-3", -3),
        (NUMBER, "1.5", "1.5"),
        (NUMBER, "9" * 5000, "9" * 5000),
        (PAIR, "3/8", [3, 8]),
        (PAIR, "３／８本", [3, 8]),
        (PAIR, {"n": 3, "m": 8}, [3, 8]),
        (DATE, "2014年5月6日", "2014-05-06"),
        (DATE, "2014/5/6", "2014-05-06"),
        (DATE, "2014-02-30", "2014-02-30"),
        (TEXT, " 原样 ", " 原样 "),
        (TEXT, 12, "12"),
        (TEXT, "  ", None),
        (NUMBER, 7, 7),
        (NUMBER, None, None),
    ],
)
def test_typed_text_becomes_a_value(asked: Question, typed: Value, value: Value) -> None:
    read = forms.normalise(asked, typed)
    assert read == value
    assert type(read) is type(value)


def test_a_typed_table_loses_its_empty_cells() -> None:
    typed: Value = {"self": {"hours": "4小时"}, "film": {"hours": ""}, "lecture": "?"}
    assert forms.normalise_all(study_check(), {"study_hours": typed, "odd": "x"}) == {
        "study_hours": {"self": {"hours": 4}, "lecture": "?"},
        "odd": "x",
    }


ANYTHING: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.data())
def test_any_answer_is_read_checked_and_printed_without_raising(data: st.DataObject) -> None:
    form = study_check()
    asked = data.draw(st.sampled_from(list(form.questions())))
    value = data.draw(ANYTHING | st.dictionaries(st.sampled_from(["self", "mass_line"]), ANYTHING))
    read = forms.normalise(asked, value)
    assert forms.normalise(asked, read) == read
    findings = forms.check_answers(form, {asked.id: read})
    assert {f.question for f in findings} <= {asked.id}
    assert isinstance(forms.answer_text(asked, read), str)
    assert isinstance(forms.figures(form, {asked.id: read}), tuple)


@pytest.mark.parametrize(
    ("question_id", "printed"),
    [
        ("plan_exists", "没有"),
        ("records", "不齐全"),
        ("notebooks", "2/5本"),
        ("put_right_by", "2014年5月20日"),
        ("study_hours", "集中学习：24小时；自学：0小时；辅导报告：8小时"),
        ("required_readings", "论群众路线：发放 是，学过（抽问） 否"),
        ("leaders_led", "周局长：带头学 是，讲党课日期 2014年4月18日"),
        ("topics", ""),
    ],
)
def test_answers_print_as_people_write_them(question_id: str, printed: str) -> None:
    text = forms.answer_text(question(question_id), GOOD.get(question_id), {"0af1": "周局长"})
    assert text == printed


def test_figures_follow_from_the_answers() -> None:
    figures = {f.id: (f.value, f.unit) for f in forms.figures(study_check(), GOOD)}
    assert figures == {
        "self_share": (0, "%"),
        "notebooks_share": (40, "%"),
        "answers_share": (38, "%"),
    }
    assert forms.figures(study_check(), {"notebooks": [0, 0]}) == ()
    launch = campaign.load("yinchuan-2014").form("launch")
    assert launch is not None
    dates: dict[str, Value] = {"launched_on": "2014-04-01", "sequel_on": "2014-04-24"}
    assert [(f.value, f.unit) for f in forms.figures(launch, dates)] == [(23, "天")]
