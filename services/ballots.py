"""Ballots of a democratic evaluation entered one by one: only the sums are kept, no ballot is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from models.kinds import Uid, Value
from services import derived, evaluations, listing, records, rules
from services.core import Changes, Filter, Row
from services.workspace import Workspace

DIGITS = ("abstained", "good", "fairly_good", "average", "poor")
"""The digit of a grade is its place: 0 弃权, 1 好 … 4 差."""
WRITTEN = {"/": "blank", "*": "none_written"}
"""What the key after the digits says of the written part; any other key: something is written."""
NUMBERS = (
    *("issued", "returned", "valid", "good", "fairly_good", "average", "poor", "abstained"),
    *("blank", "none_written"),
)
"""The numbers of a tally, in the order of the form."""


@dataclass(slots=True)
class Count:
    """What was counted so far; digits of the ballot in hand, and the sums of those before."""

    items: tuple[str, ...]
    done: list[tuple[tuple[int, ...], str]] = field(default_factory=list)
    """Of this sitting only, so that one can be taken back; never stored."""
    hand: list[int] = field(default_factory=list)

    def press(self, key: str) -> bool:
        """Take a key; False when it means nothing now.

        Digits 0–4 grade the next item; Enter, `/` or `*` end a ballot whose items are all graded.
        """
        if len(self.hand) < len(self.items):
            if key not in "01234" or len(key) != 1:
                return False
            self.hand.append(int(key))
            return True
        if key not in ("\r", "\n", *WRITTEN):
            return False
        self.done.append((tuple(self.hand), WRITTEN.get(key, "")))
        self.hand.clear()
        return True

    def back(self) -> bool:
        """Take back the last digit, or the last ballot; False when nothing was counted."""
        if self.hand:
            self.hand.pop()
            return True
        if self.done:
            self.done.pop()
            return True
        return False

    def tallies(self) -> dict[str, dict[str, int]]:
        """The sums: item → name of the number → how many."""
        found: dict[str, dict[str, int]] = {}
        for place, item in enumerate(self.items):
            sums = dict.fromkeys((*DIGITS, "blank", "none_written"), 0)
            for grades, written in self.done:
                sums[DIGITS[grades[place]]] += 1
                if written:
                    sums[written] += 1
            found[item] = {"valid": len(self.done), **sums}
        return found


def differences(
    one: Mapping[str, Mapping[str, int]], other: Mapping[str, Mapping[str, int]]
) -> tuple[tuple[str, str, int], ...]:
    """Where a second count differs from the first: (item, number, by how many)."""
    return tuple(
        (item, name, other.get(item, {}).get(name, 0) - count)
        for item, sums in one.items()
        for name, count in sums.items()
        if other.get(item, {}).get(name, 0) != count
    )


def stored(workspace: Workspace, unit: Uid, number: int) -> dict[str, dict[str, Value]]:
    """The tallies of a unit's team in a round as they are stored: item → numbers and `date`."""
    return {
        str(row.values["item"]): {n: row.values.get(n) for n in (*NUMBERS, "date")}
        for row in _of_round(workspace, unit, number)
    }


def _of_round(workspace: Workspace, unit: Uid, number: int) -> Sequence[Row]:
    wanted = Filter({"subject": "team", "round": number}, frozenset({unit}))
    return listing.page(workspace, "evaluation", wanted, 0, 100).rows


def store(
    workspace: Workspace,
    unit: Uid,
    number: int,
    date: str,
    tallies: Mapping[str, Mapping[str, Value]],
) -> Changes:
    """Store the tallies of a unit's team in a round; those that are there already are changed.

    A result below the line opens its remedy case, once.

    Raises:
        Invalid: sums that do not fit; then nothing was written.
    """
    for place, (item, sums) in enumerate(tallies.items(), start=1):
        findings = rules.across("evaluation", sums)
        if findings:
            raise rules.Invalid("evaluation", findings, place if item else None)
    known = {str(row.values["item"]): row for row in _of_round(workspace, unit, number)}
    kinds: frozenset[str] = frozenset({"evaluation"})
    for item, sums in tallies.items():
        row = known.get(item)
        given: dict[str, Value] = {**sums, "date": date or None}
        if row is None:
            whole: dict[str, Value] = {
                "unit": unit, "round": number, "subject": "team", "item": item,
            }  # fmt: skip
            records.add(workspace, "evaluation", [{**whole, **given}])
        else:
            records.change(workspace, "evaluation", row.uid, given)
            kinds |= _remedy(workspace, row.uid)
    return Changes(kinds | {"remedy"}, frozenset({unit}))


def _remedy(workspace: Workspace, uid: Uid) -> frozenset[str]:
    """Open the remedy case of an evaluation that was changed, unless it has one."""
    row = records.get(workspace, "evaluation", uid)
    if not derived.approval(row.values, workspace.template)["needs_remedy"]:
        return frozenset()
    held = listing.page(workspace, "remedy", Filter({"evaluation": uid}), 0, 1).total
    if held:
        return frozenset()
    with workspace.store.write(workspace.actor, None) as writer:
        evaluations.open_remedy(workspace, writer, uid, row.values)
    return frozenset({"remedy"})
