"""The same kind of document for many units: one file each into a folder, one at a time.

A unit whose document cannot be made stops no other; what was written stays when the person cancels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import AppError, Refused
from models.kinds import Uid
from services.core import Progress
from services.documents import kinds, sources
from services.documents.kinds import Needs
from services.documents.orders import Wanted
from services.documents.rendering import Options
from services.files import write_atomic
from services.reports import drafting, issuing
from services.reports.issuing import Signature, Terms
from services.workspace import Workspace

_FORBIDDEN = frozenset('\\/:*?"<>|')
_MOST_BYTES = 180
"""Of a file's name without its ending: what every file system takes."""


@dataclass(frozen=True, slots=True)
class Made:
    """What became of one unit's document."""

    unit: Uid
    name: str
    """The unit's."""
    file: Path | None
    """Where it lies; None when it was not made."""
    title: str = ""
    number: str = ""
    pages: int = 0
    leaks: int = 0
    """Places in a draft that its reader must not read."""
    is_empty: bool = False
    failure: AppError | None = None


def batch(
    workspace: Workspace,
    wanted: Wanted,
    folder: Path,
    *,
    units: Iterable[Uid] | None = None,
    signatures: Sequence[Signature] = (),
    terms: Terms = Terms(),
    progress: Progress | None = None,
) -> tuple[Made, ...]:
    """Make, or with signatures issue, a document for each of `units` (all of them when None).

    Drafts without anything to tell are written too, so that every unit has its paper; issuing them
    is refused one by one.

    Raises:
        Refused: the kind is not about a unit, the folder cannot be written, or a number was typed
            in, which only one document can bear.
        Cancelled: the person stopped it; the files already made stay.
    """
    progress = progress or Progress()
    kind = kinds.kind_named(wanted.kind)
    if kind.needs is Needs.NOTHING:
        raise Refused("document_of_no_unit")
    if terms.number or terms.supersedes:
        raise Refused("document_number_of_many")
    if not folder.is_dir():
        raise Refused("folder_unwritable", path=str(folder), detail="")
    names = sources.units(workspace)
    chosen = [unit for unit in (names if units is None else units) if unit in names]
    made = []
    for done, unit in enumerate(chosen):
        progress.step(done, len(chosen), names[unit])
        one = replace(wanted, unit=Uid(unit))
        try:
            made.append(_one(workspace, one, folder, names[unit], signatures, terms))
        except AppError as failure:
            made.append(Made(Uid(unit), names[unit], None, failure=failure))
    progress.step(len(chosen), len(chosen), "")
    return tuple(made)


def _one(
    workspace: Workspace,
    wanted: Wanted,
    folder: Path,
    name: str,
    signatures: Sequence[Signature],
    terms: Terms,
) -> Made:
    unit = wanted.unit or Uid("")
    if signatures:
        issued = issuing.issue(workspace, wanted, signatures, terms)
        rendered, pdf, number = issued.rendered, issued.pdf, issued.number
        leaks, empty = 0, False
    else:
        draft = drafting.draft(workspace, wanted)
        rendered = draft.render(Options(ink=terms.ink))
        pdf, number = rendered.pdf, ""
        leaks, empty = len(draft.leaks), draft.is_empty
    file = _write(
        folder, f"{number}-{rendered.title}" if number else f"{name}-{rendered.title}", pdf
    )
    return Made(unit, name, file, rendered.title, number, rendered.pages, leaks, empty)


def file_name(text: str) -> str:
    """A name that every file system takes, without its ending."""
    kept = "".join(c for c in text if c.isprintable() and c not in _FORBIDDEN).strip(" .")
    while len(kept.encode()) > _MOST_BYTES:
        kept = kept[:-1]
    return kept.strip(" .") or "文书"


def _write(folder: Path, name: str, pdf: bytes) -> Path:
    """Write beside what lies there already, never over it."""
    stem = file_name(name)
    path = folder / f"{stem}.pdf"
    number = 2
    while path.exists():
        path = folder / f"{stem}（{number}）.pdf"
        number += 1
    write_atomic(path, pdf)
    return path
