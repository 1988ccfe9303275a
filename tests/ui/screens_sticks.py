"""Sticks with packages of members, for the pictures of 数据交换."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models.store import Store
from services import backup, package, records
from services import workspace as workspaces
from services.core import Filter
from services.listing import page
from services.package import Order, Preset
from services.workspace import Workspace

if TYPE_CHECKING:
    from models.kinds import Value

_MEMBERS = (
    *("王建国", "马志强", "陈静", "周敏", "孙立", "吴强", "郑平", "冯雪", "陈东", "褚明"),
    *("卫国", "蒋芳"),
)


def sticks_of(ws: Workspace, folder: Path, count: int, titles: Sequence[str]) -> list[Path]:
    """Folders that stand for the sticks of so many members, each with a package of their own.

    Each adds records and changes the same title; on the third lies a package that is cut short.
    """
    package.make_transfer_key(ws)
    units = [row.uid for row in page(ws, "unit", Filter(sort="name"), 0, 9).rows]
    problems = [row.uid for row in page(ws, "problem", Filter(sort="title"), 0, 20).rows]
    sticks = []
    for n, name in enumerate(_MEMBERS[:count]):
        copy = backup.backup(ws, folder / f"{name}.dudao")
        own = workspaces.attach(Store.open_with_key(copy, ws.store.key))
        own.letter = "BCDEFGHJKLMN"[n]
        (person,) = records.add(own, "person", [{"name": name, "letter": own.letter}]).uids
        workspaces.act_as(own, person)
        for k in range(3 + n):
            opinion: dict[str, Value] = {
                "unit": units[k % len(units)],
                "text": f"{titles[k % len(titles)]}",
            }
            records.add(own, "opinion", [opinion], draft=True)
        records.change(
            own, "problem", problems[0], {"title": f"{titles[n % len(titles)]}（{name}核）"}
        )
        records.change(own, "problem", problems[1], {"deadline": f"2014-06-{n + 1:02d}"})
        sticks.append(folder / name)
        sticks[-1].mkdir()
        written = package.write(own, sticks[-1], Order(Preset.GROUP))
        if n == 2:
            cut = sticks[-1] / "第三督导组-送出-0430-A1B2C3.dudaopack"
            cut.write_bytes(written.parcels[0].path.read_bytes()[:20_000])
        own.close()
    return sticks
