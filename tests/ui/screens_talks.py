"""Pictures of 总览 and of the note page, and of dialogs that stand over the window."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from models.kinds import Uid, Value
from services import marks, records, why
from services.core import Filter
from services.listing import page
from services.workspace import Workspace
from ui import theme
from ui.about import AboutDialog
from ui.context import Context
from ui.finding import FindDialog
from ui.parts.why import WhyDialog
from ui.recycled import RecycledDialog
from ui.subkinds import SubKindDialog
from ui.tabs.interviews import InterviewsTab
from ui.tabs.interviews.ending import EndDialog
from ui.tabs.overview import OverviewTab
from ui.window import MainWindow

Keep = Callable[[QWidget, str], None]
_SAID = (
    "集中学习一共搞了六次，一半是看录像，放完就散，没有讨论。",
    "自学基本没有安排，要求每人写两万字笔记，很多人是最后两天补的。",
    "座谈会只找了科级干部，基层的同志和来办事的群众一个也没有。",
    "意见箱挂在二楼，三个星期没人开过。",
)


def day_of_work(ws: Workspace) -> Uid:
    """Visits, talks with marks, an opinion and a deleted problem; the talk to be looked at."""
    units = [row.uid for row in page(ws, "unit", Filter(sort="name"), 0, 9).rows]
    people = [row.uid for row in page(ws, "person", Filter(), 0, 9).rows]
    today = ws.today()
    visits: list[dict[str, Value]] = [
        {
            "unit": units[n % len(units)],
            "date": (today + timedelta(days=n // 2)).isoformat(),
            "start_at": f"{8 + n:02d}:30",
            "way": "covert" if n == 3 else "open",
            "state": "planned",
            "participants": list(people[:2]),
        }
        for n in range(5)
    ]
    records.add(ws, "visit", visits)
    talks: list[dict[str, Value]] = [
        {
            "unit": units[n % len(units)],
            "category": "middle",
            "date": today.isoformat(),
            "start_at": f"{9 + n:02d}:02",
            "place": "三楼小会议室",
            "talkers": list(people[:2]),
            "recorder": people[0],
            "text": "\n".join(_SAID),
            "state": "untidied",
        }
        for n in range(6)
    ]
    uids = records.add(ws, "interview", talks, draft=True).uids
    for said in _SAID[:3]:
        row = records.get(ws, "interview", uids[0])
        marks.toggle(ws, row, str(row.values["text"]).index(said))
    gone = page(ws, "problem", Filter(), 0, 1).rows
    for row in gone:
        records.delete(ws, "problem", row.uid, "重复录入")
    return uids[0]


def take(context: Context, keep: Keep, wait: Callable[[Context], None]) -> None:
    """All of them, from a file with some problems."""
    talk = day_of_work(context.here())
    window = MainWindow(context)
    window.resize(theme.px(1366), theme.px(690))
    window.show()
    wait(context)
    keep(window, "overview-today")
    (overview,) = window.findChildren(OverviewTab)
    overview.show_figures()
    wait(context)
    keep(window, "overview-figures")
    window.show_tab(2)
    (tab,) = window.findChildren(InterviewsTab)
    keep(window, "talks")
    row = records.get(context.here(), "interview", talk)
    tab.rows.activated.emit(row)
    wait(context)
    keep(window, "note-tidying")
    tab.page.leave()
    tab.new_record()
    tab.page.text.insertPlainText("\n".join(_SAID[:2]))
    wait(context)
    keep(window, "note-talking")
    tab.page.leave()
    find = FindDialog(context, window.leading.open_hit, window)
    find.line.setText("自学")
    find.search()
    for dialog, name in ((find, "find"), (AboutDialog(context), "about")):
        keep(dialog, name)
        dialog.close()
    problem = page(context.here(), "problem", Filter(), 0, 1).rows[0]
    reasons = why.explain(context.here(), problem.uid, "title")
    over: tuple[tuple[QWidget, str], ...] = (
        (EndDialog(context, row, "", "09:46"), "talk-end"),
        (SubKindDialog(context, _SAID[1]), "talk-subkind"),
        (RecycledDialog(context, window), "recycled"),
        (WhyDialog(reasons), "why"),
    )
    for over_it, name in over:
        keep(over_it, name)
        over_it.close()
    window.close()
