"""Forms drawn from data and the bar of filters: what is told when, in what form."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from models.kinds import Field, FieldType, Value
from ui.parts.filters import FilterBar
from ui.parts.form import FieldView, FormView
from ui.parts.inputs import ChipsInput, TextInput
from ui.parts.lists import LinksInput, ListInput

PEOPLE = {"a" * 32: "王建国", "b" * 32: "李芳"}
WINDS = {"formalism": "形式主义", "hedonism": "享乐主义", "extravagance": "奢靡之风"}
MANY = {str(n): f"第 {n} 类" for n in range(16)}
T = FieldType

VIEWS = (
    FieldView(Field("title", T.TEXT, required=True), "题目", {}),
    FieldView(Field("facts", T.LONG_TEXT), "查证事实", {}),
    FieldView(Field("day", T.DATE), "日期", {}),
    FieldView(Field("wind", T.CHOICE), "四风", WINDS),
    FieldView(Field("winds", T.CHOICES), "四风", WINDS),
    FieldView(Field("sub_kind", T.CHOICE), "类别", MANY),
    FieldView(Field("head", T.REFERENCE), "负责人", {}, lambda: PEOPLE),
    FieldView(Field("handlers", T.REFERENCES), "承办人", {}, lambda: PEOPLE),
    FieldView(Field("evidence", T.LINKS), "证据", {}, lambda: PEOPLE),
    FieldView(Field("common", T.BOOLEAN), "共性", {}),
)


@pytest.fixture
def form(qtbot: QtBot) -> FormView:
    """One field of each type, shown and active."""
    made = FormView([("问题", VIEWS)])
    qtbot.addWidget(made)
    made.resize(600, 900)
    made.show()
    made.activateWindow()
    qtbot.waitActive(made)
    made.focus_first()
    return made


def line_of(form: FormView, name: str) -> QLineEdit:
    """The line of a field that is one."""
    found = form.input_of(name)
    assert isinstance(found, QLineEdit)
    return found


def chips(widget: QWidget) -> dict[str, QPushButton]:
    """Buttons by their words."""
    return {b.text(): b for b in widget.findChildren(QPushButton)}


def test_every_type_of_field_gives_back_what_it_was_given(form: FormView) -> None:
    values: dict[str, Value] = {
        "title": "自学无安排",
        "facts": "第一段\n第二段 𬭎",
        "day": "2014-05-06",
        "wind": "hedonism",
        "winds": ["formalism", "extravagance"],
        "sub_kind": "12",
        "head": "b" * 32,
        "handlers": ["a" * 32],
        "evidence": ["学习台账复印件", "a" * 32],
        "common": True,
    }
    form.load(values)
    assert form.values() == values
    form.load({})
    assert form.values() == {
        "title": "",
        "facts": "",
        "day": "",
        "wind": None,
        "winds": [],
        "sub_kind": None,
        "head": None,
        "handlers": [],
        "evidence": [],
        "common": False,
    }


def test_a_field_is_told_once_when_it_is_left_changed(qtbot: QtBot, form: FormView) -> None:
    seen: list[tuple[str, object]] = []

    def note(name: str, value: object) -> None:
        seen.append((name, value))

    form.edited.connect(note)
    form.load({"title": "旧"})
    form.input_of("facts").setFocus()
    line_of(form, "title").setFocus()
    assert not seen
    line_of(form, "title").setText("新")
    assert not seen
    form.input_of("facts").setFocus()
    line_of(form, "title").setFocus()
    QTest.keyClick(line_of(form, "title"), Qt.Key.Key_Return)
    assert seen == [("title", "新")]


def test_running_text_is_told_when_it_is_left_not_for_a_popup(form: FormView) -> None:
    seen: list[object] = []

    def note(_name: str, value: object) -> None:
        seen.append(value)

    form.edited.connect(note)
    text = form.input_of("facts")
    assert isinstance(text, TextInput)
    text.setFocus()
    text.insertPlainText("六次")
    popup = QFocusEvent(QFocusEvent.Type.FocusOut, Qt.FocusReason.PopupFocusReason)
    QApplication.sendEvent(text, popup)
    assert not seen
    QTest.keyClick(text, Qt.Key.Key_Tab)
    assert seen == ["六次"]


def test_loading_leaves_the_field_that_is_being_typed_into(form: FormView) -> None:
    title = line_of(form, "title")
    title.setFocus()
    QTest.keyClicks(title, "half a word")
    form.load({"title": "别人写的", "facts": "别人写的"})
    assert title.text() == "half a word"
    assert form.values()["facts"] == "别人写的"


def test_digits_choose_one_or_several(qtbot: QtBot, form: FormView) -> None:
    wind, winds = form.input_of("wind"), form.input_of("winds")
    wind.setFocus()
    focused = QApplication.focusWidget()
    assert focused is not None
    with qtbot.waitSignal(form.edited) as waited:
        QTest.keyClick(focused, Qt.Key.Key_2)
    assert waited.args == ["wind", "hedonism"]
    with qtbot.waitSignal(form.edited) as waited:
        QTest.keyClick(focused, Qt.Key.Key_1)
    assert waited.args == ["wind", "formalism"]
    with qtbot.waitSignal(form.edited) as waited:
        QTest.keyClick(focused, Qt.Key.Key_1)
    assert waited.args == ["wind", None]
    assert isinstance(winds, ChipsInput)
    chips(winds)["形式主义"].click()
    with qtbot.waitSignal(form.edited) as waited:
        chips(winds)["奢靡之风"].click()
    assert waited.args == ["winds", ["formalism", "extravagance"]]


def test_digits_of_the_keypad_choose_as_well(qtbot: QtBot, form: FormView) -> None:
    form.input_of("wind").setFocus()
    focused = QApplication.focusWidget()
    assert focused is not None
    with qtbot.waitSignal(form.edited) as waited:
        QTest.keyClick(focused, Qt.Key.Key_2, Qt.KeyboardModifier.KeypadModifier)
    assert waited.args == ["wind", "hedonism"]


@pytest.mark.parametrize("name", ["title", "facts"])
@pytest.mark.parametrize("text", ["甲\u00a0乙", "甲\r\n乙", "甲\u2028乙"])
def test_a_field_that_was_only_looked_at_is_not_told(
    qtbot: QtBot, form: FormView, name: str, text: str
) -> None:
    form.load({name: text})
    with qtbot.assertNotEmitted(form.edited):
        form.input_of(name).setFocus()
        form.input_of("evidence").setFocus()
        form.input_of(name).setFocus()
        form.input_of("evidence").setFocus()


def test_of_two_people_of_one_name_the_chosen_one_is_told(qtbot: QtBot) -> None:
    alike = {"a" * 32: "王建国", "b" * 32: "王建国"}
    head = FieldView(Field("head", T.REFERENCE), "负责人", {}, lambda: alike)
    form = FormView([("", [head])])
    qtbot.addWidget(form)
    form.load({"head": "b" * 32})
    assert form.values()["head"] == "b" * 32
    form.load({})
    listed = form.input_of("head")
    assert isinstance(listed, ListInput)
    with qtbot.waitSignal(form.edited) as waited:
        listed.setCurrentIndex(2)
        listed.activated.emit(2)
    assert waited.args == ["head", "b" * 32]


def test_a_reference_that_has_not_arrived_is_kept_as_it_is(form: FormView) -> None:
    form.load({"head": "c" * 32})
    assert form.values()["head"] == "c" * 32
    form.load({"head": "a" * 32})
    head = form.input_of("head")
    assert isinstance(head, ListInput)
    assert head.currentText() == "王建国"


def test_people_who_have_not_arrived_are_kept_beside_those_chosen(form: FormView) -> None:
    form.load({"handlers": ["a" * 32, "c" * 32]})
    chips(form.input_of("handlers"))["李芳"].click()
    handlers = form.values()["handlers"]
    assert handlers == ["a" * 32, "b" * 32, "c" * 32]
    told = [label.text() for label in form.input_of("handlers").findChildren(QLabel)]
    assert told == ["另有 1 项"]


def test_the_wheel_does_not_change_a_closed_list(form: FormView) -> None:
    form.load({"sub_kind": "3"})
    box = form.input_of("sub_kind")
    assert isinstance(box, ListInput)
    place = QPointF(5, 5)
    wheel = QWheelEvent(
        place, box.mapToGlobal(place), QPointF(0, -120).toPoint(), QPointF(0, -120).toPoint(),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert form.values()["sub_kind"] == "3"


def test_evidence_takes_words_and_records_and_gives_them_up(qtbot: QtBot, form: FormView) -> None:
    links = form.input_of("evidence")
    assert isinstance(links, LinksInput)
    with qtbot.waitSignal(form.edited) as waited:
        links.add("会议记录")
    assert waited.args == ["evidence", ["会议记录"]]
    with qtbot.waitSignal(form.edited) as waited:
        links.add("a" * 32)
    assert waited.args == ["evidence", ["会议记录", "a" * 32]]
    assert any("王建国" in word for word in chips(links))
    with qtbot.waitSignal(form.edited) as waited:
        next(b for word, b in chips(links).items() if "会议记录" in word).click()
    assert waited.args == ["evidence", ["a" * 32]]


def test_faults_stand_under_their_field_and_go_away(form: FormView) -> None:
    form.show_errors({"day": "没有这一天：2014-02-30"})
    assert form.fault_of("day") == "没有这一天：2014-02-30"
    assert form.fault_of("title") == ""
    form.show_errors({})
    assert form.fault_of("day") == ""


def test_what_is_missing_is_marked_and_a_locked_form_says_why(form: FormView) -> None:
    form.set_missing(["title"])
    assert form.label_of("title") == "题目 *"
    form.set_missing([])
    assert form.label_of("title") == "题目"
    form.set_readonly("这个文件只能查看")
    assert line_of(form, "title").isReadOnly()
    assert not any(b.isEnabled() for b in chips(form.input_of("winds")).values())
    form.set_readonly(None)
    assert not line_of(form, "title").isReadOnly()


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    """A bar with one choice."""
    made = FilterBar()
    qtbot.addWidget(made)
    made.set_choices("wind", "四风", WINDS)
    made.show()
    return made


def test_typing_asks_for_the_list_once_when_it_rests(qtbot: QtBot, bar: FilterBar) -> None:
    seen: list[str] = []

    def note(wanted: object) -> None:
        seen.append(getattr(wanted, "text", ""))

    bar.changed.connect(note)
    bar.focus_search()
    (line,) = bar.findChildren(QLineEdit)
    with qtbot.waitSignal(bar.changed):
        for text in ("整", "整改", " 整改措施 "):
            line.setText(text)
    assert seen == ["整改措施"]


def test_a_set_filter_says_its_value_and_is_cleared_in_one_go(qtbot: QtBot, bar: FilterBar) -> None:
    button = next(b for b in bar.findChildren(QToolButton) if b.text() == "四风")
    actions = {a.text(): a for a in button.menu().actions()}
    with qtbot.waitSignal(bar.changed):
        actions["享乐主义"].trigger()
    assert button.text() == "四风：享乐主义"
    assert bar.wanted().where == {"wind": ["hedonism"]}
    bar.clear()
    assert button.text() == "四风"
    assert bar.wanted().where == {}
    assert not actions["享乐主义"].isChecked()
