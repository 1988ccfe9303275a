"""归档移交: a folder that an archive can open and verify without this program.

Issued documents under `文号-题名-日期.pdf`, their catalogue on paper and as a sheet, packages, the
trusted roots, checksums of all of it, and a page that tells how to verify. The folder takes its
name last: one that bears it is whole.
"""

import hashlib
import shutil
import ssl
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from models.errors import Damaged, Refused
from models.kinds import Uid, Value
from models.writer import new_uid
from services import certificates, package, words
from services.core import Filter, Progress, Row
from services.documents import canonical, catalogue, rendering
from services.documents.catalogue import Catalogue, Item, Verifying
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.orders import EVERYTHING, Order, Wanted
from services.documents.rendering import Options
from services.documents.sources import Addressing, frame
from services.documents.wording import wording
from services.files import write_atomic
from services.listing import MAX_LIMIT, page
from services.package import Means, Preset
from services.reports import registering
from services.reports.batch import file_name
from services.sheets import workbook
from services.words import _
from services.workspace import Workspace

_NOBODY = Addressing("nobody", ())
_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What lies in the folder."""

    folder: Path
    documents: int
    pages: int
    packages: tuple[Path, ...]
    files: int
    """All files that the checksums cover."""
    signer: str = ""
    """Who signed the packages; empty: nobody."""

    def in_words(self) -> str:
        """What lies where, and whether anybody vouches for the packages."""
        told = _(
            "已写好归档文件夹：{folder}，文书 {documents} 件 {pages} 页，文件 {files} 个"
        ).format(folder=self.folder, documents=self.documents, pages=self.pages, files=self.files)
        if not self.packages:
            return told + "\n" + _("没有带数据包")
        if self.signer:
            signed = _("数据包 {count} 个，由{name}签名")
            return told + "\n" + signed.format(count=len(self.packages), name=self.signer)
        unsigned = _("数据包 {count} 个，没有签名：交接时请当面核对校验和")
        return told + "\n" + unsigned.format(count=len(self.packages))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A line of the register on its way into the folder."""

    item: Item
    uid: Uid


def hand_over(
    workspace: Workspace,
    target: Path,
    *,
    means: Means | None = None,
    with_packages: bool = True,
    progress: Progress | None = None,
    options: Options = Options(),
) -> HandedOver:
    """Make the folder inside `target`; nothing is left of one that was not finished.

    Args:
        workspace: whose documents.
        target: a folder that is there.
        means: key and signature of the packages.
        with_packages: also all records, in packages of the archive's preset.
        progress: told how far it is.
        options: fonts of the catalogue.

    Raises:
        Refused: no such folder, no room, or one was made there today.
        Damaged: what was read back is not what was written, or an issued file is not whole.
        Cancelled: the person stopped it.
    """
    with words.in_chinese():
        order = Order(Wanted("catalogue", None, EVERYTHING), workspace.today().isoformat())
        head = frame(workspace, order, _NOBODY)
    name = file_name(wording("catalogue")("folder", group=head.group, date=head.date))
    final = target / name
    if final.exists():
        raise Refused("file_exists", path=str(final))
    if not target.is_dir():
        raise Refused("folder_unwritable", path=str(target), detail="")
    try:
        making = Path(tempfile.mkdtemp(prefix=".归档-", suffix=".part", dir=target))
    except OSError as error:
        detail = error.strerror or ""
        raise Refused("folder_unwritable", path=str(target), detail=detail) from error
    try:
        filling = _Filling(workspace, making, head, options, progress or Progress())
        done = filling.fill(means, with_packages=with_packages)
        _log(workspace, name, done.documents)
        making.rename(final)
    except OSError as error:
        detail = error.strerror or ""
        raise Refused("folder_unwritable", path=str(target), detail=detail) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    moved = tuple(final / path.relative_to(making) for path in done.packages)
    return replace(done, folder=final, packages=moved)


@dataclass(frozen=True, slots=True)
class _Filling:
    """A folder that is being filled, and what with."""

    workspace: Workspace
    folder: Path
    head: Frame
    options: Options
    progress: Progress

    def fill(self, means: Means | None, *, with_packages: bool) -> HandedOver:
        """Write everything, the checksums last."""
        say, folder = wording("catalogue"), self.folder
        kept = _documents(self.workspace, folder, self.head, self.progress)
        packages: tuple[Path, ...] = ()
        if with_packages:
            packages = _packages(self.workspace, folder, means, self.progress)
        roots = _roots(self.workspace, folder)
        _papers(folder, Catalogue(self.head, tuple(one.item for one in kept)), self.options)
        told = Verifying(self.head, len(kept), roots, bool(packages))
        made = catalogue.compose_verifying(told)
        _write_pdf(folder, say("verify_name"), made, told, self.options)
        count = _checksums(folder, say("sums_name"))
        pages = sum(one.item.pages for one in kept)
        signer = means.signer if means is not None and packages else None
        name = "" if signer is None else signer.name
        return HandedOver(folder, len(kept), pages, packages, count, name)


def _documents(
    workspace: Workspace, folder: Path, head: Frame, progress: Progress
) -> tuple[_Kept, ...]:
    """Every issued document, oldest first, under a name of its own."""
    rows = _lines(workspace)
    numbers = {row.uid: str(row.values.get("number") or "") for row in rows}
    kept: list[_Kept] = []
    taken: set[str] = set()
    for done, row in enumerate(rows):
        progress.step(done, len(rows), "archive")
        pdf = registering.file_of(workspace, row.uid)
        item = _item(row, head, numbers, _free(_stem(row), taken))
        write_atomic(folder / item.file, pdf)
        kept.append(_Kept(item, row.uid))
    return tuple(kept)


def _lines(workspace: Workspace) -> list[Row]:
    wanted = Filter({"state": list(registering.ISSUED)}, sort="issued_on")
    found: list[Row] = []
    total = 1
    while len(found) < total:
        some = page(workspace, "report", wanted, len(found), MAX_LIMIT)
        found += some.rows
        total = some.total
        if not some.rows:
            break
    return [row for row in found if row.values.get("file")]


def _stem(row: Row) -> str:
    parts = (row.values.get(name) for name in ("number", "title", "issued_on"))
    return file_name("-".join(str(part) for part in parts if part))


def _free(stem: str, taken: set[str]) -> str:
    """A name that no file of the folder has, by letters of either case."""
    names = (stem, *(f"{stem}-{n}" for n in range(2, 100_000)))
    name = next(one for one in names if one.casefold() not in taken)
    taken.add(name.casefold())
    return f"{name}.pdf"


def _item(row: Row, head: Frame, numbers: dict[Uid, str], file: str) -> Item:
    say, values = wording("catalogue"), row.values
    remarks = []
    if values.get("state") == "void":
        remarks.append(say("void"))
    supersedes = numbers.get(Uid(str(values.get("supersedes") or "")), "")
    if supersedes:
        remarks.append(say("supersedes", number=supersedes))
    signed = values.get("signed")
    some = signed if isinstance(signed, list) else []
    names = [str(one.get("name")) for one in some if isinstance(one, dict)]
    remarks.append(say("signed", names="、".join(names)) if names else say("unsigned"))
    if values.get("retention"):
        remarks.append(say("retention", retention=values["retention"]))
    pages = values.get("pages")
    return Item(
        number=str(values.get("number") or ""),
        author=head.group,
        title=str(values.get("title") or ""),
        day=str(values.get("issued_on") or ""),
        label=head.label,
        pages=pages if isinstance(pages, int) else 0,
        remarks=tuple(remarks),
        file=file,
    )


def _packages(
    workspace: Workspace, folder: Path, means: Means | None, progress: Progress
) -> tuple[Path, ...]:
    inner = folder / wording("catalogue")("packages")
    inner.mkdir()
    order = package.Order(preset=Preset.ARCHIVE)
    written = package.write(workspace, inner, order, means, progress)
    return tuple(parcel.path for parcel in written.parcels)


def _roots(workspace: Workspace, folder: Path) -> tuple[tuple[str, str], ...]:
    """The trusted roots, each a file that other programs take."""
    found = []
    for der in package.trusted_roots(workspace):
        shown = certificates.fingerprint(der)
        name = f"根证书-{shown[:9].replace(' ', '')}.pem"
        write_atomic(folder / name, ssl.DER_cert_to_PEM_cert(der).encode())
        found.append((name, shown))
    return tuple(found)


def _papers(folder: Path, data: Catalogue, options: Options) -> None:
    name = wording("catalogue")("name")
    _write_pdf(folder, name, catalogue.compose(data), data, options)
    columns, rows = catalogue.table_of(data)
    write_atomic(folder / f"{name}.xlsx", workbook(name, columns, rows))


def _write_pdf(
    folder: Path, name: str, made: Composed, data: Catalogue | Verifying, options: Options
) -> None:
    rendered = rendering.render(made, data.frame, canonical.digest(data), options)
    write_atomic(folder / f"{name}.pdf", rendered.pdf)


def _checksums(folder: Path, name: str) -> int:
    """Write the checksums of all files, as `sha256sum -c` reads them, of what lies on the disk."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    write_atomic(folder / name, "".join(lines).encode())
    return len(files)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while some := file.read(_READ_BYTES):
            digest.update(some)
    return digest.hexdigest()


def verify_folder(folder: Path) -> tuple[str, ...]:
    """Names of files that are missing or are not what the checksums say; empty for a whole folder.

    Raises:
        Damaged: there are no checksums, or they are not readable.
    """
    sums = folder / wording("catalogue")("sums_name")
    try:
        lines = sums.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Damaged("archive_sums_bad", path=sums.name) from error
    wrong = []
    for line in lines:
        digest, _gap, name = line.partition("  ")
        path = folder / name
        inside = path.resolve().is_relative_to(folder.resolve())
        if not inside or not path.is_file() or _sha256(path) != digest:
            wrong.append(name)
    return tuple(wrong)


def _log(workspace: Workspace, name: str, documents: int) -> None:
    with workspace.store.write(workspace.actor) as writer:
        fields: dict[str, Value] = {
            "what": "archive_written",
            "of": name,
            "why": str(documents),
        }
        writer.put("log", new_uid(), "log", fields, new=True)
