"""Pictures of 意见评议 and 信访接待: every list, and the dialogs over them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.kinds import Uid, Value
from services import ballots, opinions, receptions, records
from services.core import Filter
from services.listing import page
from services.workspace import Workspace
from ui import theme
from ui.tabs.opinions import OpinionsTab
from ui.tabs.opinions.ballots import BallotsDialog
from ui.tabs.opinions.heard import JoinDialog
from ui.tabs.opinions.tally import TallyDialog
from ui.tabs.reception import ReceptionTab
from ui.window import MainWindow

if TYPE_CHECKING:
    from ui.context import Context

_HEARD = (
    ("座谈会只找科级干部，听不到基层意见", "talk", "staff", "wind", "team", "concrete"),
    ("调研提前通知，下面提前准备", "forum", "middle", "wind", "team", "concrete"),
    ("学习以看录像代替自学", "talk", "middle", "work", "team", "concrete"),
    ("希望多关心职工", "box", "staff", "work", "team", "abstract"),
    ("希望多关心一线职工的休息和体检，特别是供热期间连续值班的同志，应当有补休", "box", "staff",
     "work", "team", "abstract"),
    ("局长批示多、到现场少", "talk", "middle", "wind", "person", "concrete"),
)  # fmt: skip
_GISTS = (
    "冬季供热温度不达标，多次反映未答复",
    "补课收费",
    "办证来回跑了四趟",
    "老旧小区停水无人通知",
)


def fill(ws: Workspace) -> None:
    """Opinions, some joined; a round, forums, tallies above and below the line; receptions."""
    units = [row.uid for row in page(ws, "unit", Filter(sort="name"), 0, 9).rows]
    names = ("text", "channel", "source", "nature", "subject", "specificity")
    made: list[dict[str, Value]] = [
        {**dict(zip(names, one, strict=True)), "unit": units[0], "round": 1} for one in _HEARD
    ]
    heard = records.add(ws, "opinion", made, draft=True).uids
    opinions.join(ws, heard[3:5], "希望多关心职工")
    row = records.get(ws, "opinion", heard[0])
    opinions.to_problem(ws, row, "2.1")
    records.add(ws, "solicitation", [{
        "unit": units[0], "n": 1, "ways": ["forum", "box"], "issued": 130, "returned": 127,
        "blank": 38, "none_written": 21, "verdict": ["not_enough", "not_focused"],
    }])  # fmt: skip
    forum: dict[str, Value] = {"unit": units[0], "way": "forum", "date": "2014-04-15"}
    records.add(ws, "outreach", [{**forum, "people": 14, "public_people": 0, "opinions": 3}])
    for at, unit in enumerate(units[:3]):
        _tallies(ws, unit, at)
    for n in range(14):
        receptions.add(ws, {
            "channel": ("visit", "letter", "call", "sms")[n % 4], "date": f"2014-04-{10 + n:02d}",
            "gist": _GISTS[n % 4], "persons": 1 + n % 3, "unit": units[n % len(units)],
            "handled_by": ws.actor, "handed_to": "市问题督办组" if n % 3 else None,
        })  # fmt: skip


def _tallies(ws: Workspace, unit: Uid, at: int) -> None:
    items = dict(ws.template.members("evaluation_items"))
    sums: dict[str, Value] = {
        "issued": 130, "returned": 127, "valid": 125, "good": 31 + 16 * at, "fairly_good": 42,
        "average": 38 - 10 * at, "poor": 12 - 6 * at,
        "blank": 38, "none_written": 21,
    }  # fmt: skip
    sums["abstained"] = 125 - sum(int(str(sums[n])) for n in ballots.DIGITS[1:])
    ballots.store(ws, unit, 1, "2014-04-24", {item: dict(sums) for item in items})


def take(
    context: "Context",
    keep: Callable[[QWidget, str], None],
    wait: Callable[["Context"], None],
    *,
    filled: bool,
    size: tuple[int, int],
) -> None:
    """Every page of both tabs, with something in view where there is something."""
    if filled:
        fill(context.here())
    window = MainWindow(context)
    window.resize(*map(theme.px, size))
    window.show()
    name = f"{'some' if filled else 'none'}-{size[0]}"
    window.show_tab(window.tab_names().index("意见评议"))
    (heard,) = window.findChildren(OpinionsTab)
    for kind in OpinionsTab.KINDS:
        heard.show_page(kind)
        heard.rows.table.selectRow(0)
        wait(context)
        keep(window, f"heard-{kind}-{name}")
    window.show_tab(window.tab_names().index("信访接待"))
    (reception,) = window.findChildren(ReceptionTab)
    reception.rows.table.selectRow(0)
    wait(context)
    keep(window, f"reception-{name}")
    reception.show_figures()
    wait(context)
    keep(window, f"reception-figures-{name}")
    if filled:
        unit = page(context.here(), "unit", Filter(sort="name"), 0, 1).rows[0].uid
        keep(TallyDialog(context, unit, None), f"heard-tally-{name}")
        keep(BallotsDialog(context), f"heard-ballots-{name}")
        keep(JoinDialog([one[0] for one in _HEARD]), f"heard-join-{name}")
    window.close()
