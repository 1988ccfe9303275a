"""One transaction's work on the database, done in order beside the caller's own work.

Most of what a large merge takes is spent inside the database, which does not need the interpreter
meanwhile. So one thread thinks, and another one, this lane, has the connection for itself.
"""

import gc
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

Work = Iterator["Future[Any]"]
"""Work in steps: before each of them, what it has to wait for."""
P = ParamSpec("P")
T = TypeVar("T")
_MOST_WAITING = 16
"""Pieces of work asked for and not done: each may hold some megabytes."""
_SWITCH_INTERVAL_S = 0.0001


class Lane:
    """Has a connection for itself until it is left; what is asked of it is done in that order.

    Once something failed, nothing more is done: the failure reaches whoever asks, or leaves.
    """

    def __init__(self, connection: sa.Connection) -> None:
        """Take the connection over, in its open transaction."""
        self._connection = connection
        self._executor = ThreadPoolExecutor(1, "lane")
        self._failure: BaseException | None = None
        self._interval_s = sys.getswitchinterval()
        self._was_collecting = False
        self._room = threading.BoundedSemaphore(_MOST_WAITING)

    def ask(
        self, work: Callable[Concatenate[sa.Connection, P], T], *given: P.args, **named: P.kwargs
    ) -> "Future[T]":
        """Have something done with the connection after all that was asked before."""

        def done() -> T:
            return work(self._connection, *given, **named)

        self._room.acquire()
        return self._executor.submit(self._do, done)

    def tell(
        self, work: Callable[Concatenate[sa.Connection, P], None], *given: P.args, **named: P.kwargs
    ) -> None:
        """The same, of which nothing comes back: a failure is raised on leaving at the latest."""
        self.refuse_if_failed()
        self.ask(work, *given, **named)

    def refuse_if_failed(self) -> None:
        """Raise what went wrong before, if anything did."""
        if self._failure is not None:
            raise self._failure

    def _do(self, done: Callable[[], T]) -> T:
        try:
            self.refuse_if_failed()
            return done()
        except BaseException as error:
            self._failure = error
            raise
        finally:
            self._room.release()

    def __enter__(self) -> "Lane":
        """The lane itself."""
        # Whoever comes back from the database would else wait longer than he was in it.
        self._interval_s = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_INTERVAL_S)
        # A hundred thousand bodies hold no ring, and looking for one takes a tenth of a merge.
        self._was_collecting = gc.isenabled()
        gc.disable()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for what was asked; give up what was not begun where the caller failed."""
        if error is not None and self._failure is None:
            self._failure = error
        self._executor.shutdown(wait=True)
        sys.setswitchinterval(self._interval_s)
        if self._was_collecting:
            gc.enable()
        if error is None:
            self.refuse_if_failed()


class Errands:
    """Pieces of work one after the other, gone on with while something else is done."""

    def __init__(self) -> None:
        """Nothing is to be done yet."""
        self._works: deque[Work] = deque()
        self._waited: Future[Any] | None = None

    def add(self, work: Work) -> None:
        """Do this after all that was added before."""
        self._works.append(work)

    def go_on(self, most: int = 0) -> None:
        """Go on as far as nothing has to be waited for; wait only while more than `most` are left.

        Raises:
            Exception: what the work raises.
        """
        while self._works:
            if self._waited is not None and not self._waited.done():
                if len(self._works) <= most:
                    return
                wait((self._waited,))
            self._waited = next(self._works[0], None)
            if self._waited is None:
                self._works.popleft()
