"""What the window's parts share: the open workspace, the chosen units, what changed, long work."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from models.kinds import Uid
from ui import errors
from ui.jobs import Jobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from services.core import Changes
    from services.workspace import Workspace

EVERY_UNIT: frozenset[Uid] = frozenset()
"""No unit chosen: lists show them all."""


class Context(QObject):
    """Handed to every tab; tabs speak to each other through it and nothing else."""

    changed = Signal(object)
    """`services.core.Changes`: something was stored."""
    saved = Signal()
    """A field was stored; the status bar tells it with the time."""
    opened = Signal()
    closed = Signal()
    covered = Signal()
    """遮屏: names that are open are shut at once."""
    records_wanted = Signal(object)
    """`services.stats.Behind`: the records behind a number are to be shown in their tab."""
    record_wanted = Signal(str, object)
    """Kind and uid of one record that is to be opened in its tab; Alt+← leads back."""
    document_wanted = Signal(str, object)
    """Kind of a document and uid of a unit: it is to be drafted in 文书报告."""
    conflicts_wanted = Signal()
    """What waits for a decision is to be shown."""
    units_changed = Signal(object)
    """frozenset[Uid]: the units that lists are to show; empty means all."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with nothing open."""
        super().__init__(parent)
        self.workspace: Workspace | None = None
        self.units = EVERY_UNIT
        self.jobs = Jobs(self)
        self._once_stored: list[Callable[[], None]] = []
        errors.refusals.told.connect(self._refused)

    def open(self, workspace: "Workspace") -> None:
        """Work on this workspace from now on; an open one is closed first."""
        self.close()
        self.workspace = workspace
        self.opened.emit()

    def close(self) -> None:
        """Close the open workspace, if there is one."""
        if self.workspace is None:
            return
        self.jobs.finish()
        self._once_stored.clear()
        leaving, self.workspace, self.units = self.workspace, None, EVERY_UNIT
        self.closed.emit()
        leaving.close()

    def here(self) -> "Workspace":
        """The open workspace; only for code that runs while one is open."""
        if self.workspace is None:
            raise LookupError
        return self.workspace

    def announce(self, changes: "Changes") -> None:
        """Tell everybody once what a command changed, and that it is stored."""
        waiting, self._once_stored = self._once_stored, []
        for act in waiting:
            act()
        self.changed.emit(changes)
        self.saved.emit()

    def once_stored(self, act: "Callable[[], None]") -> None:
        """Do something when what is being done now was stored; not at all when it is refused."""
        self._once_stored.append(act)

    @Slot()
    def _refused(self) -> None:
        self._once_stored.clear()

    def choose_units(self, units: frozenset[Uid]) -> None:
        """Narrow every list to these units; empty means all."""
        if units != self.units:
            self.units = units
            self.units_changed.emit(units)
