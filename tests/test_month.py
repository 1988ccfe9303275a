"""Two groups and an office through a month, by command: sticks travel, nothing is lost.

Each laptop has a folder and a memory of its own; only packages pass between them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.commands import Cli, Nursery

UNITS = {3: ("市教育局", "市卫生局"), 5: ("市城管局", "贺兰县")}


@dataclass(frozen=True, slots=True)
class Laptop:
    """One machine and the workspace on it."""

    cli: Cli
    file: str

    def __call__(self, verb: str, *arguments: str) -> Any:  # noqa: ANN401 - JSON
        """The result of a verb on this laptop's workspace, as JSON."""
        return self.cli.told(verb, self.file, *arguments)

    def take(self, *packages: Path) -> Any:  # noqa: ANN401 - JSON
        """Merge packages from other laptops."""
        return self("merge", *map(str, packages), "--package-passphrase-file", "包口令")

    def give(self, name: str, *arguments: str) -> Path:
        """Write a package."""
        self("pack", name, *arguments, "--package-passphrase-file", "包口令")
        return self.cli.folder / name

    def code(self) -> str:
        """核对码."""
        return str(self("info")["state_code"])

    def titles(self) -> set[str]:
        """The problems' titles."""
        return {row["title"] for row in self("list", "problem")["rows"]}


Machine = Callable[[str], Laptop]


@pytest.fixture
def machine(tmp_path: Path, nursery: Nursery) -> Machine:
    """A new laptop, called by its owner."""

    def make(owner: str) -> Laptop:
        folder = tmp_path / owner
        folder.mkdir()
        for name in ("口令", "实名口令", "包口令"):
            (folder / name).write_text(f"{name} 一二三四", encoding="utf-8")
        return Laptop(Cli(folder, nursery), f"{owner}.dudao")

    return make


def found(machine: Machine, number: int, group: str, person: str, role: str = "leader") -> Laptop:
    """A group's or the office's first laptop."""
    made = machine(person)
    made(
        *("new", "--campaign", "yinchuan-2014", "--group", group, "--number", str(number)),
        *("--person", person, "--role", role, "--names-passphrase-file", "实名口令"),
    )
    return made


def join(machine: Machine, first: Laptop, person: str) -> Laptop:
    """A member's laptop, made from the group's invitation."""
    told = first("invite", ".", "--person", person, "--package-passphrase-file", "包口令")
    package = next(first.cli.folder.glob("*入组*.dudaopack"))
    assert told
    made = machine(person)
    made("join", str(package), "--person", person, "--package-passphrase-file", "包口令")
    package.unlink()
    return made


def problem(unit: str, title: str, *handlers: str) -> str:
    """A problem as JSON."""
    people = "、".join(handlers)
    return (
        f'{{"unit":"{unit}","sub_kind":"2.2","title":"{title}","facts":"4月18日查阅台账。",'
        f'"handlers":"{people}","evidence":["台账"]}}'
    )


@dataclass(frozen=True, slots=True)
class City:
    """Three laptops of one group, one of another, and the office's."""

    third: Laptop
    wang: Laptop
    li: Laptop
    fifth: Laptop
    office: Laptop

    @property
    def group(self) -> tuple[Laptop, ...]:
        """The third group's laptops."""
        return self.third, self.wang, self.li


@pytest.fixture
def city(machine: Machine) -> City:
    """Everybody has a laptop; two joined by the liaison's package."""
    third = found(machine, 3, "第三督导组", "赵明")
    third("add", "unit", '[{"name":"市教育局"},{"name":"市卫生局"}]')
    third("add", "person", '[{"name":"王建国"},{"name":"李芳"}]')
    third("set", "group", "第三督导组", "members=赵明、王建国、李芳")
    fifth = found(machine, 5, "第五督导组", "孙国庆")
    fifth("add", "unit", '[{"name":"市城管局"},{"name":"贺兰县"}]')
    fifth("add", "person", '[{"name":"吴晓红"}]')
    fifth("add", "problem", problem("市城管局", "笔记代抄", "孙国庆", "吴晓红"))
    office = found(machine, 1, "活动办公室", "郭振华", "office")
    wang, li = join(machine, third, "王建国"), join(machine, third, "李芳")
    return City(third, wang, li, fifth, office)


@pytest.mark.timeout(400)
def test_two_groups_and_an_office_go_through_a_month(city: City) -> None:
    two_members_work_apart(city)
    two_wordings_of_one_title_are_settled(city)
    the_office_takes_both_groups_in_and_answers(city)
    a_merge_is_taken_back_and_done_again(city)
    for laptop in (*city.group, city.fifth, city.office):
        assert laptop("check")["ok"]


def two_members_work_apart(city: City) -> None:
    """The first week: on the same unit, one stick each way; a name stays sealed all the way."""
    third, wang, li = city.group
    assert third("info")["group"] == wang("info")["group"] == "第三督导组"
    wang("add", "problem", problem("市教育局", "自学无安排", "王建国", "李芳"))
    li("add", "problem", problem("市教育局", "会风不实", "王建国", "李芳"))
    talk = (
        '{"unit":"市教育局","category":"middle","date":"2014-05-06","start_at":"09:02",'
        '"place":"三楼","talkers":["王建国","李芳"],"recorder":"李芳","text":"一半是看录像"}'
    )
    (interview,) = li("add", "interview", talk)["uids"]
    name = li("show", "interview", interview)["code_name"]
    li("add", "identity", f'{{"code_name":"{name}","real_name":"张堃"}}')
    taken = third.take(
        wang.give("王建国.dudaopack", "--for", "group"),
        li.give("李芳.dudaopack", "--for", "group"),
    )
    # Nobody has a certificate yet: that is told and stops nothing.
    assert [one["verdict"] for one in taken["packages"]] == ["warning", "warning"]
    assert taken["conflicts"] == 0
    back = third.give("回.dudaopack", "--for", "group")
    for member in (wang, li):
        member.take(back)
    assert third.code() == wang.code() == li.code()
    assert third.titles() == {"自学无安排", "会风不实"}
    names = third.cli.told(
        *("names", "list", third.file, "--names-passphrase-file", "实名口令", "--reason", "核对")
    )
    assert "张堃" in str(names)


def two_wordings_of_one_title_are_settled(city: City) -> None:
    """The second week: the leader takes one of two wordings, and both laptops follow."""
    third, wang, li = city.group
    wang("set", "problem", "自学无安排", "title=自学没有任何安排")
    li("set", "problem", "自学无安排", "title=自学基本没安排")
    taken = third.take(
        wang.give("王2.dudaopack", "--for", "group"), li.give("李2.dudaopack", "--for", "group")
    )
    assert taken["conflicts"] == 1
    (waiting,) = third("conflicts")["conflicts"]
    chosen = next(n for n, c in enumerate(waiting["candidates"], 1) if "任何" in str(c))
    third("resolve", waiting["id"], "--take", str(chosen))
    back = third.give("回2.dudaopack", "--for", "group")
    for member in (wang, li):
        assert member.take(back)["conflicts"] == 0
    assert third.code() == wang.code() == li.code()
    assert "自学没有任何安排" in li.titles()


def the_office_takes_both_groups_in_and_answers(city: City) -> None:
    """The third week: a bad stick stops nobody; talk text stays away; a receipt comes back."""
    third, office = city.third, city.office
    third("problem", "自学没有任何安排", "confirm")
    sent = third.give("三组报送.dudaopack")
    truncated = sent.with_name("坏包.dudaopack")
    truncated.write_bytes(sent.read_bytes()[:-5000])
    mixed = office.cli(
        *("merge", office.file, str(truncated), str(sent), "--json"),
        *("--package-passphrase-file", "包口令"),
    )
    assert mixed.status == 5
    assert [one["verdict"] for one in mixed.json["packages"]] == ["refused", "warning"]
    office.take(city.fifth.give("五组报送.dudaopack"))
    assert office.titles() == {"自学没有任何安排", "会风不实", "笔记代抄"}
    assert office("search", "看录像")["total"] == 0
    office("receipt", "回执.dudaopack", "--package-passphrase-file", "包口令")
    third.take(office.cli.folder / "回执.dudaopack")
    told = third("received")["office"]
    assert told["by"] == "郭振华"
    assert told["received"] == told["changes"] > 0


def a_merge_is_taken_back_and_done_again(city: City) -> None:
    """The fourth week: the office puts a group's package off, days later it is in again."""
    office, before = city.office, city.office.code()
    merged = next(m for m in office("merges")["merges"] if "五组" in m["file"])
    office("undo-merge", merged["merge_id"], "--reason", "先等一等")
    assert office.titles() == {"自学没有任何安排", "会风不实"}
    office.take(city.fifth.cli.folder / "五组报送.dudaopack")
    assert office.code() == before
