"""Documents beside typst: the same text in the same fonts; with chart and signature; the first."""

import random
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from services import certificates
from services.certificates import Identity
from services.documents import archive
from services.documents.blocks import Block, Heading, Title, body
from services.documents.characters import wanted
from services.documents.drawing import draw
from services.documents.fonts import prepare
from services.documents.furniture import Footer
from services.documents.layout import Look, lay_out
from tests.bench import long_report, signed_report, texts
from tests.bench.signed_report import report
from tests.bench.timing import Figure, Plan, Spent, against, in_turns, process, timed

TEXT_TARGET, SIGNED_TARGET_S, LONG_TARGET_S, FIRST_TARGET_S = 2.5, 1.5, 2, 4
_PARAGRAPHS = 71
_FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
_FOOTER = Footer("督导检查报告", "{page} / {pages}")
_PAGE = """
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm), numbering: "1")
#set text(font: "Noto Serif SC", size: 16pt, lang: "zh", region: "cn")
#set par(first-line-indent: (amount: 2em, all: true), leading: 12.98pt, spacing: 12.98pt,
  justify: true)
#show heading: set text(font: "Noto Sans SC", size: 16pt)
"""


def figures(plan: Plan) -> list[Figure]:
    """Text against warm typst, a report with charts and a signature, and the first one ever."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = [_text(folder, plan.times(9)), _signed(folder, plan.times(9))]
        found.append(_long(folder, plan.times(9)))
        found.append(_first(folder, 1 if plan.quick else 3))
    return found


def _paragraphs(serial: int) -> list[str]:
    """The text of a document; another one for each number, of the same length."""
    chance = random.Random(20)  # noqa: S311 - nothing secret
    made = [texts.prose(chance, 160) for _ in range(_PARAGRAPHS)]
    return [f"第{serial}稿。{text}" for text in made]


def _ours(serial: int, cache: Path) -> tuple[bytes, int]:
    """The PDF and its number of pages."""
    blocks: list[Block] = [Title(("关于学习情况的", "督导检查报告"))]
    for n, text in enumerate(_paragraphs(serial)):
        blocks += [Heading(1, f"{n}、情况")] if n % 10 == 0 else []
        blocks.append(body(text))
    fonts = prepare(wanted(blocks, _FOOTER), (), cache)
    layout = lay_out(blocks, fonts, Look(footer=_FOOTER))
    facts = archive.Facts("督导检查报告", "urn:sha256:0", datetime(2014, 5, 7).astimezone())
    drawn = draw(layout, fonts, facts.title)
    return archive.finish(drawn, layout, {}, (), facts, validate=False), len(layout.pages)


def _theirs(serial: int, compiler: typst.Compiler) -> bytes:
    lines = [_PAGE, "#align(center)[#text(size: 22pt)[关于学习情况的督导检查报告]]"]
    for n, text in enumerate(_paragraphs(serial)):
        lines += [f"= {n}、情况"] if n % 10 == 0 else []
        lines.append(text)
    made = compiler.compile(input="\n\n".join(lines).encode())
    return made if isinstance(made, bytes) else b""


class _Counted:
    """Calls a maker of documents with another number each time."""

    def __init__(self, make: Callable[[int], Spent]) -> None:
        self._make = make
        self._serial = 0

    def __call__(self) -> Spent:
        self._serial += 1
        return self._make(self._serial)


def _text(folder: Path, times: int) -> Figure:
    cache = folder / "fonts"
    compiler = typst.Compiler(font_paths=[_FONTS], ignore_system_fonts=True)
    pages = _ours(0, cache)[1]
    for serial in range(-2, 0):
        _ours(serial, cache)
        _theirs(serial, compiler)
    works: dict[str, Callable[[], Spent]] = {
        "ours": _Counted(lambda serial: timed(partial(_ours, serial, cache))),
        "typst": _Counted(lambda serial: timed(partial(_theirs, serial, compiler))),
    }
    spent = in_turns(works, times)
    what = f"{pages} pages of text, fonts cached, no validation"
    return against(what, spent["ours"], spent["typst"], TEXT_TARGET, "warm typst")


def _leader() -> Identity:
    return certificates.issue(certificates.make_root("办公室"), "赵明")


def _signed(folder: Path, times: int) -> Figure:
    cache = folder / "fonts"
    leader = _leader()
    pages = report(cache, leader)[1]
    make = _Counted(lambda serial: timed(partial(report, cache, leader, serial)))
    spent = in_turns({"report": make}, times)["report"]
    what = f"report of {pages} pages with charts, validated and signed, in process"
    return Figure(what, spent.wall, "s", SIGNED_TARGET_S, f"CPU {spent.cpu:.2f} s")


def _long(folder: Path, times: int) -> Figure:
    cache = folder / "fonts"
    pages = long_report.make(cache)[1]
    made = _Counted(lambda serial: timed(partial(long_report.make, cache, serial)))
    spent = in_turns({"long": made}, times)["long"]
    what = f"report of {pages} pages with 6 charts, validated, in process"
    return Figure(what, spent.wall, "s", LONG_TARGET_S, f"CPU {spent.cpu:.2f} s")


def _first(folder: Path, times: int) -> Figure:
    leader = folder / "leader.p12"
    leader.write_bytes(certificates.save_p12(_leader(), signed_report.PASSPHRASE))
    make = _Counted(partial(_report_of_a_new_machine, folder, leader))
    spent = in_turns({"first": make}, times)["first"]
    what = "first signed report on a machine, whole process"
    return Figure(what, spent.wall, "s", FIRST_TARGET_S, f"CPU {spent.cpu:.2f} s, no caches")


def _report_of_a_new_machine(folder: Path, leader: Path, serial: int) -> Spent:
    home = folder / f"home{serial}"
    home.mkdir()
    env = {"XDG_CACHE_HOME": str(home)}
    return process(("-m", signed_report.__name__, str(leader), str(home / "fonts")), env)
