"""Which changes are in force: the unbroken run that is covered, on every branch."""

from hypothesis import given
from hypothesis import strategies as st

from models import inforce
from models.inforce import Branches, Run, holes, reach
from tests.models.conftest import ACTOR, Bench

NOTHING = bytes(32)
SPANS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 6)), max_size=6)


def runs_of(spans: list[tuple[int, int]]) -> list[Run]:
    """Runs by their first number and how far they go on."""
    return [Run(first, first + more, b"") for first, more in spans]


@given(SPANS)
def test_the_run_reaches_as_far_as_numbers_are_covered(spans: list[tuple[int, int]]) -> None:
    runs = runs_of(spans)
    covered = {n for run in runs for n in range(run.first, run.last + 1)}
    expected = 0
    while expected + 1 in covered:
        expected += 1
    assert reach(runs) == expected
    missing = {n for first, last in holes(runs) for n in range(first, last + 1)}
    assert missing == set(range(1, max(covered, default=0) + 1)) - covered


@given(SPANS, st.randoms())
def test_the_order_of_runs_does_not_matter(spans: list[tuple[int, int]], chance: object) -> None:
    runs = runs_of(spans)
    mixed = list(runs)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert reach(mixed) == reach(runs)
    assert holes(mixed) == holes(runs)


@st.composite
def trees(draw: st.DrawFn) -> Branches:
    """A forked stream: each change follows one of those numbered one less."""
    found = Branches()
    levels: list[list[bytes]] = [[NOTHING]]
    for seq in range(1, draw(st.integers(1, 7)) + 1):
        level = []
        for place in range(draw(st.integers(1, 3))):
            change_id = bytes([seq, place]) * 16
            found.number[change_id] = len(found.number) + 1
            found.seq[change_id] = seq
            found.prev[change_id] = draw(st.sampled_from(levels[-1]))
            level.append(change_id)
        levels.append(level)
    return found


@given(trees(), st.data())
def test_every_covered_branch_is_in_force_back_to_its_beginning(
    branches: Branches, data: st.DataObject
) -> None:
    ends = data.draw(st.lists(st.sampled_from(sorted(branches.number)), max_size=4))
    runs = [Run(data.draw(st.integers(1, branches.seq[e])), branches.seq[e], e) for e in ends]
    ids = branches.in_force(runs)
    covered = set()
    for run in runs:
        at = run.last_id
        while at != NOTHING and branches.seq[at] >= run.first:
            covered.add(at)
            at = branches.prev[at]
    expected = set()
    for change_id in branches.number:
        line, at = [change_id], change_id
        while branches.prev[at] != NOTHING:
            at = branches.prev[at]
            line.append(at)
        if covered.issuperset(line):
            expected.add(change_id)
    assert ids == expected
    assert branches.ends(ids) == {i for i in ids if i not in {branches.prev[o] for o in ids}}


def test_what_is_written_here_is_in_force_and_nobody_elses(bench: Bench) -> None:
    store = bench.new()
    with store.write(ACTOR) as writer:
        writer.put("unit", ACTOR, "common", {"name": "教育局"}, new=True)
        replica = writer.replica
    with store.local() as connection:
        (n,) = connection.exec_driver_sql("select n from stream").scalars()
        (run,) = inforce.covers(connection, [n])[n]
        assert (run.first, run.last) == (1, 1)
        assert inforce.settle(connection, [n]) == []
        assert inforce.gaps(connection) == []
        assert not inforce.is_usurped(connection, replica)
        connection.exec_driver_sql("update stream set written = 0, written_id = null")
        (shift,) = inforce.settle(connection, [n])
        assert (shift.low, shift.high) == (0, 1)
        seq, tip = connection.exec_driver_sql("select seq, tip from stream").one()
        assert (seq, tip) == (0, NOTHING)
        connection.rollback()
