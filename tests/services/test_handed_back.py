"""A conflict that was handed back stands first on its author's laptop after the next merge."""

from pathlib import Path

import pytest

from models.kinds import Uid, Value
from services import conflicts, receipts, records, workspace
from tests.services.merging import Laptop, Laptops, laptops

__all__ = ["laptops"]


def disputed(laptop: Laptop, other: Laptop, titles: int = 2) -> list[Uid]:
    """Problems of which both laptops changed the title, and both know it."""
    unit, member = laptop.prepared.uids[0], laptop.prepared.uids[3]
    made: list[dict[str, Value]] = [
        {"unit": unit, "sub_kind": "2.2", "title": f"第{n}件"} for n in range(titles)
    ]
    with laptop.at_work() as ws:
        uids = list(records.add(ws, "problem", made, draft=True).uids)
    other.merge(laptop)
    for one, word in ((laptop, "组长说"), (other, "组员说")):
        with one.at_work() as ws:
            workspace.act_as(ws, laptop.prepared.uids[2] if one is laptop else member)
            for n, uid in enumerate(uids):
                records.change(ws, "problem", uid, {"title": f"{word}{n}"})
    laptop.merge(other)
    other.merge(laptop)
    return uids


def hand_back(laptop: Laptop, uid: Uid) -> None:
    """Ask the authors of a record's conflict."""
    with laptop.at_work() as ws:
        chosen = [one for one in conflicts.queue(ws) if one.uid == uid]
        conflicts.hand_back(ws, chosen, "你写的你定")


def queue(laptop: Laptop) -> list[tuple[Uid, bool]]:
    """What waits, and whether it was handed to who acts there."""
    with laptop.at_work() as ws:
        return [(one.uid, ws.actor in one.handed_to) for one in conflicts.queue(ws)]


@pytest.mark.parametrize("by_receipt", [False, True])
def test_it_stands_first_on_the_authors_laptop(
    laptops: Laptops, tmp_path: Path, by_receipt: bool
) -> None:
    office, member = laptops("组长"), laptops("组员")
    disputed(office, member)
    last = queue(member)[-1][0]
    assert [is_mine for _, is_mine in queue(member)] == [False, False]
    hand_back(office, last)
    if by_receipt:
        parcel = tmp_path / "回执.dudaopack"
        with office.at_work() as ws:
            receipts.write(ws, parcel)
    else:
        parcel = office.pack("回")
    member.merge(parcel)
    assert queue(member)[0] == (last, True)
    assert [is_mine for _, is_mine in queue(member)] == [True, False]
    with member.at_work() as ws:
        conflicts.take(ws, conflicts.queue(ws)[0], 2)
    office.merge(member)
    assert last not in [uid for uid, _ in queue(office)]
