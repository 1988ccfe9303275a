"""The office of the demonstration: what the groups reported, and the founding text as its briefing.

The office's file is filled here as if the groups' packages had been taken in.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from models.errors import NotVerified
from models.files import write_atomic
from models.kinds import Uid, Value
from services import briefings, certificates, problems, records, workspace
from services.briefings import issuing
from services.briefings.paper import FIELD
from services.certificates import Identity
from services.documents.orders import parse_period
from services.signing import sign_change
from services.verify import verify_pdf
from services.workspace import NewGroup, Workspace

_DATA = Path(__file__).resolve().parents[1] / "resources" / "demo" / "office.toml"
_TALLY = ("issued", "returned", "valid", "good", "fairly_good", "average", "poor", "abstained")
_NUMBER = 99
_EVERY = 7
"""Each seventh visit is of a larger group of people."""

_Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Office:
    """The office's workspace and its briefing."""

    file: Path
    briefing: Path
    issue: int
    pages: int
    characters: int
    problems: int
    signer: str


def make(folder: Path, root: Identity, secrets: tuple[str, str]) -> tuple[Office, Identity]:
    """Make the office's file and its issued briefing; `secrets` open the file and the names.

    Raises:
        NotVerified: the finished briefing does not verify (a fault of the program).
    """
    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    person = str(data["person"])
    signer = certificates.issue(root, person)
    file = folder / f"{data['name']}.dudao"
    opened = workspace.create(
        file, *secrets, NewGroup("yinchuan-2014", str(data["name"]), _NUMBER, person)
    )
    try:
        opened.day = date.fromisoformat(str(data["day"]))
        _fill(opened, data, signer)
        # Problems are confirmed by a group's leader, briefings are issued by the office.
        records.change(opened, "group", opened.group, {"is_office": True})
        return _issue(opened, data, folder, signer, root), signer
    finally:
        opened.close()


def _fill(opened: Workspace, data: _Table, signer: Identity) -> None:
    units = _tables(data["units"])
    uids = records.add(opened, "unit", [_plain(one) for one in units]).uids
    by_name = dict(zip((str(one["name"]) for one in units), uids, strict=True))
    helper = records.add(opened, "person", [{"name": "沈洁", "letter": "B"}]).uids[0]
    found = []
    for table in _tables(data["problems"]):
        fields = _plain(table)
        fields |= {
            "unit": by_name[str(table["unit"])],
            "facts": str(fields.pop("place")) + str(table["public_text"]),
            "handlers": [opened.actor, helper],
            "evidence": ["督导组报来的材料"],
            "found_how": "by_inspection",
            "level": "team",
        }
        found.append(fields)
    for uid in records.add(opened, "problem", found).uids:
        problems.move(opened, uid, "confirm", {}, sign=partial(sign_change, signer=signer))
    for table in _tables(data["receptions"]):
        records.add(opened, "reception", list(_receptions(table)))
    rated = [_evaluation(table, by_name) for table in _tables(data["evaluations"])]
    records.add(opened, "evaluation", rated)
    records.add(opened, "opinion", list(_opinions(data, uids)))
    records.add(opened, "case", [_plain(one) for one in _tables(data["cases"])])


def _receptions(table: _Table) -> Iterator[dict[str, Value]]:
    """So many receptions, evenly over the days; of visits some are of larger groups."""
    count = int(str(table["count"]))
    first = date.fromisoformat(str(table["first"]))
    days = (date.fromisoformat(str(table["last"])) - first).days
    left = int(str(table.get("persons") or 0))
    for n in range(count):
        record: dict[str, Value] = {
            "channel": str(table["channel"]),
            "date": (first + timedelta(days=days * n // max(count - 1, 1))).isoformat(),
            "gist": f"{table['gist']}（{n + 1}）",
        }
        if left:
            mean = left // (count - n)
            persons = left if n == count - 1 else min(left, mean * (2 if n % _EVERY == 0 else 1))
            record["persons"] = persons
            left -= persons
        yield record


def _evaluation(table: _Table, units: Mapping[str, Uid]) -> dict[str, Value]:
    tally, written = table["overall"], table["written"]
    record: dict[str, Value] = {
        "unit": units[str(table["unit"])],
        "round": 1,
        "subject": "team",
        "item": "overall",
        "date": str(table["date"]),
    }
    if isinstance(tally, list) and isinstance(written, list):
        record |= dict(zip(_TALLY, tally, strict=True))
        record |= {"blank": written[0], "none_written": written[1]}
    return record


def _opinions(data: _Table, units: tuple[Uid, ...]) -> Iterator[dict[str, Value]]:
    for table in _tables(data["opinions"]):
        fields = _plain(table)
        count = int(str(fields.pop("count")))
        for n in range(count):
            text = f"{fields['text']}（{n + 1}）"
            yield {**fields, "unit": units[n % len(units)], "text": text, "round": 1}


def _issue(
    opened: Workspace, data: _Table, folder: Path, signer: Identity, root: Identity
) -> Office:
    uid = briefings.new(opened, parse_period(str(data["period"])), str(data["title"]))
    facts = {name: int(str(data[name])) for name in ("issue", "copies")}
    briefings.set_facts(opened, uid, {**facts})
    briefings.switch(opened, uid, "cases", shown=False)
    characters = briefings.load(opened, uid).characters
    issued = issuing.issue(opened, uid, [signer])
    target = folder / f"简报第{issued.issue}期.pdf"
    write_atomic(target, issued.pdf)
    verdict = verify_pdf(target.read_bytes(), roots=[root.certificate], expected=(FIELD,))
    if not verdict.ok:
        raise NotVerified("demo_not_verified", path=target.name)
    return Office(
        file=opened.store.path,
        briefing=target,
        issue=issued.issue,
        pages=issued.rendered.pages,
        characters=characters,
        problems=workspace.info(opened).counts.get("problem", 0),
        signer=signer.name,
    )


def _plain(table: _Table) -> dict[str, Value]:
    """A table of the data file as values (it holds no floats and no dates)."""
    return {k: v for k, v in table.items() if isinstance(v, str | int | list)}


def _tables(value: object) -> list[_Table]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
