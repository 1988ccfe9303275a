"""What is to be known before a source is taken in, and what has to be accepted by name."""

from collections.abc import Collection, Iterable, Iterator

import sqlalchemy as sa

from models import purging, tables
from models.base import table
from models.catalogue import KINDS
from models.kinds import ProblemState, Tier
from models.parcels import Manifest
from models.proving import Clock
from models.refolding import Turned
from services.merge.reading import LeftOut
from services.merge.shapes import Params, Remark, Tally
from services.package import SignatureState, Source

DELETES_PERCENT = 5
"""A merge that deletes a greater share of a kind's records asks first."""
_GUARDED = {
    "problem": frozenset(
        {"deleted", "sub_kind", "title", "facts", "winds", "level", "whom", "handlers"}
    ),
    "closure": frozenset(
        {"deleted", "problem", "done", "evidence", "verifier", "satisfaction", "date"}
    ),
    "report": frozenset({"deleted", "kind", "title", "number", "digest", "of"}),
}
"""By kind: what its signature stands for. The next steps on a record's path touch none of it."""
_SIGNED_STATES = frozenset(
    {
        ProblemState.CONFIRMED,
        ProblemState.ASSIGNED,
        ProblemState.RECTIFYING,
        ProblemState.VERIFYING,
        ProblemState.CLOSED,
    }
)
_SIGNATURES = {
    SignatureState.UNKNOWN_ROOT: "merge_signer_unknown",
    SignatureState.EXPIRED: "merge_signer_expired",
    SignatureState.REVOKED: "merge_signer_revoked",
}


def of_signature(source: Source) -> Iterator[Remark]:
    """Who vouches for the source.

    Nobody vouches for a workspace file or an unsigned package, nor for a certificate whose root
    nobody compared: that is told. A revoked certificate stops it.
    """
    state, signer = source.signature.state, source.signature.signer
    if not source.is_package:
        yield Remark("merge_workspace_file")
    elif state is SignatureState.NONE:
        yield Remark("merge_unsigned")
    elif state in _SIGNATURES:
        yield Remark(_SIGNATURES[state], {"signer": signer}, stops=state is SignatureState.REVOKED)


def of_age(connection: sa.Connection, manifest: Manifest) -> Iterator[Remark]:
    """Whether a newer package of the same laptop was read before."""
    peer = tables.peer
    query = sa.select(peer.c.at).where(peer.c.replica == manifest.sender.replica)
    at = connection.scalar(query)
    if at is not None and at > manifest.made_at:
        yield Remark("merge_older", {"name": manifest.sender.name})


def of_clocks(clocks: Iterable[Clock]) -> Iterator[Remark]:
    """Laptops whose clocks cannot be right, each once."""
    told: dict[str, Clock] = {}
    for one in clocks:
        told.setdefault(one.replica, one)
    for replica, one in told.items():
        days = abs(one.at - one.before) // 86_400_000
        code = "merge_clock_ahead" if one.at > one.before else "merge_clock_back"
        yield Remark(code, {"replica": replica, "days": days, "seq": one.seq})


def withheld(connection: sa.Connection, manifest: Manifest) -> Iterator[Remark]:
    """Whether the sender lacks what they were known to have, their own changes above all."""
    tip, peer = tables.peer_tip, tables.peer
    sender = manifest.sender.replica
    said = {(t.replica, t.scope): t.seq for t in manifest.tips}
    scopes = {t.scope for t in manifest.tips}
    query = (
        sa.select(tip.c.replica, tip.c.scope, sa.func.max(tip.c.seq))
        .join(peer, peer.c.replica == tip.c.peer)
        .where(sa.or_(tip.c.peer == sender, tip.c.replica == sender), peer.c.at <= manifest.made_at)
        .group_by(tip.c.replica, tip.c.scope)
    )
    for replica, scope, seq in connection.execute(query):
        have = said.get((replica, scope), 0)
        if scope in scopes and seq > have:
            params: Params = {
                "name": manifest.sender.name,
                "replica": replica,
                "scope": scope,
                "first": have + 1,
                "last": seq,
            }
            yield Remark("merge_withheld", params)


def of_purged(connection: sa.Connection, manifest: Manifest, left_out: LeftOut) -> Iterator[Remark]:
    """What was purged here and is not taken in again; some of it may be newer than the purge."""
    streams = left_out.streams
    if not streams:
        return
    ended = purging.ended(connection)
    count = sum(last - first + 1 for first, last in streams.values())
    new = sum(
        max(0, last - max(ended.get(key, 0), first - 1)) for key, (first, last) in streams.items()
    )
    params: dict[str, str | int] = {"name": manifest.sender.name, "count": count}
    yield (
        Remark("merge_purged_new", {**params, "new": new})
        if new
        else Remark("merge_purged", params)
    )


def of_deletions(connection: sa.Connection, tally: Tally) -> Iterator[Remark]:
    """Kinds of which more than the share that passes without asking was deleted."""
    for line in sorted(tally.kinds, key=lambda one: one.key):
        spec = KINDS.get(line.key)
        if spec is None or not line.deleted or spec.tiers()[0] is Tier.SEALED:
            continue
        target = table(line.key, spec.tiers()[0])
        living = connection.scalar(sa.select(sa.func.count(target.c.row_n))) or 0
        total = living + line.deleted - line.new
        if line.deleted * 100 > total * DELETES_PERCENT:
            params: Params = {"kind": line.key, "count": line.deleted, "total": total}
            yield Remark("merge_deletes_many", params, stops=True)


class Signed:
    """Watches for changes of records that bear a signature here."""

    def __init__(self, connection: sa.Connection) -> None:
        """Look signatures up over this connection."""
        self._connection = connection
        self._doubtful: list[tuple[int, frozenset[str], str]] = []

    def see(self, turned: Turned) -> None:
        """Look at one row: whether what came sets something that its signature stands for."""
        kind = turned.state.entity
        guarded = _GUARDED.get(kind)
        if guarded is None or not turned.was_shown or turned.state.tier is not Tier.WORK:
            return
        if kind == "problem" and (turned.before or {}).get("state") not in _SIGNED_STATES:
            return
        stems = {f.partition(".")[0] for c in turned.incoming if not c.is_signed for f in c.fields}
        if not stems & guarded:
            return
        if turned.is_gone or turned.before != turned.after or turned.state.conflicts:
            came = frozenset(c.id for c in turned.incoming)
            self._doubtful.append((turned.state.n, came, kind))

    def _is_signed(self, row_n: int, came: Collection[str]) -> bool:
        """Whether a change that was here before carries a signature."""
        query = (
            "select lower(hex(id)) from change where row = ? "
            "and json_type(cast(body as text), '$.sig') = 'text'"
        )
        ids = self._connection.exec_driver_sql(query, (row_n,)).scalars()
        return any(one not in came for one in ids)

    def remarks(self) -> Iterator[Remark]:
        """One brake for all that were touched."""
        touched = [kind for n, came, kind in self._doubtful if self._is_signed(n, came)]
        if touched:
            params: Params = {"count": len(touched), "kind": min(touched)}
            yield Remark("merge_touches_signed", params, stops=True)
