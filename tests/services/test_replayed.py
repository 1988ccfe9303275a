"""The same package, or an older one, merged again: nothing is brought, nothing put back."""

from services import history, merge, records
from services.certificates import Identity
from services.merge import Verdict
from services.workspace import info
from tests.services.merging import Laptops, add_problem, laptops, only, retitle, titles

__all__ = ["laptops"]


def test_merging_twice_equals_once(laptops: Laptops) -> None:
    a, b = laptops("a"), laptops("b")
    add_problem(b)
    package = b.pack("b")
    first = a.merge(package)
    with a.at_work() as ws:
        before = info(ws)
    again = a.merge(package)
    assert again.total("applied") == 0
    assert again.total("known") == first.total("applied") + first.total("known")
    assert again.merges == first.merges
    with a.at_work() as ws:
        assert info(ws).state_code == before.state_code
        assert len(merge.merges(ws)) == 1


def test_an_older_signed_package_replayed_changes_nothing(
    laptops: Laptops, leader: Identity, office_root: Identity
) -> None:
    a, b = laptops("a"), laptops("b")
    a.roots = (office_root.certificate,)
    uid = add_problem(b, "自学无安排")
    older = b.pack("older", signer=leader)
    retitle(b, uid, "自学没有安排")
    gone = add_problem(b, "记重了")
    with b.at_work() as ws:
        records.delete(ws, "problem", gone, "记重了")
    newer = b.pack("newer", signer=leader)
    assert only(a.merge(newer)).verdict is Verdict.OK
    with a.at_work() as ws:
        before = info(ws).state_code, history.of_record(ws, uid)
    planned, replayed = a.plan(older), a.merge(older)
    for report in (planned.sources[0], only(replayed)):
        # The signature is good, and still it brings nothing: signed is not the same as new.
        assert (report.figures.applied, report.figures.held) == (0, 0)
        assert report.figures.known
    assert titles(a) == {uid: "自学没有安排"}
    with a.at_work() as ws:
        assert (info(ws).state_code, history.of_record(ws, uid)) == before
    assert a.code() == b.code()
