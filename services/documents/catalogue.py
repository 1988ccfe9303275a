"""归档文件目录, and the page that tells how to verify what is handed over without this program."""

from dataclasses import dataclass

from services.documents import composing
from services.documents.blocks import Column, Heading, Note, Subtitle, Table, body
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.wording import chinese_date, wording

_SHARES = ((8, 0), (20, 0), (40, 0), (28, 0), (64, 1), (24, 0), (20, 0), (10, 0), (32, 1))


@dataclass(frozen=True, slots=True)
class Item:
    """One document that is handed over."""

    number: str
    author: str
    """责任者."""
    title: str
    day: str
    """ISO day of its issue."""
    label: str
    """密级, or 内部资料 注意保存."""
    pages: int
    remarks: tuple[str, ...] = ()
    file: str = ""
    """Its name in the folder."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the catalogue prints."""

    frame: Frame
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Verifying:
    """What the page on verifying prints."""

    frame: Frame
    count: int
    roots: tuple[tuple[str, str], ...]
    """File and fingerprint of each root certificate."""
    has_packages: bool


def table_of(data: Catalogue) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Column titles and rows, as the catalogue and the sheet of it have them."""
    rows = tuple(
        (
            *(str(n), "", item.number, item.author, item.title, chinese_date(item.day)),
            *(item.label, str(item.pages), "；".join(item.remarks)),
        )
        for n, item in enumerate(data.items, 1)
    )
    return wording("catalogue").several("columns"), rows


def compose(data: Catalogue) -> Composed:
    """Title, days and the table, across."""
    say = wording("catalogue")
    head = data.frame
    made = composing.sheet(head, say.several("title"), across=True)
    today = chinese_date(head.date)
    told = say("subtitle", group=head.group, campaign=head.campaign, today=today)
    made.blocks.append(Subtitle(told))
    if not data.items:
        made.blocks.append(body(say("none")))
        return made
    titles, rows = table_of(data)
    columns = tuple(
        Column(title, share, left=bool(left))
        for title, (share, left) in zip(titles, _SHARES, strict=True)
    )
    made.blocks.append(Table(columns, tuple(_filled(row) for row in rows)))
    pages = sum(item.pages for item in data.items)
    made.blocks.append(Note(say("note", count=len(data.items), pages=pages)))
    return made


def _filled(row: tuple[str, ...]) -> tuple[str, ...]:
    """A dash where there is nothing; the archive writes its own number by hand."""
    return tuple(cell or ("" if place == 1 else "—") for place, cell in enumerate(row))


def compose_verifying(data: Verifying) -> Composed:
    """What to do, in order."""
    say = wording("catalogue")
    head = data.frame
    made = composing.sheet(head, say.several("verify.title"))
    made.blocks.append(
        body(
            say(
                "verify.intro",
                group=head.group,
                campaign=head.campaign,
                date=chinese_date(head.date),
                count=data.count,
            )
        )
    )
    made.blocks += [
        Heading(1, say("verify.files_heading")),
        body(say("verify.files", sums=say("sums_name"))),
        Heading(1, say("verify.signed_heading")),
    ]
    if data.roots:
        made.blocks.append(body(say("verify.signed", root=data.roots[0][0])))
        # Two lines of eight groups each: none of them breaks, whatever the digits are.
        for _file, shown in data.roots:
            groups = shown.split()
            made.blocks += [body(" ".join(groups[at : at + 8])) for at in range(0, len(groups), 8)]
    else:
        made.blocks.append(body(say("verify.no_root")))
    packages = say("verify.data", packages=say("packages"))
    made.blocks += [
        Heading(1, say("verify.signers_heading")),
        body(say("verify.signers")),
        Heading(1, say("verify.data_heading")),
        body(packages if data.has_packages else say("verify.no_data")),
    ]
    return made
