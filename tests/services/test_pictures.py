"""The campaign's charts from an open file, and as files."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.errors import Refused
from services import pictures, problems, records
from services.documents import pages
from services.stats import Counts
from tests.groups import Field

if TYPE_CHECKING:
    from models.kinds import Value


def test_every_chart_is_planned_with_all_its_words_and_its_height(field: Field) -> None:
    (uid,) = records.add(field.ws, "problem", [field.problem()]).uids
    problems.move(field.ws, uid, "confirm")
    for kind in pictures.KINDS:
        (plan,) = pictures.plans(field.ws, kind)
        (chart,) = pictures.drawn(Counts(field.ws), kind)
        assert (chart.width_mm, chart.height_mm) == (plan.width_mm, plan.height_mm)
        printed = {*pages.text(chart.pdf, 1)} - {*"\r\n\ufffe0123456789.%（） ·…"}
        assert printed <= {c for word in plan.words for c in word}
        assert plan.caption


def test_many_units_go_on_further_sheets(field: Field, tmp_path: Path) -> None:
    more: list[dict[str, Value]] = [{"name": f"第{n}中学"} for n in range(30)]
    records.add(field.ws, "unit", more)
    files = pictures.save(field.ws, "problems", tmp_path / "分布.png")
    assert [f.name for f in files] == ["分布.png", "分布-2.png"]
    assert all(f.read_bytes().startswith(b"\x89PNG") for f in files)
    with pytest.raises(Refused) as raised:
        pictures.save(field.ws, "problems", tmp_path / "分布.png")
    assert raised.value.code == "file_exists"


@pytest.mark.parametrize(("kind", "name", "code"), [
    ("problems", "图.docx", "chart_form"), ("pie", "图.svg", "chart_unknown"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused(
    field: Field, tmp_path: Path, kind: str, name: str, code: str
) -> None:
    with pytest.raises(Refused) as raised:
        pictures.save(field.ws, kind, tmp_path / name)
    assert raised.value.code == code
    assert not list(tmp_path.glob("图*"))
