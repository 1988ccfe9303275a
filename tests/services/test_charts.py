"""Charts: vector, repeatable, opaque, readable in black and white."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from matplotlib.font_manager import fontManager

from services import charts
from services.charts import Chart, Faces, Rate, Ratio
from services.documents import pages
from services.documents.fonts import Role, prepare

WORDS = "市教育局卫生学习计划缺乏系统性工作问题四风班子总体没有数据回炉线李堃𬭎0123456789.%（） "


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Faces:
    fonts = prepare({Role.BODY: [WORDS]}, (), tmp_path_factory.mktemp("fonts"))
    return Faces(fonts.files(Role.BODY), tuple(fonts.faces[n].name for n in fonts.used(Role.BODY)))


def all_charts(faces: Faces) -> list[Chart]:
    return [
        charts.heat_map(["学习计划", "工作问题"], ["市教育局", "李堃𬭎"], [[0, 3], [12, 1]], faces),
        charts.ratios(
            [Ratio("工作问题", "四风", 3, 1), Ratio("班子", "学习", 0, 0)], "没有数据", faces
        ),
        charts.rates(
            [Rate("班子总体", 58, 100), Rate("学习", 0, 0)], 60, "回炉线 60%", "没有数据", faces
        ),
    ]


def test_the_same_data_makes_the_same_bytes(faces: Faces) -> None:
    assert [c.pdf for c in all_charts(faces)] == [c.pdf for c in all_charts(faces)]


def test_numbers_and_words_extract(faces: Faces) -> None:
    texts = ["".join(pages.text(c.pdf, 1).split()) for c in all_charts(faces)]
    assert "12" in texts[0]
    assert "李堃𬭎" in texts[0]
    assert "工作问题3（75.0%）" in texts[1]
    assert "没有数据" in texts[1]
    assert "58.0%" in texts[2]
    assert "回炉线60%" in texts[2]


def test_nothing_is_transparent_and_fonts_are_type_3(faces: Faces) -> None:
    for chart in all_charts(faces):
        with pikepdf.open(BytesIO(chart.pdf)) as pdf:
            page = pdf.pages[0]
            for state in dict(page.Resources.get("/ExtGState", {})).values():
                assert float(state.get("/CA", 1)) == 1
                assert float(state.get("/ca", 1)) == 1
            assert {str(f.Subtype) for f in dict(page.Resources.Font).values()} == {"/Type3"}


def test_the_sheet_has_its_size_in_millimetres(faces: Faces) -> None:
    chart = all_charts(faces)[1]
    width, height = pages.page_size(chart.pdf, 1)
    assert width == pytest.approx(chart.width_mm * 72 / 25.4, abs=0.1)
    assert height == pytest.approx(chart.height_mm * 72 / 25.4, abs=0.1)


def test_other_drawings_keep_their_fonts(faces: Faces) -> None:
    before = list(fontManager.ttflist)
    all_charts(faces)
    assert fontManager.ttflist == before


def test_only_greys(faces: Faces) -> None:
    for chart in all_charts(faces):
        image = pages.render(chart.pdf, 1, 1.0)
        for red, green, blue in zip(
            image.data[0::4], image.data[1::4], image.data[2::4], strict=True
        ):
            assert abs(red - green) < 3
            assert abs(green - blue) < 3


def test_a_chart_of_nothing_is_drawn(faces: Faces, tmp_path: Path) -> None:
    chart = charts.heat_map([], [], [], faces)
    (tmp_path / "empty.pdf").write_bytes(chart.pdf)
    assert pages.page_count(chart.pdf) == 1
