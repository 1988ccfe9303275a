"""Real files of this version, to be opened by every later one: `python -m tests.released`.

Made once, before a version is released, and then never again: see `tests/test_released.py`.
"""

import shutil
import tempfile
from datetime import date
from pathlib import Path

from models import parcels, schema
from models.kinds import Uid, Value
from services import package, problems, records, workspace
from services.workspace import NewGroup

FOLDER = Path(__file__).with_name("data")
PASSPHRASE = "督导通 历史文件"  # noqa: S105 - a test file's, and said so in the test
NAMES_PASSPHRASE = "督导通 历史实名"  # noqa: S105 - likewise


def make(path: Path) -> None:
    """Write a small workspace with something of every tier in it."""
    new = NewGroup("yinchuan-2014", "第三督导组", 3, "赵明")
    ws = workspace.create(path, PASSPHRASE, NAMES_PASSPHRASE, new)
    ws.day = date(2014, 5, 6)
    try:
        unit = records.add(ws, "unit", [{"name": "市教育局"}, {"name": "市卫生局"}]).uids[0]
        people = records.add(ws, "person", [{"name": "王建国"}, {"name": "李堃"}]).uids
        (interview,) = records.add(ws, "interview", [_talk(unit, people)]).uids
        code = records.get(ws, "interview", interview).values["code_name"]
        records.add(ws, "identity", [{"code_name": code, "real_name": "马小明", "post": "科员"}])
        found = [_problem(unit, people, title) for title in ("自学无安排", "会风不实")]
        kept, gone = records.add(ws, "problem", found).uids
        problems.move(ws, kept, "submit")
        records.change(ws, "problem", kept, {"title": "自学没有安排"}, reason="改错字")
        records.delete(ws, "problem", gone, "记重了")
    finally:
        ws.close()


def _talk(unit: Uid, people: tuple[Uid, ...]) -> dict[str, Value]:
    return {
        "unit": unit,
        "category": "middle",
        "date": "2014-05-06",
        "start_at": "09:02",
        "place": "三楼小会议室",
        "talkers": list(people),
        "recorder": people[0],
        "text": "集中学习一共搞了六次，𬭎䶮两位同志笔记是代抄的。😀",
    }


def _problem(unit: Uid, people: tuple[Uid, ...], title: str) -> dict[str, Value]:
    return {
        "unit": unit,
        "sub_kind": "2.2",
        "title": title,
        "facts": "4月18日查阅学习台账：集中学习六次。",
        "handlers": list(people),
        "winds": ["formalism"],
        "evidence": ["学习台账复印件"],
    }


def make_package(path: Path, workspace_file: Path) -> None:
    """Write a package of everything in the workspace that `make` made."""
    ws = workspace.open_file(workspace_file, PASSPHRASE)
    try:
        everything = package.Order(preset=package.Preset.ARCHIVE)
        package.write(ws, path, everything, package.Means(passphrase=PASSPHRASE))
    finally:
        ws.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        file, pack = Path(folder) / "now.dudao", Path(folder) / f"now{parcels.SUFFIX}"
        make(file)
        make_package(pack, file)
        wanted = {FOLDER / f"v{schema.VERSION}.dudao": file}
        wanted[FOLDER / f"p{parcels.FORMAT}{parcels.SUFFIX}"] = pack
        for kept, made in wanted.items():
            if not kept.exists():
                shutil.copyfile(made, kept)
