"""What people do on laptops that never meet, as rules of a state machine."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from models.kinds import ChangeId, Tier, Uid, Value
from services import conflicts, listing, problems, records
from services.conflicts import Sort
from services.core import Filter
from services.errors import Refused
from services.rules import Invalid
from tests.groups import Prepared
from tests.services.replicas import Laptop, World

ANY = st.integers(0, 59)
"""Stands for one of however many there are."""
TEXT = "\n".join(f"第{n}段：集中学习六次，一半是看录像。" for n in range(1, 9))
_GIVEN: dict[str, dict[str, Value]] = {
    "assign": {"received_by": "周局长", "received_on": "2014-05-06"},
    "apply-closure": {"done": "已经整改", "evidence": ["台账"]},
    "rework": {"deadline": "2014-06-06"},
    "hand-over": {"to": "市纪委"},
}
_MEANWHILE = frozenset(
    {"field_in_conflict", "interview_finished", "problem_ended", "record_unknown"}
)


@contextmanager
def allowing(*codes: str) -> Iterator[None]:
    """Let a person be refused for what came in meanwhile, and for these reasons."""
    try:
        yield
    except Invalid:
        pass
    except Refused as refused:
        if refused.code not in _MEANWHILE.union(codes):
            raise


class Work(RuleBasedStateMachine):
    """What people do on laptops that never meet."""

    def __init__(self, prepared: Prepared, folder: Path) -> None:
        """Laptops in a folder of their own."""
        super().__init__()
        folder.mkdir()
        self.world = World(folder, prepared, pytest.MonkeyPatch())
        self.count = 0

    def text(self, word: str) -> str:
        """A text that nobody wrote before."""
        self.count += 1
        return f"{word}{self.count}"

    @initialize(laptops=st.integers(2, 3), edits=st.integers(1, 3))
    def begin(self, laptops: int, edits: int) -> None:
        """Laptops of one group, whose files have some problems in common."""
        first = self.world.new()
        self.world.turn_to(0)
        for n in range(edits):
            self.add_problem(0, n % 2)
        for _ in range(laptops - 1):
            self.world.new(first)

    # Work.

    @rule(who=ANY, unit=st.integers(0, 1))
    def add_problem(self, who: int, unit: int) -> None:
        """Write a problem down."""
        laptop = self.world.turn_to(who)
        uids = laptop.prepared.uids
        title = self.text("题")
        values: dict[str, Value] = {
            "unit": uids[unit],
            "sub_kind": "2.2",
            "title": title,
            "facts": TEXT,
            "handlers": [uids[3], uids[4]],
            "evidence": ["学习台账复印件"],
        }
        (uid,) = records.add(laptop.ws, "problem", [values]).uids
        self.world.note(uid, title=title, facts=TEXT)

    @rule(who=ANY, unit=st.integers(0, 1))
    def add_talk(self, who: int, unit: int) -> None:
        """Write a talk down, and seal who it was with."""
        laptop = self.world.turn_to(who)
        uids = laptop.prepared.uids
        text, name = self.text("谈话"), self.text("某")
        values: dict[str, Value] = {"unit": uids[unit], "category": "middle", "text": text}
        (uid,) = records.add(laptop.ws, "interview", [values], draft=True).uids
        self.world.note(uid, text=text)
        code_name = records.get(laptop.ws, "interview", uid).values["code_name"]
        person: dict[str, Value] = {"code_name": code_name, "real_name": name}
        (sealed,) = records.add(laptop.ws, "identity", [person]).uids
        self.world.note(sealed, real_name=name)

    def problem(self, laptop: Laptop, which: int) -> Uid | None:
        """One of the problems that a laptop shows."""
        page = listing.page(laptop.ws, "problem", Filter(sort="title"), 0, 60)
        return page.rows[which % len(page.rows)].uid if page.rows else None

    def edited(self, which: int) -> dict[str, Value]:
        """Other values of a problem: short ones, long ones, several."""
        lines = TEXT.split("\n")
        lines[which % len(lines)] = self.text("改写的一段")
        values: tuple[dict[str, Value], ...] = (
            {"title": self.text("改题")},
            {"facts": "\n".join(lines)},
            {"public_text": self.text("公示")},
            {"title": self.text("又改题"), "facts": "\n".join(lines[: which % 5 + 1])},
        )
        return values[which % len(values)]

    @rule(who=ANY, which=ANY, how=ANY)
    def edit(self, who: int, which: int, how: int) -> None:
        """Change a problem as it stands."""
        laptop = self.world.turn_to(who)
        uid = self.problem(laptop, which)
        if uid is not None:
            self.save(laptop, uid, self.edited(how), None)

    def save(
        self,
        laptop: Laptop,
        uid: Uid,
        values: dict[str, Value],
        base: Mapping[Tier, tuple[ChangeId, ...]] | None,
    ) -> None:
        """Change a problem, unless something keeps it from being changed."""
        with allowing():
            records.change(laptop.ws, "problem", uid, values, base=base)
            self.world.note(uid, **values)

    @rule(who=ANY, which=ANY)
    def load_form(self, who: int, which: int) -> None:
        """Open a problem's form, and leave it open."""
        laptop = self.world.turn_to(who)
        uid = self.problem(laptop, which)
        if uid is not None:
            base = records.get(laptop.ws, "problem", uid).base
            laptop.forms.append((uid, base))

    @rule(who=ANY, how=ANY)
    def save_form(self, who: int, how: int) -> None:
        """Save a form that was opened a while ago."""
        laptop = self.world.turn_to(who)
        if laptop.forms:
            uid, base = laptop.forms.pop(0)
            self.save(laptop, uid, self.edited(how), base)

    @rule(who=ANY, which=ANY, unit=st.integers(0, 1))
    def refile(self, who: int, which: int, unit: int) -> None:
        """File a problem under another unit."""
        laptop = self.world.turn_to(who)
        uid = self.problem(laptop, which)
        if uid is not None:
            with allowing():
                records.change(laptop.ws, "problem", uid, {"unit": laptop.prepared.uids[unit]})

    @rule(who=ANY, which=ANY)
    def delete(self, who: int, which: int) -> None:
        """Delete a problem."""
        laptop = self.world.turn_to(who)
        uid = self.problem(laptop, which)
        if uid is not None:
            with allowing():
                records.delete(laptop.ws, "problem", uid, self.text("记重了"))

    @rule(who=ANY, which=ANY, how=ANY)
    def step(self, who: int, which: int, how: int) -> None:
        """Take a problem one step on."""
        laptop = self.world.turn_to(who)
        uid = self.problem(laptop, which)
        if uid is None:
            return
        open_to = [one.transition.verb for one in problems.steps(laptop.ws, uid) if one.allowed]
        if not open_to:
            return
        # Rather on than out: the ways out of the table come last in it.
        verb = open_to[how // 3 % len(open_to)] if how % 3 == 0 else open_to[0]
        given = dict(_GIVEN.get(verb, {}))
        if verb == "close":
            given["verifier"] = laptop.prepared.uids[2]
        if verb == "merge-into":
            given["to"] = self.problem(laptop, which + 1) or uid
        with allowing("reference_unknown", "closure_missing"):
            problems.move(laptop.ws, uid, verb, given, reason=self.text("理由"))

    @rule(who=ANY, which=ANY, how=ANY)
    def decide(self, who: int, which: int, how: int) -> None:
        """Decide about a conflict, or hand it back."""
        laptop = self.world.turn_to(who)
        queue = conflicts.queue(laptop.ws)
        assert conflicts.count(laptop.ws) >= len(queue)
        if not queue:
            return
        waiting = queue[which % len(queue)]
        with allowing("conflict_incomplete", "role_may_not"):
            if how % 4 == 0:
                conflicts.hand_back(laptop.ws, [waiting], "请作者定")
            elif how % 4 == 1 and waiting.sort in (Sort.TEXT, Sort.VALUES):
                value = self.text("另写")
                conflicts.write(laptop.ws, waiting, value)
                self.world.note(waiting.uid, **{waiting.field: value})
            else:
                conflicts.take(laptop.ws, waiting, how % len(waiting.candidates) + 1)
