"""Charts: vector, repeatable, opaque, readable in black and white."""

from io import BytesIO

import pikepdf
import pytest
from matplotlib.font_manager import fontManager

from services import charts
from services.charts import Amount, Chart, Faces, Head, HeatRow, Rate, Ratio, Stack
from services.documents import pages
from services.documents.fonts import Role, prepare

WORDS = (
    "市教育局卫生学习计划缺乏系统性工作问题四风班子总体没有数据回炉线李堃𬭎0123456789.%（） "
    "、…·总银川市人民政府政务服务中心公共资源交易管理委员会办公室"
)


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Faces:
    fonts = prepare({Role.BODY: [WORDS]}, (), tmp_path_factory.mktemp("fonts"))
    return Faces(fonts.files(Role.BODY), tuple(fonts.faces[n].name for n in fonts.used(Role.BODY)))


def all_charts(faces: Faces) -> list[Chart]:
    return [
        charts.heat_map(
            [Head("学习", "学习计划"), Head("工作", "缺乏系统性、计划性工作问题")],
            [HeatRow("市教育局", (0, 3)), HeatRow("李堃𬭎" * 9, (12, 1))],
            "工作",
            faces,
            totals=(12, 4),
        ),
        charts.ratios(
            [Ratio("工作问题", "四风", 3, 1), Ratio("班子", "学习", 0, 0)], "没有数据", faces
        ),
        charts.rates(
            [Rate("班子总体", 58, 100), Rate("学习", 0, 0)], 60, "回炉线 60%", "没有数据", faces
        ),
        charts.stacks(
            [Stack("4.10", (0, 1, 2, 3)), Stack("4.20", (40, 30, 2, 1))],
            ["学习", "教育", "卫生", "计划"],
            "没有数据",
            faces,
        ),
        charts.amounts([Amount("市教育局", 612, "612"), Amount("学习", 0, "0")], faces),
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


def test_a_chart_of_nothing_is_drawn(faces: Faces) -> None:
    for chart in (
        charts.heat_map([], [], "工作", faces),
        charts.stacks([], [], "没有数据", faces),
        charts.amounts([], faces),
    ):
        assert pages.page_count(chart.pdf) == 1


def test_a_chart_is_also_a_picture_and_a_drawing(faces: Faces) -> None:
    chart = all_charts(faces)[0]
    picture = chart.png(100)
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
    assert width == pytest.approx(chart.width_mm / 25.4 * 100, abs=1)
    assert height == pytest.approx(chart.height_mm / 25.4 * 100, abs=1)
    assert chart.png(100) == picture
    assert chart.svg.startswith(b"<?xml")
    assert chart.svg == all_charts(faces)[0].svg
    assert b"<text" not in chart.svg


def test_a_window_shows_the_same_drawing(faces: Faces) -> None:
    for chart in all_charts(faces):
        shown = chart.picture(600)
        paper = pages.render(chart.pdf, 1, 600 / chart.width_mm * 25.4 / 72)
        assert shown.width_px == 600
        assert abs(shown.height_px - paper.height) <= 1
        assert len(shown.rgba) == 4 * shown.width_px * shown.height_px
        assert set(shown.rgba[3::4]) == {255}
        rows = min(shown.height_px, paper.height)
        ours = coarse(shown.rgba, shown.width_px, rows)
        theirs = coarse(paper.data, paper.width, rows)
        differ = [abs(one - other) for one, other in zip(ours, theirs, strict=True)]
        assert sum(differ) / len(differ) < 5


def coarse(rgba: bytes, width: int, rows: int) -> list[float]:
    """How bright the picture is, by squares of 12 pixels."""
    side = 12
    return [
        sum(
            sum(rgba[4 * (y * width + x) : 4 * (y * width + x + side) : 4])
            for y in range(top, top + side)
        )
        / side**2
        for top in range(0, rows - side + 1, side)
        for x in range(0, 600 - side, side)
    ]


def test_rows_beyond_a_page_go_on_evenly() -> None:
    rows = [HeatRow(str(n), (n,)) for n in range(41)]
    parts = charts.slices(rows)
    assert [len(part) for part in parts] == [13, 14, 14]
    assert [row for part in parts for row in part] == rows
    assert charts.slices([]) == ((),)


def test_a_long_name_is_folded_and_ends_in_dots(faces: Faces) -> None:
    long = "银川市人民政府政务服务中心公共资源交易管理委员会办公室"
    chart = charts.heat_map([Head("学", "习")], [HeatRow(long, (1,))], "总", faces)
    text = "".join(pages.text(chart.pdf, 1).split())
    assert long[:12] in text
    assert "…" in text or long in text
