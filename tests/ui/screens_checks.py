"""Pictures of 学习检查: a list of checks with their results, and one worked through halfway."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.kinds import Uid, Value
from services import records, training
from services.core import Filter
from services.listing import page
from services.workspace import Workspace
from ui import theme
from ui.tabs.checks import ChecksTab
from ui.window import MainWindow

if TYPE_CHECKING:
    from ui.context import Context

_FORMS = ("study_check", "launch", "head_duty", "atmosphere")
_RESULTS = (("formality", "make_up"), ("basic", "urge"), ("solid", "none"), (None, None))
_HEADS = (
    ("周志强", "局长"), ("何建军", "董事长"), ("丁勇", "县委书记"), ("高原", "局长"),
    ("马晓燕", "主任"), ("欧阳建国", "党组书记、局长"),
)  # fmt: skip
_ANSWERS: dict[str, Value] = {
    "plan_exists": True, "plan_detailed": False, "notebooks": [2, 5], "questions": [3, 8],
}  # fmt: skip


def fill(ws: Workspace, count: int) -> None:
    """`count` checks of all units and forms, with every result, the last ones unjudged."""
    units = [row.uid for row in page(ws, "unit", Filter(sort="name"), 0, 9).rows]
    people = [row.uid for row in page(ws, "person", Filter(sort="name"), 0, 9).rows]
    asked = {q.id for form in ws.template.forms if form.id == _FORMS[0] for q in form.questions()}
    answers: dict[str, Value] = {name: v for name, v in _ANSWERS.items() if name in asked}
    made: list[dict[str, Value]] = [
        {
            "unit": units[n % len(units)], "form": _FORMS[n % len(_FORMS)],
            "date": (ws.today() - timedelta(days=n % 26)).isoformat(),
            "checkers": list(people[: 1 + n % 3]), "place": "机关党委",
            "result": _RESULTS[n % 4][0], "action": _RESULTS[n % 4][1],
            "answers": answers if n % len(_FORMS) == 0 else {},
        }
        for n in range(count)
    ]  # fmt: skip
    records.add(ws, "check", made, draft=True)
    _fill_rounds(ws, units)


def _fill_rounds(ws: Workspace, units: Sequence[Uid]) -> None:
    """Heads at two rounds of training, some of them absent, and papers in several versions."""
    for unit, (name, post) in zip(units, _HEADS, strict=False):
        head: dict[str, Value] = {"name": name, "post": post, "unit": unit, "is_head": True}
        records.add(ws, "person", [head])
    heads = training.roster(ws).heads
    for n, one in enumerate(heads):
        training.register(ws, one, 1, training.STATUSES[n % 5 % 3])
    for n, one in enumerate(heads[: len(heads) // 2]):
        training.register(ws, one, 2, training.STATUSES[n % 2])
    papers: list[dict[str, Value]] = [
        {"unit": unit, "what": "self_examination", "version": 1 + n % 3, "verdict": verdict}
        for n, (unit, verdict) in enumerate(zip(units, ("pass", "revise", "rewrite"), strict=False))
    ]
    records.add(ws, "review", papers, draft=True)


def take(
    context: "Context",
    keep: Callable[[QWidget, str], None],
    wait: Callable[["Context"], None],
    size: tuple[int, int],
) -> None:
    """The roster, the papers, and the page of a check with its side."""
    window = MainWindow(context)
    window.resize(*map(theme.px, size))
    window.show()
    window.show_tab(window.tab_names().index("学习检查"))
    wait(context)
    (tab,) = window.findChildren(ChecksTab)
    tab.show_training()
    wait(context)
    keep(window, f"check-training-{size[0]}")
    tab.show_reviews()
    wait(context)
    tab.rows.table.selectRow(1)
    wait(context)
    keep(window, f"check-papers-{size[0]}")
    tab.show_checks()
    row = tab.rows.model.row(0)
    if row is not None:
        tab.rows.activated.emit(row)
    wait(context)
    keep(window, f"check-page-{size[0]}")
    window.close()
