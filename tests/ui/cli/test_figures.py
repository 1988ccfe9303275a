"""`stats`: numbers for people and programs, charts as files."""

from tests.commands import FILE, Cli


def test_numbers_are_told_and_a_chart_is_saved(cli: Cli) -> None:
    told = cli.told("stats", FILE)
    assert len(told["problems"]["sub_kinds"]) == 16
    assert {unit["name"] for unit in told["problems"]["units"]} >= {"市教育局"}
    assert told["reception"] == {"persons": 0, "visits": 0, "letters": 0, "calls": 0}
    chart = ("stats", FILE, "--chart", "problems", "--out", "图.svg")
    assert cli.told(*chart)["files"] == ["图.svg"]
    assert (cli.folder / "图.svg").read_bytes().startswith(b"<?xml")
    again = cli(*chart, "--json")
    assert (again.status, again.error) == (4, "file_exists")
    half = cli("stats", FILE, "--chart", "problems", "--json")
    assert (half.status, half.error) == (2, "usage_chart")


def test_a_briefing_is_drafted_from_the_period(cli: Cli) -> None:
    out = ("document", FILE, "briefing", "--period", "2014-04-01..2014-05-31", "--out", "简报.pdf")
    draft = cli.told(*out)
    assert (draft["state"], draft["file"]) == ("draft", "简报.pdf")
    assert draft["pages"] >= 2
    assert (draft["genre"], draft["limit"]) == ("general", 5_000)
    special = cli.told(*out[:-1], "专报.pdf", "--genre", "special")
    assert (special["genre"], special["limit"]) == ("special", 4_000)
    assert special["characters"] == draft["characters"]
    wrong = ("document", FILE, "ledger", "--out", "x.pdf", "--genre", "special", "--json")
    assert cli(*wrong).error == "usage_genre"
    assert (cli.folder / "简报.pdf").read_bytes().startswith(b"%PDF-1.4")
