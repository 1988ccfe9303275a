"""Words changed by hand in a draft: kept, laid over a draft made anew, told when overtaken."""

from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from services import problems, records, reports
from services.certificates import Identity
from services.documents import pages
from services.documents.editing import MOST_CHARACTERS, Passage
from services.documents.rendering import Options
from services.reports import Draft, Signature, Wanted

if TYPE_CHECKING:
    from tests.groups import Field


def found(draft: Draft, text: str) -> Passage:
    """The passage that holds these words."""
    return next(p for p in draft.passages if text in p.text)


def words(draft: Draft) -> str:
    rendered = draft.render(Options(validate=False))
    text = "".join(pages.text(rendered.pdf, n + 1) for n in range(rendered.pages))
    return "".join(text.split())


@pytest.fixture
def wanted(field: "Field") -> Wanted:
    """A notice of one problem."""
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    problems.move(field.ws, uid, "confirm", {"deadline": "2014-05-20"})
    return Wanted("rectification", field.education)


def test_changed_words_are_printed_kept_and_counted(field: "Field", wanted: Wanted) -> None:
    draft = reports.draft(field.ws, wanted)
    assert not draft.edits
    passage = found(draft, "能立即整改的立行立改")
    changes = reports.change(field.ws, wanted, passage, "（二）主要负责人负总责。")
    assert changes.kinds == {"report"}
    draft = reports.draft(field.ws, wanted)
    assert [edit.now for edit in draft.edits] == ["（二）主要负责人负总责。"]
    text = words(draft)
    assert "主要负责人负总责" in text
    assert "能立即整改的立行立改" not in text
    assert reports.register(field.ws).total == 0


def test_its_own_words_take_a_change_back(field: "Field", wanted: Wanted) -> None:
    passage = found(reports.draft(field.ws, wanted), "五个明确")
    reports.change(field.ws, wanted, passage, "改过的话")
    reports.change(field.ws, wanted, passage, passage.text)
    assert not reports.draft(field.ws, wanted).edits
    assert not reports.kept_edits(field.ws, wanted)


def test_a_passage_can_be_left_out_and_the_title_be_changed(field: "Field", wanted: Wanted) -> None:
    draft = reports.draft(field.ws, wanted)
    reports.change(field.ws, wanted, found(draft, "五个明确"), "")
    title = next(p for p in draft.passages if p.role == "title")
    reports.change(field.ws, wanted, title, "关于抓紧整改的通知")
    draft = reports.draft(field.ws, wanted)
    text = words(draft)
    assert "五个明确" not in text
    assert draft.composed.title == "关于抓紧整改的通知"


def test_another_document_keeps_its_own_words(field: "Field", wanted: Wanted) -> None:
    passage = found(reports.draft(field.ws, wanted), "五个明确")
    reports.change(field.ws, wanted, passage, "改过的话")
    assert not reports.draft(field.ws, Wanted("rectification", field.health)).edits


def test_words_the_records_have_overtaken_are_told_and_stop_the_issue(
    field: "Field", wanted: Wanted, leader: Identity
) -> None:
    passage = found(reports.draft(field.ws, wanted), "以下1个问题")
    reports.change(field.ws, wanted, passage, "督导组发现你单位有1个突出问题。")
    uid = records.add(field.ws, "problem", [field.problem(title="又一个")]).uids[0]
    problems.move(field.ws, uid, "confirm")
    draft = reports.draft(field.ws, wanted)
    assert [(e.was, e.now) for e in draft.stale] == [
        (passage.text, "督导组发现你单位有1个突出问题。")
    ]
    assert "以下2个问题" in words(draft)
    with pytest.raises(Refused) as refused:
        reports.issue(field.ws, wanted, [Signature("leader", leader)])
    assert refused.value.code == "document_stale"
    reports.take_back(field.ws, wanted, tuple(edit.id for edit in draft.stale))
    assert not reports.draft(field.ws, wanted).stale
    assert reports.issue(field.ws, wanted, [Signature("leader", leader)]).number


def test_an_issued_document_keeps_its_changed_words_and_still_matches(
    field: "Field", wanted: Wanted, leader: Identity
) -> None:
    passage = found(reports.draft(field.ws, wanted), "五个明确")
    reports.change(field.ws, wanted, passage, "改过的话。")
    issued = reports.issue(field.ws, wanted, [Signature("leader", leader)])
    assert reports.compare(field.ws, issued.rendered.digest).verdict == "match"
    assert not reports.draft(field.ws, wanted).edits
    uid = records.add(field.ws, "problem", [field.problem(title="又一个")]).uids[0]
    problems.move(field.ws, uid, "confirm")
    assert reports.compare(field.ws, issued.rendered.digest).verdict == "differ"


def test_two_passages_of_the_same_words_are_changed_apart(field: "Field", wanted: Wanted) -> None:
    uid = records.add(field.ws, "problem", [field.problem()]).uids[0]
    problems.move(field.ws, uid, "confirm", {"deadline": "2014-05-20"})
    ids = [p.id for p in reports.draft(field.ws, wanted).passages]
    assert len(set(ids)) == len(ids)


def test_a_leak_typed_by_hand_is_found(field: "Field", wanted: Wanted) -> None:
    passage = found(reports.draft(field.ws, wanted), "五个明确")
    reports.change(field.ws, wanted, passage, "据B417反映")
    assert [leak.text for leak in reports.draft(field.ws, wanted).leaks] == ["B417"]


@pytest.mark.parametrize("now", ["x" * (MOST_CHARACTERS + 1), "a\x00b"])
def test_words_that_cannot_be_printed_are_refused(field: "Field", wanted: Wanted, now: str) -> None:
    passage = found(reports.draft(field.ws, wanted), "五个明确")
    with pytest.raises(Refused):
        reports.change(field.ws, wanted, passage, now)
