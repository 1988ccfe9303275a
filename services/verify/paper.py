"""The verdict on one page of paper, from the text of its QR code; offline, from our own records."""

from dataclasses import dataclass

import sqlalchemy as sa

from models.base import table
from services import certificates, page_keys, reports
from services.documents.paper import PageMark, page_code, read_page
from services.workspace import Workspace

_MOST = 5000
"""Lines of the register whose pages are searched for a typed code."""


@dataclass(frozen=True, slots=True)
class PaperVerdict:
    """What a page's mark says, and what the records say to it."""

    verdict: str
    """`match`: the records are as they were when it was issued; `differ`: they have changed since;
    `mismatch`: the register holds that document under another number or with other pages;
    `unknown`: not in our register; `forged`: the mark's signature does not fit it."""
    number: str
    page: int
    pages: int
    digest: str
    code: str
    own_key: bool
    """Signed with this file's own key; another laptop's key is not known here."""
    title: str = ""
    issued_on: str = ""
    state: str = ""
    """The register's: issued, delivered, receipted, void."""
    differing: tuple[str, ...] = ()
    """Paths of the data that are different now."""


def paper(text: str, workspace: Workspace) -> PaperVerdict:
    """Check the text of a scanned QR.

    Raises:
        Refused: `page_mark_unreadable`: not the QR of one of our pages.
    """
    mark = read_page(text)
    own = page_keys.own(workspace)
    own_key = own is not None and own.public == mark.public
    if not certificates.page_signed(mark.public, mark.signed, mark.signature):
        return _verdict("forged", mark, own_key=False)
    report = table("report")
    with workspace.store.read() as connection:
        query = sa.select(report).where(report.c.digest == mark.digest)
        found = connection.execute(query).first()
    if found is None:
        return _verdict("unknown", mark, own_key=own_key)
    comparison = reports.compare(workspace, mark.digest)
    same = (found.number or "").startswith(mark.number) and found.pages == mark.pages
    return _verdict(
        comparison.verdict if same else "mismatch",
        mark,
        own_key=own_key,
        title=found.title or "",
        issued_on=found.issued_on or "",
        state=found.state or "",
        differing=comparison.differing,
    )


def _verdict(
    verdict: str,
    mark: PageMark,
    *,
    own_key: bool,
    title: str = "",
    issued_on: str = "",
    state: str = "",
    differing: tuple[str, ...] = (),
) -> PaperVerdict:
    return PaperVerdict(
        *(verdict, mark.number, mark.page, mark.pages, mark.digest, mark.code, own_key),
        *(title, issued_on, state, differing),
    )


@dataclass(frozen=True, slots=True)
class CodedPage:
    """A page of the register that bears a code."""

    uid: str
    number: str
    title: str
    page: int


def pages_with(code: str, workspace: Workspace) -> tuple[CodedPage, ...]:
    """Which pages of issued documents bear the eight characters, however they were typed."""
    wanted = _plain(code)
    report = table("report")
    with workspace.store.read() as connection:
        query = sa.select(report).where(report.c.digest.is_not(None)).limit(_MOST)
        lines = connection.execute(query).all()
    return tuple(
        CodedPage(line.uid, line.number or "", line.title or "", page)
        for line in lines
        for page in range(1, (line.pages or 0) + 1)
        if _plain(page_code(line.number or "", page, line.pages, line.digest)) == wanted
    )


def _plain(code: str) -> str:
    """As it is compared: without hyphens and spaces, O read as 0, I and L as 1."""
    kept = "".join(c for c in code.upper() if c.isalnum())
    return kept.replace("O", "0").replace("I", "1").replace("L", "1")
