"""A report of fifty pages with six charts, from its parts to the validated PDF/A."""

import random
from datetime import datetime
from pathlib import Path

from services import charts
from services.charts import Faces, Rate, Ratio
from services.documents import archive
from services.documents.blocks import Block, Closing, Column, Figure, Heading, Table, Title, body
from services.documents.characters import wanted
from services.documents.drawing import draw
from services.documents.fonts import Role, prepare
from services.documents.furniture import Footer
from services.documents.layout import Look, lay_out
from tests.bench import texts

_FOOTER = Footer("督导检查报告", "{page} / {pages}")
_CHARTS, _PARAGRAPHS, _ROWS = 6, 144, 60
_WORDS = "学习教育征求意见查摆问题整改落实四风工作具体抽象没有数据线0123456789.%（） "


def _blocks(serial: int) -> list[Block]:
    chance = random.Random(serial)  # noqa: S311 - nothing secret
    made: list[Block] = [Title(("关于学习情况的", "督导检查报告"))]
    for n in range(_PARAGRAPHS):
        made += [Heading(1, f"{n}、情况")] if n % 12 == 0 else []
        made.append(body(f"第{serial}稿。{texts.prose(chance, 170)}"))
        if n % 24 == 0:
            made.append(Figure(f"chart{n // 24}", 140, 40, "图"))
    columns = (Column("序号", 1), Column("问题", 8, left=True), Column("人数", 2, right=True))
    rows = tuple((str(n), texts.prose(chance, 60), str(n * 7)) for n in range(_ROWS))
    return [*made, Table(columns, rows, "表"), Closing("督导组", "2014年5月7日")]


def _charts(faces: Faces) -> dict[str, bytes]:
    bars = [Rate(name, 58 + at, 100) for at, name in enumerate(("学习", "整改", "征求意见"))]
    pairs = [Ratio("工作", "四风", 29, 9), Ratio("抽象", "具体", 30, 11)]
    made = {}
    for at in range(_CHARTS):
        chart = (
            charts.rates(bars, 60, "线", "没有", faces)
            if at % 2
            else charts.ratios(pairs, "没有", faces)
        )
        made[f"chart{at}"] = chart.pdf
    return made


def make(cache: Path, serial: int = 0) -> tuple[bytes, int]:
    """The PDF, another one for each serial number, and how many pages it has."""
    blocks = _blocks(serial)
    needed = wanted(blocks, _FOOTER)
    needed[Role.BODY] |= set(_WORDS)
    fonts = prepare(needed, (), cache)
    layout = lay_out(blocks, fonts, Look(footer=_FOOTER))
    names = tuple(fonts.faces[number].name for number in fonts.used(Role.BODY))
    drawn = _charts(Faces(fonts.files(Role.BODY), names))
    facts = archive.Facts("督导检查报告", "urn:sha256:0", datetime(2014, 5, 7).astimezone())
    pdf = draw(layout, fonts, facts.title)
    places = archive.fields(layout, invisible=("archive",))
    return archive.finish(pdf, layout, drawn, places, facts), len(layout.pages)
