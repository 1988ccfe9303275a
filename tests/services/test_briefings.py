"""Briefings: drafted from the records, edits kept, new records brought in, names held back."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Refused
from models.kinds import Uid, Value
from services import briefings, certificates, problems, records, reports
from services.briefings.reading import in_order
from services.briefings.rounding import rounded, share, span
from services.briefings.shapes import Drafted
from services.documents.orders import Period
from tests.groups import Field

MAY = Period("2014-05-01", "2014-05-31")


def confirm(field: Field, *found: dict[str, Value]) -> tuple[Uid, ...]:
    """Confirmed problems."""
    uids = records.add(field.ws, "problem", [field.problem(**one) for one in found]).uids
    for uid in uids:
        problems.move(field.ws, uid, "confirm")
    return uids


def text_of(field: Field, uid: Uid, paragraph: str) -> str:
    """A paragraph as it is printed."""
    found = briefings.load(field.ws, uid).paragraph(paragraph)
    assert found is not None
    return found.text


def section_of(field: Field, uid: Uid) -> briefings.Section:
    """The second group's section."""
    return next(s for s in briefings.load(field.ws, uid).sections if s.id == "group.2")


def test_confirmed_problems_become_sentences_without_names(field: Field) -> None:
    confirm(
        field,
        {"sub_kind": "2.2", "title": "市教育局以集中学习代替自学"},
        {"sub_kind": "2.2", "title": "以集中学习代替自学。", "unit": field.health},
        {"sub_kind": "2.2", "title": "笔记由王建国代抄"},
        {"sub_kind": "2.1", "title": "不印", "public_text": "学到哪算到哪，学多少算多少"},
    )
    records.add(field.ws, "problem", [field.problem(sub_kind="1.1")])
    uid = briefings.new(field.ws, MAY)
    found = briefings.load(field.ws, uid)
    assert [s.part for s in found.sections] == [
        "note", "group", "group", "group", "group", "group", "cases", "demands", "table", "scope",
    ]  # fmt: skip
    assert text_of(field, uid, "kind.2.2") == (
        "有的单位以集中学习代替自学；有的单位笔记由有关同志代抄。"
    )
    assert text_of(field, uid, "kind.2.1") == "学到哪算到哪，学多少算多少。"
    assert text_of(field, uid, "kind.1.1") == ""
    paragraph = found.paragraph("kind.2.2")
    assert paragraph is not None
    assert (paragraph.count, paragraph.units) == (3, 2)
    study = found.section("group.2")
    assert study is not None
    assert (study.heading, study.count) == ("有的学习教育不扎实", 4)
    assert [p.id for p in study.printed()] == ["kind.2.1", "kind.2.2"]
    assert briefings.named(field.ws, found) == ()


def test_other_days_do_not_count(field: Field) -> None:
    confirm(field, {})
    uid = briefings.new(field.ws, Period("2014-06-01", ""))
    assert text_of(field, uid, "kind.2.2") == ""


def test_an_edit_stays_when_new_records_come_and_is_told_stale(field: Field) -> None:
    confirm(field, {"title": "甲"}, {"sub_kind": "2.1", "title": "乙"})
    uid = briefings.new(field.ws, MAY)
    briefings.edit(field.ws, uid, "kind.2.2", "改定的话。")
    confirm(field, {"title": "丙"}, {"sub_kind": "2.1", "title": "丁"})
    before = briefings.load(field.ws, uid)
    edited, other = before.paragraph("kind.2.2"), before.paragraph("kind.2.1")
    assert edited is not None
    assert other is not None
    assert (edited.edited, edited.stale, edited.outdated) == (True, True, False)
    assert (other.edited, other.stale, other.outdated) == (False, False, True)
    done = briefings.refresh(field.ws, uid)
    assert (done.rewritten, done.stale) == (("kind.2.1",), ("kind.2.2",))
    assert text_of(field, uid, "kind.2.2") == "改定的话。"
    assert text_of(field, uid, "kind.2.1") == "有的单位乙；有的单位丁。"
    briefings.settle(field.ws, uid, "kind.2.2", take_new=False)
    assert text_of(field, uid, "kind.2.2") == "改定的话。"
    assert briefings.refresh(field.ws, uid).stale == ()
    briefings.settle(field.ws, uid, "kind.2.2", take_new=True)
    assert text_of(field, uid, "kind.2.2") == "有的单位甲；有的单位丙。"


def test_the_drafted_text_itself_is_no_edit(field: Field) -> None:
    confirm(field, {"title": "甲"})
    uid = briefings.new(field.ws, MAY)
    briefings.edit(field.ws, uid, "kind.2.2", "改")
    briefings.edit(field.ws, uid, "kind.2.2", "有的单位甲。")
    found = briefings.load(field.ws, uid).paragraph("kind.2.2")
    assert found is not None
    assert not found.edited


def test_a_heading_is_kept_and_emptied_goes_back(field: Field) -> None:
    confirm(field, {"title": "甲"})
    uid = briefings.new(field.ws, MAY)
    briefings.edit_heading(field.ws, uid, "group.2", "有的学得不实")
    briefings.refresh(field.ws, uid)
    found = section_of(field, uid)
    assert (found.heading, found.drafted) == ("有的学得不实", "有的学习教育不扎实")
    briefings.edit_heading(field.ws, uid, "group.2", "李芳所在单位学得不实")
    told = briefings.named(field.ws, briefings.load(field.ws, uid))
    assert [one.named.text for one in told] == ["李芳"]
    briefings.edit_heading(field.ws, uid, "group.2", " ")
    assert section_of(field, uid).heading == "有的学习教育不扎实"
    for wrong in ("table", "demands", "group.none"):
        with pytest.raises(Refused, match="field_unknown"):
            briefings.edit_heading(field.ws, uid, wrong, "题")


def test_a_changed_heading_is_told_when_the_template_has_another(field: Field) -> None:
    confirm(field, {"title": "甲"})
    uid = briefings.new(field.ws, MAY)
    briefings.edit_heading(field.ws, uid, "group.2", "我的")
    briefings.edit_heading(field.ws, uid, "group.1", "也是我的")
    assert not section_of(field, uid).stale
    retitled(field, "2", "有的学得不够")
    found = section_of(field, uid)
    assert (found.stale, found.heading, found.drafted) == (True, "我的", "有的学得不够")
    assert found.before == "有的学习教育不扎实"
    assert [s.id for s in briefings.load(field.ws, uid).sections if s.stale] == ["group.2"]
    key = briefings.heading_key("group.2")
    refreshed = briefings.refresh(field.ws, uid)
    assert (refreshed.rewritten, refreshed.stale) == ((), (key,))
    briefings.settle(field.ws, uid, key, take_new=False)
    assert (section_of(field, uid).stale, section_of(field, uid).heading) == (False, "我的")
    retitled(field, "2", "有的学得更不够")
    assert section_of(field, uid).stale
    briefings.settle(field.ws, uid, key, take_new=True)
    assert section_of(field, uid).heading == "有的学得更不够"
    retitled(field, "2", "又一个")
    assert (section_of(field, uid).stale, section_of(field, uid).heading) == (False, "又一个")


def retitled(field: Field, group: str, heading: str) -> None:
    """The workspace's template with another heading of a group."""
    template = field.ws.template
    groups = tuple(
        replace(one, heading=heading) if one.id == group else one for one in template.groups
    )
    field.ws.template = replace(template, groups=groups)


def test_what_a_briefing_is_decides_how_long_it_may_be(field: Field) -> None:
    confirm(field, {"title": "甲"})
    uid = briefings.new(field.ws, MAY)
    briefings.edit(field.ws, uid, "kind.2.2", "字" * 4_000)
    ids = [s.id for s in briefings.load(field.ws, uid).sections]
    for one in ids:
        if one not in ("group.2", "scope"):
            briefings.switch(field.ws, uid, one, shown=False)
    kept = briefings.load(field.ws, uid)
    assert 4_000 < kept.characters <= 5_000
    assert (kept.genre, kept.too_long) == (briefings.Genre.GENERAL, False)
    briefings.set_genre(field.ws, uid, briefings.Genre.SPECIAL)
    briefings.arrange(field.ws, uid, ids)
    kept = briefings.load(field.ws, uid)
    assert (kept.genre, kept.too_long) == (briefings.Genre.SPECIAL, True)
    assert briefings.counted(kept).endswith("专题简报不超过 4,000")
    assert [s.id for s in kept.sections if s.shown] == ["group.2", "scope"]
    uid = briefings.new(field.ws, MAY, genre=briefings.Genre.SPECIAL)
    assert briefings.load(field.ws, uid).genre is briefings.Genre.SPECIAL


def test_order_and_ticks_are_kept(field: Field) -> None:
    confirm(field, {"sub_kind": "1.1"}, {"sub_kind": "2.1"})
    uid = briefings.new(field.ws, MAY)
    ids = [s.id for s in briefings.load(field.ws, uid).sections]
    briefings.arrange(field.ws, uid, [ids[0], "group.2", "group.1", *ids[3:]])
    briefings.switch(field.ws, uid, "table", shown=False)
    briefings.switch(field.ws, uid, "kind.2.1", shown=False)
    found = briefings.load(field.ws, uid)
    assert [s.id for s in found.sections][:3] == ["note", "group.2", "group.1"]
    assert not found.sections[-2].shown
    assert found.sections[1].printed() == ()
    briefings.switch(field.ws, uid, "kind.2.1", shown=True)
    assert len(briefings.load(field.ws, uid).sections[1].printed()) == 1


def test_a_cleared_unit_may_be_named_and_no_other(field: Field) -> None:
    confirm(field, {"title": "与市教育局相比差距大", "unit": field.health})
    uid = briefings.new(field.ws, MAY)
    assert "有关单位" in text_of(field, uid, "kind.2.2")
    briefings.edit(field.ws, uid, "kind.2.2", "市教育局和市卫生局都有，B417说的，李芳知道。")
    found = briefings.named(field.ws, briefings.load(field.ws, uid))
    assert [f.named.text for f in found] == ["市教育局", "市卫生局", "李芳", "B417"]
    briefings.clear_units(field.ws, uid, [field.education])
    found = briefings.named(field.ws, briefings.load(field.ws, uid))
    assert [f.named.text for f in found] == ["市卫生局", "李芳", "B417"]


def test_usable_sentences_tell_whether_they_stand_in_the_text(field: Field) -> None:
    titles: list[dict[str, Value]] = [{"title": f"第{n}种表现"} for n in range(7)]
    confirm(field, *titles)
    uid = briefings.new(field.ws, MAY)
    found = briefings.usable(field.ws, briefings.load(field.ws, uid), "kind.2.2")
    own = [one for one in found if not one.is_guidance]
    assert [one.used for one in own] == [True] * 5 + [False] * 2
    assert own[0].text == "有的单位第0种表现。"
    assert any("以集中学习代替自学" in one.text for one in found if one.is_guidance)
    assert briefings.usable(field.ws, briefings.load(field.ws, uid), "note") == ()


def test_counts_stand_in_the_prose_in_round_numbers(field: Field) -> None:
    came: list[dict[str, Value]] = [
        {"channel": "visit", "date": f"2014-05-{1 + n:02d}", "gist": "供热", "persons": 103}
        for n in range(6)
    ]
    came += [{"channel": "letter", "date": "2014-05-31", "gist": "供热"}] * 7
    records.add(field.ws, "reception", came)
    records.add(field.ws, "opinion", [
        {"unit": field.education, "text": "意见", "nature": "work", "subject": "team"},
    ])  # fmt: skip
    records.add(field.ws, "evaluation", [{
        "unit": field.education, "round": 1, "subject": "team", "item": "overall",
        "date": "2014-05-02", "issued": 100, "returned": 100, "valid": 100, "good": 100,
        "fairly_good": 0, "average": 0, "poor": 0, "abstained": 0, "blank": 30, "none_written": 12,
    }])  # fmt: skip
    uid = briefings.new(field.ws, MAY)
    assert text_of(field, uid, "kind.5.2") == (
        "市问题督办组一个月，就已经接访群众600多人次，收到信访件7件。"
    )
    assert "占四成多" in text_of(field, uid, "kind.3.1")
    assert text_of(field, uid, "kind.3.2") == (
        "主要表现在：反映工作问题的多，反映“四风”问题的少；反映班子问题的多，反映个人问题的少。"
    )


def test_only_cleared_cases_are_told(field: Field) -> None:
    records.add(field.ws, "case", [
        {"stance": "negative", "text": "反面一例。", "cleared": True},
        {"stance": "positive", "text": "正面一例。", "cleared": True},
        {"stance": "positive", "text": "未同意的。"},
    ])  # fmt: skip
    found = briefings.load(field.ws, briefings.new(field.ws, MAY)).section("cases")
    assert found is not None
    assert [p.text for p in found.paragraphs] == ["正面一例。", "反面一例。"]


def test_facts_are_checked_and_nothing_else_is_set(field: Field) -> None:
    uid = briefings.new(field.ws, MAY, "题目")
    briefings.set_facts(field.ws, uid, {"issue": "14", "copies": 120, "date": "2014-05-07"})
    found = briefings.load(field.ws, uid)
    assert (found.title, found.issue, found.copies, found.date) == ("题目", 14, 120, "2014-05-07")
    with pytest.raises(Refused) as raised:
        briefings.set_facts(field.ws, uid, {"state": "issued"})
    assert raised.value.code == "field_unknown"
    assert [line.uid for line in briefings.briefings(field.ws)] == [uid]


@pytest.mark.parametrize(("count", "words"), [
    (0, "0"), (99, "99"), (100, "100"), (183, "180多"), (400, "400"), (412, "400多"),
    (612, "600多"), (1234, "1200多"), (12_345, "12000多"),
])  # fmt: skip
def test_round_numbers(count: int, words: str) -> None:
    assert rounded(count) == words


def test_shares_and_spans() -> None:
    assert [share(n, 10) for n in (4, 10)] == ["四成", "十成"]
    assert (share(46, 100), share(5, 100)) == ("四成多", "不到一成")
    assert span("2014-04-01", "2014-04-10") == "10天来"
    assert span("2014-04-01", "2014-05-06") == "一个多月"
    assert span("2014-04-01", "2014-05-30") == "两个月"


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.permutations("abcdefgh"))
def test_what_came_since_stands_behind_its_neighbour(kept: list[str], now: list[str]) -> None:
    found = [one.id for one in in_order([Drafted(name, "", "") for name in now], kept)]
    assert sorted(found) == sorted(now)
    assert [name for name in found if name in kept] == [name for name in kept if name in now]
    for before, name in pairwise(now):
        if name not in kept:
            assert found.index(before) < found.index(name)


def signer() -> certificates.Identity:
    """Who signs for the office."""
    return certificates.issue(certificates.make_root("活动办公室"), "郭振华")


def test_issuing_numbers_registers_signs_and_fixes_the_text(field: Field) -> None:
    confirm(field, {"title": "甲"})
    uid = briefings.new(field.ws, MAY, "第一份")
    issued = briefings.issue(field.ws, uid, [signer()])
    assert (issued.issue, issued.number) == (1, "简报第1期")
    row = records.get(field.ws, "report", issued.uid)
    assert (row.values["kind"], row.values["number"]) == ("briefing", "简报第1期")
    assert reports.file_of(field.ws, issued.uid) == issued.pdf
    for refused in (
        lambda: briefings.edit(field.ws, uid, "kind.2.2", "改"),
        lambda: briefings.refresh(field.ws, uid),
        lambda: briefings.issue(field.ws, uid, [signer()]),
        lambda: briefings.set_facts(field.ws, uid, {"issue": 9}),
    ):
        with pytest.raises(Refused) as raised:
            refused()
        assert raised.value.code == "briefing_issued"
    assert reports.compare(field.ws, issued.rendered.digest).verdict == "match"
    confirm(field, {"title": "乙"})
    assert text_of(field, uid, "kind.2.2") == "有的单位甲。"
    assert reports.compare(field.ws, issued.rendered.digest).verdict == "differ"
    later = briefings.new(field.ws, Period("2014-05-02", ""))
    assert briefings.issue(field.ws, later, [signer()]).issue == 2


def test_a_number_typed_in_is_kept_and_never_used_twice(field: Field) -> None:
    first, second = briefings.new(field.ws, MAY), briefings.new(field.ws, MAY)
    briefings.set_facts(field.ws, first, {"issue": 14, "copies": 150})
    briefings.set_facts(field.ws, second, {"issue": 14})
    assert briefings.issue(field.ws, first, [signer()]).issue == 14
    with pytest.raises(Refused) as raised:
        briefings.issue(field.ws, second, [signer()])
    assert raised.value.code == "briefing_issue_used"
    briefings.set_facts(field.ws, second, {"issue": None})
    assert briefings.issue(field.ws, second, [signer()]).issue == 15


def test_a_name_in_the_text_stops_the_issue(field: Field) -> None:
    uid = briefings.new(field.ws, MAY)
    briefings.edit(field.ws, uid, "kind.1.1", "市教育局认识不到位。")
    with pytest.raises(Refused) as raised:
        briefings.issue(field.ws, uid, [signer()])
    assert raised.value.code == "document_leaks"
    briefings.clear_units(field.ws, uid, [field.education])
    assert briefings.issue(field.ws, uid, [signer()]).issue == 1


def test_the_dispatch_makes_one_for_a_period_and_issues_it(field: Field) -> None:
    confirm(field, {"title": "甲"})
    wanted = reports.Wanted("briefing", None, MAY)
    drafted = reports.draft(field.ws, wanted)
    assert "有的单位甲。" in "".join(t for p in drafted.passages for t in (p.text,))
    assert briefings.briefings(field.ws) == ()
    with pytest.raises(Refused) as raised:
        reports.issue(field.ws, wanted, [reports.Signature("leader", signer())])
    assert raised.value.code == "signature_field_unknown"
    issued = reports.issue(field.ws, wanted, [reports.Signature("office", signer())])
    (line,) = briefings.briefings(field.ws)
    assert (issued.number, line.issue, line.issued) == ("简报第1期", 1, True)
