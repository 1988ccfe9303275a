"""The real program in processes of its own, on a workspace that each test may spoil."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from models.kinds import Uid
from tests.test_house import ROOT

FILE = "三组 工作.dudao"
SECRET = "口令 2014"  # noqa: S105 - of a file that lives for one test
NAMES_SECRET = "实名 2014"  # noqa: S105 - as above


@dataclass(frozen=True, slots=True)
class Done:
    """What one command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the command printed
        """Standard output as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The code of the failure, told under `--json`; the line of people must be one line."""
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        return str(self.json["error"]["code"])


_NURSERY = """
import importlib, json, os, runpy, sys
from ui.cli import verbs
for name in sorted(set(verbs.MODULES.values())):
    importlib.import_module(f"ui.cli.{name}")
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    for number, flag in enumerate((os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)):
        os.dup2(os.open(asked["files"][number], flag), number)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
    sys.argv = asked["command"]
    status = 99
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as ended:
        status = ended.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
"""
"""Loads every verb once and runs each command in a process forked from there: loading a verb takes
ten times as long as most verbs do. What depends on a fresh interpreter uses `Cli.fresh`."""


class Nursery:
    """One process that forks a child for each command."""

    def __init__(self, folder: Path) -> None:
        """Start it; the commands' streams are files in `folder`."""
        self._files = [folder / name for name in ("in", "out", "err")]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and text
            [sys.executable, "-c", _NURSERY],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, command: list[str], folder: Path, environment: dict[str, str], given: bytes
    ) -> Done:
        """Run `main.py` with `command` to its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for file, content in zip(self._files, (given, b"", b""), strict=True):
            file.write_bytes(content)
        asked = {
            "command": command,
            "folder": str(folder),
            "environment": environment,
            "files": [str(file) for file in self._files],
        }
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        return Done(status, *(file.read_bytes().decode("utf-8") for file in self._files[1:]))

    def end(self) -> None:
        """Stop it."""
        self._process.communicate()


@dataclass(frozen=True, slots=True)
class Cli:
    """Runs `main.py` in one folder, with this machine's memory in it."""

    folder: Path
    nursery: Nursery

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of the command."""
        own = {"XDG_STATE_HOME": str(self.folder / ".state"), "LANG": "C.UTF-8"}
        kept = {k: v for k, v in os.environ.items() if not k.startswith("LC_")}
        return {**kept, **own, **more}

    def command(self, *arguments: str) -> list[str]:
        """The command line, with the passphrase unless `--passphrase-file` is among it."""
        given = () if "--passphrase-file" in arguments else ("--passphrase-file", "口令")
        return [str(ROOT / "main.py"), *given, *arguments]

    def __call__(self, *arguments: str, stdin: str | bytes = "") -> Done:
        """Run one command to its end."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        return self.nursery.run(self.command(*arguments), self.folder, self.environment(), given)

    def fresh(self, *arguments: str, **environment: str) -> Done:
        """Run one command in an interpreter of its own."""
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, *self.command(*arguments)],
            cwd=self.folder,
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=100,
        )
        return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    def told(self, *arguments: str, stdin: str = "") -> Any:  # noqa: ANN401 - JSON
        """The result of a command that must succeed, as JSON."""
        done = self(*arguments, "--json", stdin=stdin)
        assert done.status == 0, done.err
        return done.json

    def add(self, kind: str, *given: Mapping[str, object], draft: bool = False) -> list[Uid]:
        """Uids of records added to the group's workspace."""
        draft_flag = ("--draft",) if draft else ()
        text = json.dumps(given, ensure_ascii=False)
        uids = self.told("add", FILE, kind, text, *draft_flag)["uids"]
        return [Uid(uid) for uid in uids]

    def state(self) -> tuple[str, int]:
        """What must be the same when nothing was written."""
        told = self.told("info", FILE)
        return told["state_code"], told["changes"]


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """The process all commands come from."""
    born = Nursery(tmp_path_factory.mktemp("streams"))
    yield born
    born.end()


@pytest.fixture(scope="session")
def first_group(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Path:
    """A new group with two units and three people."""
    folder = tmp_path_factory.mktemp("group")
    (folder / "口令").write_text(f"{SECRET}\r\n第二行不算\n", encoding="utf-8-sig")
    (folder / "实名口令").write_text(NAMES_SECRET, encoding="utf-8")
    cli = Cli(folder, nursery)
    made = cli(
        *("new", FILE, "--campaign", "yinchuan-2014", "--group", "第三督导组", "--number", "3"),
        *("--person", "李堃", "--names-passphrase-file", "实名口令", "--json"),
    )
    assert made.status == 0, made.err
    assert made.err == ""
    assert made.json["group"] == "第三督导组"
    cli.add("unit", {"name": "市教育局", "code": "JY"}, {"name": "市卫生局"})
    cli.add("person", {"name": "马小明"}, {"name": "王𬭎"})
    return folder


@pytest.fixture
def cli(first_group: Path, tmp_path: Path, nursery: Nursery) -> Cli:
    """The command line in a copy of that group's folder, with its memory of who wrote."""
    folder = tmp_path / "办 公"
    shutil.copytree(first_group, folder)
    # A copy is another file to the lock; the memory of the newest change goes with it.
    return Cli(folder, nursery)


@pytest.fixture(scope="session")
def papers(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Path:
    """An office's root and the leader's certificate; the passphrases are `根口令`, `签名口令`."""
    folder = tmp_path_factory.mktemp("papers")
    (folder / "根口令").write_text("根", encoding="utf-8")
    (folder / "签名口令").write_text("签", encoding="utf-8")
    cli = Cli(folder, nursery)
    root = cli.told(
        *("certificate", "root", "根.p12", "--name", "活动办", "--pem", "根.pem"),
        *("--p12-passphrase-file", "根口令"),
    )
    assert set(root) == {"certificate", "file", "pem"}
    assert len(root["certificate"]["fingerprint"].split()) == 16
    issued = cli.told(
        *("certificate", "issue", "根.p12", "李堃.p12", "--name", "李堃"),
        *("--p12-passphrase-file", "根口令", "--p12-passphrase-file", "签名口令"),
    )
    (folder / "序列号").write_text(issued["certificate"]["serial"], encoding="utf-8")
    return folder
