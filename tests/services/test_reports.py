"""A report is numbered, made, signed and registered at once, and compared with records later."""

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from models import tables
from models.errors import Refused
from models.kinds import Uid
from services import health, problems, records, reports
from services.certificates import Identity
from services.documents.inspection_data import Inspection
from services.reports import Period, Signature, Wanted, parse_period
from services.verify import verify_pdf

if TYPE_CHECKING:
    from models.kinds import Value
    from tests.groups import Field


@pytest.fixture
def inspected(field: "Field") -> "Field":
    """A unit with talks, a check, a covert visit, an evaluation, a problem and a clue."""
    ws = field.ws
    records.add(ws, "interview", [field.talk(), field.talk(category="staff")])
    check: dict[str, Value] = {
        "unit": field.education, "form": "study_check", "date": "2014-05-06",
        "checkers": [field.handler], "result": "formality", "action": "make_up",
    }  # fmt: skip
    records.add(ws, "check", [check])
    visits: list[dict[str, Value]] = [
        {"unit": field.education, "date": "2014-05-05", "way": way, "state": "done"}
        for way in ("open", "covert")
    ]
    records.add(ws, "visit", visits)
    evaluation: dict[str, Value] = {
        "unit": field.education, "round": 1, "subject": "team", "item": "overall",
        "issued": 130, "returned": 127, "valid": 125, "good": 31, "fairly_good": 42,
        "average": 38, "poor": 12, "abstained": 2, "blank": 38, "none_written": 21,
    }  # fmt: skip
    records.add(ws, "evaluation", [evaluation])
    uid = records.add(ws, "problem", [field.problem()]).uids[0]
    problems.move(ws, uid, "confirm", {"deadline": "2014-05-20"})
    records.add(ws, "problem", [field.problem(title="还只是线索")])
    return field


def test_what_a_unit_reads_holds_no_clue_covert_visit_or_talk(inspected: "Field") -> None:
    wanted = Wanted("inspection", inspected.education, Period("2014-04-10", "2014-05-06"))
    draft = reports.draft(inspected.ws, wanted)
    text, data = draft.canonical.decode(), draft.data
    assert isinstance(data, Inspection)
    assert "自学无安排" in text
    assert "还只是线索" not in text
    assert "暗访" not in text
    assert "录像" not in text
    assert "三楼小会议室" not in text
    assert data.work.talks == 2
    assert data.work.checks == 1
    assert data.evaluations[0].rows[0].valid == 125
    assert any("补课" in d.text for d in data.demands)
    assert any("回炉" in d.text for d in data.demands)


def test_issued_signed_registered_and_verified(
    inspected: "Field", leader: Identity, member: Identity, office_root: Identity
) -> None:
    wanted = Wanted("inspection", inspected.education, parse_period("2014-04-10..2014-05-06"))
    signatures = [Signature("leader", leader), Signature("member", member)]
    issued = reports.issue(inspected.ws, wanted, signatures)
    assert issued.number == "银督三〔2014〕1号"
    verdict = verify_pdf(issued.pdf, roots=[office_root.certificate], expected=("leader", "member"))
    assert verdict.ok
    assert reports.file_of(inspected.ws, issued.uid) == issued.pdf
    line = reports.register(inspected.ws).rows[0].values
    assert (line["number"], line["state"]) == ("银督三〔2014〕1号", "issued")
    assert reports.compare(inspected.ws, verdict.digest or "").verdict == "match"
    records.add(inspected.ws, "interview", [inspected.talk()])
    compared = reports.compare(inspected.ws, verdict.digest or "")
    assert compared.verdict == "differ"
    assert "work.talks" in compared.differing
    assert reports.compare(inspected.ws, "urn:sha256:" + "0" * 64).verdict == "unknown"
    assert health.check(inspected.ws).ok


def test_a_report_that_cannot_be_signed_takes_no_number(
    inspected: "Field", leader: Identity
) -> None:
    wanted = Wanted("inspection", inspected.education)
    with pytest.raises(Refused):
        reports.issue(inspected.ws, wanted, [Signature("mayor", leader)])
    with pytest.raises(Refused) as raised:
        reports.issue(inspected.ws, wanted, [])
    assert raised.value.code == "signature_required"
    assert reports.register(inspected.ws).total == 0
    with inspected.ws.store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.blob)) == 0
    issued = reports.issue(inspected.ws, wanted, [Signature("leader", leader)])
    assert issued.number.endswith("〕1号")


def test_a_code_name_in_a_problem_stops_the_issue(inspected: "Field", leader: Identity) -> None:
    uid = records.add(inspected.ws, "problem", [inspected.problem(facts="据A417反映，09:02谈到")])
    problems.move(inspected.ws, uid.uids[0], "confirm")
    wanted = Wanted("inspection", inspected.education)
    with pytest.raises(Refused) as raised:
        reports.issue(inspected.ws, wanted, [Signature("leader", leader)])
    assert raised.value.code == "document_leaks"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2014-04", "period_bad"),
        ("2014-02-30..2014-05-01", "date_does_not_exist"),
        ("2014-05-06..2014-04-10", "ends_before_it_starts"),
    ],
)
def test_periods_that_are_none_are_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as raised:
        parse_period(text)
    assert raised.value.code == code


def test_voiding_needs_a_reason_and_keeps_the_number(inspected: "Field", leader: Identity) -> None:
    wanted = Wanted("inspection", inspected.education)
    first = reports.issue(inspected.ws, wanted, [Signature("leader", leader)])
    with pytest.raises(Refused):
        reports.set_state(inspected.ws, first.uid, "void")
    reports.set_state(inspected.ws, first.uid, "void", reason="题目有误")
    second = reports.issue(inspected.ws, wanted, [Signature("leader", leader)])
    assert (first.number, second.number) == ("银督三〔2014〕1号", "银督三〔2014〕2号")


def test_a_receipt_is_entered_whole_or_not_at_all(inspected: "Field", leader: Identity) -> None:
    ws = inspected.ws
    wanted = Wanted("rectification", inspected.education)
    issued = reports.issue(ws, wanted, [Signature("leader", leader)])
    receipt = reports.Receipt("王局长", "2014-05-07")
    ws.actor = inspected.handler
    with pytest.raises(Refused):
        reports.take_receipt(ws, issued.uid, receipt)
    assert reports.line(ws, issued.uid).values["state"] == "issued"
    notice = reports.line(ws, issued.uid).values["notice"]
    assert not records.get(ws, "notice", Uid(str(notice))).values.get("received_by")
