"""Every kind of document from real records: what stands in it, what must not, that it is sound."""

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from models.kinds import Uid
from services import problems, records, reports
from services.certificates import Identity
from services.documents import archive, checking, pages
from services.documents.rendering import Options, Rendered
from services.reports import Draft, Period, Receipt, Signature, Terms, Wanted
from tests.services.documents import manuscripts

if TYPE_CHECKING:
    from models.kinds import Value
    from tests.groups import Field

LONG_NAME = "银川市国有资产监督管理委员会机关及其所属企业联合委员会驻兴庆区工作协调领导小组办公室"[
    :40
]
CHECKER = Path(__file__).parents[2] / "pdfa-check"
OF_UNITS = tuple(k for k, v in reports.KINDS.items() if v.needs != "nothing")
OF_ALL = tuple(k for k, v in reports.KINDS.items() if v.needs == "either")


@pytest.fixture
def busy(field: "Field") -> "Field":
    """A unit with problems in several states, late and on time, and all that surrounds them."""
    ws = field.ws
    names: list[dict[str, Value]] = [
        {"name": "马堃", "unit": field.education, "is_head": True, "post": "局长"},
        {"name": "周䶮", "unit": field.education, "is_head": True, "post": "书记"},
    ]
    head, other = records.add(ws, "person", names).uids
    uids = [
        records.add(ws, "problem", [field.problem(title=f"第{n}个问题", sub_kind=kind)]).uids[0]
        for n, kind in enumerate(("1.1", "2.2", "2.2", "5.1"), 1)
    ]
    for uid, due in zip(
        uids, ("2014-05-01", "2014-05-12", "2014-06-30", "2014-06-30"), strict=True
    ):
        problems.move(ws, uid, "confirm", {"deadline": due})
    measure: dict[str, Value] = {
        "problem": uids[2], "what": "补学规定书目", "responsible": "马堃",
        "standard": "人人有笔记", "deadline": "2014-05-30",
    }  # fmt: skip
    records.add(ws, "measure", [measure])
    given: dict[str, Value] = {"done": "已组织补学三次", "evidence": ["补学签到册"]}
    problems.move(ws, uids[3], "apply-closure", given)
    records.add(ws, "problem", [field.problem(title="还只是线索")])
    trained: list[dict[str, Value]] = [
        {"person": head, "unit": field.education, "round": 1, "status": "attended"},
        {
            "person": other,
            "unit": field.education,
            "round": 1,
            "status": "absent",
            "reason": "出差",
        },
    ]
    records.add(ws, "training", trained)
    _study(field)
    return field


def _study(field: "Field") -> None:
    ws = field.ws
    check: dict[str, Value] = {
        "unit": field.education, "form": "study_check", "date": "2014-05-06",
        "checkers": [field.handler], "result": "formality", "action": "make_up",
        "note": "集中学习流于形式",
    }  # fmt: skip
    records.add(ws, "check", [check])
    evaluation: dict[str, Value] = {
        "unit": field.education, "round": 1, "subject": "team", "item": "overall",
        "issued": 130, "returned": 127, "valid": 125, "good": 31, "fairly_good": 42,
        "average": 38, "poor": 12, "abstained": 2,
    }  # fmt: skip
    records.add(ws, "evaluation", [evaluation])
    records.add(ws, "interview", [field.talk(state="finished")])
    opinions: list[dict[str, Value]] = [
        {"unit": field.education, "text": f"意见{n}号", "nature": "wind", "source": "served"}
        for n in range(8)
    ]
    records.add(ws, "opinion", opinions)
    came: list[dict[str, Value]] = [
        {"channel": "visit", "date": "2014-05-05", "gist": "甲", "persons": 12},
        {"channel": "letter", "date": "2014-05-05", "gist": "乙", "unit": field.health},
        {"channel": "sms", "date": "2014-05-05", "gist": "丙", "result": "已答复"},
    ]
    first = records.add(ws, "reception", came).uids[0]
    again: dict[str, Value] = {
        "channel": "visit", "date": "2014-05-06", "gist": "甲又来", "persons": 9, "repeats": first,
    }  # fmt: skip
    records.add(ws, "reception", [again])


def made(field: "Field", kind: str, unit: "Uid | None", options: Options) -> tuple[Draft, Rendered]:
    draft = reports.draft(field.ws, Wanted(kind, unit))
    return draft, draft.render(options)


def words(rendered: Rendered) -> str:
    text = "".join(pages.text(rendered.pdf, n + 1) for n in range(rendered.pages))
    return "".join(text.split())


def test_every_kind_is_sound_and_tells_no_talk(
    busy: "Field", options: Options, tmp_path: Path
) -> None:
    for kind in OF_UNITS:
        draft, rendered = made(busy, kind, busy.education, options)
        text = words(rendered)
        assert "还只是线索" not in text, kind
        assert draft.leaks == (), kind
        assert ("录像" in text) == (kind == "interview")
        assert archive.violations(rendered.pdf) == ()
        assert checking.check(rendered.pdf).deviations == (), kind
        by_page = ["".join(pages.text(rendered.pdf, n + 1).split()) for n in range(rendered.pages)]
        manuscripts.same(draft, options, by_page)
        (tmp_path / f"{kind}.pdf").write_bytes(rendered.pdf)
    for path in tmp_path.glob("*.pdf"):
        command = ["qpdf", "--check", str(path)]
        assert subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - ours


def test_nothing_to_tell_about_a_unit_of_a_long_name(field: "Field", options: Options) -> None:
    records.change(field.ws, "unit", field.health, {"name": LONG_NAME})
    for kind in OF_UNITS:
        _draft, rendered = made(field, kind, field.health, options)
        for page in range(1, rendered.pages + 1):
            width, _height = pages.page_size(rendered.pdf, page)
            for char in pages.characters(rendered.pdf, page):
                assert char.left > 50, kind
                assert char.right < width - 50, kind


def test_of_all_units(busy: "Field", options: Options) -> None:
    records.change(busy.ws, "unit", busy.health, {"name": LONG_NAME})
    for kind in OF_ALL:
        _draft, rendered = made(busy, kind, None, options)
        assert archive.violations(rendered.pdf) == ()
        assert checking.check(rendered.pdf).deviations == (), kind


def test_places_to_sign_never_stand_alone_on_a_page(field: "Field", options: Options) -> None:
    _draft, rendered = made(field, "self_check", field.health, options)
    last = "".join(pages.text(rendered.pdf, rendered.pages).split())
    assert "单位负责人签字" in last
    assert "填“无”的" in last


TOLD = {
    "feedback": ("第1个问题", "第4个问题", "送达回执"),
    "rectification": ("第1个问题", "五个明确", "2014年6月30日前"),
    "make_up": ("集中学习流于形式", "周䶮", "第一轮轮训缺课"),
    "remedy": ("58.4%", "低于60%", "回炉"),
    "urge": ("第1个问题", "已逾期5天", "周䶮"),
    "remind": ("第2个问题", "距时限还有6天"),
    "ledger": ("第3个问题", "补学规定书目", "逾期"),
    "closure": ("第4个问题", "已组织补学三次", "补学签到册"),
    "opinions": ("意见7号", "聚焦不聚焦"),
    "roster": ("马堃", "缺课（出差）"),
    "interview": ("录像", "三楼小会议室", "09:02", "王建国"),
    "self_check": ("有顾虑的思想", "表面热", "16个方面"),
}
"""Words that a kind prints about the busy unit."""


def test_what_is_told(busy: "Field", options: Options) -> None:
    for kind, told in TOLD.items():
        _draft, rendered = made(busy, kind, busy.education, options)
        text = words(rendered)
        for part in told:
            assert part in text, kind


def test_urging_leaves_out_what_is_not_late(busy: "Field", options: Options) -> None:
    _draft, rendered = made(busy, "urge", busy.education, options)
    assert "第2个问题" not in words(rendered)


def test_reception_counts_in_three_measures_and_repeats_apart(
    busy: "Field", options: Options
) -> None:
    _draft, rendered = made(busy, "reception", None, options)
    text = words(rendered)
    assert "来访1批12人次" in text
    assert "来信1件" in text
    assert "短信1条次" in text
    assert "重复反映1件次" in text


def test_opinions_stand_in_an_order_that_tells_nothing(busy: "Field") -> None:
    wanted = Wanted("opinions", busy.education)
    first = reports.draft(busy.ws, wanted).canonical
    assert reports.draft(busy.ws, wanted).canonical == first
    told = [p.text for p in reports.draft(busy.ws, wanted).passages if "意见" in p.text]
    entered = [f"意见{n}号" for n in range(8)]
    printed = [t[-5:-1] for t in told if t.endswith("号。")]
    assert sorted(printed) == sorted(entered)
    assert printed != entered
    assert "服务对象" not in first.decode()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("据Z417同志反映", "code_name"),  # no laptop here draws a Z by lot
        ("当天上午9点谈到", "clock"),
        ("大家都说集中学习一共搞了六次的事", "forbidden"),
        ("服务对象反映办事难", "category"),
    ],
)
def test_what_tells_who_spoke_is_found(busy: "Field", text: str, what: str) -> None:
    ws = busy.ws
    opinion: dict[str, Value] = {
        "unit": busy.education, "text": "学习不实", "quote": "集中学习一共搞了六次",
    }  # fmt: skip
    records.add(ws, "opinion", [opinion])
    records.add(ws, "interview", [busy.talk(category="served")])
    uid = records.add(ws, "problem", [busy.problem(facts=text)]).uids[0]
    problems.move(ws, uid, "confirm")
    draft = reports.draft(ws, Wanted("rectification", busy.education))
    assert {leak.what for leak in draft.leaks} == {what}


def test_the_office_is_told_no_code_name_either(busy: "Field", leader: Identity) -> None:
    uid = records.add(busy.ws, "problem", [busy.problem(facts="据A417反映", title="A417")]).uids[0]
    problems.move(busy.ws, uid, "confirm")
    with pytest.raises(Refused) as refused:
        reports.issue(busy.ws, Wanted("ledger"), [Signature("leader", leader)])
    assert refused.value.code == "document_leaks"


def test_a_notice_without_cause_is_not_issued(field: "Field", leader: Identity) -> None:
    with pytest.raises(Refused) as refused:
        reports.issue(field.ws, Wanted("urge", field.health), [Signature("leader", leader)])
    assert refused.value.code == "document_nothing"


def test_talks_are_printed_but_never_issued(busy: "Field", leader: Identity) -> None:
    with pytest.raises(Refused) as refused:
        reports.issue(busy.ws, Wanted("interview", busy.education), [Signature("leader", leader)])
    assert refused.value.code == "document_not_issued"


def test_a_signed_receipt_hands_out_all_problems_of_the_notice(
    busy: "Field", leader: Identity
) -> None:
    wanted = Wanted("rectification", busy.education)
    issued = reports.issue(busy.ws, wanted, [Signature("leader", leader)])
    notice = records.get(
        busy.ws, "notice", Uid(str(reports.line(busy.ws, issued.uid).values["notice"]))
    )
    assert notice.values["number"] == issued.number
    items = notice.values["items"]
    assert isinstance(items, list)
    assert len(items) == 3
    receipt = Receipt("马堃", "2014-05-07", "agreed")
    changes = reports.take_receipt(busy.ws, issued.uid, receipt)
    assert "problem" in changes.kinds
    assert reports.line(busy.ws, issued.uid).values["state"] == "receipted"
    for item in items:
        problem = records.get(busy.ws, "problem", Uid(str(item))).values
        assert (problem["state"], problem["received_by"]) == ("assigned", "马堃")
    assert records.get(busy.ws, "notice", notice.uid).values["view"] == "agreed"


def test_a_number_typed_in_is_kept_and_never_used_again(busy: "Field", leader: Identity) -> None:
    signed = [Signature("leader", leader)]
    typed = Terms(number="银活办〔2014〕7号", copies=3, retention="永久")
    first = reports.issue(busy.ws, Wanted("feedback", busy.education), signed, typed)
    assert first.number == "银活办〔2014〕7号"
    assert first.number in words(first.rendered)
    reports.set_state(busy.ws, first.uid, "void", reason="题目有误")
    with pytest.raises(Refused) as refused:
        reports.issue(busy.ws, Wanted("feedback", busy.education), signed, typed)
    assert refused.value.code == "document_number_taken"
    taken = Terms(number="银督三〔2014〕1号")
    reports.issue(busy.ws, Wanted("feedback", busy.education), signed, taken)
    later = reports.issue(busy.ws, Wanted("urge", busy.education), signed)
    assert later.number == "银督三〔2014〕2号"


def test_a_correction_stands_for_the_earlier_one(busy: "Field", leader: Identity) -> None:
    signed = [Signature("leader", leader)]
    wanted = Wanted("feedback", busy.education)
    first = reports.issue(busy.ws, wanted, signed)
    second = reports.issue(busy.ws, wanted, signed, Terms(supersedes=first.uid))
    assert "代替银督三〔2014〕1号" in words(second.rendered)
    assert reports.line(busy.ws, first.uid).values["state"] == "void"
    assert reports.compare(busy.ws, second.rendered.digest).verdict == "match"
    with pytest.raises(Refused):
        reports.issue(busy.ws, wanted, signed, Terms(supersedes=first.uid))


def test_days_outside_the_period_are_left_out(busy: "Field", options: Options) -> None:
    wanted = Wanted("reception", None, Period("2014-05-06", "2014-05-31"))
    text = words(reports.draft(busy.ws, wanted).render(options))
    assert "没有信访接待" in text


@pytest.mark.slow
def test_200_problems_and_a_row_longer_than_a_page(busy: "Field", options: Options) -> None:
    many: list[dict[str, Value]] = [busy.problem(title=f"问题{n}") for n in range(200)]
    uids = records.add(busy.ws, "problem", many).uids
    problems.move_many(busy.ws, uids, "confirm", {"deadline": "2014-05-01"})
    long: dict[str, Value] = {
        "problem": uids[0], "what": "补学规定书目；" * 400, "responsible": "马堃",
        "standard": "实", "deadline": "2014-05-30",
    }  # fmt: skip
    records.add(busy.ws, "measure", [long])
    for kind in ("ledger", "feedback", "rectification", "urge"):
        _draft, rendered = made(busy, kind, busy.education, options)
        assert "03-204" in words(rendered)
        assert archive.violations(rendered.pdf) == ()


@pytest.mark.pdfa
@pytest.mark.timeout(600)
def test_an_independent_validator_agrees_on_every_kind_signed_or_not(
    busy: "Field", leader: Identity, member: Identity, options: Options, tmp_path: Path
) -> None:
    for kind in (*OF_UNITS, "merge_minutes", "briefing"):
        wanted = Wanted(kind, busy.education if kind in OF_UNITS else None)
        draft = reports.draft(busy.ws, wanted)
        (tmp_path / f"{kind}.pdf").write_bytes(draft.render(options).pdf)
        if not draft.is_empty and (reports.KINDS[kind].issued or kind == "briefing"):
            fields = [signer.field for signer in draft.data.frame.signers]
            signed = [Signature(*of) for of in zip(fields, (leader, member), strict=False)]
            issued = reports.issue(busy.ws, wanted, signed)
            (tmp_path / f"{kind} signed.pdf").write_bytes(issued.pdf)
    files = sorted(tmp_path.glob("*.pdf"))
    assert len(files) > 25
    command = [str(CHECKER), *map(str, files)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - ours
    assert done.returncode == 0, done.stdout + done.stderr
