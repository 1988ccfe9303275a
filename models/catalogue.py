"""All record kinds of this version, by name, in the order in which a person meets them."""

from models import briefings, campaigns, checks, interviews, opinions, papers, problems, visits
from models.base import define
from models.kinds import RecordKind

KINDS: dict[str, RecordKind] = {
    kind.name: kind
    for module in (campaigns, visits, checks, interviews, opinions, problems, papers, briefings)
    for kind in module.KINDS
}
INTERNAL = frozenset({"name_key", "log"})
"""Kinds the program writes for itself; no caller adds them."""

for _kind in KINDS.values():
    define(_kind)
