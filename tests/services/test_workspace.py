"""Making, opening and describing a workspace."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.errors import Refused, WrongPassphrase
from models.kinds import Role
from models.store import Store
from services import health, records, workspace
from services.workspace import NewGroup, create, info, open_file, uid_from_name

if TYPE_CHECKING:
    from tests.groups import Field

PASSPHRASE = "测试口令 1234"  # noqa: S105 - opens nothing but test files


def test_what_was_made_is_there_after_opening_again(field: "Field") -> None:
    path, before = field.ws.store.path, info(field.ws)
    field.ws.close()
    again = open_file(path, PASSPHRASE)
    assert info(again) == before
    assert again.template.title == "银川市党的群众路线教育实践活动"
    assert len(again.template.sub_kinds()) == 17
    assert again.role() is Role.LEADER
    again.close()


def test_the_state_code_changes_with_the_work_and_not_with_talk_text(field: "Field") -> None:
    before = info(field.ws).state_code
    assert len(before.replace("-", "")) == 8
    assert not set(before) & set("01IO")
    uid = records.add(field.ws, "interview", [field.talk()]).uids[0]
    with_talk = info(field.ws).state_code
    assert with_talk != before
    records.change(field.ws, "interview", uid, {"text": "另一句"})
    assert info(field.ws).state_code == with_talk
    assert info(field.ws, frozenset({field.health})).state_code != with_talk


def test_campaign_and_group_made_apart_have_the_same_ids(tmp_path: Path) -> None:
    new = NewGroup("yinchuan-2014", "第三督导组", 3, "甲")
    first = create(tmp_path / "a.dudao", "p", "n", new)
    second = create(
        tmp_path / "b.dudao", "q", "n", NewGroup("yinchuan-2014", "第三督导组", 3, "乙")
    )
    assert (first.campaign, first.group) == (second.campaign, second.group)
    assert first.actor != second.actor
    first.close()
    second.close()
    assert uid_from_name("group", "ＡＢ ") == uid_from_name("group", "AB")


@pytest.mark.parametrize(
    ("new", "passphrase", "code"),
    [
        (NewGroup("no-such-template", "组", 1, "甲"), "p", "template_not_found"),
        (NewGroup("yinchuan-2014", " ", 1, "甲"), "p", "name_empty"),
        (NewGroup("yinchuan-2014", "组", 0, "甲"), "p", "integer_out_of_range"),
        (NewGroup("yinchuan-2014", "组", 1, "甲"), "", "passphrase_empty"),
    ],
)
def test_a_refused_workspace_leaves_no_file(
    tmp_path: Path, new: NewGroup, passphrase: str, code: str
) -> None:
    target = tmp_path / "x.dudao"
    with pytest.raises(Refused) as raised:
        create(target, passphrase, "names", new)
    assert raised.value.code == code
    assert list(tmp_path.glob("*.dudao*")) == []


def test_an_existing_file_is_never_overwritten(field: "Field") -> None:
    path = field.ws.store.path
    with pytest.raises(Refused) as raised:
        create(path, "p", "n", NewGroup("general", "组", 1, "甲"))
    assert raised.value.code == "file_exists"


def test_a_wrong_passphrase_opens_nothing(field: "Field") -> None:
    path = field.ws.store.path
    field.ws.close()
    with pytest.raises(WrongPassphrase):
        open_file(path, "不是这个")


def test_the_office_is_a_group_too(tmp_path: Path) -> None:
    new = NewGroup("general", "活动办", 99, "钱主任", Role.OFFICE)
    ws = create(tmp_path / "office.dudao", "p", "n", new)
    assert ws.role() is Role.OFFICE
    assert workspace.info(ws).campaign == ws.template.title
    ws.close()


def test_rebuilding_changes_nothing_that_can_be_seen(field: "Field") -> None:
    records.add(field.ws, "interview", [field.talk()])
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    before, row = info(field.ws), records.get(field.ws, "problem", uid)
    health.rebuild(field.ws)
    assert (info(field.ws), records.get(field.ws, "problem", uid)) == (before, row)
    assert health.check(field.ws).ok


def test_a_crash_while_a_workspace_is_made_leaves_its_name_free(tmp_path: Path) -> None:
    path = tmp_path / "a.dudao"
    child = os.fork()
    if not child:
        Store.create(path, PASSPHRASE, lambda _: os._exit(9))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not path.exists()
    made = create(path, PASSPHRASE, "n", NewGroup("general", "组", 1, "甲"))
    assert health.check(made).ok
    assert made.store.become_writer() == info(made).replica
    made.close()
    open_file(path, PASSPHRASE).close()
