"""A group at work: the open workspace that tests of services and of the window start from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from models.kinds import Uid, Value
from services import records
from services import workspace as workspaces
from services.workspace import NewGroup, Workspace

PASSPHRASE = "测试口令 1234"  # noqa: S105 - opens nothing but test files
NAMES_PASSPHRASE = "测试实名 1234"  # noqa: S105 - opens nothing but test files


@dataclass(frozen=True, slots=True)
class Field:
    """A group at work: its open workspace, two units, and the people of the group."""

    ws: Workspace
    education: Uid
    health: Uid
    leader: Uid
    handler: Uid
    recorder: Uid

    def talk(self, **values: Value) -> dict[str, Value]:
        """A whole interview; `values` replace some of it."""
        return {
            "unit": self.education,
            "category": "middle",
            "date": "2014-05-06",
            "start_at": "09:02",
            "place": "三楼小会议室",
            "talkers": [self.handler, self.recorder],
            "recorder": self.recorder,
            "text": "集中学习一共搞了六次，一半是看录像。",
        } | values

    def problem(self, **values: Value) -> dict[str, Value]:
        """A whole problem; `values` replace some of it."""
        return {
            "unit": self.education,
            "sub_kind": "2.2",
            "title": "自学无安排",
            "facts": "4月18日查阅学习台账：集中学习六次。",
            "handlers": [self.handler, self.recorder],
            "evidence": ["学习台账复印件"],
        } | values


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """A new group on 6 May 2014, led by who acts."""
    new = NewGroup("yinchuan-2014", "第三督导组", 3, "赵明")
    ws = workspaces.create(tmp_path / "第三 组.dudao", PASSPHRASE, NAMES_PASSPHRASE, new)
    ws.day = date(2014, 5, 6)
    units = records.add(ws, "unit", [{"name": "市教育局"}, {"name": "市卫生局"}]).uids
    people = records.add(ws, "person", [{"name": "王建国"}, {"name": "李芳"}]).uids
    members: list[Value] = [ws.actor, *people]
    records.change(ws, "group", ws.group, {"members": members, "liaisons": [people[1]]})
    yield Field(ws, *units, ws.actor, *people)
    ws.close()
