"""Long work on one thread beside the window's, with progress and cancel."""

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from services.errors import AppError, Cancelled

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from services.core import Progress

T = TypeVar("T")


class Jobs(QObject):
    """Runs one job after the other on a single worker thread; ends are told on the window's."""

    progress = Signal(str, int, int)
    """(title, done, total); total 0 means unknown."""
    doing = Signal(str, int, int)
    """(what, done, total): what the job that runs is at, as it calls it (see `words.doing`)."""
    busy = Signal(bool)
    failed = Signal(object)
    """An `AppError` for which the caller gave no handler; never a cancelled job."""
    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Start no thread yet."""
        super().__init__(parent)
        self._stops: dict[int, threading.Event] = {}
        self._round = 0
        """Counts `finish`: the end of a job of an earlier round reaches nobody."""
        self._pool: ThreadPoolExecutor | None = None
        self._ended.connect(self._finish)

    def run(
        self,
        title: str,
        work: "Callable[[Progress], T]",
        done: Callable[[T], None],
        failed: Callable[[AppError], None] | None = None,
    ) -> None:
        """Do `work` on the worker thread, then call `done` (or `failed`) on this one.

        Args:
            title: what the status bar calls it.
            work: gets a `Progress`; must touch no widget.
            done: gets what `work` returned; not called when its widget is gone.
            failed: gets a known failure, a cancelled job included; by default the window shows it.
        """
        from services.core import Progress

        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="dudao")
        stop = threading.Event()
        job = id(stop)
        self._stops[job] = stop
        if len(self._stops) == 1:
            self.busy.emit(True)
        tell = partial(self._tell, title)
        future = self._pool.submit(work, Progress(tell, stop.is_set))
        future.add_done_callback(partial(self._pass_on, (self._round, job), done, failed))
        self.progress.emit(title, 0, 0)

    def cancel(self) -> None:
        """Ask the running and the waiting jobs to stop at their next step; later ones run."""
        for stop in self._stops.values():
            stop.set()

    @property
    def running(self) -> bool:
        """Whether some job has not ended yet."""
        return bool(self._stops)

    def finish(self) -> None:
        """Cancel, wait for the worker thread and let it go; results that come late are dropped."""
        if self._pool is None:
            return
        self.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None
        self._round += 1
        if self._stops:
            self._stops.clear()
            self.busy.emit(False)

    def _tell(self, title: str, done: int, total: int, what: str) -> None:
        self.progress.emit(title, done, total)
        self.doing.emit(what, done, total)

    def _pass_on(
        self,
        job: tuple[int, int],
        done: Callable[[T], None],
        failed: Callable[[AppError], None] | None,
        future: "Future[T]",
    ) -> None:
        """On the worker thread: hand the end over to the window's thread."""
        end = self._end_of(future, done, failed)
        if threading.current_thread() is threading.main_thread():
            # The job had ended before this was asked for: even so, not before `run` returns.
            QTimer.singleShot(0, partial(self._finish, (job, end)))
        else:
            self._ended.emit((job, end))

    def _end_of(
        self,
        future: "Future[T]",
        done: Callable[[T], None],
        failed: Callable[[AppError], None] | None,
    ) -> Callable[[], None] | None:
        """What is to be called on the window's thread; nothing after a job that never ran."""
        if future.cancelled():
            return None
        fault = future.exception()
        if fault is None:
            return partial(_call, done, future.result())
        if isinstance(fault, AppError):
            return partial(self._refused, failed, fault)
        return partial(_bug, fault)

    def _refused(self, failed: Callable[[AppError], None] | None, fault: AppError) -> None:
        if failed is not None:
            _call(failed, fault)
        elif not isinstance(fault, Cancelled):
            self.failed.emit(fault)

    @Slot(object)
    def _finish(self, ended: tuple[tuple[int, int], Callable[[], None] | None]) -> None:
        (of_round, job), end = ended
        if of_round != self._round:
            return
        del self._stops[job]
        if not self._stops:
            self.busy.emit(False)
        if end is not None:
            end()


def _call(receiver: Callable[[T], None], value: T) -> None:
    """Call unless the widget whose method it is was deleted meanwhile."""
    called = receiver
    while isinstance(called, partial):
        called = called.func
    owner = getattr(called, "__self__", None)
    if not (isinstance(owner, QObject) and _is_gone(owner)):
        receiver(value)


def _is_gone(owner: QObject) -> bool:
    """Whether Qt has deleted the object that this one stands for."""
    try:
        owner.objectName()
    except RuntimeError:
        return True
    return False


def _bug(fault: BaseException) -> None:
    """A fault of the program: let the excepthook have it, with its own traceback."""
    raise fault
