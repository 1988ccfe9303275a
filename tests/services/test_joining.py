"""Joining makes a laptop part of the group: same campaign, own letter, own file."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import AppError, Refused
from models.kinds import Role, Uid, Value
from models.store import read_meta
from services import health, inviting, joining, merge, names, package, records, workspace
from services.package import Keys, Order, Preset
from tests.groups import NAMES_PASSPHRASE, PASSPHRASE, Field
from tests.packs import altered, retold
from tests.services.party import PASSPHRASE as OWN
from tests.services.party import SPOKEN, Party, founded, party, taken
from tests.test_house import ROOT

__all__ = ["founded", "party"]

KEYS = Keys(passphrases=(SPOKEN,))


def code(tmp_path: Path, invitation: Path, person: str = "王建国", keys: Keys = KEYS) -> str:
    """Why joining is refused; nothing is left of it."""
    path = tmp_path / "新.dudao"
    with pytest.raises(AppError) as refused:
        joining.join(path, OWN, invitation, keys, person)
    assert not path.exists()
    assert list(tmp_path.glob(".dudao-*")) == []
    return refused.value.code


def test_a_member_has_the_groups_campaign_and_an_own_letter(party: Party) -> None:
    with party.first.at_work() as ws:
        theirs = workspace.info(ws)
        replica, name_key = theirs.replica, name_key_of(ws)
        first_keys = transfer_keys(ws)
    with party.second.at_work() as ws:
        told = workspace.info(ws)
        assert (ws.letter, ws.actor, ws.role()) == ("B", party.member, Role.LIAISON)
        assert (told.campaign, told.group) == (theirs.campaign, theirs.group)
        assert told.state_code == theirs.state_code
        assert told.counts == theirs.counts
        assert told.replica != replica
        assert name_key_of(ws) == name_key
        assert transfer_keys(ws) == first_keys
        assert len(first_keys) == 1
        assert health.check(ws).ok
        uid = records.add(ws, "opinion", [{"unit": party.unit, "text": "会议太多"}]).uids[0]
        assert records.get(ws, "opinion", uid).uid == uid


def name_key_of(ws: workspace.Workspace) -> str | None:
    """The key this file seals names to."""
    with ws.store.read() as connection:
        return read_meta(connection, "name_key")


def transfer_keys(ws: workspace.Workspace) -> dict[str, bytes]:
    """The keys this file closes packages with."""
    with ws.store.read() as connection:
        return package.transfer_keys(connection)


def test_packages_go_both_ways_without_a_passphrase(party: Party) -> None:
    party.second.write(party.unit, 2)
    party.first.merge(party.second.pack("交"))
    party.first.write(party.unit)
    party.second.merge(party.first.pack("回"))
    with party.first.at_work() as ws:
        mine = workspace.info(ws)
    with party.second.at_work() as ws:
        assert workspace.info(ws).state_code == mine.state_code
        assert workspace.info(ws).counts["opinion"] == 3


def test_a_member_seals_names_that_the_liaison_opens(party: Party) -> None:
    with party.second.at_work() as ws:
        talk: dict[str, Value] = {
            "unit": party.unit,
            "category": "middle",
            "date": "2014-05-06",
            "start_at": "09:02",
            "place": "三楼",
            "talkers": [party.member, party.others[0]],
            "recorder": party.member,
            "text": "集中学习六次。",
        }
        uid = records.add(ws, "interview", [talk]).uids[0]
        spoken = str(records.get(ws, "interview", uid).values["code_name"])
        assert spoken.startswith("B")
        records.add(ws, "identity", [{"code_name": spoken, "real_name": "张建军"}])
    party.first.merge(party.second.pack("交"))
    with party.first.at_work() as ws:
        (opened,) = names.open_names(ws, NAMES_PASSPHRASE, "核对")
        assert opened.values["real_name"] == "张建军"


def test_what_a_file_was_made_from_cannot_be_undone(party: Party) -> None:
    with party.second.at_work() as ws:
        (founding,) = merge.merges(ws)
        with pytest.raises(Refused) as refused:
            merge.undo(ws, founding.uid, "试试")
        assert refused.value.code == "undo_merge_founding"


def test_a_second_joining_on_one_laptop_is_told(
    party: Party, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(party.second.folder / "state"))
    joined = joining.join(tmp_path / "甲.dudao", OWN, party.invitation, KEYS, "王建国")
    joined.close()
    assert code(tmp_path, party.invitation) == "joined_already"
    (tmp_path / "甲.dudao").unlink()
    # Nothing was written yet: a slip is mended without asking anybody.
    again = joining.join(tmp_path / "甲.dudao", OWN, party.invitation, KEYS, "王建国")
    records.add(again, "opinion", [{"unit": party.unit, "text": "会议太多"}])
    again.close()
    (tmp_path / "甲.dudao").unlink()
    assert code(tmp_path, party.invitation) == "joined_and_lost"


def test_who_is_not_invited_is_refused(party: Party, tmp_path: Path) -> None:
    assert code(tmp_path, party.invitation, "赵明") == "join_not_invited"
    assert code(tmp_path, party.invitation, "没有这个人") == "join_not_invited"
    (tmp_path / "新.dudao").write_bytes(b"x")
    with pytest.raises(Refused) as refused:
        joining.join(tmp_path / "新.dudao", OWN, party.invitation, KEYS, "王建国")
    assert refused.value.code == "file_exists"


def test_a_wrong_passphrase_and_a_wrong_package_are_refused(party: Party, tmp_path: Path) -> None:
    wrong = Keys(passphrases=("1234",))
    assert code(tmp_path, party.invitation, keys=wrong) == "passphrase_wrong"
    with party.first.at_work() as ws:
        keys = package.keys_of(ws)
    to_office = party.first.pack("报", Order(preset=Preset.OFFICE))
    assert code(tmp_path, to_office, keys=keys) == "join_not_invitation"
    assert code(tmp_path, party.first.path, keys=keys) == "join_not_invitation"
    part = party.first.pack("部分", Order(preset=Preset.GROUP, units=frozenset({party.unit})))
    assert code(tmp_path, part, keys=keys) == "join_not_invitation"


def test_a_damaged_package_is_refused(party: Party, tmp_path: Path) -> None:
    whole = party.invitation.read_bytes()
    cases = {
        whole[:-4096]: "package_truncated",
        whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]: "package_damaged",
        whole[: len(whole) // 2]: "package_truncated",
        b"": "file_empty",
    }
    for data, expected in cases.items():
        party.invitation.write_bytes(data)
        assert code(tmp_path, party.invitation) in {expected, "package_damaged"}


def test_a_package_that_lies_about_letters_is_refused(party: Party, tmp_path: Path) -> None:
    with package.open_source(party.invitation, KEYS) as source:
        key = source.key
    before = party.invitation.read_bytes()
    lies: list[Value] = [{party.member: "A"}, {"ab" * 16: "B"}, "B", {}]
    for letters in lies:
        party.invitation.write_bytes(before)
        retold(party.invitation, key, partial(_with_letters, letters))
        assert code(tmp_path, party.invitation) in {"join_incomplete", "join_nobody"}
    party.invitation.write_bytes(before)
    altered(
        party.invitation,
        key,
        lambda c: c.exec_driver_sql("update change set body = cast(body || ' ' as blob)"),
    )
    assert code(tmp_path, party.invitation) == "package_change_bad"


def _with_letters(letters: Value, manifest: package.Manifest) -> package.Manifest:
    return replace(manifest, numbers={**manifest.numbers, "letters": letters})


def test_a_package_for_the_whole_group_serves_too(party: Party, tmp_path: Path) -> None:
    party.first.write(party.unit, 2)
    with party.first.at_work() as ws:
        keys = package.keys_of(ws)
        state = workspace.info(ws).state_code
    pack = party.first.pack("全")
    joined = joining.join(tmp_path / "新.dudao", OWN, pack, keys, "王建国")
    assert joined.letter == "C"
    assert workspace.info(joined).state_code == state
    assert workspace.info(joined).counts["opinion"] == 2
    assert names.open_names(joined, NAMES_PASSPHRASE, "看看") == ()
    joined.close()


def test_letters_are_given_once(field: Field, tmp_path: Path) -> None:
    ws = field.ws
    people = records.add(ws, "person", [{"name": "甲"}, {"name": "乙"}]).uids
    first = inviting.invite(ws, people[:1], tmp_path, SPOKEN)
    again = inviting.invite(ws, people, tmp_path, SPOKEN)
    assert [(g.letter, g.is_again) for g in first.guests] == [("B", False)]
    assert [(g.letter, g.is_again) for g in again.guests] == [("B", True), ("C", False)]
    records.change(ws, "person", people[1], {"letter": None})
    (anew,) = inviting.invite(ws, people[1:], tmp_path, SPOKEN).guests
    assert anew.letter == "D"
    with pytest.raises(Refused) as refused:
        inviting.invite(ws, [ws.actor], tmp_path, SPOKEN)
    assert refused.value.code == "joined_elsewhere"
    (own,) = inviting.invite(ws, [ws.actor], tmp_path, SPOKEN, new_laptop=True).guests
    assert own.letter == "E"
    liaison = inviting.invite(ws, people[:1], tmp_path, SPOKEN, role=Role.LIAISON)
    assert liaison.guests[0].letter == "B"
    group = records.get(ws, "group", ws.group).values
    assert people[0] in str(group["liaisons"])
    assert all(uid in str(group["members"]) for uid in people)


def test_members_are_given_letters_before_a_package_for_all(field: Field) -> None:
    assert [g.letter for g in inviting.give_letters(field.ws)] == ["B", "C"]
    assert inviting.give_letters(field.ws) == ()


def test_who_may_not_invite_is_refused(party: Party, tmp_path: Path) -> None:
    with party.second.at_work() as ws:
        with pytest.raises(Refused) as refused:
            inviting.invite(ws, [party.member], tmp_path, SPOKEN)
        assert refused.value.code == "letters_elsewhere"
        assert inviting.give_letters(ws) == ()
    with party.first.at_work() as ws:
        leader_of_unit = records.add(
            ws, "person", [{"name": "局长", "unit": party.unit, "is_head": True}]
        ).uids[0]
        for uids, expected in (
            ([leader_of_unit], "person_not_common"),
            ([Uid("ab" * 16)], "person_not_common"),
            ([], "invite_nobody"),
        ):
            with pytest.raises(Refused) as refused:
                inviting.invite(ws, uids, tmp_path, SPOKEN)
            assert refused.value.code == expected
        workspace.act_as(ws, party.others[1])
        with pytest.raises(Refused) as refused:
            inviting.invite(ws, [party.member], tmp_path, SPOKEN)
        assert refused.value.code == "role_may_not"


def test_the_office_brings_the_campaigns_key(party: Party, tmp_path: Path) -> None:
    new = workspace.NewGroup("yinchuan-2014", "活动办", 1, "钱明", Role.OFFICE)
    office = workspace.create(tmp_path / "办.dudao", PASSPHRASE, PASSPHRASE, new)
    order, means = Order(preset=Preset.GROUP), package.Means(passphrase=SPOKEN)
    (parcel,) = package.write(office, tmp_path, order, means).parcels
    with party.first.at_work() as ws:
        before = transfer_keys(ws)
        taken(ws, parcel.path, passphrase=SPOKEN)
        after = transfer_keys(ws)
        assert after.keys() - before.keys() == {ws.campaign}
        (report,) = package.write(ws, tmp_path, Order()).parcels
    taken(office, report.path)
    assert workspace.info(office).counts["unit"] == 2
    (parcel,) = package.write(office, tmp_path, order).parcels
    party.first.merge(parcel.path)
    office.close()


@given(st.integers(1, 10**6))
def test_letters_count_without_holes(number: int) -> None:
    assert inviting.ordinal(inviting.spelt(number)) == number


def test_the_first_letters() -> None:
    assert [inviting.spelt(n) for n in (1, 2, 9, 24, 25, 48, 49)] == [
        *("A", "B", "J", "Z", "AA", "AZ", "BA")
    ]


_JOIN = """
import sys
from pathlib import Path
from services import joining
from services.package import Keys
print("go", flush=True)
file, pack, spoken = sys.argv[1:]
joining.join(Path(file), "口令", Path(pack), Keys(passphrases=(spoken,)), "王建国")
"""


@pytest.mark.parametrize("after_ms", [100, 500, 900])
def test_a_killed_joining_leaves_nothing_half_made(
    party: Party, tmp_path: Path, after_ms: int
) -> None:
    path = tmp_path / "新.dudao"
    command = [sys.executable, "-c", _JOIN, str(path), str(party.invitation), SPOKEN]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ}) as child:  # noqa: S603 - our own text
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(after_ms / 1000)
        child.send_signal(signal.SIGKILL)
    if path.exists():
        whole = workspace.open_file(path, "口令")
        assert whole.letter == "C"
        assert health.check(whole).ok
        whole.close()
    else:
        joining.join(path, OWN, party.invitation, KEYS, "王建国").close()
