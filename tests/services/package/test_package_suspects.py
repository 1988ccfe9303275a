"""Names in free text are told before a package leaves the group."""

import pytest

from services import package, records
from services.package import Order, Preset
from tests.groups import Field


def found(field: Field, text: str, order: Order | None = None) -> list[str]:
    records.add(field.ws, "opinion", [{"unit": field.health, "text": text}])
    told = package.suspects(field.ws, order or Order())
    return [s.found for s in told.suspects]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张建军局长开会迟到", ["张建军局长"]),
        ("听刘副局长说的", ["刘副局长"]),
        ("陈老师和李某反映，食堂太贵", ["陈老师", "李某"]),
        ("吴××说没有学", ["吴××"]),
        ("高新区主任会议记录不全", []),
        ("各局长、主任都没有参加", []),
        ("集中学习六次，一半是看录像", []),
        ("请王建国同志回避", []),
        ("赵主任带队", []),
    ],
)
def test_names_are_told_from_words(field: Field, text: str, names: list[str]) -> None:
    assert found(field, text) == names


def test_people_who_are_not_public_are_found_by_their_names(field: Field) -> None:
    records.add(field.ws, "person", [{"name": "欧阳雪梅"}])
    records.add(field.ws, "person", [{"name": "钱进", "is_leading_member": True}])
    assert found(field, "欧阳雪梅说，钱进没有来") == ["欧阳雪梅"]


def test_where_it_stands_is_told_and_how_much_was_looked_at(field: Field) -> None:
    records.add(field.ws, "problem", [field.problem(facts="张建军处长没有到会")])
    told = package.suspects(field.ws, Order())
    (suspect,) = told.suspects
    assert (suspect.kind, suspect.field, suspect.found) == ("problem", "facts", "张建军处长")
    assert "没有到会" in suspect.snippet
    assert told.looked["problem"] == 1


def test_talk_text_is_looked_at_only_where_it_travels(field: Field) -> None:
    records.add(field.ws, "interview", [field.talk(text="周大勇科长说不清楚")])
    assert package.suspects(field.ws, Order()).suspects == ()
    told = package.suspects(field.ws, Order(with_talks=True))
    assert [s.found for s in told.suspects] == ["周大勇科长"]
    other = Order(preset=Preset.GROUP, units=frozenset({field.health}))
    assert package.suspects(field.ws, other).suspects == ()
