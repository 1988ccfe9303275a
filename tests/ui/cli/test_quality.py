"""`quality`: what is incomplete or cannot be right, for people and for programs."""

from tests.commands import FILE, Cli


def test_doubtful_records_are_told_with_what_is_wrong(cli: Cli) -> None:
    assert cli("quality", FILE).out == "✓ 没有发现缺漏和矛盾\n"
    cli.told("add", FILE, "check", '{"unit": "市教育局", "date": "2031-01-01"}', "--draft")
    told = cli.told("quality", FILE)["findings"]
    assert [one["doubt"] for one in told] == ["date_ahead", "lacking"]
    (case,) = told[0]["cases"]
    assert (case["kind"], case["said"]) == ("check", "日期 2031-01-01 在今天以后")
    assert "市教育局" in cli("quality", FILE).out
    assert cli.told("quality", FILE, "--unit", "市卫生局") == {"findings": []}
