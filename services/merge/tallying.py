"""Counting what a merge does to records: by kind, by unit and by person, with some examples."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from models.catalogue import INTERNAL, KINDS
from models.kinds import Tier, Uid, Value
from models.refolding import Turned
from services.merge.shapes import Line, Sample, Tally, Turn

_MOST_SAMPLES = 3
"""Of one turn and kind."""
_MOST_FIELDS = 3
_MOST_TITLE = 60
_TOP = 3
_ORDER = tuple(Turn)


class Tallies:
    """Watches rows as they are folded."""

    def __init__(self) -> None:
        """Nothing has been seen."""
        self.conflicts = 0
        self.units: set[Uid] = set()
        self.kinds: set[str] = set()
        self._kinds: defaultdict[str, Counter[Turn]] = defaultdict(Counter)
        self._of_units: defaultdict[str, Counter[Turn]] = defaultdict(Counter)
        self._people: defaultdict[str, Counter[Turn]] = defaultdict(Counter)
        self._kind_units: Counter[tuple[str, str]] = Counter()
        self._samples: defaultdict[tuple[Turn, str], list[Sample]] = defaultdict(list)
        self._tiered: dict[tuple[str, Uid], Turn] = {}
        """Of records in several tiers: what was counted, so that each is counted once."""

    def see(self, turned: Turned) -> None:
        """Count one row."""
        turn = turn_of(turned)
        if turn is None or turned.state.entity in INTERNAL:
            return
        state = turned.state
        self.conflicts += len(_new_conflicts(turned))
        unit = unit_of(turned)
        if unit:
            self.units.add(unit)
        self.kinds.add(state.entity)
        spec = KINDS.get(state.entity)
        if spec is not None and len(spec.tiers()) > 1:
            known = self._tiered.get((state.entity, state.uid))
            if known is not None and _ORDER.index(known) >= _ORDER.index(turn):
                return
            if known is not None:
                self._count(known, state.entity, unit, _author(turned), -1)
            self._tiered[state.entity, state.uid] = turn
        author = _author(turned)
        self._count(turn, state.entity, unit, author, 1)
        self._sample(turn, turned, unit, author)

    def _count(self, turn: Turn, kind: str, unit: Uid, author: Uid, by: int) -> None:
        self._kinds[kind][turn] += by
        self._of_units[unit][turn] += by
        self._kind_units[kind, unit] += by
        if author:
            self._people[author][turn] += by

    def _sample(self, turn: Turn, turned: Turned, unit: Uid, author: Uid) -> None:
        found = self._samples[turn, turned.state.entity]
        if len(found) < _MOST_SAMPLES:
            fields = dict.fromkeys(f for c in turned.incoming for f in c.fields)
            sealed = turned.state.tier is Tier.SEALED
            told = () if sealed else tuple(fields)[:_MOST_FIELDS]
            uid, kind = turned.state.uid, turned.state.entity
            found.append(Sample(turn, kind, uid, unit, author, _title(turned), told))

    def tally(self) -> Tally:
        """All that was counted."""
        whole: Counter[Turn] = Counter()
        for counts in self._kinds.values():
            whole.update(counts)
        top: defaultdict[str, list[str]] = defaultdict(list)
        for (kind, unit), count in self._kind_units.most_common():
            if unit and count > 0 and len(top[kind]) < _TOP:
                top[kind].append(unit)
        samples = (s for _, those in sorted(self._samples.items()) for s in those)
        return Tally(
            new=whole[Turn.NEW],
            changed=whole[Turn.CHANGED] + whole[Turn.PARALLEL] + whole[Turn.CONFLICT],
            deleted=whole[Turn.DELETED],
            parallel=whole[Turn.PARALLEL],
            conflict=whole[Turn.CONFLICT],
            conflicts=self.conflicts,
            kinds=_lines(self._kinds.items(), top),
            units=_lines(self._of_units.items()),
            people=_lines(self._people.items()),
            samples=tuple(samples),
        )


def _lines(
    counted: Iterable[tuple[str, Counter[Turn]]], top: dict[str, list[str]] | None = None
) -> tuple[Line, ...]:
    """Most first."""
    lines = [
        Line(
            key=key,
            new=counts[Turn.NEW],
            changed=counts[Turn.CHANGED] + counts[Turn.PARALLEL] + counts[Turn.CONFLICT],
            deleted=counts[Turn.DELETED],
            parallel=counts[Turn.PARALLEL],
            conflict=counts[Turn.CONFLICT],
            top=tuple((top or {}).get(key, ())),
        )
        for key, counts in counted
        if counts.total() > 0
    ]
    return tuple(sorted(lines, key=lambda n: (-(n.new + n.changed + n.deleted), n.key)))


def turn_of(turned: Turned) -> Turn | None:
    """What happened to a row; None when nothing did that anybody sees."""
    if turned.is_gone:
        return Turn.DELETED
    if _new_conflicts(turned):
        return Turn.CONFLICT if turned.was_shown else Turn.NEW
    if turned.is_new or (turned.state.tier is Tier.SEALED and turned.state.is_new):
        return Turn.NEW
    if turned.is_changed:
        return Turn.PARALLEL if turned.is_parallel else Turn.CHANGED
    return None


def _new_conflicts(turned: Turned) -> set[str]:
    return {
        name
        for name, candidates in turned.state.conflicts.items()
        if list(turned.old_conflicts.get(name, ())) != candidates
    }


def unit_of(turned: Turned) -> Uid:
    """The unit a row belongs to; empty for none."""
    if turned.state.entity == "unit":
        return turned.state.uid
    columns = turned.after or turned.before or {}
    unit = columns.get("unit")
    if isinstance(unit, str) and unit:
        return Uid(unit)
    head, _, tail = turned.scope.removeprefix("talk/").removeprefix("sealed/").partition("/")
    return Uid(tail) if head == "unit" else Uid("")


def _author(turned: Turned) -> Uid:
    """Who wrote the newest change that came."""
    last = max(turned.incoming, key=lambda c: (c.at, c.id), default=None)
    return last.actor if last is not None else Uid("")


def _title(turned: Turned) -> str:
    """What names the record, if that is no talk text and no name."""
    spec = KINDS.get(turned.state.entity)
    field = spec.field(spec.title) if spec else None
    if field is None or field.tier is not Tier.WORK or turned.state.tier is not Tier.WORK:
        return ""
    value: object | Value = (turned.after or turned.before or {}).get(field.name)
    return value[:_MOST_TITLE] if isinstance(value, str) else ""
