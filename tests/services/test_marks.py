"""Marked sentences: where they stand, that they outlive edits, what is made of them."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.kinds import Uid, Value
from services import marks, problems, records
from services.core import Row

if TYPE_CHECKING:
    from tests.groups import Field

TEXT = (
    "【学习】\n集中学习一共搞了六次，一半是看录像。自学基本没有安排！“没人检查。”\n\n"
    "下去调研都提前通知"
)


def sentence(text: str, place: int) -> str | None:
    span = marks.sentence_at(text, place)
    return None if span is None else text[span.start : span.end]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("一共", "集中学习一共搞了六次，一半是看录像。"),
        ("自学", "自学基本没有安排！"),
        ("检查", "“没人检查。”"),
        ("通知", "下去调研都提前通知"),
        ("【学习】", "【学习】"),
    ],
)
def test_the_sentence_under_the_cursor(at: str, expected: str) -> None:
    assert sentence(TEXT, TEXT.index(at)) == expected


def test_at_its_end_it_is_still_that_sentence_and_on_an_empty_line_there_is_none() -> None:
    assert sentence(TEXT, TEXT.index("自学")) == "自学基本没有安排！"
    assert sentence(TEXT, len(TEXT)) == "下去调研都提前通知"
    assert sentence("一。", 2) == "一。"
    assert sentence(TEXT, TEXT.index("\n\n") + 1) is None
    assert sentence("", 0) is None


@given(st.text("天地。！\n； ”", max_size=60))
def test_sentences_cover_every_written_character_once(text: str) -> None:
    covered = [n for s in marks.sentences(text) for n in range(s.start, s.end)]
    assert covered == sorted(set(covered))
    assert all(text[n].isspace() for n in set(range(len(text))) - set(covered))


@pytest.fixture
def talk(field: "Field") -> Uid:
    return records.add(field.ws, "interview", [field.talk(text=TEXT)]).uids[0]


def read(field: "Field", uid: Uid) -> Row:
    return records.get(field.ws, "interview", uid)


def marked(field: "Field", uid: Uid, words: str) -> marks.Mark:
    marks.toggle(field.ws, read(field, uid), TEXT.index(words))
    return next(m for m in marks.of_talk(read(field, uid)) if words in m.text)


def test_a_mark_is_put_and_taken_away_by_the_same_key(field: "Field", talk: Uid) -> None:
    marked(field, talk, "自学")
    marked(field, talk, "通知")
    assert [m.text for m in marks.of_talk(read(field, talk))] == [
        "自学基本没有安排！",
        "下去调研都提前通知",
    ]
    marks.toggle(field.ws, read(field, talk), TEXT.index("自学") + 3)
    assert [m.text for m in marks.of_talk(read(field, talk))] == ["下去调研都提前通知"]
    with pytest.raises(Refused, match="sentence_missing"):
        marks.toggle(field.ws, read(field, talk), TEXT.index("\n\n") + 1)


def test_a_mark_follows_its_sentence_through_edits(field: "Field", talk: Uid) -> None:
    marked(field, talk, "自学")
    records.change(field.ws, "interview", talk, {"text": "前面又加了一句。\n" + TEXT})
    (mark,) = marks.of_talk(read(field, talk))
    assert mark.span is not None
    assert mark.text == "自学基本没有安排！"
    edited = TEXT.replace("自学基本没有安排", "自学基本上没有什么安排")
    records.change(field.ws, "interview", talk, {"text": edited})
    (mark,) = marks.of_talk(read(field, talk))
    assert mark.text == "自学基本上没有什么安排！"
    records.change(field.ws, "interview", talk, {"text": "全文重写了"})
    (mark,) = marks.of_talk(read(field, talk))
    assert (mark.text, mark.span) == ("自学基本没有安排！", None)


def test_an_opinion_bears_the_talk_and_the_attributes(field: "Field", talk: Uid) -> None:
    mark = marked(field, talk, "自学")
    given: dict[str, Value] = {"subject": "team", "specificity": "concrete", "winds": ["formalism"]}
    marks.change(field.ws, read(field, talk), mark, {**given, "wording": "自学没有安排"})
    (mark,) = marks.of_talk(read(field, talk))
    assert (mark.attributes["nature"], mark.wording) == ("wind", "自学没有安排")
    uid, changes = marks.to_opinion(field.ws, read(field, talk), mark)
    opinion = records.get(field.ws, "opinion", uid).values
    assert (opinion["text"], opinion["quote"]) == ("自学没有安排", "自学基本没有安排！")
    assert (opinion["interview"], opinion["source"], opinion["unit"]) == (
        *(talk, "middle", field.education),
    )
    assert (opinion["winds"], opinion["specificity"]) == (["formalism"], "concrete")
    assert changes.kinds == frozenset({"opinion", "interview"})
    (mark,) = marks.of_talk(read(field, talk))
    assert (mark.opinion, mark.is_used) == (uid, True)
    assert marks.to_opinion(field.ws, read(field, talk), mark)[0] == uid
    with pytest.raises(Refused, match="mark_used"):
        marks.toggle(field.ws, read(field, talk), TEXT.index("自学"))


def test_a_problem_can_be_submitted_at_once(field: "Field", talk: Uid) -> None:
    mark = marked(field, talk, "自学")
    opinion, _ = marks.to_opinion(field.ws, read(field, talk), mark)
    (mark,) = marks.of_talk(read(field, talk))
    uid, _ = marks.to_problem(field.ws, read(field, talk), mark, "2.2")
    problems.move(field.ws, uid, "submit")
    found = records.get(field.ws, "problem", uid).values
    assert (found["title"], found["state"]) == ("自学基本没有安排", "submitted")
    assert found["evidence"] == [talk]
    assert records.get(field.ws, "opinion", opinion).values["problem"] == uid
    assert marks.of_talk(read(field, talk))[0].problem == uid


def test_the_likeliest_sub_kinds_come_first(field: "Field") -> None:
    template = field.ws.template
    assert marks.suggest(template, "征求意见箱放在角落里，成了摆设")[0] == "3.1"
    assert "2.2" in marks.suggest(template, "一半时间是看电影、看录像代替学习")
    assert len(marks.suggest(template, "天气")) == 3
