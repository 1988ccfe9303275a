"""What a campaign's template holds: frozen values, the same from files and from a snapshot.

Every id is ASCII and unique in its list. Absent texts and dates are "". Nothing here knows a
campaign.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Scalar: TypeAlias = bool | int | str


class QuestionType(StrEnum):
    """How a question is asked and what value answers it."""

    YES_NO = "yes_no"
    """A boolean."""
    CHOICE = "choice"
    """The id of one of its choices."""
    NUMBER = "number"
    """An integer within minimum…maximum."""
    N_OF_M = "n_of_m"
    """A list of two integers, 0 ≤ n ≤ m."""
    DATE = "date"
    """An ISO 8601 date."""
    TEXT = "text"
    TABLE = "table"
    """Row id → column id → value."""


class RowsFrom(StrEnum):
    """Where a table question's rows come from."""

    FIXED = "fixed"
    READINGS = "readings"
    """The template's required readings."""
    LEADERS = "leaders"
    """The leading members of the unit that is checked; row ids are their uids."""


class Rule(StrEnum):
    """How a derived figure of a form is computed."""

    SHARE = "share"
    """Per cent of an n-of-m answer."""
    ROW_SHARE = "row_share"
    """Per cent that one row has of a number column of a table."""
    DAYS = "days"
    """Days from one date to another."""


class Figures(StrEnum):
    """Counts that belong to a sub-kind and are told with it in a briefing."""

    NONE = "none"
    SILENCE = "silence"
    """Blank sheets and those with 无, among the written parts of the ballots."""
    RATIOS = "ratios"
    """四多四少."""
    RECEPTION = "reception"
    """Visits, letters, calls."""


class Denominator(StrEnum):
    """What the approval rate is divided by."""

    VALID = "valid"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Item:
    """A plain member of a list: a wind, a kind of unit, a grade, a reading, a row, a choice."""

    id: str
    title: str = ""
    short: str = ""
    """Short form for narrow places; "" means the title."""


@dataclass(frozen=True, slots=True)
class Category:
    """A category of people who are talked to or whose opinion is heard (对象类别)."""

    id: str
    title: str = ""
    public: bool = False
    """Counts as the public (群众) in its share."""


@dataclass(frozen=True, slots=True)
class EvaluationItem:
    """One line of the ballot (评议内容)."""

    id: str
    title: str = ""
    wind: str = ""
    """The wind it is about; "" for the overall view."""


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """One heading of the outline of talks (谈话提纲)."""

    id: str
    title: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A ready wording (常用语), offered while writing."""

    id: str
    text: str = ""
    sub_kind: str = ""


@dataclass(frozen=True, slots=True)
class Demand:
    """One of the campaign's general demands, for the closing part of documents."""

    id: str
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase (环节) of the campaign; dates are ISO or ""."""

    id: str
    title: str = ""
    starts: str = ""
    ends: str = ""
    after: tuple[str, ...] = ()
    """Ids of the phases it follows."""


@dataclass(frozen=True, slots=True)
class Activity:
    """A named piece of work of the calendar."""

    id: str
    title: str = ""
    phase: str = ""
    kind: str = ""
    round: int = 0
    """Round of a training or of study; 0 means it has none."""
    starts: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class SubKind:
    """One sub-kind of problems (问题类别)."""

    id: str
    title: str = ""
    guidance: str = ""
    """What it looks like, in the words of the text that names it."""
    needs_reason: bool = False
    """Choosing it needs a reason (其他)."""
    figures: Figures = Figures.NONE


@dataclass(frozen=True, slots=True)
class Group:
    """A group of sub-kinds."""

    id: str
    title: str = ""
    heading: str = ""
    """The heading of its part in a briefing."""
    sub_kinds: tuple[SubKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A question is shown when another one has one of these values."""

    question: str = ""
    value: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table question; never itself a table."""

    id: str
    label: str = ""
    type: QuestionType = QuestionType.TEXT
    unit: str = ""
    minimum: int = 0
    maximum: int = 1_000_000_000
    choices: tuple[Item, ...] = ()
    words: tuple[str, ...] = ()
    """Words for yes and no, when they are not 是 and 否."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form."""

    id: str
    label: str = ""
    type: QuestionType = QuestionType.TEXT
    help: str = ""
    unit: str = ""
    required: bool = False
    """Needed to finish the check; never needed to save it."""
    minimum: int = 0
    maximum: int = 1_000_000_000
    choices: tuple[Item, ...] = ()
    words: tuple[str, ...] = ()
    """Words for yes and no, when they are not 是 and 否."""
    rows: tuple[Item, ...] = ()
    """Rows of a table; filled from the readings on loading, empty for leaders."""
    rows_from: RowsFrom = RowsFrom.FIXED
    columns: tuple[Column, ...] = ()
    visible_if: Condition | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form."""

    id: str
    title: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Derived:
    """A figure computed from the answers and shown beside them; never stored."""

    id: str
    label: str = ""
    rule: Rule = Rule.SHARE
    question: str = ""
    until: str = ""
    """Second date of `days`."""
    row: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form (表单) that a check is written on."""

    id: str
    title: str = ""
    version: int = 1
    order: int = 0
    extends: str = ""
    """Form whose sections come first; on loading they are already here."""
    sections: tuple[Section, ...] = ()
    derived: tuple[Derived, ...] = ()

    def questions(self) -> Iterator[Question]:
        """Every question in order; of two with one id only the first."""
        seen: set[str] = set()
        for section in self.sections:
            for question in section.questions:
                if question.id not in seen:
                    seen.add(question.id)
                    yield question

    def question(self, question_id: str) -> Question | None:
        """The question of that id, or None."""
        return next((q for q in self.questions() if q.id == question_id), None)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Lines of the campaign, integers only."""

    approval_percent: int = 60
    """好 + 较好 below it needs a remedy; exactly on it passes."""
    approval_denominator: Denominator = Denominator.VALID
    public_share_percent: int = 30
    """Share of the public among people heard, below which it is flagged."""
    common_units: int = 5
    """Units from which on a problem is common (共性)."""
    small_category: int = 5
    """A category of fewer people is never shown outside the group."""
    name_openers: int = 1
    """People needed to open sealed names: 1 or 2."""
    minimum_talkers: int = 2


@dataclass(frozen=True, slots=True)
class Template:
    """A campaign as data."""

    id: str
    title: str = ""
    version: int = 1
    organiser: str = ""
    number_prefix: str = ""
    """文号代字, the letters a document number starts with."""
    label: str = ""
    phases: tuple[Phase, ...] = ()
    activities: tuple[Activity, ...] = ()
    groups: tuple[Group, ...] = ()
    other: tuple[SubKind, ...] = ()
    """Sub-kinds outside the groups (其他)."""
    winds: tuple[Item, ...] = ()
    categories: tuple[Category, ...] = ()
    unit_kinds: tuple[Item, ...] = ()
    grades: tuple[Item, ...] = ()
    evaluation_items: tuple[EvaluationItem, ...] = ()
    readings: tuple[Item, ...] = ()
    outline: tuple[OutlineItem, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    demands: tuple[Demand, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    texts: Mapping[str, str] = field(default_factory=dict)
    """Wordings that documents of this campaign use, by name."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """List of models/kinds.CHOICES (or `kinds`) → id → word that replaces the general one."""
    forms: tuple[Form, ...] = ()

    def sub_kinds(self) -> tuple[SubKind, ...]:
        """Every sub-kind in the order of the groups, 其他 last; of doubled ids the first."""
        found: dict[str, SubKind] = {}
        for sub_kind in (*(s for g in self.groups for s in g.sub_kinds), *self.other):
            found.setdefault(sub_kind.id, sub_kind)
        return tuple(found.values())

    def group_of(self, sub_kind: str) -> Group | None:
        """The group that a sub-kind belongs to; None for 其他 and unknown ids."""
        return next((g for g in self.groups if any(s.id == sub_kind for s in g.sub_kinds)), None)

    def form(self, form_id: str) -> Form | None:
        """The form of that id, or None."""
        return next((f for f in self.forms if f.id == form_id), None)

    def members(self, list_name: str) -> tuple[tuple[str, str], ...]:
        """(id, word) of every member of one of models/kinds.TEMPLATE_LISTS; else empty."""
        lists: dict[str, tuple[Item | SubKind | Category | EvaluationItem | Form, ...]] = {
            "sub_kinds": self.sub_kinds(),
            "winds": self.winds,
            "categories": self.categories,
            "unit_kinds": self.unit_kinds,
            "forms": self.forms,
            "grades": self.grades,
            "evaluation_items": self.evaluation_items,
            "readings": self.readings,
        }
        return tuple((m.id, m.title or m.id) for m in lists.get(list_name, ()))
