"""A group at work: the open workspace that tests of services and of the window start from."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from models.cipher import FileKey
from models.kinds import Uid, Value
from models.store import Store
from services import records
from services import workspace as workspaces
from services.workspace import NewGroup, Workspace

PASSPHRASE = "测试口令 1234"  # noqa: S105 - opens nothing but test files
NAMES_PASSPHRASE = "测试实名 1234"  # noqa: S105 - opens nothing but test files

FILE_NAME = "第三 组.dudao"


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
        whole: dict[str, Value] = {
            "unit": self.education,
            "category": "middle",
            "date": "2014-05-06",
            "start_at": "09:02",
            "place": "三楼小会议室",
            "talkers": [self.handler, self.recorder],
            "recorder": self.recorder,
            "text": "集中学习一共搞了六次，一半是看录像。",
        }
        return whole | values

    def problem(self, **values: Value) -> dict[str, Value]:
        """A whole problem; `values` replace some of it."""
        whole: dict[str, Value] = {
            "unit": self.education,
            "sub_kind": "2.2",
            "title": "自学无安排",
            "facts": "4月18日查阅学习台账：集中学习六次。",
            "handlers": [self.handler, self.recorder],
            "evidence": ["学习台账复印件"],
        }
        return whole | values


@dataclass(frozen=True, slots=True)
class Prepared:
    """A closed workspace to copy: deriving keys for every test would take most of its time."""

    folder: Path
    key: FileKey
    uids: tuple[Uid, ...]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A new group, led by who acts, with two units and three people; made once a run."""
    folder = tmp_path_factory.mktemp("group")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        new = NewGroup("yinchuan-2014", "第三督导组", 3, "赵明")
        ws = workspaces.create(folder / FILE_NAME, PASSPHRASE, NAMES_PASSPHRASE, new)
        units = records.add(ws, "unit", [{"name": "市教育局"}, {"name": "市卫生局"}]).uids
        people = records.add(ws, "person", [{"name": "王建国"}, {"name": "李芳"}]).uids
        members: list[Value] = [ws.actor, *people]
        records.change(ws, "group", ws.group, {"members": members, "liaisons": [people[1]]})
        ws.close()
    return Prepared(folder, ws.store.key, (*units, ws.actor, *people))


@pytest.fixture
def field(prepared: Prepared, tmp_path: Path, own_folders: None) -> Iterator[Field]:
    """A group's own copy of the prepared workspace, on 6 May 2014.

    The witness comes along, so that the laptop goes on as the one that made the file.
    """
    shutil.copytree(prepared.folder / "state", os.environ["XDG_STATE_HOME"], dirs_exist_ok=True)
    path = tmp_path / FILE_NAME
    shutil.copyfile(prepared.folder / FILE_NAME, path)
    ws = workspaces.attach(Store.open_with_key(path, prepared.key))
    ws.day = date(2014, 5, 6)
    yield Field(ws, *prepared.uids)
    ws.close()
