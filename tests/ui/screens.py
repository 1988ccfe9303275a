"""Pictures to look at: `python tests/ui/screens.py OUT [light|dark] [scale] [part …]`."""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from models.kinds import Uid, Value
from services import problems, records
from services import workspace as workspaces
from services.core import Filter
from services.listing import page
from services.package import Preset
from services.workspace import NewGroup, Workspace
from ui import theme
from ui.parts.rows import RowsView
from ui.tabs.exchange.pages import ExchangePages

if TYPE_CHECKING:
    from ui.context import Context

SIZE = (1366, 690)
_TAB = "数据交换"
_LONG = "银川市人民政府政务服务中心公共资源交易管理委员会办公室"
_UNITS = ("市教育局", "市卫生局", "市供热公司", "贺兰县", "凤凰北街", "市城管局", _LONG)
_FACTS = "4月18日查阅学习台账：集中学习六次，录像三次；无自学计划；笔记抽五本，三本空白。"
_TITLES = (
    "自学无安排，以集中学习代替自学",
    "党课由办公室代写，照稿宣读",
    "座谈会只找科级干部，听不到基层和服务对象的意见",
    "意见箱三周无人开启",
    "必读书目只发了两种",
)


def group_at_work(folder: Path, count: int) -> Workspace:
    """A file with units, people and `count` problems in several states."""
    new = NewGroup("yinchuan-2014", "第三督导组", 3, "赵明")
    ws = workspaces.create(folder / "第三督导组.dudao", "测试口令 1234", "测试实名 1234", new)
    ws.day = date(2014, 5, 6)
    units = records.add(ws, "unit", [{"name": name} for name in _UNITS]).uids
    people = records.add(ws, "person", [{"name": "王建国"}, {"name": "李芳"}]).uids
    members: list[Value] = [ws.actor, *people]
    records.change(ws, "group", ws.group, {"members": members, "liaisons": [people[1]]})
    made: list[dict[str, Value]] = [
        {
            "unit": units[n % len(units)],
            "sub_kind": f"2.{1 + n % 3}",
            "title": _TITLES[n % len(_TITLES)],
            "facts": _FACTS,
            "handlers": list(people),
            "evidence": ["学习台账复印件"],
            "deadline": "2014-04-30" if n % 3 else "2014-05-20",
        }
        for n in range(count)
    ]
    for n, uid in enumerate(records.add(ws, "problem", made).uids if made else ()):
        _move_on(ws, uid, n % 6)
    return ws


def _move_on(ws: Workspace, uid: Uid, steps: int) -> None:
    received: dict[str, Value] = {"received_by": "周局长", "received_on": "2014-04-21"}
    way: tuple[tuple[str, dict[str, Value]], ...] = (
        ("submit", {}),
        ("confirm", {}),
        ("assign", received),
        ("start", {}),
        ("apply-closure", {"done": "已建立自学计划，每周半天", "evidence": ["自学计划复印件"]}),
    )
    for verb, given in way[:steps]:
        if verb == "start":
            measure: dict[str, Value] = {
                "problem": uid,
                "what": "每周半天自学，写读书笔记",
                "responsible": "局长、机关党委",
                "standard": "人人有计划、有笔记",
                "deadline": "2014-04-30",
            }
            records.add(ws, "measure", [measure])
        problems.move(ws, uid, verb, given)


def settle(milliseconds: int = 50) -> None:
    """Let the window paint."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait(context: "Context") -> None:
    """Let the window finish what it does, and paint."""
    settle()
    while context.jobs.running:
        settle()
    settle()


def picture(widget: QWidget, target: Path) -> None:
    """Show a widget, let it paint, and keep the picture."""
    widget.show()
    settle()
    widget.grab().save(str(target))


class Shots:
    """Takes the pictures of one look into a folder."""

    def __init__(self, folder: Path, mode: str, scale: int, space: Path) -> None:
        """Pictures go to `folder`; files of the program to `space`."""
        self._folder = folder
        self._look = f"{mode}-{scale}"
        self._space = space

    def keep(self, widget: QWidget, name: str) -> None:
        """One picture."""
        picture(widget, self._folder / f"{name}-{self._look}.png")

    def entrance(self) -> None:
        """Welcome, founding, lock."""
        from ui.context import Context
        from ui.founding import FoundingDialog
        from ui.unlock import UnlockDialog
        from ui.welcome import Welcome

        context = Context()
        welcome, founding = Welcome(context.jobs), FoundingDialog()
        unlock = UnlockDialog(self._space / "第三督导组.dudao", context.jobs)
        for widget, name in ((welcome, "welcome"), (founding, "founding"), (unlock, "unlock")):
            self.keep(widget, name)
            widget.close()
        context.jobs.finish()

    def window(self, count: int, size: tuple[int, int] = SIZE) -> None:
        """The tabs of a file with `count` problems, as many checks, and some of all else."""
        from tests.ui import screens_checks, screens_heard, screens_talks
        from ui.context import Context
        from ui.window import MainWindow

        folder = self._space / f"{count}-{size[0]}"
        folder.mkdir()
        context = Context()
        ws = group_at_work(folder, count)
        if count:
            screens_talks.day_of_work(ws)
            screens_checks.fill(ws, count)
            screens_heard.fill(ws)
        context.open(ws)
        window = MainWindow(context)
        window.resize(*map(theme.px, size))
        for place, name in enumerate(window.tab_names()):
            window.show_tab(place)
            window.show()
            settle()
            while context.jobs.running:
                settle()
            for rows in window.findChildren(RowsView):
                rows.table.selectRow(1)
            settle()
            self.keep(window, f"{count:04d}-{size[0]}-{name}")
        window.close()

    def reports(self) -> None:
        """A draft, an issued document, its verdict, and the dialogs on the way."""
        from services.certificates import issue, make_root, pem
        from services.reports import Signature, file_of
        from services.reports import issue as issue_report
        from ui.context import Context
        from ui.tabs.reports import ReportsTab
        from ui.tabs.reports.identities import CertificatesDialog
        from ui.tabs.reports.issuing import IssueDialog

        folder = self._space / "reports"
        folder.mkdir()
        context = Context()
        context.open(group_at_work(folder, 40))
        tab = ReportsTab(context)
        tab.resize(theme.px(1162), theme.px(600))
        tab.show()
        pages = tab.pages()
        pages.drafting.draft()
        while context.jobs.running:
            settle()
        self.keep(tab, "reports-draft")
        wanted, draft = pages.drafting.wanted(), pages.drafting.current()
        if wanted is None or draft is None:
            raise RuntimeError(pages.drafting.told())
        self.keep(IssueDialog(context, wanted, draft.made.data.frame.signers), "reports-issue")
        self.keep(CertificatesDialog(context), "reports-identities")
        root = make_root("活动办公室")
        signatures = [
            Signature("leader", issue(root, "赵明")),
            Signature("member", issue(root, "李芳")),
        ]
        issued = issue_report(context.here(), wanted, signatures)
        context.announce(issued.changes)
        pages.show_line(issued.uid)
        settle()
        self.keep(tab, "reports-register")
        (folder / "报告.pdf").write_bytes(file_of(context.here(), issued.uid))
        (folder / "根证书.pem").write_bytes(pem(root))
        pages.verify()
        pages.verifying.choose(folder / "报告.pdf", (folder / "根证书.pem",))
        pages.verifying.verify()
        while context.jobs.running:
            settle()
        self.keep(tab, "reports-verdict")
        tab.close()
        context.close()

    def exchange(self, count: int) -> None:
        """数据交换 with so many sticks: before, preview, end, and what it leaves to decide."""
        from tests.ui.screens_sticks import sticks_of
        from ui.context import Context
        from ui.tabs.exchange.invite_dialog import InviteDialog
        from ui.tabs.exchange.send_dialog import SendDialog
        from ui.window import MainWindow

        folder = self._space / f"exchange-{count}"
        folder.mkdir()
        context = Context()
        context.open(group_at_work(folder, 30))
        context.here().day = None
        sticks = sticks_of(context.here(), folder, count, _TITLES)
        window = MainWindow(context)
        window.resize(*map(theme.px, SIZE))
        window.show()
        window.show_tab(window.tab_names().index(_TAB))
        wait(context)
        (pages,) = window.findChildren(ExchangePages)
        pages.watcher.add(sticks)
        wait(context)
        name = f"exchange-{count:02d}"
        self.keep(window, f"{name}-home")
        if not count:
            pages.show_page("merges")
            self.keep(window, f"{name}-merges")
            window.close()
            return
        pages.take()
        wait(context)
        self.keep(window, f"{name}-preview")
        pages.reception.preview.accept.click()
        wait(context)
        self.keep(window, f"{name}-done")
        pages.reception.done.finish.click()
        wait(context)
        for place in pages.names():
            pages.show_page(place)
            wait(context)
            self.keep(window, f"{name}-{place}")
        plugged = [one.stick for one in pages.watcher.last.sticks]
        for preset in Preset if count < 9 else ():
            dialog = SendDialog(context, preset, plugged, window)
            wait(context)
            self.keep(dialog, f"{name}-send-{preset.value}")
            dialog.close()
        self.keep(InviteDialog(context, plugged), f"{name}-invite")
        window.close()

    def talks(self, count: int) -> None:
        """总览, both modes of the note page and the dialogs over it, with `count` problems."""
        from tests.ui import screens_talks
        from ui.context import Context

        folder = self._space / f"talks-{count}"
        folder.mkdir()
        context = Context()
        context.open(group_at_work(folder, count))
        screens_talks.take(context, self.keep, wait)
        context.close()

    def heard(self, count: int, size: tuple[int, int] = SIZE) -> None:
        """意见评议 and 信访接待 of a file with `count` problems, empty where there are none."""
        from tests.ui import screens_heard
        from ui.context import Context

        folder = self._space / f"heard-{count}-{size[0]}"
        folder.mkdir()
        context = Context()
        context.open(group_at_work(folder, count))
        screens_heard.take(context, self.keep, wait, filled=bool(count), size=size)
        context.close()

    def checks(self, size: tuple[int, int] = SIZE) -> None:
        """A check that is being worked through."""
        from tests.ui import screens_checks
        from ui.context import Context

        folder = self._space / f"checks-{size[0]}"
        folder.mkdir()
        context = Context()
        context.open(group_at_work(folder, 3))
        screens_checks.fill(context.here(), 8)
        screens_checks.take(context, self.keep, wait, size)
        context.close()

    def dialogs(self) -> None:
        """Steps, measures, histories, lists of people, keys."""
        from services import history
        from ui import people
        from ui.context import Context
        from ui.keys import KeysDialog
        from ui.naming import Names, describe
        from ui.parts.history import HistoryDialog
        from ui.tabs.problems.measures import MeasureDialog
        from ui.tabs.problems.steps import StepDialog

        folder = self._space / "dialogs"
        folder.mkdir()
        context = Context()
        context.open(group_at_work(folder, 6))
        names = Names(context)
        host = QWidget()
        for row in page(context.here(), "problem", Filter(), 0, 6).rows:
            for step in problems.steps(context.here(), row.uid):
                verb = step.transition.verb
                if verb in ("confirm", "assign", "apply-closure", "close", "void"):
                    self.keep(StepDialog(context, step, [row], host), f"step-{verb}")
        row = page(context.here(), "problem", Filter({"state": "verifying"}), 0, 1).rows[0]
        entries = history.of_record(context.here(), row.uid)
        told = partial(describe, context, names, "problem")
        self.keep(HistoryDialog(entries, told), "history")
        self.keep(MeasureDialog(context, row.uid, None, "2014-05-20", None), "measure")
        for shown in (people.units(), people.people(), people.group()):
            self.keep(people.KindDialog(context, shown), f"kind-{shown.kind}")
        self.keep(KeysDialog(None, "talk"), "keys")
        context.close()


_SMALL = (1000, 540)
_PARTS: dict[str, Sequence[Callable[[Shots], None]]] = {
    "entrance": (Shots.entrance,),
    "dialogs": (Shots.dialogs,),
    "talks": (partial(Shots.talks, count=40),),
    "checks": (Shots.checks, partial(Shots.checks, size=_SMALL)),
    "heard": (
        partial(Shots.heard, count=0),
        partial(Shots.heard, count=12),
        partial(Shots.heard, count=12, size=_SMALL),
    ),
    "reports": (Shots.reports,),
    "exchange": tuple(partial(Shots.exchange, count=n) for n in (0, 3, 12)),
    "window": (
        *(partial(Shots.window, count=n) for n in (0, 12, 1000)),
        partial(Shots.window, count=12, size=_SMALL),
    ),
}
"""What can be taken alone: its name comes fourth."""


def _screen(folder: Path, scale: int) -> str:
    """A screen that holds 1366 × 768 points at this scale: dialogs do not grow beyond theirs."""
    size = {"width": 1366 * scale // 100, "height": 768 * scale // 100}
    dots = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    file = folder / "screen.json"
    file.write_text(json.dumps({"screens": [{"name": "one", "x": 0, "y": 0, **size, **dots}]}))
    return f"offscreen:configfile={file}"


def main(arguments: list[str]) -> int:
    """Take every picture of one look; returns the exit status."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    mode = arguments[1] if len(arguments) > 1 else "light"
    scale = int(arguments[2]) if len(arguments) > 2 else 100
    with tempfile.TemporaryDirectory() as name:
        app = QApplication(["screens", "-platform", _screen(Path(name), scale)])
        os.environ.update({f"XDG_{w}_HOME": name for w in ("CONFIG", "STATE", "DATA")})
        theme.apply(app, mode, scale)
        shots = Shots(folder, mode, scale, Path(name))
        for part in arguments[3:] or _PARTS:
            for one in _PARTS[part]:
                one(shots)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
