"""Work done beside the caller's: in order, once, and nothing more after a failure."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from models.lane import Lane


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine(
        "sqlite://", connect_args={"check_same_thread": False}, poolclass=sa.StaticPool
    )
    with engine.connect() as one:
        one.exec_driver_sql("create table t (n integer)")
        yield one


def _put(connection: sa.Connection, n: int) -> int:
    connection.exec_driver_sql("insert into t values (?)", (n,))
    return n


def _numbers(connection: sa.Connection) -> list[int]:
    return list(connection.exec_driver_sql("select n from t order by rowid").scalars())


def test_what_was_asked_is_done_in_that_order_and_before_it_is_left(
    connection: sa.Connection,
) -> None:
    with Lane(connection) as lane:
        asked = [lane.ask(_put, n) for n in range(100)]
        assert lane.ask(_numbers).result() == list(range(100))
        lane.ask(_put, 100)
    assert [one.result() for one in asked] == list(range(100))
    assert _numbers(connection) == list(range(101))


def _failing(connection: sa.Connection) -> None:
    connection.exec_driver_sql("select * from nowhere")


def test_nothing_is_done_after_a_failure_and_leaving_raises_it(connection: sa.Connection) -> None:
    lane = Lane(connection)
    lane.ask(_put, 1)
    lane.ask(_failing)
    for n in range(10):
        lane.ask(_put, n)
    with pytest.raises(sa.exc.OperationalError, match="nowhere"), lane:
        pass
    assert _numbers(connection) == [1]


def test_a_caller_who_fails_keeps_the_own_failure_and_leaves_no_thread_behind(
    connection: sa.Connection,
) -> None:
    lane = Lane(connection)
    lane.ask(_put, 1).result()
    with pytest.raises(ZeroDivisionError), lane:
        raise ZeroDivisionError
    assert _numbers(connection) == [1]
    with pytest.raises(RuntimeError, match="shutdown"):
        lane.ask(_put, 2)


def test_telling_after_a_failure_raises_it_at_once(connection: sa.Connection) -> None:
    lane = Lane(connection)
    lane.ask(_failing).exception()
    with pytest.raises(sa.exc.OperationalError):
        lane.tell(_failing)
    with pytest.raises(sa.exc.OperationalError), lane:
        pass
