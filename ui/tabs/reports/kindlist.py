"""The kinds of documents at the left of 拟制, grouped as people speak of them."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from services import reports, words
from services.words import _


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    kind: str
    whole: bool | None
    """About all units; None where the person may choose either."""

    @property
    def name(self) -> str:
        """What the line says."""
        if self.kind == "inspection" and self.whole:
            return _("情况报告（给办公室）")
        return words.document(self.kind)


def groups() -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The lines under their headings; every kind this version makes but the briefing."""
    return (
        (
            _("常用"),
            (
                Entry("inspection", whole=False),
                Entry("inspection", whole=True),
                Entry("feedback", whole=False),
                Entry("rectification", whole=False),
                Entry("ledger", whole=None),
                Entry("interview", whole=None),
            ),
        ),
        (_("学习"), (Entry("make_up", whole=False), Entry("roster", whole=None))),
        (_("评议"), (Entry("remedy", whole=False), Entry("opinions", whole=False))),
        (
            _("催促"),
            tuple(
                Entry(kind, whole=False)
                for kind in ("urge", "remind", "admonish", "accountability")
            ),
        ),
        (_("销号"), (Entry("closure", whole=None),)),
        (_("办公室"), (Entry("reception", whole=None), Entry("self_check", whole=None))),
        (
            _("移交"),
            tuple(Entry(kind, whole=True) for kind in ("merge_minutes", "transfer_slip", "purge")),
        ),
    )


class KindList(QListWidget):
    """Headings and kinds; only kinds can be chosen."""

    chosen = Signal()
    """Another kind is the current one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Fill it; the first kind is chosen."""
        super().__init__(parent)
        self.setAccessibleName(_("文书"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for heading, entries in groups():
            head = QListWidgetItem(heading)
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addItem(head)
            for entry in entries:
                item = QListWidgetItem(f"　{entry.name}")
                item.setData(Qt.ItemDataRole.UserRole, entry)
                self.addItem(item)
        self.setCurrentRow(1)
        self.currentRowChanged.connect(self._tell)

    def entry(self) -> Entry:
        """The chosen line."""
        held = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        return held if isinstance(held, Entry) else Entry(reports.KINDS_OF_DOCUMENT[0], whole=False)

    def choose(self, kind: str, *, whole: bool = False) -> None:
        """Make a kind the current one; nothing happens when it is not in the list."""
        for row in range(self.count()):
            held = self.item(row).data(Qt.ItemDataRole.UserRole)
            if isinstance(held, Entry) and held.kind == kind and held.whole in (whole, None):
                self.setCurrentRow(row)
                return

    @Slot(int)
    def _tell(self, _row: int) -> None:
        self.chosen.emit()
