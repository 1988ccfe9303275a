"""Drafts: the document as it would be issued now, with the words that were changed by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from models.base import table
from models.catalogue import KINDS
from models.errors import Refused
from models.kinds import Uid, Value
from models.writer import Writer, new_uid
from services import rows, rules, words
from services.core import Changes
from services.documents import canonical, characters, editing, kinds, leaks, rendering, sources
from services.documents.blocks import Block, Imprint, Receipt, Remark
from services.documents.composing import Composed
from services.documents.editing import Edit, Passage
from services.documents.frame import Data
from services.documents.interview import Talks
from services.documents.kinds import Kind, Reader
from services.documents.leaks import Leak
from services.documents.orders import Order, Wanted
from services.documents.rendering import Options, Rendered
from services.documents.wording import wording
from services.workspace import Workspace

REPORT = KINDS["report"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A document ready to be laid out."""

    wanted: Wanted
    kind: Kind
    data: Data
    composed: Composed
    """With the changed words."""
    passages: tuple[Passage, ...]
    """What can be changed, as the program writes it."""
    edits: tuple[Edit, ...]
    """Changed words that stand in the draft."""
    stale: tuple[Edit, ...]
    """Changed words for which the records no longer give the passage."""
    leaks: tuple[Leak, ...]
    """What its reader must not read."""
    problems: tuple[Uid, ...]
    due: str
    is_empty: bool
    supersedes: str
    """Number of the document it corrects."""

    @property
    def is_named(self) -> bool:
        """Names that were opened stand in it."""
        return isinstance(self.data, Talks) and any(talk.person for talk in self.data.talks)

    @property
    def extra(self) -> Mapping[str, object]:
        """What it says beside its data."""
        said: dict[str, object] = {}
        if self.edits:
            said["edits"] = {edit.id: edit.now for edit in self.edits}
        if self.supersedes:
            said["supersedes"] = self.supersedes
        return said

    @property
    def canonical(self) -> bytes:
        """The data as their digest is taken."""
        return canonical.canonical(self.data, self.extra)

    def render(self, options: Options = Options()) -> Rendered:
        """The file; raises what `rendering.render` does."""
        digest = canonical.digest(self.data, self.extra)
        composed = replace(self.composed, blocks=self.printed(options))
        return rendering.render(composed, self.data.frame, digest, options)

    def printed(self, options: Options) -> list[Block]:
        """What it says from top to bottom, the receipt only where it is wanted."""
        blocks = self.composed.blocks
        return [b for b in blocks if options.receipt or not isinstance(b, Receipt)]


def draft(
    workspace: Workspace,
    wanted: Wanted,
    *,
    day: date | None = None,
    number: str = "",
    edits: Mapping[str, Edit] | None = None,
    supersedes: str = "",
) -> Draft:
    """The document as it would be issued on `day` (today).

    Args:
        workspace: Whose records.
        wanted: Which document.
        day: Its date.
        number: Its number, once it is taken.
        edits: Changed words by passage; those kept with the draft when None.
        supersedes: Number of the document it corrects.

    Raises:
        Refused: a kind this version does not make, or a unit is missing.
    """
    kind = kinds.kind_named(wanted.kind)
    order = Order(wanted, (day or workspace.today()).isoformat(), number)
    with words.in_chinese():
        made = kinds.draft(workspace, order)
        passages = editing.passages(made.composed)
        edits = kept_edits(workspace, wanted) if edits is None else edits
        laid = editing.edited(made.composed, edits)
        composed = _superseding(laid.composed, supersedes)
    return Draft(
        wanted,
        kind,
        made.data,
        composed,
        passages,
        laid.applied,
        laid.stale,
        _leaks(workspace, kind, wanted, composed),
        made.problems,
        made.due,
        made.is_empty,
        supersedes,
    )


def _superseding(composed: Composed, number: str) -> Composed:
    """The document with a remark that it stands for an earlier one."""
    if not number:
        return composed
    blocks: list[Block] = list(composed.blocks)
    at = next((n for n, b in enumerate(blocks) if isinstance(b, (Imprint, Receipt))), len(blocks))
    blocks.insert(at, Remark(wording("official")("supersedes", number=number)))
    return replace(composed, blocks=blocks)


def _leaks(
    workspace: Workspace, kind: Kind, wanted: Wanted, composed: Composed
) -> tuple[Leak, ...]:
    if kind.reader is Reader.GROUP:
        return ()
    printed = characters.texts(composed.blocks)
    return leaks.find(printed, sources.secrets(workspace, wanted.unit), composed.marks)


def kept(workspace: Workspace, wanted: Wanted) -> Uid | None:
    """The draft record of a document, if words of it were changed."""
    with workspace.store.read() as connection:
        return _kept(connection, wanted)


def _kept(connection: sa.Connection, wanted: Wanted) -> Uid | None:
    report = table("report")
    query = sa.select(report.c.uid).where(
        report.c.state == "draft",
        *(report.c[name].is_not_distinct_from(value) for name, value in subject(wanted).items()),
    )
    found = connection.scalar(query.order_by(report.c.row_n))
    return None if found is None else Uid(found)


def kept_edits(workspace: Workspace, wanted: Wanted) -> dict[str, Edit]:
    """The changed words kept with a document's draft, by passage."""
    with workspace.store.read() as connection:
        uid = _kept(connection, wanted)
        if uid is None:
            return {}
        return edits_of(rows.read(connection, REPORT, uid).values.get("edits"))


def edits_of(stored: Value) -> dict[str, Edit]:
    """A record's changed words; what another program wrote differently is left out."""
    found = {}
    for name, value in (stored if isinstance(stored, dict) else {}).items():
        if isinstance(value, dict):
            was, now = value.get("was"), value.get("now")
            if isinstance(was, str) and isinstance(now, str):
                found[name] = Edit(name, was, now)
    return found


def change(workspace: Workspace, wanted: Wanted, passage: Passage, now: str) -> Changes:
    """Put other words in the place of a passage; its own words take the change back.

    Raises:
        Refused: the words are too long or cannot be printed.
    """
    text = rules.check_text(now, editing.MOST_CHARACTERS, lines=True).strip()
    value: Value = None if text == passage.text else {"was": passage.text, "now": text}
    return _write(workspace, wanted, {f"edits.{passage.id}": value})


def take_back(workspace: Workspace, wanted: Wanted, ids: tuple[str, ...]) -> Changes:
    """Drop changed words, such as those the records have overtaken."""
    return _write(workspace, wanted, {f"edits.{name}": None for name in ids})


def _write(workspace: Workspace, wanted: Wanted, fields: dict[str, Value]) -> Changes:
    kind = kinds.kind_named(wanted.kind)
    if not kind.issued:
        raise Refused("document_not_issued")
    with workspace.store.write(workspace.actor) as writer:
        uid = _kept(writer.connection, wanted)
        new = uid is None
        named = {**subject(wanted), "state": "draft", **fields} if new else fields
        write(workspace, writer, uid or new_uid(), wanted, named, new=new)
    return Changes(frozenset({"report"}), frozenset({wanted.unit} if wanted.unit else ()))


def subject(wanted: Wanted) -> dict[str, Value]:
    """The fields of a report that say which document it is."""
    return {
        "kind": wanted.kind,
        "of": wanted.unit,
        "period_start": wanted.period.start or None,
        "period_end": wanted.period.end or None,
        "about": wanted.about or None,
    }


def write(
    workspace: Workspace,
    writer: Writer,
    uid: Uid,
    wanted: Wanted,
    fields: Mapping[str, Value],
    *,
    new: bool,
) -> None:
    """Write a line of the register where it files: with its unit, else with its group."""
    scope = rows.scope_of(workspace, writer.connection, REPORT, {"of": wanted.unit})
    rows.write_row(writer, REPORT, uid, scope, fields, new=new)
