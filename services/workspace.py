"""An open workspace: one group, one campaign, one file, and the person who acts in it."""

import contextlib
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import orjson
import sqlalchemy as sa

from models import inforce, tables
from models import store as files
from models.base import dump, table
from models.catalogue import INTERNAL, KINDS
from models.errors import Damaged, NewerVersion, Refused
from models.journal import VERSION
from models.kinds import RecordKind, Role, Tier, Uid, Value
from models.store import Store
from models.writer import new_uid
from services import campaign, seal
from services.campaign import Template
from services.core import Progress

COMMON = "common"
MAX_GROUP_NUMBER = 999
PURGE_UNFINISHED = "purge_unfinished"
"""Kept in the file from a purge's transaction until the file is written anew and its copies go."""
_SECTIONS = ("title", "organiser", "number_prefix", "label", "phases", "thresholds")
"""Parts of a template's snapshot that are campaign fields of their own."""


@dataclass(slots=True)
class Workspace:
    """What is open. Reads and writes go through `store`; the rest is who and for which campaign."""

    store: Store
    campaign: Uid
    group: Uid
    actor: Uid
    letter: str
    """This laptop's letter, in provisional numbers and talk codes."""
    template: Template
    choice_cache: dict[str, Mapping[str, str]] = field(default_factory=dict)
    day: date | None = None
    """The day to work on, for practice data; None is today."""

    def close(self) -> None:
        """Leave the file whole and let others write it."""
        self.store.close()

    def today(self) -> date:
        """Today by this laptop's clock."""
        return self.day or date.today()  # noqa: DTZ011 - a cadre's calendar day is the laptop's own

    def role(self) -> Role:
        """What the acting person may do, by the group's row."""
        group = table("group")
        with self.store.read() as connection:
            row = connection.execute(group.select().where(group.c.uid == self.group)).first()
        if row is None:
            return Role.MEMBER
        if row.is_office:
            return Role.OFFICE
        if self.actor in (row.leader, row.deputy):
            return Role.LEADER
        liaisons = orjson.loads(row.liaisons) if row.liaisons else {}
        return Role.LIAISON if self.actor in liaisons else Role.MEMBER


def uid_from_name(kind: str, *names: str) -> Uid:
    """The id of a campaign or group, from its names, so that files made apart meet."""
    text = "\0".join((kind, *(unicodedata.normalize("NFKC", n).strip() for n in names)))
    return Uid(hashlib.sha256(text.encode()).hexdigest()[:32])


@dataclass(frozen=True, slots=True)
class NewGroup:
    """What a new workspace is made of."""

    template: str
    """Id of a shipped template, or a folder that holds one."""
    group: str
    number: int
    person: str
    role: Role = Role.LEADER
    letter: str = "A"


def create(path: Path, passphrase: str, names_passphrase: str, new: NewGroup) -> Workspace:
    """Make a new group's (or the office's) workspace.

    Raises:
        Refused: the file exists, a name is empty, the template is faulty or a passphrase empty.
    """
    template = campaign.load(new.template)
    for name in (new.group, new.person):
        if not name.strip():
            raise Refused("name_empty")
    if not 1 <= new.number <= MAX_GROUP_NUMBER:
        raise Refused("integer_out_of_range", minimum=1, maximum=MAX_GROUP_NUMBER)
    name_key, private = seal.new_key()
    wrapped = seal.wrap(private, names_passphrase)

    def fill(store: Store) -> None:
        _write_first_rows(store, template, new, name_key)
        with store.local() as connection:
            connection.execute(
                tables.secret.insert().values(
                    kind="name_key", owner=name_key.id, value=dump(wrapped)
                )
            )

    return attach(Store.create(path, passphrase, fill))


def _write_first_rows(
    store: Store, template: Template, new: NewGroup, name_key: seal.NameKey
) -> None:
    actor = new_uid()
    campaign_uid = uid_from_name("campaign", template.title)
    group_uid = uid_from_name("group", template.title, new.group)
    with store.write(actor) as writer:
        writer.put("campaign", campaign_uid, COMMON, campaign_fields(template), new=True)
        person: dict[str, Value] = {"name": new.person.strip(), "letter": new.letter}
        writer.put("person", actor, COMMON, person, new=True)
        group: dict[str, Value] = {
            "number": new.number,
            "name": new.group.strip(),
            "campaign": campaign_uid,
            f"members.{actor}": True,
            "is_office": new.role is Role.OFFICE,
            "number_book": writer.replica,
        }
        if new.role is Role.LEADER:
            group["leader"] = actor
        elif new.role is Role.LIAISON:
            group[f"liaisons.{actor}"] = True
        writer.put("group", group_uid, COMMON, group, new=True)
        key_fields: dict[str, Value] = {"public": name_key.public.hex(), "group": group_uid}
        writer.put("name_key", Uid(name_key.id), COMMON, key_fields, new=True)
        for key, value in {
            "campaign": campaign_uid,
            "group": group_uid,
            "actor": actor,
            "letter": new.letter,
            "name_key": name_key.id,
        }.items():
            files.write_meta(writer.connection, key, value)


def campaign_fields(template: Template) -> dict[str, Value]:
    """The campaign row's journal fields: the template's snapshot, one a section and a form."""
    fields: dict[str, Value] = {}
    for name, value in campaign.snapshot(template).items():
        if name == "forms" and isinstance(value, dict):
            fields |= {f"forms.{form}": content for form, content in value.items()}
        else:
            fields[name if name in _SECTIONS else f"template.{name}"] = value
    return fields


def open_file(path: Path, passphrase: str, progress: Progress | None = None) -> Workspace:
    """Open a workspace.

    Args:
        path: the file.
        passphrase: its passphrase.
        progress: told how far it is where opening takes long: of a file that was not closed, or
            that an older program wrote. Stopped, the file stays as it was.

    Raises:
        AppError: everything `models.store.Store.open` and `models.cipher.key_of` refuse, or the
            person stopped it.
    """
    progress = progress or Progress()

    def tell(what: str, done: int, total: int) -> None:
        progress.step(done, total, what)

    return attach(Store.open(path, passphrase, tell))


def attach(store: Store) -> Workspace:
    """The workspace of an open store; closes the store when its first rows are not there."""
    try:
        return _read_workspace(store)
    except BaseException:
        store.close()
        raise


def _read_workspace(store: Store) -> Workspace:
    with store.read() as connection:
        facts = {r.key: r.value for r in connection.execute(tables.meta.select())}
        wanted = ("campaign", "group", "actor", "letter")
        if any(name not in facts for name in wanted):
            raise Damaged("workspace_incomplete", path=store.path.name)
        template = _template(connection, Uid(facts["campaign"]))
    return Workspace(
        store,
        Uid(facts["campaign"]),
        Uid(facts["group"]),
        Uid(facts["actor"]),
        facts["letter"],
        template,
    )


def _template(connection: sa.Connection, uid: Uid) -> Template:
    target = table("campaign")
    row = connection.execute(target.select().where(target.c.uid == uid)).mappings().first()
    if row is None:
        raise Damaged("workspace_incomplete", path="")
    snapshot: dict[str, Value] = {}
    for name in _SECTIONS:
        value = row[name]
        if isinstance(value, str) and name in ("phases", "thresholds"):
            value = orjson.loads(value)
        snapshot[name] = value
    snapshot |= orjson.loads(row["template"]) if row["template"] else {}
    snapshot["forms"] = orjson.loads(row["forms"]) if row["forms"] else {}
    return campaign.from_snapshot({k: v for k, v in snapshot.items() if v is not None})


@dataclass(frozen=True, slots=True)
class Info:
    """What `info` tells of a workspace."""

    campaign: str
    group: str
    replica: str
    journal_version: int
    state_code: str
    """核对码: eight characters two people compare by phone."""
    counts: Mapping[str, int]
    """Living records by kind."""
    conflicts: int
    """Fields that wait for a decision."""
    changes: int
    last_backup: str | None


_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def state_code(connection: sa.Connection, units: frozenset[Uid] = frozenset()) -> str:
    """40 bits of SHA-256 over the sorted stream tips in force of the work scopes.

    A forked stream adds the end of every branch; one of which nothing is in force adds nothing.

    `units` narrows it to those units' scopes and what is common. No 0, O, 1 or I.
    """
    stream, scope = tables.stream, tables.scope
    query = (
        sa.select(stream.c.n, stream.c.replica, scope.c.name, stream.c.tip, stream.c.forked)
        .join(scope, scope.c.n == stream.c.scope)
        .where(stream.c.seq > 0)
    )
    wanted = {f"unit/{u}" for u in units} | {COMMON}
    lines = sorted(
        f"{replica} {name} {end}\n"
        for n, replica, name, tip, forked in connection.execute(query).all()
        if name.partition("/")[0] in {COMMON, "unit", "group"} and (not units or name in wanted)
        for end in (inforce.ends(connection, n) if forked else (bytes(tip).hex(),))
    )
    return code_of(hashlib.sha256("".join(lines).encode()).digest())


def code_of(digest: bytes) -> str:
    """The first 40 bits of a digest as eight characters two people compare by phone."""
    number = int.from_bytes(digest[:5], "big")
    code = "".join(_CODE_LETTERS[number >> (5 * i) & 31] for i in reversed(range(8)))
    return f"{code[:4]}-{code[4:]}"


def info(workspace: Workspace, units: frozenset[Uid] = frozenset()) -> Info:
    """Describe the workspace as it stands."""
    row = tables.row
    with workspace.store.read() as connection:
        disputed = sa.select(row.c.conflicts).where(
            row.c.conflicts.is_not(None), row.c.deleted == 0, row.c.listed == 1
        )
        conflicts = sum(len(orjson.loads(fields)) for fields in connection.scalars(disputed))
        changes = connection.scalar(sa.select(sa.func.count()).select_from(tables.change))
        return Info(
            campaign=workspace.template.title,
            group=_group_name(connection, workspace.group),
            replica=files.read_meta(connection, "replica") or "",
            journal_version=VERSION,
            state_code=state_code(connection, units),
            counts=_counts(connection),
            conflicts=conflicts,
            changes=changes or 0,
            last_backup=files.read_meta(connection, "last_backup"),
        )


def purge_is_unfinished(workspace: Workspace) -> bool:
    """Whether a purge was cut short; `services.purging.finish` does the rest."""
    with workspace.store.read() as connection:
        return files.read_meta(connection, PURGE_UNFINISHED) == "1"


def group_name(workspace: Workspace) -> str:
    """What the acting group is called; a cheap part of `info`."""
    with workspace.store.read() as connection:
        return _group_name(connection, workspace.group)


def _group_name(connection: sa.Connection, uid: Uid) -> str:
    group = table("group")
    return connection.scalar(sa.select(group.c.name).where(group.c.uid == uid)) or ""


_SEALED_COUNTS = sa.text(
    "select row.entity, count(distinct row.uid) from scope cross join stream cross join change "
    "cross join row where scope.name like 'sealed/%' and stream.scope = scope.n "
    "and change.stream = stream.n and row.n = change.row and row.listed and not row.deleted "
    "group by row.entity"
)
"""From the few scopes to their rows; the planner would read every change of the file."""


def _counts(connection: sa.Connection) -> dict[str, int]:
    """Living records by kind, counted on the narrow indexes of the projection: rows are wide."""
    counted = [_count_of(spec) for spec in KINDS.values() if spec.tiers() != (Tier.SEALED,)]
    foreign = (
        sa.select(tables.row.c.entity, sa.func.count(sa.distinct(tables.row.c.uid)))
        .join(tables.foreign, tables.foreign.c.row_n == tables.row.c.n)
        .group_by(tables.row.c.entity)
    )
    found: dict[str, int] = {}
    for query in (sa.union_all(*counted), foreign, _SEALED_COUNTS):
        found |= {str(kind): int(count) for kind, count in connection.execute(query) if count}
    return {kind: count for kind, count in found.items() if kind not in INTERNAL}


def _count_of(spec: RecordKind) -> sa.Select[str, int]:
    """The kind's name and how many living records it has, each once over its tiers."""
    uids = [sa.select(table(spec.name, t).c.uid) for t in spec.tiers() if t is not Tier.SEALED]
    source = sa.union(*uids).subquery()
    return sa.select(sa.literal(spec.name), sa.func.count()).select_from(source)


def act_as(workspace: Workspace, person: Uid) -> None:
    """Let another member of the group act from now on (换操作人).

    Raises:
        Refused: no such person in this file.
    """
    people = table("person", Tier.WORK)
    with workspace.store.read() as connection:
        known = connection.scalar(sa.select(people.c.uid).where(people.c.uid == person))
    if known is None:
        raise Refused("reference_unknown", text=person)
    with contextlib.suppress(Refused, NewerVersion), workspace.store.local() as connection:
        files.write_meta(connection, "actor", person)
    workspace.actor = person
