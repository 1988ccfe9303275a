"""Briefings as records: begun, edited paragraph by paragraph, brought up to date.

A person's text is never overwritten. The program keeps beside it what it had drafted; when new
records would make another draft, the paragraph is told to be stale, and a person decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.errors import Refused
from models.kinds import Uid, Value
from models.writer import Writer, new_uid
from services import records, rows, rules
from services.briefings.drafting import drafted
from services.briefings.reading import (
    BRIEFING,
    GENRE,
    as_list,
    as_map,
    drafts,
    fresh,
    heading_key,
    is_heading,
    told,
)
from services.briefings.shapes import HEADED, Genre
from services.core import Changes, Row
from services.documents.orders import Period
from services.documents.wording import wording
from services.workspace import Workspace

_CHANGED = Changes(frozenset({"briefing"}))


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What new records did to a draft; ids of paragraphs, keys of headings."""

    changes: Changes
    rewritten: tuple[str, ...]
    stale: tuple[str, ...]
    """Edited ones, left as they are."""


def new(workspace: Workspace, period: Period, title: str = "", genre: Genre = Genre.GENERAL) -> Uid:
    """Begin a briefing: its draft is written at once.

    Raises:
        Refused: a title that cannot be stored.
    """
    title = rules.check_text(title.strip(), rules.MAX_TEXT, lines=False)
    uid = new_uid()
    sections = drafted(workspace, period, (), told(workspace))
    fields: dict[str, Value] = {
        "title": title or wording("briefing")("title"),
        "period_start": period.start or None,
        "period_end": period.end or None,
        "state": "draft",
        **({} if genre is Genre.GENERAL else {"arranged": {GENRE: genre.value}}),
        **{f"drafted.{p.id}": p.text for s in sections for p in s.paragraphs if p.text},
    }
    with workspace.store.write(workspace.actor) as writer:
        scope = rows.scope_of(workspace, writer.connection, BRIEFING, {})
        rows.write_row(writer, BRIEFING, uid, scope, fields, new=True)
    return uid


def edit(workspace: Workspace, uid: Uid, paragraph: str, text: str) -> Changes:
    """Keep a person's text of a paragraph; the drafted text itself makes it unedited again.

    Raises:
        Refused: no such briefing, an issued one, a paragraph in conflict, or a text that cannot be
            stored.
    """
    text = rules.check_text(text, rules.MAX_LONG_TEXT, lines=True)
    with workspace.store.write(workspace.actor) as writer:
        row = _open(writer, uid, f"texts.{paragraph}")
        same = text == str(as_map(row.values.get("drafted")).get(paragraph) or "")
        _write(writer, uid, {f"texts.{paragraph}": None if same else text})
    return _CHANGED


def edit_heading(workspace: Workspace, uid: Uid, section: str, text: str) -> Changes:
    """Keep a person's heading of a section; empty or the template's own takes the change back.

    Raises:
        Refused: no such briefing or section, an issued briefing, a heading in conflict, or one that
            cannot be stored.
    """
    text = rules.check_text(text.strip(), rules.MAX_TEXT, lines=False)
    key = heading_key(section)
    with workspace.store.read() as connection:
        row = rows.read(connection, BRIEFING, uid)
    known = {s.id: s.heading for s in fresh(workspace, row) if s.part in HEADED}
    if section not in known:
        raise Refused("field_unknown", field=section[:40], kind="briefing")
    with workspace.store.write(workspace.actor) as writer:
        _open(writer, uid, f"texts.{key}")
        same = text in ("", known[section])
        fields: dict[str, Value] = {f"texts.{key}": None, f"drafted.{key}": None}
        if not same:
            fields = {f"texts.{key}": text, f"drafted.{key}": known[section]}
        _write(writer, uid, fields)
    return _CHANGED


def set_genre(workspace: Workspace, uid: Uid, genre: Genre) -> Changes:
    """Say what the briefing is, and so how long it may be; raises what `edit` does."""
    with workspace.store.write(workspace.actor) as writer:
        row = _open(writer, uid, "arranged")
        arranged = as_map(row.values.get("arranged"))
        _write(writer, uid, {"arranged": {**arranged, GENRE: genre.value}})
    return _CHANGED


def switch(workspace: Workspace, uid: Uid, part: str, *, shown: bool) -> Changes:
    """Tick a section or paragraph, or leave it out; raises what `edit` does."""
    with workspace.store.write(workspace.actor) as writer:
        row = _open(writer, uid, "arranged")
        arranged = as_map(row.values.get("arranged"))
        off = {str(one) for one in as_list(arranged.get("off"))}
        off = off - {part} if shown else off | {part}
        _write(writer, uid, {"arranged": {**arranged, "off": _texts(sorted(off))}})
    return _CHANGED


def arrange(workspace: Workspace, uid: Uid, order: Sequence[str]) -> Changes:
    """Keep the order of sections and paragraphs, by their ids; raises what `edit` does."""
    with workspace.store.write(workspace.actor) as writer:
        row = _open(writer, uid, "arranged")
        arranged = as_map(row.values.get("arranged"))
        _write(writer, uid, {"arranged": {**arranged, "order": _texts(order)}})
    return _CHANGED


def clear_units(workspace: Workspace, uid: Uid, units: Iterable[Uid]) -> Changes:
    """Say which units this briefing may name (允许点名).

    Raises:
        Refused: an issued briefing, or a unit that is none.
        Invalid: as above, with every fault.
    """
    with workspace.store.read() as connection:
        _refuse_issued(rows.read(connection, BRIEFING, uid))
    return records.change(workspace, "briefing", uid, {"cleared": _texts(sorted(units))}).changes


def set_facts(workspace: Workspace, uid: Uid, values: Mapping[str, Value]) -> Changes:
    """Title, 期, date or copies of a briefing.

    Raises:
        Refused: an issued briefing, or a field that is not one of these.
        Invalid: a value has faults.
    """
    strange = sorted(values.keys() - {"title", "issue", "date", "copies"})
    if strange:
        raise Refused("field_unknown", field=strange[0][:40], kind="briefing")
    with workspace.store.read() as connection:
        _refuse_issued(rows.read(connection, BRIEFING, uid))
    return records.change(workspace, "briefing", uid, values).changes


def refresh(workspace: Workspace, uid: Uid) -> Refreshed:
    """Draft anew from the records as they stand: edited paragraphs are left alone and told.

    Raises:
        Refused: no such briefing, or an issued one.
    """
    with workspace.store.read() as connection:
        row = rows.read(connection, BRIEFING, uid)
    _refuse_issued(row)
    then, texts = (as_map(row.values.get(name)) for name in ("drafted", "texts"))
    # A heading is kept only beside a person's own.
    given = drafts(fresh(workspace, row))
    now = {name: given[name] for name in given if name in then or not is_heading(name)}
    changed = [name for name in {**then, **now} if (then.get(name) or "") != now.get(name, "")]
    edited = [n for n in changed if isinstance(texts.get(n), str) and texts[n] != then.get(n)]
    rewritten = [name for name in changed if name not in edited]
    if rewritten:
        with workspace.store.write(workspace.actor) as writer:
            _open(writer, uid)
            _write(writer, uid, {f"drafted.{name}": now.get(name) or None for name in rewritten})
    return Refreshed(_CHANGED, tuple(rewritten), tuple(edited))


def settle(workspace: Workspace, uid: Uid, paragraph: str, *, take_new: bool) -> Changes:
    """Decide on a stale paragraph or heading (by its key): take the new one, or keep one's own.

    Raises:
        Refused: no such briefing, an issued one, or a paragraph in conflict.
    """
    with workspace.store.write(workspace.actor) as writer:
        row = _open(writer, uid, f"texts.{paragraph}")
        now = drafts(fresh(workspace, row))
        fields: dict[str, Value] = {f"drafted.{paragraph}": now.get(paragraph) or None}
        if take_new:
            fields[f"texts.{paragraph}"] = None
        _write(writer, uid, fields)
    return _CHANGED


def _open(writer: Writer, uid: Uid, field: str = "") -> Row:
    """A draft that may be written to; raises what `edit` does."""
    row = rows.read(writer.connection, BRIEFING, uid)
    _refuse_issued(row)
    if field and field in row.conflicts:
        raise Refused("field_in_conflict", kind="briefing", fields=field)
    return row


def _refuse_issued(row: Row) -> None:
    if row.values.get("state") == "issued":
        raise Refused("briefing_issued")


def _write(writer: Writer, uid: Uid, fields: Mapping[str, Value]) -> None:
    scope = rows.work_scope_of(writer.connection, BRIEFING, uid)
    rows.write_row(writer, BRIEFING, uid, scope, fields)


def _texts(those: Iterable[str]) -> list[Value]:
    return list(those)
