"""The demonstration does the whole job and its files stand on their own."""

import tomllib
from pathlib import Path

from services import demo, health, names, workspace
from services.core import Filter
from services.documents import pages
from services.listing import page
from tests.commands import Cli
from tests.test_house import ROOT

FOUNDING = ROOT / "resources" / "templates" / "yinchuan-2014" / "taxonomy.toml"


def kept_of_the_founding_text(briefing: Path) -> float:
    """Share of the founding text's sentences that stand in the briefing, word for word.

    Those that go over the end of a page are not found.
    """
    pdf = briefing.read_bytes()
    count = pages.page_count(pdf)
    text = "".join("".join(pages.text(pdf, n).split()) for n in range(1, count + 1))
    for n in range(1, count + 1):
        text = text.replace(f"—{n}—", "")
    groups = tomllib.loads(FOUNDING.read_text(encoding="utf-8"))["groups"]
    sentences = [
        sentence
        for group in groups
        for kind in group["sub_kinds"]
        for sentence in f"{kind['title']}。{kind['guidance']}".split("。")
        if sentence
    ]
    found = [sentence for sentence in sentences if "".join(sentence.split()) in text]
    return len(found) / len(sentences)


def test_the_whole_job_from_nothing_to_verified_reports(cli: Cli) -> None:
    told = cli.told("demo", "练习 数据")
    groups, office = told["groups"], told["office"]
    assert len(groups) == 2
    assert sum(g["counts"]["unit"] for g in groups) >= 8
    assert sum(g["counts"]["interview"] for g in groups) == 12
    (cli.folder / "练习").write_text(demo.PASSPHRASE, encoding="utf-8")
    kinds = set()
    for group in groups:
        assert len(group["signers"]) == 2
        against = ("--workspace", group["file"], "--passphrase-file", "练习")
        verdict = cli.told("verify", group["report"], "--root", told["root"], *against)
        assert (verdict["ok"], verdict["records"]) == (True, "match")
        ws = workspace.open_file(cli.folder / group["file"], demo.PASSPHRASE)
        kinds |= {r.values["sub_kind"] for r in page(ws, "problem", Filter()).rows}
        assert health.check(ws).ok
        opened = names.open_names(ws, demo.NAMES_PASSPHRASE, "核对")
        assert len(opened) == group["names_sealed"] == group["counts"]["interview"]
        ws.close()
    assert len(kinds) == 16
    briefing = cli.folder / office["briefing"]
    assert briefing.read_bytes().startswith(b"%PDF-1.4")
    assert (office["issue"], office["pages"]) == (14, 7)
    assert kept_of_the_founding_text(briefing) > 0.9
    again = cli("demo", "练习 数据", "--json")
    assert (again.status, again.error) == (4, "folder_not_empty")
