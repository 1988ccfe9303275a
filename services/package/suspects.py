"""Names of people in free text, looked for before a package leaves the group; told, never changed.

What a talker or a caller said is no secret; who said it is. Two things are looked for:
「姓＋名＋职务」 (张建军局长, 王老师, 李某), and full names of people in this file who are neither
of the group nor among a unit's leaders. Those two are public, and so is nobody else. Sealed names
cannot be compared while they are closed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import orjson
import sqlalchemy as sa

from models.base import table
from models.catalogue import INTERNAL, KINDS
from models.kinds import RecordKind, Tier, Uid
from models.projection import searched_fields
from services.package.selecting import Order, packed_changes, select
from services.workspace import Workspace

MOST = 500
"""Finds that are told; more of them help nobody."""
_ABOUT_PEOPLE = frozenset({"campaign", "group", "unit", "person", "report", "identity"})
"""Kinds whose texts are public by themselves, or sealed."""
_AROUND = 10
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田姜范石姚谭廖邹熊陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎武乔贺赖龚庞"
    "樊兰殷施陶洪翟颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦邢岳齐沙庄涂祁耿霍祝靳詹欧麦闫马"
)
_TITLES = (
    "同志|局长|主任|书记|科长|处长|校长|院长|所长|镇长|乡长|县长|区长|市长|部长|厅长|站长|队长|主席"
    "|经理|董事长|老师|医生|大夫|师傅|先生|女士|科员|干事|会计|司机|老板"
)
_CALLED = re.compile(
    rf"(?P<name>[{_SURNAMES}](?P<given>[\u4e00-\u9fff]{{0,2}}?))"
    rf"(?P<title>(?:副|总|原)?(?:{_TITLES}))"
)
_HIDDEN = re.compile(rf"[{_SURNAMES}](?:某某|某|××|×|XX|xx|ＸＸ|\*\*|＊＊)")
_PLACES = re.compile(r"[市县区镇乡村街局处科室部院校站厂委办组副各任上的和是由请向对及与]")
"""A character that stands in no given name between a surname and a title: 高新区主任, 马上任."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A name, or what looks like one, in a record's text."""

    kind: str
    uid: Uid
    field: str
    found: str
    snippet: str
    """The find with a little text around it, on one line."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What was looked through and found."""

    suspects: tuple[Suspect, ...]
    looked: Mapping[str, int]
    """Records with text, by kind."""


def suspects(workspace: Workspace, order: Order) -> Suspicion:
    """Possible names in the texts that the order would pack, as they stand now."""
    found: list[Suspect] = []
    looked: dict[str, int] = {}
    with workspace.store.read() as connection:
        select(connection, order, exact=False)
        _keep_rows(connection)
        people = _people(workspace, connection)
        for spec in KINDS.values():
            if spec.name in _ABOUT_PEOPLE | INTERNAL:
                continue
            for tier in spec.tiers():
                if tier is Tier.SEALED or tier not in order.tiers():
                    continue
                rows = _texts(connection, spec, tier)
                looked[spec.name] = max(looked.get(spec.name, 0), len(rows))
                found += _among(spec, rows, people)
    return Suspicion(tuple(found[:MOST]), {k: n for k, n in looked.items() if n})


_rows = sa.Table(
    "picked_row",
    sa.MetaData(),
    sa.Column("n", sa.Integer, primary_key=True),
    prefixes=["TEMPORARY"],
)
"""Rows of which a change is packed, in memory."""


def _keep_rows(connection: sa.Connection) -> None:
    _rows.drop(connection, checkfirst=True)
    _rows.create(connection)
    numbers = {int(n) for (n,) in connection.execute(packed_changes(connection, "change.row"))}
    if numbers:
        connection.execute(_rows.insert(), [{"n": n} for n in sorted(numbers)])


@dataclass(frozen=True, slots=True)
class _People:
    """Whom this file knows by name."""

    public: frozenset[str]
    others: re.Pattern[str] | None
    """Full names of the rest; None when there are none."""


def _people(workspace: Workspace, connection: sa.Connection) -> _People:
    person, group = table("person"), table("group")
    own: set[str] = set()
    columns = sa.select(group.c.members, group.c.liaisons, group.c.leader, group.c.deputy)
    for members, liaisons, leader, deputy in connection.execute(columns):
        own |= set(orjson.loads(members or "{}")) | set(orjson.loads(liaisons or "{}"))
        own |= {leader, deputy, workspace.actor}
    heads = sa.select(table("unit").c.head)
    public = {str(name) for name in connection.scalars(heads) if name}
    others: set[str] = set()
    query = sa.select(
        *(person.c.uid, person.c.name, person.c.letter),
        *(person.c.is_head, person.c.is_leading_member),
    )
    for uid, name, letter, is_head, is_leading in connection.execute(query):
        is_public = uid in own or letter or is_head or is_leading
        if name:
            (public if is_public else others).add(str(name))
    names = sorted((n for n in others - public if len(n) > 1), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, names))) if names else None
    return _People(frozenset(public), pattern)


def _texts(
    connection: sa.Connection, spec: RecordKind, tier: Tier
) -> list[tuple[Uid, dict[str, str]]]:
    """The packed living records of a kind's tier with their texts."""
    target = table(spec.name, tier)
    fields = [f.name for f in searched_fields(spec.name, tier)]
    columns = [target.c[name] for name in fields]
    query = sa.select(target.c.uid, *columns).where(target.c.row_n.in_(sa.select(_rows.c.n)))
    rows = []
    for uid, *texts in connection.execute(query):
        told = {n: t for n, t in zip(fields, texts, strict=True) if isinstance(t, str) and t}
        if told:
            rows.append((Uid(uid), told))
    return rows


def _among(
    spec: RecordKind, rows: list[tuple[Uid, dict[str, str]]], people: _People
) -> Iterator[Suspect]:
    for uid, texts in rows:
        for field, text in texts.items():
            seen: set[str] = set()
            for start, end in _finds(text, people):
                found = text[start:end]
                if found not in seen:
                    seen.add(found)
                    around = text[max(0, start - _AROUND) : end + _AROUND]
                    yield Suspect(spec.name, uid, field, found, " ".join(around.split()))


def _finds(text: str, people: _People) -> Iterator[tuple[int, int]]:
    """Where names stand in a text, or what looks like one."""
    for match in _CALLED.finditer(text):
        if not _PLACES.search(match["given"]) and not _is_public(match, people.public):
            yield match.span()
    for match in _HIDDEN.finditer(text):
        yield match.span()
    if people.others is not None:
        for match in people.others.finditer(text):
            yield match.span()


def _is_public(match: re.Match[str], public: frozenset[str]) -> bool:
    """Whether a public person may be meant: 王局长 where a leader is called 王建国."""
    if match["given"]:
        return match["name"] in public
    return any(name.startswith(match["name"]) for name in public)
