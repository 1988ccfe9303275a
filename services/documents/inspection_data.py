"""What an inspection report prints, as plain values; filled from the records elsewhere.

All words are ready to be printed (labels, not codes); dates are ISO 8601 days or empty.
Unit-facing: no code names, talk numbers, times or quotes stand here.
"""

from dataclasses import dataclass

from services.documents.frame import ExpectedSigner, Frame


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of the unit."""

    title: str
    facts: str
    state: str
    """In words."""
    number: str = ""
    """Issued number, or empty while it waits for one."""
    deadline: str = ""


@dataclass(frozen=True, slots=True)
class SubKind:
    """Problems of one sub-kind."""

    name: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One of the taxonomy's groups."""

    name: str
    sub_kinds: tuple[SubKind, ...] = ()

    @property
    def count(self) -> int:
        """Problems of all its sub-kinds."""
        return sum(len(sub_kind.problems) for sub_kind in self.sub_kinds)


@dataclass(frozen=True, slots=True)
class Count:
    """A named number, such as visits of one way."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Category:
    """People heard of one category; small ones are not named in print."""

    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Work:
    """What the group did at the unit."""

    visits: tuple[Count, ...] = ()
    """By way (明查, 暗访, 列席, 谈话, 查阅, 催办); a covert visit is the caller's to leave out."""
    checks: int = 0
    talks: int = 0
    opinions: int = 0
    reviews: int = 0


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """Tally of one item (班子总体 or a wind)."""

    item: str
    issued: int
    returned: int
    valid: int
    grades: tuple[int, ...]
    """In the order of the grades' names."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One round of democratic evaluation; its first row is the team overall."""

    grades: tuple[str, ...]
    """Names of the grades, best first."""
    approving: int
    """How many of the first grades count as approval (好 and 较好: 2)."""
    line_percent: int
    """Share that must be reached."""
    rows: tuple[EvaluationRow, ...]
    round: str = ""
    """In words, such as 第一轮."""
    written_returned: int = 0
    blank: int = 0
    none_written: int = 0
    by_returned: bool = False
    """The campaign divides by the returned ballots, not by the valid ones."""
    note: str = ""
    """Replaces the standard note below the table."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """One of the four ratios (四多四少)."""

    left: str
    right: str
    left_count: int
    right_count: int
    unclassified: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """Something the unit is to do."""

    text: str
    due: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """One report."""

    unit: str
    """Name in full."""
    addressee: str
    """Without the colon."""
    group: str
    """The supervision group's name."""
    issuer: str
    """Organ of the red head and of the signature line."""
    campaign: str
    period: str
    """In words: 2014年4月10日至5月6日."""
    date: str
    """ISO day of the report."""
    number: str = ""
    """银督三〔2014〕12号, or empty before it is taken."""
    label: str = ""
    """内部资料 注意保存."""
    basis: str = ""
    """Replaces the standard opening sentence."""
    work: Work = Work()
    heard: tuple[Category, ...] = ()
    groups: tuple[Group, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    opinions_total: int = 0
    """Opinions behind the ratios."""
    ratio_note: str = ""
    """Replaces the standard note below the table."""
    demands: tuple[Demand, ...] = ()
    signers: tuple[ExpectedSigner, ...] = ()

    @property
    def frame(self) -> Frame:
        """What it shares with every document."""
        return Frame(
            issuer=self.issuer,
            date=self.date,
            unit=self.unit,
            addressee=self.addressee,
            group=self.group,
            campaign=self.campaign,
            period=self.period,
            number=self.number,
            label=self.label,
            signers=self.signers,
        )
