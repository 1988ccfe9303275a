"""Enums and tiny value types that every floor shares. Standard library only.

The command line and the window import this module before anything heavy: it must stay cheap to
load.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NewType, TypeAlias

Uid = NewType("Uid", str)
"""Identity of a row: 16 bytes in lower-case hex (32 characters)."""

ChangeId = NewType("ChangeId", str)
"""SHA-256 of a change's stored bytes, 64 lower-case hex characters."""

ReplicaId = NewType("ReplicaId", str)
"""Identity of one writer: 16 bytes in lower-case hex."""

Value: TypeAlias = str | int | bool | list["Value"] | dict[str, "Value"] | None
"""What a field of a change may hold: JSON without floats."""


class Tier(StrEnum):
    """How secret a field is; each tier lives in scopes of its own."""

    WORK = "work"
    TALK = "talk"
    SEALED = "sealed"


class Role(StrEnum):
    """What the acting person may do (督导组 roles)."""

    MEMBER = "member"
    LIAISON = "liaison"
    LEADER = "leader"
    OFFICE = "office"


class ProblemState(StrEnum):
    """States of a problem, in the order of the state table; a conflict shows the earlier one."""

    CLUE = "clue"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    ASSIGNED = "assigned"
    RECTIFYING = "rectifying"
    VERIFYING = "verifying"
    CLOSED = "closed"
    VOID = "void"
    HANDED_OVER = "handed_over"
    MERGED = "merged"


class FieldType(StrEnum):
    """How a field is written, checked and drawn."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DATE = "date"
    TIME = "time"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    REFERENCE = "reference"
    REFERENCES = "references"
    LINKS = "links"
    ANSWERS = "answers"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record kind."""

    name: str
    type: FieldType
    required: bool = False
    """Needed to finish the record; never needed to save it."""
    tier: Tier = Tier.WORK
    choices: str | None = None
    """Name of the list a CHOICE or CHOICES field draws from (see CHOICES and TEMPLATE_LISTS)."""
    refers: tuple[str, ...] = ()
    """Kinds a REFERENCE, REFERENCES or LINKS field may point to."""
    part_of: str | None = None
    """Journal field this one is a part of: several are right only together (a tally, a state)."""
    computed: bool = False
    """Derived by the program; never accepted from a caller."""
    minimum: int = 0
    """Least number of an INTEGER, least count of members of a set when it is required."""
    maximum: int = 1_000_000_000
    """Greatest INTEGER."""
    default: str | None = None
    """Choice taken when nothing was said."""


@dataclass(frozen=True)
class RecordKind:
    """One kind of record: its name, where it files, and its fields in the order of the form."""

    name: str
    fields: tuple[Field, ...]
    title: str
    """Field that names a record in lists and references."""
    parent: str | None = None
    """Field whose record decides the scope, before `unit`."""
    common: bool = False
    """Travels with every package (campaign, group, unit)."""
    listed_by: tuple[str, ...] = ()
    """Work fields that long lists are counted and filtered by: one index holds them all.

    Rows are wide and their pages encrypted, so a count over a million reads nothing but this index.
    """
    coded_by: tuple[str, ...] = ()
    """Work text fields of few values that lists are filtered by; see `models.coding`."""
    walked_by: tuple[str, ...] = ()
    """Work fields in whose order lists are read, in front of all others; each has its index."""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by name."""
        return {f.name: f for f in self.fields}

    @cached_property
    def by_stem(self) -> dict[str, Field]:
        """The fields by the journal field they stand in (a part by its whole's name too)."""
        return {f.part_of: f for f in self.fields if f.part_of} | self.by_name

    @cached_property
    def held_tiers(self) -> tuple[Tier, ...]:
        """The tiers in which this kind has fields, work first."""
        held = {f.tier for f in self.fields}
        return tuple(t for t in Tier if t in held)

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return self.by_name.get(name)

    def tiers(self) -> tuple[Tier, ...]:
        """The tiers in which this kind has fields, work first."""
        return self.held_tiers


CHOICES: dict[str, tuple[str, ...]] = {
    "sex": ("male", "female"),
    "role": tuple(Role),
    "visit_way": ("open", "covert", "sit_in", "talk", "papers", "push"),
    "visit_state": ("planned", "done"),
    "check_result": ("solid", "basic", "formality"),
    "check_action": ("none", "urge", "make_up"),
    "training_status": ("attended", "absent", "made_up"),
    "review_what": ("plan", "self_examination", "rectification_plan"),
    "review_verdict": ("pass", "revise", "rewrite"),
    "interview_state": ("recording", "untidied", "finished"),
    "interview_outcome": ("none", "hesitant", "work_only", "four_winds", "not_held"),
    "interview_confirmation": ("none", "read_back", "signed"),
    "post_level": ("leading", "middle", "staff", "outside"),
    "opinion_channel": ("talk", "forum", "box", "form", "letter", "visit", "call", "other"),
    "opinion_subject": ("team", "person"),
    "opinion_nature": ("work", "wind"),
    "opinion_specificity": ("abstract", "concrete"),
    "outreach_way": ("forum", "box", "walk", "form", "other"),
    "solicitation_verdict": (
        "enough",
        "not_enough",
        "not_accurate",
        "not_focused",
        "not_satisfied",
    ),
    "evaluation_subject": ("team", "person"),
    "remedy_action": ("restate", "more_talks", "from_above", "by_group", "by_self"),
    "problem_level": ("team", "person", "department"),
    "problem_extent": ("single", "common"),
    "found_how": (
        "from_above",
        "by_group",
        "by_self",
        "by_masses",
        "by_inspection",
        "petition",
        "hearing",
    ),
    "problem_state": tuple(ProblemState),
    "satisfaction": ("satisfied", "dissatisfied", "not_applicable"),
    "notice_kind": (
        "feedback",
        "rectification",
        "make_up",
        "remedy",
        "urge",
        "remind",
        "admonish",
        "accountability",
    ),
    "delivery": ("in_person", "passed_on", "oral"),
    "unit_view": ("agreed", "disputed"),
    "reception_channel": ("visit", "letter", "call", "sms"),
    "case_stance": ("positive", "negative", "column"),
    "briefing_state": ("draft", "issued"),
    "report_state": ("draft", "issued", "delivered", "receipted", "void"),
}
"""Lists fixed by the format; a template may reword them, never renumber them."""

TEMPLATE_LISTS = (
    "sub_kinds",
    "winds",
    "categories",
    "unit_kinds",
    "forms",
    "grades",
    "evaluation_items",
    "readings",
)
"""Lists whose members each campaign's template defines."""
