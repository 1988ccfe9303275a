"""`problem`: what can be done next, and which other problems are alike."""

import json

from tests.commands import FILE, Cli


def test_problems_that_are_alike_are_told_with_the_steps(cli: Cli) -> None:
    found = {
        "unit": "市教育局", "sub_kind": "2.2", "title": "意见箱三周未开箱",
        "facts": "机关大门口意见箱4月1日设置，至4月22日未开箱，钥匙由门卫保管。",
    }  # fmt: skip
    again = found | {"facts": "4月1日在机关大门口设意见箱，到4月22日没有开过箱，钥匙在门卫手里。"}
    other = found | {"title": "座谈会只找科级干部", "facts": "签到表12人均为科级以上干部。"}
    uids = [
        cli.told("add", FILE, "problem", json.dumps(one), "--draft")["uids"][0]
        for one in (found, again, other)
    ]
    first, _, third = (cli.told("problem", FILE, uid)["problems"][0] for uid in uids)
    (alike,) = first["alike"]
    assert alike["uid"] == uids[1]
    assert 50 <= alike["percent"] < 100
    assert alike["number"].startswith("暂")
    assert third["alike"] == []
    assert f"与 {alike['number']} 相近 {alike['percent']}%" in cli("problem", FILE, uids[0]).out
