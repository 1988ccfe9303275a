"""Which kinds of documents there are: what each needs, who reads it, and which module makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from models.errors import Refused
from models.kinds import CHOICES, ProblemState, Uid
from services.briefings import paper, reading
from services.documents import (
    briefing,
    closure,
    feedback,
    gather,
    inspection_parts,
    interview,
    ledger,
    make_up,
    merge_minutes,
    notice,
    opinions,
    purge,
    reception,
    rectification,
    remedy,
    roster,
    self_check,
    situation,
    transfer_slip,
    urging,
)
from services.documents.composing import Composed
from services.documents.frame import Data
from services.documents.notice import Notice
from services.documents.orders import Order
from services.workspace import Workspace


class Reader(StrEnum):
    """Who reads a kind of document; only the group itself may read what tells who spoke."""

    UNIT = "unit"
    PUBLIC = "public"
    OFFICE = "office"
    GROUP = "group"


class Needs(StrEnum):
    """Whether a kind is about one unit."""

    UNIT = "unit"
    EITHER = "either"
    """One unit or all of them."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Draft:
    """A document before it has pages."""

    data: Data
    composed: Composed
    problems: tuple[Uid, ...] = ()
    """The problems a notice is about; its receipt moves them all."""
    due: str = ""
    """ISO day until which the unit answers."""
    is_empty: bool = False
    """There is nothing to write about: it can be looked at but not issued."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document."""

    id: str
    make: Callable[[Workspace, Order], Draft]
    reader: Reader = Reader.UNIT
    needs: Needs = Needs.UNIT
    numbered: bool = False
    """Takes a document number when it is issued."""
    issued: bool = True
    """Is signed and registered; otherwise it is only printed."""
    about: str = ""
    """Record kind of the one record it may be about."""

    @property
    def is_notice(self) -> bool:
        """Leaves a notice record, whose receipt the unit signs."""
        return self.id in CHOICES["notice_kind"]


def _inspection(workspace: Workspace, order: Order) -> Draft:
    if order.unit is None:
        told = situation.gather(workspace, order)
        return Draft(told, situation.compose(told))
    data = gather.inspection(
        workspace, order.unit, order.period, day=order.day, number=order.number
    )
    return Draft(data, inspection_parts.compose(data))


def _notice(gathered: Callable[[Workspace, Order], Notice]) -> Callable[[Workspace, Order], Draft]:
    def make(workspace: Workspace, order: Order) -> Draft:
        data = gathered(workspace, order)
        items = [item for part in data.parts for item in part.items]
        problems = tuple(Uid(item.of) for item in items if item.of)
        empty = not items and data.kind != "feedback"
        return Draft(data, notice.compose(data), problems, data.due, empty)

    return make


def _closure(workspace: Workspace, order: Order) -> Draft:
    data = closure.gather(workspace, order)
    return Draft(data, closure.compose(data), is_empty=not data.sheets)


def _minutes(workspace: Workspace, order: Order) -> Draft:
    data = merge_minutes.gather(workspace, order)
    return Draft(data, merge_minutes.compose(data), is_empty=not data.packages)


def _briefing(workspace: Workspace, order: Order) -> Draft:
    kept = reading.about(workspace, order.period, order.wanted.about)
    data = paper.paper(workspace, kept, date=order.day)
    return Draft(data, briefing.compose(data))


_D = TypeVar("_D", bound=Data)


def _of(
    gathered: Callable[[Workspace, Order], _D], composed: Callable[[_D], Composed]
) -> Callable[[Workspace, Order], Draft]:
    """A kind that is gathered and composed, and no more."""

    def make(workspace: Workspace, order: Order) -> Draft:
        data = gathered(workspace, order)
        return Draft(data, composed(data))

    return make


_ALL: Final = (
    Kind("inspection", _inspection, needs=Needs.EITHER, numbered=True),
    Kind("feedback", _notice(feedback.gather), numbered=True),
    Kind("rectification", _notice(rectification.gather), numbered=True),
    Kind("make_up", _notice(make_up.gather), numbered=True),
    Kind("remedy", _notice(remedy.gather), numbered=True),
    Kind("urge", _notice(urging.urge), numbered=True),
    Kind("remind", _notice(urging.remind), numbered=True),
    Kind("admonish", _notice(urging.admonish), numbered=True),
    Kind("accountability", _notice(urging.accountability), Reader.OFFICE, numbered=True),
    Kind("ledger", _of(ledger.gather, ledger.compose), needs=Needs.EITHER),
    Kind("closure", _closure, needs=Needs.EITHER, about="problem"),
    Kind("opinions", _of(opinions.gather, opinions.compose), Reader.PUBLIC),
    Kind("roster", _of(roster.gather, roster.compose), Reader.OFFICE, Needs.EITHER, issued=False),
    Kind(
        "interview", _of(interview.gather, interview.compose), Reader.GROUP, Needs.EITHER,
        issued=False, about="interview",
    ),
    Kind("reception", _of(reception.gather, reception.compose), Reader.OFFICE, Needs.EITHER),
    Kind(
        "self_check", _of(self_check.gather, self_check.compose), needs=Needs.EITHER,
        issued=False,
    ),
    Kind(
        "merge_minutes", _minutes, Reader.OFFICE,
        Needs.NOTHING, about="merge",
    ),
    Kind(
        "transfer_slip", _of(transfer_slip.gather, transfer_slip.compose), Reader.OFFICE,
        Needs.NOTHING, issued=False, about="package",
    ),
    Kind(
        "purge", _of(purge.gather, purge.compose), Reader.OFFICE, Needs.NOTHING, about="log"
    ),
    Kind("briefing", _briefing, Reader.PUBLIC, Needs.NOTHING, issued=False, about="briefing"),
)  # fmt: skip
KINDS: Final = {kind.id: kind for kind in _ALL}
"""By id, in the order in which a person meets them."""
STATES_OF_RECEIPT: Final = (ProblemState.CONFIRMED,)
"""Problems that a signed receipt takes to 已交办."""


def kind_named(name: str) -> Kind:
    """The kind of that id.

    Raises:
        Refused: a kind this version does not make.
    """
    if name not in KINDS:
        raise Refused("document_unknown", kind=name[:40], kinds=" ".join(KINDS))
    return KINDS[name]


def draft(workspace: Workspace, order: Order) -> Draft:
    """The document as the records stand now.

    Raises:
        Refused: an unknown kind, or a unit is missing where the kind is about one.
    """
    kind = kind_named(order.wanted.kind)
    if kind.needs is Needs.UNIT and order.unit is None:
        raise Refused("document_needs_unit")
    if kind.needs is Needs.NOTHING and order.unit is not None:
        raise Refused("document_of_no_unit")
    if order.wanted.about and not kind.about:
        raise Refused("document_about_nothing")
    return kind.make(workspace, order)
