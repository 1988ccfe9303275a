"""The liaison's side of 加入一个组: letters, the group's transfer key, and the inviting package.

Only the laptop that holds the group's 编号本 gives letters: they stand in provisional numbers and
in code names, and are never given twice.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import sqlalchemy as sa

from models import tables
from models.base import table
from models.errors import Refused
from models.kinds import Role, Uid, Value
from models.parcels import ParcelKind, Preset
from models.store import read_meta
from models.writer import Writer
from services import numbers, package
from services.core import Progress
from services.package import TRANSFER_KEY, Means, Order, Parcel
from services.package.selecting import Extent
from services.workspace import COMMON, Workspace

if TYPE_CHECKING:
    from services.signing import Signer

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No I and O: on paper they are taken for 1 and 0."""
LETTER_COUNTER = "letter"
"""Of the laptop's own numbers: the last letter given."""
_SPOKEN_GROUPS, _SPOKEN_DIGITS = 4, 4


@dataclass(frozen=True, slots=True)
class Guest:
    """A person who is invited."""

    uid: Uid
    name: str
    letter: str
    is_again: bool
    """Was invited before under this letter, and has not been heard of since."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What was written."""

    parcel: Parcel
    guests: tuple[Guest, ...]


def spoken_passphrase() -> str:
    """A passphrase that can be told by telephone: four groups of four digits (53 bits)."""
    groups = (secrets.randbelow(10**_SPOKEN_DIGITS) for _ in range(_SPOKEN_GROUPS))
    return " ".join(str(group).zfill(_SPOKEN_DIGITS) for group in groups)


def invite(
    workspace: Workspace,
    people: Sequence[Uid],
    target: Path,
    passphrase: str,
    *,
    role: Role = Role.MEMBER,
    new_laptop: bool = False,
    signer: "Signer | None" = None,
    progress: Progress | None = None,
) -> Invitation:
    """Write the package by which these people make their own laptops part of the group.

    They become members of the group with the given role, and each gets a letter. Whoever was
    invited and has not been heard of keeps theirs; `new_laptop` gives a further one to somebody who
    works already.

    Args:
        workspace: of the group, on the laptop that holds its 编号本.
        people: uids of people in this file.
        target: a folder, or the package's new name.
        passphrase: opens the package; it is told by telephone.
        role: what they are in the group; office means a clerk, who is a member.
        new_laptop: for people who have a laptop already.
        signer: signs the package.
        progress: told how far it is.

    Raises:
        Refused: not the liaison's or leader's laptop, no such person, or somebody who has joined
            already; whatever `services.package.write` refuses.
        AppError: the workspace cannot be written.
    """
    if workspace.role() is Role.MEMBER:
        raise Refused("role_may_not", verb="invite")
    if not passphrase:
        raise Refused("passphrase_empty")
    with workspace.store.write(workspace.actor) as writer:
        giving = _Giving(workspace, writer, new_laptop=new_laptop)
        guests = tuple(giving.guest(uid) for uid in dict.fromkeys(people))
        if not guests:
            raise Refused("invite_nobody")
        _admit(workspace, writer, guests, role)
    package.make_transfer_key(workspace)
    order = _order(workspace, guests)
    means = Means(passphrase=passphrase, signer=signer)
    (parcel,) = package.write(workspace, target, order, means, progress).parcels
    return Invitation(parcel, guests)


def _order(workspace: Workspace, guests: Sequence[Guest]) -> Order:
    """What is common, the keys that close packages, and who has which letter."""
    with workspace.store.read() as connection:
        keys = package.transfer_keys(connection)
        name_key = read_meta(connection, "name_key") or ""
    letters: dict[str, Value] = {guest.uid: guest.letter for guest in guests}
    return Order(
        preset=Preset.GROUP,
        kind=ParcelKind.JOIN,
        extent=Extent.COMMON,
        numbers=(("letters", letters), ("name_key", name_key)),
        secrets=tuple((TRANSFER_KEY, owner, key.hex()) for owner, key in keys.items()),
    )


def give_letters(workspace: Workspace) -> tuple[Guest, ...]:
    """Letters for the group's members who have none, if this laptop gives letters; who got one.

    So a package for the whole group serves for joining too.

    Raises:
        AppError: the workspace cannot be written.
    """
    if workspace.role() is Role.MEMBER or workspace.store.readonly:
        return ()
    with workspace.store.read() as connection:
        group = table("group")
        own = group.c.uid == workspace.group
        members = connection.scalar(sa.select(group.c.members).where(own))
        book = connection.scalar(sa.select(group.c.number_book).where(own))
        people = _people(connection)
        holds = bool(book) and book == read_meta(connection, "replica")
    lacking = [u for u in sorted(orjson.loads(members or "{}")) if u in people and not people[u][1]]
    if not holds or not lacking:
        return ()
    with workspace.store.write(workspace.actor) as writer:
        if not numbers.holds_book(workspace, writer):
            return ()
        giving = _Giving(workspace, writer, new_laptop=False)
        return tuple(giving.guest(uid) for uid in lacking)


class _Giving:
    """Letters within one transaction."""

    def __init__(self, workspace: Workspace, writer: Writer, *, new_laptop: bool) -> None:
        if not numbers.holds_book(workspace, writer):
            raise Refused("letters_elsewhere")
        self._writer = writer
        self._new_laptop = new_laptop
        self._people = _people(writer.connection)
        self._heard = _heard(workspace, writer.connection)
        used = {letter for _, letter in self._people.values()} | self._heard
        self._highest = max((ordinal(letter) for letter in used), default=0)

    def guest(self, uid: Uid) -> Guest:
        """A person with a letter, given now unless they wait for their laptop to be heard of."""
        if uid not in self._people:
            raise Refused("person_not_common", uid=uid)
        name, letter = self._people[uid]
        if letter and letter in self._heard and not self._new_laptop:
            raise Refused("joined_elsewhere", name=name, letter=letter)
        if letter and not self._new_laptop:
            return Guest(uid, name, letter, is_again=True)
        letter = spelt(self._writer.next_number(LETTER_COUNTER, self._highest))
        self._writer.put("person", uid, COMMON, {"letter": letter})
        return Guest(uid, name, letter, is_again=False)


def _people(connection: sa.Connection) -> Mapping[Uid, tuple[str, str]]:
    """Uid → name and letter of the people who travel with every package."""
    person, row, scope = table("person"), tables.row, tables.scope
    query = (
        sa.select(person.c.uid, person.c.name, person.c.letter)
        .join(row, row.c.n == person.c.row_n)
        .join(scope, scope.c.n == row.c.scope)
        .where(scope.c.name == COMMON)
    )
    return {Uid(uid): (name or "", letter or "") for uid, name, letter in connection.execute(query)}


def _heard(workspace: Workspace, connection: sa.Connection) -> set[str]:
    """Letters of the group's laptops that are at work: this one, and those that sent something."""
    peer = tables.peer
    query = sa.select(peer.c.letter).where(peer.c.group == workspace.group)
    return {workspace.letter, *connection.scalars(query)} - {""}


def _admit(workspace: Workspace, writer: Writer, guests: Sequence[Guest], role: Role) -> None:
    """Make them members of the group, with what they are in it."""
    known = writer.values("group", workspace.group, COMMON)
    fields: dict[str, Value] = {}
    for guest in guests:
        fields[f"members.{guest.uid}"] = True
        if role is Role.LIAISON:
            fields[f"liaisons.{guest.uid}"] = True
    if role is Role.LEADER:
        if len(guests) > 1:
            raise Refused("group_one_leader")
        fields["leader"] = guests[0].uid
    new = {name: value for name, value in fields.items() if known.get(name) != value}
    if new:
        writer.put("group", workspace.group, COMMON, new)


def spelt(number: int) -> str:
    """The letter of an ordinal: 1 is A, 24 is Z, 25 is AA."""
    text = ""
    while number > 0:
        number, place = divmod(number - 1, len(LETTERS))
        text = LETTERS[place] + text
    return text


def ordinal(letter: str) -> int:
    """The ordinal of a letter; 0 for what is none of ours."""
    number = 0
    for one in letter:
        place = LETTERS.find(one)
        if place < 0:
            return 0
        number = number * len(LETTERS) + place + 1
    return number
