"""Units, people and the group itself: short lists with a form beside them, in a dialog."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from models.kinds import FieldType, Tier, Uid
from services import drafts, linking, records, references, supervising, words
from services import workspace as workspaces
from services.core import Changes, Filter, Row
from services.errors import AppError
from services.words import _
from ui import errors, same_units, theme
from ui.context import Context
from ui.editing import Editor, field_views
from ui.kept import KeptTexts
from ui.naming import KindSource, Names, candidates
from ui.parts.dialogs import Entry, ValuesDialog
from ui.parts.form import FormView
from ui.parts.rows import Column, RowsView

_SIZE = (840, 480)
_NOT_DRAWN = frozenset({FieldType.DATA, FieldType.ANSWERS})


@dataclass(frozen=True, slots=True)
class Shown:
    """What the dialog shows of one kind."""

    kind: str
    title: str
    fields: tuple[str, ...]
    """In the form; the first two also stand in the list."""
    can_add: bool = True


def units() -> Shown:
    """单位: what the group supervises."""
    fields = ("name", "short_name", "kind", "code", "head", "headcount")
    return Shown("unit", _("单位"), fields)


def people() -> Shown:
    """人员: members of groups and heads of units."""
    return Shown("person", _("人员"), ("name", "letter", "post", "sex", "unit", "is_head"))


def group() -> Shown:
    """本组: who leads it and who belongs to it."""
    fields = ("name", "number", "leader", "deputy", "liaisons", "members")
    return Shown("group", _("本组"), fields, can_add=False)


def any_kind(kind: str) -> Shown:
    """A kind that has no tab of its own: its title first, then what a form of it holds."""
    spec = records.kind_named(kind)
    drawn = [f.name for f in spec.fields if f.tier is Tier.WORK and f.type not in _NOT_DRAWN]
    fields = (spec.title, *(name for name in drawn if name != spec.title))
    return Shown(kind, words.kind(kind), fields, can_add=False)


class KindDialog(QDialog):
    """List and form of one kind; fields are stored when they are left."""

    def __init__(
        self,
        context: Context,
        shown: Shown,
        parent: QWidget | None = None,
        *,
        wanted: Filter | None = None,
    ) -> None:
        """Show the records of `shown.kind` of the open workspace, or those that are `wanted`."""
        super().__init__(parent)
        self._context = context
        self._shown = shown
        self._listed: Uid | None = None
        self.setWindowTitle(shown.title)
        self.resize(theme.fitting(*_SIZE))
        columns = [
            Column(name, words.field(shown.kind, name), 0 if place == 0 else 110)
            for place, name in enumerate(shown.fields[:2])
        ]
        source = KindSource(context, shown.kind, Names(context, self))
        self.rows = RowsView(columns, source, empty_text=_("还没有"))
        fields = shown.fields
        if shown.kind == "unit" and supervising.are_several(context.here()):
            fields = (*fields, "group")
        self.form = FormView([("", field_views(context, shown.kind, fields))])
        self.editor = Editor(context, shown.kind, self.form, f"dialog {shown.kind}")
        self.kept = KeptTexts(context, shown.kind)
        self.kept.wanted.connect(self._put_back)
        self.rows.current_changed.connect(self._show)
        self.editor.stored.connect(self._follow)
        context.changed.connect(self._take_changes)
        self._build()
        self.rows.set_filter(wanted or Filter(sort=shown.fields[0]))
        self._first()
        self.kept.reload()

    def _build(self) -> None:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.form)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.rows)
        split.addWidget(area)
        split.setSizes([300, 540])
        split.setChildrenCollapsible(False)
        self.add_button = QPushButton(_("+ {title}").format(title=self._shown.title))
        self.add_button.setShortcut("Ctrl+N")
        self.add_button.setVisible(self._shown.can_add)
        self.add_button.clicked.connect(self.add)
        self.same_button = QPushButton()
        self.same_button.clicked.connect(self.join_or_part)
        self.same_button.hide()
        leave = QPushButton(_("关闭"))
        leave.clicked.connect(self.accept)
        for button in (self.add_button, self.same_button, leave):
            button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addWidget(self.same_button)
        row.addStretch(1)
        row.addWidget(leave)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*theme.around(12, 12, 12, 12))
        layout.addWidget(self.kept)
        layout.addWidget(split, 1)
        layout.addLayout(row)

    def _first(self) -> None:
        found = self.rows.model.row(0)
        if found is not None:
            self.rows.select(found.uid)
            self._show(found)
        elif self._shown.can_add:
            self.add()
        else:
            self.form.setEnabled(False)

    @Slot()
    def add(self) -> None:
        """Show an empty form; its first field that is left stores the record."""
        self._listed = None
        self.rows.table.setCurrentIndex(QModelIndex())
        self.editor.begin({})
        self.form.focus_first()

    @Slot(object, object)
    def _put_back(self, uid: Uid, texts: Mapping[str, str]) -> None:
        typed = dict(texts)
        if drafts.is_unborn(uid):
            preset, typed = self.kept.parted(texts)
            self.add()
            self.editor.begin(preset)
        else:
            self.rows.select(uid)
            self._listed = uid
            self.editor.show(uid)
        self.editor.put_back(typed)

    @Slot(object)
    def _show(self, row: Row | None) -> None:
        if row is not None and row.uid != self._listed:
            self._listed = row.uid
            self.editor.show(row.uid)
        self._offer_joining()

    def _offer_joining(self) -> None:
        """A unit noted twice can be joined with the other, and parted from it again."""
        if self._shown.kind != "unit":
            return
        here = self._context.here()
        into = linking.leading(here).get(self._listed or Uid(""))
        name = references.titles(here, [into]).get(into, "") if into else ""
        text = _("从“{name}”拆开…").format(name=name) if into else _("和另一条是同一个单位…")
        self.same_button.setText(text)
        self.same_button.setVisible(self._listed is not None)

    @Slot()
    def join_or_part(self) -> None:
        """Join the unit in view with another, or part it from the one it was joined to."""
        unit, leading = self._listed, linking.leading(self._context.here())
        if unit is None:
            return
        try:
            if unit in leading:
                same_units.part(self._context, unit, self)
            else:
                others = candidates(self._context, ("unit",))
                staying = [Uid(uid) for uid in others if uid != unit]
                same_units.join(self._context, [unit], staying, self)
        except AppError as failure:
            errors.show(self, failure)
        self._offer_joining()

    @Slot(str)
    def _follow(self, uid: str) -> None:
        self._listed = Uid(uid)
        self.rows.select(self._listed)

    @Slot(object)
    def _take_changes(self, changes: Changes) -> None:
        if self._shown.kind in changes.kinds:
            self.rows.reload()


def show(context: Context, shown: Shown, parent: QWidget, wanted: Filter | None = None) -> None:
    """Show the records of a kind in a dialog, or those of them that are wanted."""
    KindDialog(context, shown, parent, wanted=wanted).exec()


def switch_person(context: Context, parent: QWidget) -> bool:
    """Let another member of the group act (换操作人); whether somebody else acts now."""
    workspace = context.here()
    own = records.get(workspace, "group", workspace.group).values.get("members")
    members = own if isinstance(own, list) else []
    found = candidates(context, ("person",))
    names = {uid: name for uid, name in found.items() if uid in members} or found
    entry = Entry("person", _("谁在操作"), names, text=workspace.actor)
    text = _("以后的改动记在这个人名下。签字仍要各人自己的身份文件和口令。")
    dialog = ValuesDialog(parent, _("换操作人"), _("换人"), [entry], text=text)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return False
    workspaces.act_as(workspace, Uid(dialog.values()["person"]))
    return True
