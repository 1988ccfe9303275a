"""A page of paper against the register: as issued, changed since, foreign, forged, by its code."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from models.base import table
from services import page_keys, problems, records, reports
from services.certificates import Identity
from services.documents.paper import PageMark, Paper, seal_page
from services.errors import Refused
from services.reports import Signature, Wanted
from services.verify.paper import pages_with, paper
from tests.groups import Field


@pytest.fixture
def issued(field: Field, leader: Identity) -> PageMark:
    """The mark of page 2 of a report that is in the register."""
    ws = field.ws
    uid = records.add(ws, "problem", [field.problem()]).uids[0]
    problems.move(ws, uid, "confirm", {"deadline": "2014-05-20"})
    reports.issue(ws, Wanted("inspection", field.education), [Signature("leader", leader)])
    with ws.store.read() as connection:
        line = connection.execute(sa.select(table("report"))).one()
    key = page_keys.own_or_new(ws)
    made = Paper(line.number or "", line.digest, key.public, key.sign)
    return seal_page(made, 2, line.pages)


def test_a_page_matches_its_record_until_the_records_change(field: Field, issued: PageMark) -> None:
    verdict = paper(issued.text, field.ws)
    assert (verdict.verdict, verdict.own_key, verdict.state) == ("match", True, "issued")
    assert verdict.page == 2
    assert verdict.title
    records.add(field.ws, "interview", [field.talk()])
    verdict = paper(issued.text, field.ws)
    assert verdict.verdict == "differ"
    assert verdict.differing


def test_another_number_or_page_count_is_no_page_of_that_document(
    field: Field, issued: PageMark
) -> None:
    key = page_keys.own_or_new(field.ws)
    for other in (replace(issued, number="假〔2014〕1号"), replace(issued, pages=issued.pages + 1)):
        signed = replace(other, signature=key.sign(other.signed))
        assert paper(signed.text, field.ws).verdict == "mismatch"
        assert paper(other.text, field.ws).verdict == "forged"


def test_a_page_that_nobody_registered_is_unknown(field: Field) -> None:
    key = page_keys.own_or_new(field.ws)
    verdict = paper(seal_page(Paper("1号", "00" * 32, key.public, key.sign), 1, 1).text, field.ws)
    assert (verdict.verdict, verdict.own_key) == ("unknown", True)
    with pytest.raises(Refused) as refused:
        paper("天气晴", field.ws)
    assert refused.value.code == "page_mark_unreadable"


def test_a_typed_code_finds_its_page(field: Field, issued: PageMark) -> None:
    typed = issued.code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    (found,) = pages_with(typed, field.ws)
    assert (found.page, found.number) == (2, issued.number)
    assert pages_with("0000-0000", field.ws) == ()
