"""Naming records: by uid or its beginning, by name or number; many titles at once."""

import pytest

from models.kinds import Uid
from services import records, references
from services.errors import Refused
from tests.groups import Field


def test_a_record_is_meant_by_uid_beginning_name_or_number(field: Field) -> None:
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    number = str(records.get(field.ws, "problem", uid).values["provisional_number"])
    for text in (uid, uid[:8], number, "自学无安排"):
        assert references.resolve(field.ws, "problem", text) == uid
    assert references.resolve(field.ws, "unit", "市教育局") == field.education


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("unit", "没有的局", "record_unknown"),
        ("unit", "", "record_unknown"),
        ("unit", "%", "record_unknown"),
        ("unit", "ffffff", "record_unknown"),
        ("identity", "甲", "record_unknown"),
        ("person", "同名", "reference_ambiguous"),
        ("dragon", "甲", "kind_unknown"),
    ],
)
def test_what_means_no_record_or_several_is_refused(
    field: Field, kind: str, text: str, code: str
) -> None:
    records.add(field.ws, "person", [{"name": "同名"}, {"name": "同名"}])
    with pytest.raises(Refused) as caught:
        references.resolve(field.ws, kind, text)
    assert caught.value.code == code


def test_titles_of_several_kinds_come_together(field: Field) -> None:
    talk = records.add(field.ws, "interview", [field.talk()]).uids[0]
    code = records.get(field.ws, "interview", talk).values["code_name"]
    asked = [field.education, field.handler, talk, "f" * 32, "会议记录"]
    assert references.titles(field.ws, asked) == {
        field.education: "市教育局",
        field.handler: "王建国",
        Uid(talk): code,
    }
    assert references.titles(field.ws, []) == {}


def test_the_newest_records_are_offered_by_title(field: Field) -> None:
    for serial in range(3):
        records.add(field.ws, "problem", [field.problem(title=f"问题{serial}")])
    talk = records.add(field.ws, "interview", [field.talk()]).uids[0]
    code = records.get(field.ws, "interview", talk).values["code_name"]
    offered = references.newest(field.ws, ("problem", "interview", "identity"), 6)
    assert list(offered.values()) == ["问题2", "问题1", code]
