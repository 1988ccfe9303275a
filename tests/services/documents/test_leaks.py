"""What the program drew by lot is no code name, and a code name beside it is still found."""

import re
from dataclasses import replace
from datetime import date

import pytest

from models.kinds import ReplicaId, Uid
from models.parcels import ParcelKind, Preset
from services.documents import characters, leaks, merge_minutes, purge, transfer_slip
from services.documents.blocks import Closing, Column, Imprint, Table
from services.documents.composing import Composed
from services.documents.frame import Frame
from services.documents.leaks import Secrets
from services.documents.merge_minutes import Minutes, Taken
from services.documents.purge import Gone, Purge, Purged
from services.documents.transfer_slip import File, TransferSlip
from services.package import Sender, places

FRAME = Frame("第三督导组", "2014-10-12", group="第三督导组", campaign="教育实践活动")
SENDER = Sender(
    ReplicaId("1f" * 8), Uid("2f" * 16), "赵明", "A", Uid("3f" * 16), "第三督导组", is_office=False
)
UNLUCKY = places.file_name(
    SENDER, ParcelKind.PACKAGE, Preset.OFFICE, date(2014, 5, 6), "a12345" + "0" * 10
)
"""A package whose first digits look like a code name: one in 28 is."""
TAKEN = Taken("2014-05-06", "9时1分", "第三督导组 赵明", UNLUCKY, "", 1, 0, 0, 0, 0)
CODE = "M393-K417"
GONE = Gone(UNLUCKY, "2014-05-06", "赵明", was_sent=True)


def found(made: Composed, *secret: str) -> set[str]:
    texts = characters.texts(made.blocks)
    return {leak.text for leak in leaks.find(texts, Secrets(secret), made.marks)}


def purged(**changes: object) -> Purge:
    data = Purge(
        FRAME, "18时22分", (Purged("实名", 29, CODE),), "PC-B417", "7f3a21c9", "覆写", "工作数据",
        "2014-10-11", 1902, ("王𬭎", "李䶮"), packages=(GONE,),
    )  # fmt: skip
    return replace(data, **changes)  # type: ignore[arg-type]


PAPERS = {
    "purge": purge.compose(purged()),
    "merge_minutes": merge_minutes.compose(Minutes(FRAME, (TAKEN,), ("赵明",), CODE)),
    "transfer_slip": transfer_slip.compose(
        TransferSlip(
            FRAME, "赵明", "", (), (File(UNLUCKY, 1, "a1" * 32),), (), 0, 0, ("A417 B512 " * 8,)
        )
    ),
}


@pytest.mark.parametrize("kind", PAPERS)
def test_codes_and_digests_are_not_taken_for_code_names(kind: str) -> None:
    made = PAPERS[kind]
    assert UNLUCKY in "".join(characters.texts(made.blocks))
    assert found(made) == set()
    made.marks.clear()
    assert found(made) >= {"A12345"}


def test_a_code_name_beside_them_is_found() -> None:
    assert found(purge.compose(purged(reason="A417已调走"))) == {"A417"}
    assert found(purge.compose(purged(reason="A417已调走", machine="A"))) == {"A417"}
    told = purge.compose(purged(reason="办事员集中学习一次也没有参加"))
    assert found(told, "集中学习一次也没有参加") == {"集中学习一次也没有参加"}


def test_a_code_name_in_a_cell_beside_a_number_is_found() -> None:
    made = purge.compose(purged())
    made.blocks.append(Table((Column("件数", 1), Column("来源", 1)), (("29", "A417"),), "表"))
    assert found(made) == {"A417"}


def test_an_organ_beside_a_day_or_a_number_is_no_code_name_and_hides_none() -> None:
    closing = Closing("督导组A", "2026年11月23日")
    imprint = Imprint((("抄送", "甲"),), "印3份，共29", "A417")
    printed = [*characters.texts([closing]), *characters.texts([imprint])]
    assert [leak.text for leak in leaks.find(printed)] == ["A417"]


def test_minutes_count_doubled_code_names_and_name_none() -> None:
    data = Minutes(FRAME, (replace(TAKEN, code_names=2, doubled=("督报〔2014〕3号",)),), (), CODE)
    texts = "".join(characters.texts(merge_minutes.compose(data).blocks))
    assert "谈话代号重了2个" in texts
    assert "督报〔2014〕3号" in texts
    assert not re.search(r"[A-Z]\d{3}(?!\d)(?!-)", texts.replace(CODE, ""))
