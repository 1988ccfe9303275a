"""An idle connection that is made smaller is not used or closed by anybody else meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event
from typing import ClassVar

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2

from models.cipher import new_engine

_LONG_S, _SHORT_S = 20, 0.2


class _Slow(dbapi2.Connection):  # type: ignore[misc]
    """Takes its time over becoming smaller."""

    shrinking, go_on = Event(), Event()
    order: ClassVar[list[str]] = []

    def execute(self, statement: str, *given: object) -> object:
        if statement != "pragma shrink_memory":
            return super().execute(statement, *given)
        _Slow.order.append("shrinks")
        _Slow.shrinking.set()
        _Slow.go_on.wait(_LONG_S)
        _Slow.order.append("shrunk")
        return None

    def cursor(self) -> object:
        _Slow.order.append("used")
        return super().cursor()

    def close(self) -> None:
        _Slow.order.append("closed")
        super().close()


def _use(engine: sa.Engine) -> None:
    with engine.connect() as one, engine.connect() as other:
        one.exec_driver_sql("select 1")
        other.exec_driver_sql("select 1")


@pytest.mark.parametrize(
    ("act", "then"), [(sa.Engine.dispose, "closed"), (_use, "used")], ids=["close", "use"]
)
def test_it_waits_until_it_is_done(act: Callable[[sa.Engine], None], then: str) -> None:
    engine = new_engine(
        lambda: dbapi2.connect(":memory:", factory=_Slow, check_same_thread=False), pooled=True
    )
    first, second = engine.connect(), engine.connect()
    for one in (first, second):
        one.exec_driver_sql("select 1")
    _Slow.shrinking.clear()
    _Slow.go_on.clear()
    _Slow.order.clear()
    first.close()
    with ThreadPoolExecutor(2) as threads:
        back = threads.submit(second.close)
        assert _Slow.shrinking.wait(_LONG_S)
        acting = threads.submit(act, engine)
        wait((acting,), _SHORT_S)
        _Slow.go_on.set()
        acting.result(_LONG_S)
        back.result(_LONG_S)
    assert _Slow.order[:3] == ["shrinks", "shrunk", then]
