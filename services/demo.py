"""The whole job on practice data: two groups with signed reports, the office with a briefing."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from models.errors import NotVerified, Refused
from models.files import write_atomic
from models.kinds import Uid, Value
from services import certificates, demo_office, problems, records, reports, workspace
from services.certificates import Identity
from services.core import Progress
from services.demo_office import Office
from services.documents.orders import parse_period
from services.health import check
from services.signing import sign_change
from services.verify import verify_pdf
from services.workspace import NewGroup, Workspace

PASSPHRASE = "练习口令2014"  # noqa: S105 - practice data, printed on the screen
"""Opens the practice workspaces; it protects nothing."""
NAMES_PASSPHRASE = "练习实名2014"  # noqa: S105 - as above
"""Opens the practice names."""
P12_PASSPHRASE = "练习签名2014"  # noqa: S105 - as above
"""Opens the practice identities."""
_DATA = Path(__file__).resolve().parents[1] / "resources" / "demo" / "demo.toml"
_TALLY = ("issued", "returned", "valid", "good", "fairly_good", "average", "poor", "abstained")
_PATH = ("submit", "confirm", "assign", "start", "apply-closure", "close")
_STATES = ("clue", "submitted", "confirmed", "assigned", "rectifying", "verifying", "closed")

_Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Made:
    """One workspace of the demonstration and its report."""

    file: Path
    report: Path
    group: str
    counts: Mapping[str, int]
    state_code: str
    number: str
    pages: int
    signers: tuple[str, ...]
    names_sealed: int


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demonstration made and where."""

    groups: tuple[Made, ...]
    office: Office
    root: Path
    """Root certificate (PEM), to verify the reports with."""
    identities: tuple[Path, ...]


def make(folder: Path, progress: Progress | None = None) -> Demo:
    """Make the practice data in an empty or new folder.

    Raises:
        Refused: the folder is not empty or cannot be written.
        NotVerified: a finished report does not verify (a fault of the program).
    """
    progress = progress or Progress()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Refused("folder_not_empty", path=str(folder))
        papers = folder / "证书"
        papers.mkdir()
    except OSError as error:
        detail = error.strerror or ""
        raise Refused("folder_unwritable", path=str(folder), detail=detail) from error
    data = tomllib.loads(_DATA.read_text(encoding="utf-8"))
    progress.step(0, 5, "certificates")
    root = certificates.make_root(str(data["root"]))
    root_file = papers / "根证书.pem"
    write_atomic(root_file, certificates.pem(root))
    made, identities = [], []
    for done, group in enumerate(data["groups"], start=1):
        progress.step(done, 5, str(group["name"]))
        people = {n: certificates.issue(root, n) for n in group["members"][:2]}
        for name, identity in people.items():
            identities.append(papers / f"{name}.p12")
            p12 = certificates.save_p12(identity, P12_PASSPHRASE)
            write_atomic(identities[-1], p12, private=True)
        made.append(_make_group(folder, data, group, people, root))
    progress.step(3, 5, "office")
    office, signer = demo_office.make(folder, root, (PASSPHRASE, NAMES_PASSPHRASE))
    identities.append(papers / f"{signer.name}.p12")
    write_atomic(identities[-1], certificates.save_p12(signer, P12_PASSPHRASE), private=True)
    progress.step(5, 5, "done")
    return Demo(tuple(made), office, root_file, tuple(identities))


def _make_group(
    folder: Path, data: _Table, group: _Table, people: Mapping[str, Identity], root: Identity
) -> Made:
    members = _texts(group["members"])
    new = NewGroup("yinchuan-2014", str(group["name"]), int(str(group["number"])), members[0])
    file = folder / f"{group['name']}.dudao"
    opened = workspace.create(file, PASSPHRASE, NAMES_PASSPHRASE, new)
    try:
        opened.day = date.fromisoformat(str(data["day"]))
        team = _add_people(opened, members)
        units = _tables(group["units"])
        uids = records.add(opened, "unit", [_plain(u) for u in units]).uids
        by_name = dict(zip((str(u["name"]) for u in units), uids, strict=True))
        _add_records(opened, data, by_name, team)
        _add_problems(opened, data, by_name, team, people)
        report = folder / f"{group['report']}督导检查报告.pdf"
        return _issue(opened, data, by_name[str(group["report"])], report, people, root)
    finally:
        opened.close()


def _add_people(opened: Workspace, members: Sequence[str]) -> tuple[Uid, ...]:
    """The other members, with letters; the second one is liaison."""
    letters = "BCDEFGH"
    others: list[dict[str, Value]] = [
        {"name": name, "letter": letter} for name, letter in zip(members[1:], letters, strict=False)
    ]
    added = records.add(opened, "person", others).uids
    team = (opened.actor, *added)
    fields: dict[str, Value] = {"members": list(team), "liaisons": [added[0]]}
    records.change(opened, "group", opened.group, fields)
    return team


def _of_group(table: object, units: Mapping[str, Uid]) -> list[_Table]:
    return [t for t in _tables(table) if t["unit"] in units]


def _add_records(
    opened: Workspace, data: _Table, units: Mapping[str, Uid], team: Sequence[Uid]
) -> None:
    visits: list[dict[str, Value]] = []
    checks: list[dict[str, Value]] = []
    for n, unit in enumerate(units.values()):
        day = f"2014-04-{15 + 3 * n:02d}"
        way = ("open", "papers", "sit_in", "talk", "open")[n % 5]
        visits.append(
            {"unit": unit, "date": day, "way": way, "state": "done", "participants": list(team[:2])}
        )
        checks.append(
            {
                "unit": unit, "form": "study_check", "date": day, "checkers": list(team[1:3]),
                "answers": {
                    "plan_exists": n % 2 == 0, "plan_held": [4 + n, 6 + n], "self_plan": False,
                    "notebooks": [2, 5], "spot_questions": [3, 8],
                },
                "result": ("formality", "basic", "solid")[n % 3],
                "action": ("make_up", "urge", "none")[n % 3],
            }
        )  # fmt: skip
    records.add(opened, "visit", visits)
    records.add(opened, "check", checks)
    for talk in _of_group(data["interviews"], units):
        _add_interview(opened, talk, team)
    opinions = [
        {**_plain(o), "channel": "talk", "round": 1} for o in _of_group(data["opinions"], units)
    ]
    records.add(opened, "opinion", opinions)
    for evaluation in _of_group(data["evaluations"], units):
        records.add(opened, "evaluation", _evaluations(evaluation))


def _add_interview(opened: Workspace, talk: _Table, team: Sequence[Uid]) -> None:
    """One talk, and who spoke, sealed."""
    fields = _plain(talk)
    name = fields.pop("name")
    fields |= {
        "text": str(talk["text"]).strip(), "talkers": list(team[:2]), "recorder": team[1],
        "round": 1, "state": "finished",
    }  # fmt: skip
    uid = records.add(opened, "interview", [fields]).uids[0]
    code = records.get(opened, "interview", uid).values["code_name"]
    records.add(opened, "identity", [{"code_name": code, "real_name": name}])


def _evaluations(table: _Table) -> list[dict[str, Value]]:
    written = table["written"]
    blank, none_written = written if isinstance(written, list) else (0, 0)
    rows: list[dict[str, Value]] = []
    for item in ("overall", "formalism", "bureaucracy", "hedonism", "extravagance"):
        tally = table.get(item)
        if isinstance(tally, list):
            row: dict[str, Value] = {
                "unit": str(table["unit"]), "round": 1, "subject": "team", "item": item,
                "date": str(table["date"]),
            }  # fmt: skip
            rows.append(row | dict(zip(_TALLY, tally, strict=True)))
    rows[0] |= {"blank": blank, "none_written": none_written}
    return rows


def _add_problems(
    opened: Workspace,
    data: _Table,
    units: Mapping[str, Uid],
    team: Sequence[Uid],
    people: Mapping[str, Identity],
) -> None:
    leader = next(iter(people.values()))
    guidance = {s.id: s.guidance for s in opened.template.sub_kinds()}
    for table in _of_group(data["problems"], units):
        fields = _plain(table)
        goes_to = str(fields.pop("goes_to"))
        place = str(fields.pop("place"))
        fields |= {
            "facts": place + guidance[str(fields["sub_kind"])],
            "handlers": list(team[1:3]),
            "evidence": ["查阅材料复印件"],
            "found_how": "by_inspection",
            "level": "team",
        }
        uid = records.add(opened, "problem", [fields]).uids[0]
        for verb in _PATH[: _STATES.index(goes_to)]:
            _move(opened, uid, verb, str(fields.get("deadline") or "2014-05-31"), leader)


def _move(opened: Workspace, uid: Uid, verb: str, deadline: str, leader: Identity) -> None:
    given: dict[str, Value] = {}
    if verb == "assign":
        given = {
            "received_by": "单位主要负责人",
            "received_on": "2014-04-30",
            "delivery": "in_person",
        }
    elif verb == "start":
        measure: dict[str, Value] = {
            "problem": uid,
            "what": "列出计划，逐项整改，每周检查一次",
            "responsible": "单位主要负责人",
            "standard": "件件有着落，群众认可",
            "deadline": deadline,
        }
        records.add(opened, "measure", [measure])
    elif verb == "apply-closure":
        given = {"done": "已按措施完成，有记录可查", "evidence": ["整改记录复印件"]}
    elif verb == "close":
        given = {"verifier": opened.actor, "satisfaction": "satisfied"}
    problems.move(opened, uid, verb, given, sign=partial(sign_change, signer=leader))


def _issue(
    opened: Workspace,
    data: _Table,
    unit: Uid,
    target: Path,
    people: Mapping[str, Identity],
    root: Identity,
) -> Made:
    wanted = reports.Wanted("inspection", unit, parse_period(str(data["period"])))
    signatures = [
        reports.Signature(field, identity)
        for field, identity in zip(("leader", "member"), people.values(), strict=True)
    ]
    issued = reports.issue(opened, wanted, signatures)
    write_atomic(target, issued.pdf)
    verdict = verify_pdf(
        target.read_bytes(), roots=[root.certificate], expected=("leader", "member")
    )
    compared = reports.compare(opened, verdict.digest or "")
    if not verdict.ok or compared.verdict != "match" or not check(opened).ok:
        raise NotVerified("demo_not_verified", path=target.name)
    told = workspace.info(opened)
    return Made(
        file=opened.store.path,
        report=target,
        group=told.group,
        counts=told.counts,
        state_code=told.state_code,
        number=issued.number,
        pages=issued.rendered.pages,
        signers=tuple(s.name for s in verdict.signers),
        names_sealed=told.counts.get("identity", 0),
    )


def _plain(table: _Table) -> dict[str, Value]:
    """A table of the data file as values (it holds no floats and no dates)."""
    return {k: v for k, v in table.items() if isinstance(v, str | int | list)}


def _tables(value: object) -> list[_Table]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []
