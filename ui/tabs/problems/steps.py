"""Taking a problem one step on: what the step still asks, and the leader's signature under it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from models.kinds import Uid, Value
from services import directory, problems, words
from services.alike import Alike, alike, number_of
from services.core import Progress, Row
from services.errors import AppError
from services.problems import Moved, Step
from services.words import _
from services.workspace import Workspace
from ui.asking import Asking, place_of
from ui.context import Context
from ui.keeping import Keeping
from ui.naming import candidates
from ui.parts.choosing import ask_to_open
from ui.parts.dialogs import Entry, SecretLine, ValuesDialog
from ui.parts.files import read_limited

_MAX_IDENTITY_BYTES = 1024 * 1024
_MERGE = "merge-into"
_MOST_COMPARED, _MOST_TOLD = 20, 4
"""Problems that are compared with others, and pairs that are told."""
_LISTS = frozenset({"delivery", "satisfaction"})
_NEED_OF = {"evidence": "closure_evidence"}
"""Parameter → the name under which the step needs it, where they differ."""


def missing_words(step: Step) -> str:
    """What the record still lacks for a step; what the step itself asks is not counted."""
    asked = {_NEED_OF.get(name, name) for name in step.transition.parameters}
    return "、".join(_need(name) for name in step.missing if name not in asked)


def _need(name: str) -> str:
    stem, dot, member = name.partition(".")
    return words.field(stem, member) if dot else words.field("problem", stem)


def asks(step: Step) -> bool:
    """Whether the person has to say something before the step is done."""
    transition = step.transition
    needed = {_NEED_OF.get(name, name) for name in transition.parameters} & set(transition.needs)
    return bool(needed) or transition.needs_reason or transition.signed


def take_step(
    context: Context, parent: QWidget, step: Step, rows: Sequence[Row]
) -> tuple[Moved, ...]:
    """Do a step with one or several problems, after asking what it needs; all of them or none.

    Empty when the person cancels.

    Raises:
        AppError: the step was refused (only where nothing was asked; a dialog tells it itself).
    """
    if not asks(step):
        uids = [row.uid for row in rows]
        return problems.move_many(context.here(), uids, step.transition.verb)
    dialog = StepDialog(context, step, rows, parent)
    dialog.exec()
    if dialog.instead is not None:
        return _merged(context, parent, rows[0], dialog.instead)
    return dialog.moved


def _merged(context: Context, parent: QWidget, row: Row, other: Row) -> tuple[Moved, ...]:
    """Ask whether a problem is to be merged into another one, and do it."""
    dialog = StepDialog(context, _merging(context, row), [row], parent, into=other)
    dialog.exec()
    return dialog.moved


def _merging(context: Context, row: Row) -> Step:
    steps = problems.steps(context.here(), row.uid)
    return next(step for step in steps if step.transition.verb == _MERGE)


class StepDialog(ValuesDialog):
    """Asks a step's values, its reason and, where it is signed, the leader's identity file."""

    def __init__(
        self,
        context: Context,
        step: Step,
        rows: Sequence[Row],
        parent: QWidget,
        *,
        into: Row | None = None,
    ) -> None:
        """Ask what `step` needs for the problems `rows`; `into` is chosen to merge them into."""
        verb = act = words.verb(step.transition.verb)
        title = _("{verb} — {title}").format(verb=verb, title=rows[0].values.get("title") or "")
        if len(rows) > 1:
            title = act = _("{verb} {count} 个").format(verb=verb, count=len(rows))
        super().__init__(parent, title, act, _entries(context, step, rows[0], into))
        self._context = context
        self._step = step
        self._uids = [row.uid for row in rows]
        self._file: Path | None = None
        self.moved: tuple[Moved, ...] = ()
        """What the step did; empty while it is not done."""
        self.instead: Row | None = None
        """The problem that this one is to be merged into instead."""
        self._alike = QVBoxLayout()
        self.body.addLayout(self._alike)
        if step.transition.verb == "apply-closure" and len(rows) == 1:
            self._keep_texts(rows[0])
        else:
            Asking(context, place_of(step.transition.verb, self._uids), self, self.inputs())
        self._place = QLabel(_("未选：记作未经组长签名"))
        self._secret = SecretLine(_("身份文件的口令"))
        if step.transition.verb == "confirm":
            work = partial(_look, context.here(), rows[:_MOST_COMPARED])
            context.jobs.run(_("正在找相近的问题"), work, self._tell_alike)
        if step.transition.signed:
            self._add_signature()

    def _tell_alike(self, found: Sequence[tuple[Row, Alike]]) -> None:
        """Tell which problems may have been found by somebody else already."""
        if not found:
            return
        head = QLabel(_("同单位同类里相近的，认定前看是不是同一件："))
        head.setProperty("role", "hint")
        self._alike.addWidget(head)
        for row, one in found[:_MOST_TOLD]:
            told = _("{number}　{title}　相近 {percent}%").format(
                number=one.number, title=one.row.values.get("title") or "", percent=one.percent
            )
            if len(self._uids) > 1:
                told = _("{number} 与 {other}").format(number=number_of(row), other=told)
            label = QLabel(told)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            line = QHBoxLayout()
            line.addWidget(label, 1)
            if len(self._uids) == 1 and _merging(self._context, row).allowed:
                merge = QPushButton(_("并入 {number}…").format(number=one.number))
                merge.setAutoDefault(False)
                merge.clicked.connect(partial(self._merge_into, one.row))
                line.addWidget(merge)
            self._alike.addLayout(line)

    def _merge_into(self, other: Row) -> None:
        self.instead = other
        self.reject()

    def _keep_texts(self, row: Row) -> None:
        """What was done is written at length: it is kept while it is typed."""
        self.keeping = Keeping(self._context, "closure", self, {"problem": row.uid})
        for name, text in self.texts().items():
            self.keeping.watch(name, text)
        self.fill({n: t for n, t in self.keeping.found.items() if n in self.texts()})
        self.watch(self.keeping.touch)

    def _add_signature(self) -> None:
        choose = QPushButton(_("选身份文件…"))
        choose.setAutoDefault(False)
        choose.clicked.connect(self._ask_file)
        self._place.setProperty("role", "hint")
        self._place.setWordWrap(True)
        grid = QGridLayout()
        grid.setColumnStretch(2, 1)
        grid.addWidget(QLabel(_("组长签名")), 0, 0)
        grid.addWidget(choose, 0, 1)
        grid.addWidget(self._place, 0, 2)
        grid.addWidget(QLabel(_("身份文件的口令")), 1, 0)
        grid.addWidget(self._secret, 1, 1, 1, 2)
        self.body.addLayout(grid)

    def take(self, file: Path, passphrase: str = "") -> None:
        """Sign with this identity file."""
        self._file = file
        self._place.setText(file.name)
        if passphrase:
            self._secret.line.setText(passphrase)

    @Slot()
    def attempt(self) -> None:
        """Do the step; a refusal is told here and nothing was written."""
        sentence = self.problem()
        self.tell(sentence)
        if sentence:
            return
        given = self.values()
        reason = given.pop("reason", "") or None
        try:
            self.moved = self._move(_given(given), reason)
        except AppError as failure:
            self.tell(words.error(failure))
            return
        self.accept()

    def _move(self, given: dict[str, Value], reason: str | None) -> tuple[Moved, ...]:
        workspace, verb = self._context.here(), self._step.transition.verb
        if self._file is None:
            return problems.move_many(workspace, self._uids, verb, given, reason=reason)
        from services.certificates import load_p12
        from services.signing import sign_change

        identity = load_p12(read_limited(self._file, _MAX_IDENTITY_BYTES), self._secret.text())
        sign = partial(sign_change, signer=identity)
        return problems.move_many(workspace, self._uids, verb, given, reason=reason, sign=sign)

    @Slot()
    def _ask_file(self) -> None:
        kinds = _("身份文件 (*.p12 *.pfx)")
        file = ask_to_open(self, _("选身份文件"), kinds)
        if file is not None:
            self.take(file)


def _look(
    workspace: Workspace, rows: Sequence[Row], progress: Progress
) -> Sequence[tuple[Row, Alike]]:
    """Each of some problems with those that are like it, no pair twice."""
    found: dict[frozenset[Uid], tuple[Row, Alike]] = {}
    for done, row in enumerate(rows):
        progress.step(done, len(rows), "rows")
        for one in alike(workspace, row.uid):
            found.setdefault(frozenset((row.uid, one.row.uid)), (row, one))
    return tuple(found.values())


def shared_steps(context: Context, rows: Sequence[Row]) -> list[Step]:
    """The steps that every one of some problems can take now."""
    found: list[Step] | None = None
    for row in rows:
        steps = problems.steps(context.here(), row.uid)
        here = [s for s in steps if s.allowed and not missing_words(s)]
        verbs = {s.transition.verb for s in here}
        found = here if found is None else [s for s in found if s.transition.verb in verbs]
    return found or []


def _given(values: dict[str, str]) -> dict[str, Value]:
    """The values as the step takes them: only what was said, evidence one a line."""
    given: dict[str, Value] = {name: value for name, value in values.items() if value}
    if "evidence" in given:
        given["evidence"] = [line.strip() for line in values["evidence"].splitlines() if line]
    return given


def _entries(context: Context, step: Step, row: Row, into: Row | None) -> list[Entry]:
    transition = step.transition
    entries = [_entry(context, step, row, into, name) for name in transition.parameters]
    if transition.needs_reason:
        entries.append(Entry("reason", _("理由"), long=True))
    return entries


def _entry(context: Context, step: Step, row: Row, into: Row | None, name: str) -> Entry:
    needed = _NEED_OF.get(name, name) in step.transition.needs
    label = _label(step.transition.verb, name)
    if name in _LISTS:
        choices = directory.choices(context.here(), name)
        return Entry(name, label, choices if needed else {"": "—", **choices}, required=needed)
    if name == "verifier":
        people = candidates(context, ("person",))
        handlers = row.values.get("handlers")
        held = handlers if isinstance(handlers, list) else []
        others = {uid: who for uid, who in people.items() if uid not in held}
        return Entry(name, label, others, text=context.here().actor)
    if name == "to" and step.transition.verb == _MERGE:
        others = {u: t for u, t in candidates(context, ("problem",)).items() if u != row.uid}
        if into is not None:
            # An older one may not be among the newest.
            others.setdefault(into.uid, f"{number_of(into)} {into.values.get('title') or ''}")
        return Entry(name, label, others, text=into.uid if into is not None else "")
    text = str(row.values.get(name) or "") if name in ("deadline", "recheck_on") else ""
    if name in ("received_on", "date"):
        text = context.here().today().isoformat()
    return Entry(name, label, long=name in ("done", "evidence"), required=needed, text=text)


def _label(verb: str, name: str) -> str:
    own = {
        ("hand-over", "to"): _("移交给谁"),
        (_MERGE, "to"): _("并入哪个问题"),
        ("apply-closure", "done"): _("完成情况"),
        ("apply-closure", "evidence"): _("佐证材料（一行一件）"),
        ("close", "date"): _("验收日期"),
    }
    kind = "closure" if verb == "close" and name != "recheck_on" else "problem"
    return own.get((verb, name)) or words.field(kind, name)
