"""数据移交单: files that change hands, how to check them, and two places to sign on paper."""

from dataclasses import dataclass

from models.catalogue import INTERNAL
from services import words
from services.documents import composing, forms
from services.documents.blocks import Column, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.orders import Order
from services.documents.sources import Addressing, frame
from services.documents.wording import Wording, wording
from services.package import drawn_part, sent, slip
from services.workspace import Workspace

_NOBODY = Addressing("nobody", ())
_KILO = 1024


@dataclass(frozen=True, slots=True)
class File:
    """One file that changes hands."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TransferSlip:
    """What the slip prints."""

    frame: Frame
    sender: str
    receiver: str
    units: tuple[str, ...]
    """Empty means all."""
    files: tuple[File, ...]
    counts: tuple[tuple[str, int], ...]
    """Kind of records in words, and how many."""
    contents: int
    contents_bytes: int
    roots: tuple[str, ...]
    """Fingerprints of the roots to compare signatures by."""


def gather(workspace: Workspace, order: Order) -> TransferSlip:
    """The packages it is about: their ids, with commas; the last one sent when none is named.

    Raises:
        Refused: `package_unknown`: nothing was sent, or not that.
    """
    ids = frozenset(part for part in order.wanted.about.split(",") if part)
    if not ids:
        ids = frozenset(one.package for one in sent(workspace)[:1])
    told = slip(workspace, ids)
    counts = tuple(
        (words.kind(kind), n)
        for kind, n in sorted(told.counts.items())
        if n and kind not in INTERNAL
    )
    packed = f"{told.sender} {told.packed_by}".strip()
    return TransferSlip(
        frame=frame(workspace, order, _NOBODY),
        sender=packed,
        receiver=told.receiver,
        units=told.units,
        files=tuple(File(one.file, one.size_bytes, one.sha256) for one in told.files),
        counts=counts,
        contents=told.contents,
        contents_bytes=told.contents_bytes,
        roots=told.roots,
    )


def compose(data: TransferSlip) -> Composed:
    """Files with their checksums, counts, and the places to sign."""
    say = wording("transfer_slip")
    made = composing.sheet(data.frame, say.several("title"))
    receiver = data.receiver or say("receiver_blank")
    units = "、".join(data.units) or say("all_units")
    made.blocks.append(body(say("text", sender=data.sender, receiver=receiver, units=units)))
    titles = say.several("file_columns")
    columns = tuple(
        Column(title, share, left=bool(left))
        for title, share, left in zip(titles, (10, 52, 22, 72), (0, 1, 0, 1), strict=True)
    )
    rows = tuple(
        (str(n), one.name, _size(one.size_bytes, say), one.sha256)
        for n, one in enumerate(data.files, 1)
    )
    made.blocks.append(Table(columns, rows, say("files")))
    counts = "、".join(say("count", kind=kind, count=count) for kind, count in data.counts)
    made.blocks.append(body(say("counts", counts=counts or "—")))
    size = _size(data.contents_bytes, say)
    made.blocks.append(body(say("contents", count=data.contents, size=size)))
    roots = say("roots", roots="；".join(data.roots)) if data.roots else say("no_roots")
    made.blocks.append(body(roots))
    made.marks |= {drawn_part(one.name) for one in data.files} | set(data.roots)
    signs = say.several("signs")
    made.blocks.append(forms.places(signs, ("", "", say("checked"))))
    return made


def _size(count: int, say: Wording) -> str:
    if count < _KILO:
        return say("bytes", size=count)
    if count < _KILO * _KILO:
        return say("kilo", size=f"{count / _KILO:.1f}")
    return say("mega", size=f"{count / _KILO / _KILO:.1f}")
