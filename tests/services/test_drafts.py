"""Typed text is kept within seconds, survives a crash, and goes once it is stored."""

from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from services import drafts, records, workspace

if TYPE_CHECKING:
    from tests.groups import Field


def test_kept_text_is_there_after_opening_again(field: "Field") -> None:
    uid = records.add(field.ws, "interview", [field.talk()]).uids[0]
    drafts.keep(field.ws, "interview", uid, "text", "还没存的一")
    drafts.keep(field.ws, "interview", uid, "text", "还没存的一句")
    path = field.ws.store.path
    field.ws.close()
    again = workspace.open_file(path, "测试口令 1234")
    kept = drafts.pending(again)
    assert [(d.uid, d.field, d.text) for d in kept] == [(uid, "text", "还没存的一句")]
    drafts.drop(again, "interview", uid, "text")
    assert drafts.pending(again) == ()
    again.close()


def test_a_name_is_never_kept_in_clear(field: "Field") -> None:
    with pytest.raises(Refused) as raised:
        drafts.keep(field.ws, "identity", field.leader, "real_name", "张三")
    assert raised.value.code == "draft_sealed"
    assert drafts.pending(field.ws) == ()


def test_drafts_are_no_part_of_what_merges(field: "Field") -> None:
    before = workspace.info(field.ws)
    drafts.keep(field.ws, "problem", field.leader, "facts", "草稿")
    assert workspace.info(field.ws) == before
