"""加入一个组: a member's own workspace, made from the package the liaison wrote for them.

The campaign, units and people are taken in as they were written, so that six laptops never hold six
campaigns. The file is made under another name and gets its own when it is whole.
"""

import contextlib
import hashlib
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson
import sqlalchemy as sa

from models import parcels
from models.errors import AppError, Damaged, Refused
from models.files import write_atomic
from models.journal import Change, Folded, decode, fold
from models.kinds import ReplicaId, Role, Uid, Value
from models.parcels import Manifest, ParcelKind, Preset, Sender
from models.store import Store, read_meta, write_meta
from models.witness import Witness, state_folder
from models.writer import new_uid
from services import campaign
from services import workspace as workspaces
from services.campaign import Template
from services.core import Progress
from services.merge import Report, Verdict
from services.merge.taking import Terms, admitted, take_in
from services.package import Keys, SignatureVerdict, Source, checking, open_source
from services.workspace import COMMON, Workspace

FOUNDED_BY = "founded_by"
"""The file's own fact: the merge it was made by, which cannot be undone."""
_NS_PER_MS = 1_000_000
_MAX_RECORD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the package is for."""

    uid: Uid
    name: str
    letter: str
    """Empty for a member who has none yet, or the same as another: they cannot join with this."""
    role: Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a package says to those who are about to join; every change of it was proven."""

    file: str
    group: Uid
    group_name: str
    title: str
    """Of the campaign."""
    sender: Sender
    made_at: int
    """The packer's clock, UTC, milliseconds."""
    signature: SignatureVerdict
    units: int
    forms: int
    people: tuple[Candidate, ...]
    """By letter."""
    template: Template
    name_key: Uid
    """The key that the group's names are sealed to."""
    campaign: Uid


def read(path: Path, keys: Keys, progress: Progress | None = None) -> Invitation:
    """Prove an inviting package and tell what is in it.

    Raises:
        WrongPassphrase: none of the keys opens it.
        Damaged: truncated, altered, or not what it says.
        NewerVersion: made by a newer program.
        Refused: no inviting package, or one from which nobody can join.
        Cancelled: the person stopped it.
    """
    progress = progress or Progress()
    with open_source(path, keys, progress) as source:
        return _invitation(source, progress)


def join(
    path: Path,
    passphrase: str,
    package: Path,
    keys: Keys,
    person: str,
    progress: Progress | None = None,
) -> Workspace:
    """Make this person's own workspace of the group, under their letter; the caller closes it.

    Args:
        path: the new file.
        passphrase: of the new file, the person's own.
        package: what the liaison gave.
        keys: what opens the package.
        person: name or uid.
        progress: told how far it is.

    Raises:
        AppError: as `read`.
        Refused: the file exists, the person is not in the package, their letter is another's or was
            used on this laptop already, or the passphrase is empty.
    """
    progress = progress or Progress()
    with open_source(package, keys, progress) as source:
        invitation = _invitation(source, progress)
        who = chosen(invitation, person)
        _refuse_second_time(invitation, who)
        joining = _Joining(source, invitation, who, progress)
        store = Store.create(path, passphrase, joining.fill)
    joined = workspaces.attach(store)
    _remember(joined, invitation, who, joining.first_change)
    return joined


def chosen(invitation: Invitation, person: str) -> Candidate:
    """The one of those invited who is meant, by name or uid.

    Raises:
        Refused: nobody, several, or somebody without a letter of their own.
    """
    wanted = person.strip()
    found = [one for one in invitation.people if wanted in (one.uid, one.name)]
    if len(found) > 1:
        raise Refused("reference_ambiguous", text=wanted[:60], count=len(found))
    if not found:
        known = "、".join(one.name for one in invitation.people)
        raise Refused("join_not_invited", name=wanted[:60], known=known)
    if not found[0].letter:
        raise Refused("join_without_letter", name=found[0].name)
    return found[0]


class _Joining:
    """The filling of one new file."""

    def __init__(
        self, source: Source, invitation: Invitation, who: Candidate, progress: Progress
    ) -> None:
        self._source, self._invitation, self._who = source, invitation, who
        self._progress = progress
        self.first_change = ""
        """Id of the line in the log that says so: all this laptop has written."""

    def fill(self, store: Store) -> None:
        """Take everything in, and say whose file it is."""
        told = self._invitation
        workspace = Workspace(
            store, told.campaign, told.group, self._who.uid, self._who.letter, told.template
        )
        now = time.time_ns() // _NS_PER_MS
        found = admitted(workspace, self._source)
        if isinstance(found, Report):
            raise found.failure or Damaged("join_incomplete", path=told.file)
        with store.local() as connection:
            terms = Terms(self._who.uid, now)
            report = take_in(connection, {0: found}, terms, self._progress).reports[0]
            if report.verdict is Verdict.REFUSED or report.figures.gaps:
                raise report.failure or Damaged("join_incomplete", path=told.file)
            for key, value in {
                "campaign": told.campaign,
                "group": told.group,
                "actor": self._who.uid,
                "letter": self._who.letter,
                "name_key": told.name_key,
                FOUNDED_BY: report.merge,
            }.items():
                write_meta(connection, key, value)
        with store.write(self._who.uid) as writer:
            fields: dict[str, Value] = {"what": "joined", "of": told.file, "why": ""}
            self.first_change = writer.put("log", new_uid(), "log", fields, new=True)


def _invitation(source: Source, progress: Progress) -> Invitation:
    manifest = source.manifest
    if not _invites(source):
        raise Refused("join_not_invitation", path=source.name)
    if any(run.first != 1 for run in manifest.runs if run.scope == COMMON):
        raise Refused("join_incomplete", path=source.name)
    with source.read() as connection:
        checking.walk(
            connection,
            manifest.runs,
            source.name,
            lambda done, total: progress.step(done, total, "proof"),
        )
        rows = _common_rows(connection)
    campaign_row = rows.get(("campaign", manifest.campaign))
    group = rows.get(("group", manifest.sender.group))
    if campaign_row is None or group is None:
        raise Damaged("join_incomplete", path=source.name)
    template = _template(campaign_row)
    return Invitation(
        file=source.name,
        group=manifest.sender.group,
        group_name=str(group.values.get("name") or ""),
        title=template.title,
        sender=manifest.sender,
        made_at=manifest.made_at,
        signature=source.signature,
        units=sum(kind == "unit" for kind, _ in rows),
        forms=len(template.forms),
        people=_candidates(manifest, rows, group, source.name),
        template=template,
        name_key=_name_key(manifest, rows, source.name),
        campaign=manifest.campaign,
    )


def _invites(source: Source) -> bool:
    """An inviting package, or one for the whole group: that too holds all that joining needs."""
    manifest = source.manifest
    if not source.is_package or manifest.kind is ParcelKind.RECEIPT:
        return False
    if manifest.kind is ParcelKind.JOIN:
        return True
    return manifest.preset is Preset.GROUP and not manifest.units


_Rows = Mapping[tuple[str, str], Folded]


def _common_rows(connection: sa.Connection) -> _Rows:
    """(kind, uid) → the living rows of what is common, folded."""
    change, stream, scope = parcels.change, parcels.stream, parcels.scope
    query = (
        sa.select(change.c.body)
        .join(stream, stream.c.n == change.c.stream)
        .join(scope, scope.c.n == stream.c.scope)
        .where(scope.c.name == COMMON, checking.IN_FORCE)
    )
    histories: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for body in connection.scalars(query):
        found = decode(body)
        histories[found.entity, found.row].append(found)
    folded = {place: fold(changes) for place, changes in histories.items()}
    return {place: one for place, one in folded.items() if one.listed and not one.deleted}


def _template(row: Folded) -> Template:
    """The campaign's template from its row's journal fields."""
    snapshot: dict[str, Value] = {}
    forms: dict[str, Value] = {}
    for name, value in row.values.items():
        stem, dot, member = name.partition(".")
        if dot and stem == "forms":
            forms[member] = value
        else:
            snapshot[member if stem == "template" and dot else name] = value
    return campaign.from_snapshot(snapshot | {"forms": forms})


def _candidates(manifest: Manifest, rows: _Rows, group: Folded, name: str) -> tuple[Candidate, ...]:
    """Those who can join, by letter.

    Raises:
        Damaged: the package names people or letters that its records do not.
    """
    people = {uid: row for (kind, uid), row in rows.items() if kind == "person"}
    members = {f.partition(".")[2] for f, v in group.values.items() if v and "members." in f}
    letters = {uid: str(people[uid].values.get("letter") or "") for uid in members & people.keys()}
    if manifest.kind is ParcelKind.JOIN:
        said = manifest.numbers.get("letters")
        if not isinstance(said, dict) or any(letters.get(u) != v for u, v in said.items()):
            raise Damaged("join_incomplete", path=name)
        invited = set(said)
    else:
        invited = letters.keys() - {manifest.sender.person}
    taken = [manifest.sender.letter, *letters.values()]
    found = [
        Candidate(
            uid=Uid(uid),
            name=str(people[uid].values.get("name") or ""),
            letter=letters[uid] if taken.count(letters[uid]) == 1 else "",
            role=_role(group, uid),
        )
        for uid in invited
    ]
    if not found:
        raise Refused("join_nobody", path=name)
    return tuple(sorted(found, key=lambda c: (not c.letter, len(c.letter), c.letter, c.uid)))


def _role(group: Folded, uid: str) -> Role:
    values = group.values
    if values.get("is_office"):
        return Role.OFFICE
    if uid in (values.get("leader"), values.get("deputy")):
        return Role.LEADER
    return Role.LIAISON if values.get(f"liaisons.{uid}") else Role.MEMBER


def _name_key(manifest: Manifest, rows: _Rows, name: str) -> Uid:
    keys = sorted(
        uid
        for (kind, uid), row in rows.items()
        if kind == "name_key" and row.values.get("group") == manifest.sender.group
    )
    if not keys:
        raise Damaged("join_incomplete", path=name)
    said = manifest.numbers.get("name_key")
    return Uid(said) if isinstance(said, str) and said in keys else Uid(keys[0])


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What this machine remembers of somebody's joining."""

    path: Path
    replica: ReplicaId
    first_change: str

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was written since, on this machine, under that replica."""
        newest = Witness(self.replica).newest()
        return newest is not None and newest.id == self.first_change


def _record(invitation: Invitation, who: Candidate) -> Path:
    place = "\0".join((invitation.campaign, invitation.group, who.letter))
    return state_folder("joined") / f"{hashlib.sha256(place.encode()).hexdigest()[:32]}.json"


def _refuse_second_time(invitation: Invitation, who: Candidate) -> None:
    """A letter is used on one laptop, in one file: its numbers would be given twice otherwise.

    Raises:
        Refused: it was used on this one before, and something was written under it.
    """
    earlier = _read_record(_record(invitation, who))
    if earlier is None:
        return
    if earlier.path.exists():
        raise Refused("joined_already", letter=who.letter, path=str(earlier.path))
    if not earlier.is_untouched:
        raise Refused("joined_and_lost", letter=who.letter, path=str(earlier.path))


def _read_record(path: Path) -> _Earlier | None:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        if path.stat().st_size <= _MAX_RECORD_BYTES:
            found = orjson.loads(path.read_bytes())
            return _Earlier(
                Path(str(found["path"])), ReplicaId(str(found["replica"])), str(found["first"])
            )
    return None


def _remember(joined: Workspace, invitation: Invitation, who: Candidate, first: str) -> None:
    """Keep in the state folder that this letter is in use here; without it nothing is lost."""
    with joined.store.read() as connection:
        replica = read_meta(connection, "replica") or ""
    record = {"path": str(joined.store.path), "replica": replica, "first": first}
    data = orjson.dumps(record)
    with contextlib.suppress(AppError):
        write_atomic(_record(invitation, who), data, overwrite=True, verify=False, private=True)
