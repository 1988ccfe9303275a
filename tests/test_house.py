"""The rules of this house. Each is a small checker that was seen to fail on a bad sample."""

import ast
import configparser
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("models", "services", "ui")
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
MAX_CLASS_METHODS = 25
MAX_MAIN_LINES = 40

TOP_LEVEL = {
    *("main.py", "ui", "models", "services", "resources", "packaging", "tests", "setup.cfg"),
    *("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "Makefile"),
}
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
OPEN_LIBRARIES = {
    "PySide6": ("ui",),
    "asn1crypto": ("services",),
    "filelock": ("models", "services"),
    "orjson": ("models", "services"),
    "platformdirs": ("models", "services"),
    "pylopdf_fonts_zh_cn": ("services", "ui.theme"),
    "sqlalchemy": ("models", "services"),
}
"""Libraries free on whole floors; each other one has a home, a contract 7 of setup.cfg."""
KNOWN_HOSTS = {
    *("www.apache.org", "keepachangelog.com", "semver.org", "www.w3.org", "ns.adobe.com"),
    *("github.com", "bugreports.qt.io", "doc.qt.io", "purl.org", "www.aiim.org", "www.sqlite.org"),
}
"""Hosts that texts may name: namespaces, standards and the trackers that workarounds cite."""


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file."""

    path: PurePosixPath
    """Relative to the project's folder."""
    text: str

    @property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return parsed(self.text)

    def at(self, node: ast.stmt | ast.expr, why: str) -> str:
        """A violation as a line that an editor can jump to."""
        return f"{self.path}:{node.lineno}: {why}"


Rule = Callable[[Source], Iterator[str]]


@cache
def parsed(text: str) -> ast.Module:
    """The syntax tree of a text, parsed once."""
    return ast.parse(text)


@cache
def homes() -> dict[str, set[str]]:
    """Library → modules at home to it, as the contracts 7 of setup.cfg say."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    found: dict[str, set[str]] = {}
    for name, section in settings.items():
        if name.startswith("importlinter:contract:7-"):
            for library in section["forbidden_modules"].split():
                found[library] = set()
            for line in section["ignore_imports"].strip().splitlines():
                module, library = line.split(" -> ")
                found[library].add(module.removesuffix(".**"))
    return found


def imports(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Each import statement with the full name of the module it names, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module


@cache
def distributions() -> Mapping[str, list[str]]:
    """Top-level module → installed distributions that bring it."""
    return packages_distributions()


def is_third_party(name: str) -> bool:
    """Whether a top-level module is neither ours nor the standard library's."""
    return name not in sys.stdlib_module_names and name not in {*FLOORS, "main", "tests"}


def short_files(source: Source) -> Iterator[str]:
    """A file fits in a head."""
    lines = len(source.text.splitlines())
    limit = MAX_MAIN_LINES if source.path == PurePosixPath("main.py") else MAX_FILE_LINES
    if lines > limit:
        yield f"{source.path}: {lines} lines, at most {limit}"


def short_functions(source: Source) -> Iterator[str]:
    """A function fits on a screen."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield source.at(node, f"{node.name} has {lines} lines")


def small_classes(source: Source) -> Iterator[str]:
    """A class is no god."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in node.body)
            if methods > MAX_CLASS_METHODS:
                yield source.at(node, f"{node.name} has {methods} methods")


def telling_names(source: Source) -> Iterator[str]:
    """A module is named after a noun or the work done."""
    for part in (*source.path.parent.parts, source.path.stem):
        if part in VAGUE_NAMES:
            yield f"{source.path}: the name {part} says nothing"


def plain_translations(source: Source) -> Iterator[str]:
    """The extractor reads string constants: a text formatted before `_()` never matches."""
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id in {"_", "N_", "ngettext", "gettext"} and node.args:
            formatted = isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.Call)
            if formatted:
                yield source.at(node, "formatted inside _(): format what _() returns")


def named_slots(source: Source) -> Iterator[str]:
    """A lambda in connect keeps its widgets alive."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="connect"), args=[ast.Lambda(), *_]):
                yield source.at(node, "connect(lambda …): connect a method or a partial")


def libraries_at_home(source: Source) -> Iterator[str]:
    """A library is imported where it lives, and each has a place."""
    module = ".".join(source.path.with_suffix("").parts).removesuffix(".__init__")
    if source.path.parts[0] == "tests":
        return
    for node, name in imports(source.tree):
        library = name.split(".")[0]
        if not is_third_party(library):
            continue
        places = homes().get(library) or set(OPEN_LIBRARIES.get(library, ()))
        if not any(f"{module}.".startswith(f"{place}.") for place in places):
            yield source.at(node, f"{library} lives in {sorted(places) or 'no place yet'}")


def declared_libraries(source: Source) -> Iterator[str]:
    """What is imported is pinned by name, not by luck."""
    owners = distributions()
    tests = source.path.parts[0] == "tests"
    declared = pins("requirements.in") | (pins("requirements-dev.in") if tests else {})
    for node, name in imports(source.tree):
        library = name.split(".")[0]
        names = {canonical(owner) for owner in owners.get(library, [library])}
        if is_third_party(library) and library != "_pytest" and not names & declared.keys():
            yield source.at(node, f"{library} stands in no requirements file")


def qt_on_one_floor(source: Source) -> Iterator[str]:
    """Only ui knows Qt, and main.py only when a window is wanted."""
    below = source.path.parts[0] in {"models", "services"} or source.path.parts[:2] == ("ui", "cli")
    main = source.path == PurePosixPath("main.py")
    for node, name in imports(source.tree):
        if name.split(".")[0] in {"PySide6", "shiboken6"} and (below or main):
            yield source.at(node, "Qt is not known here")
        if main and name.startswith("ui.app") and node in source.tree.body:
            yield source.at(node, "the window is imported only when one is wanted")


def finished(source: Source) -> Iterator[str]:
    """What is left to do stands in an issue."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"#.*\b(TO" r"DO|FIX" r"ME|X" r"XX)\b", line):
            yield f"{source.path}:{number}: unfinished"


RULES: dict[Rule, Source] = {
    rule: Source(PurePosixPath(path), text)
    for rule, path, text in (
        (short_files, "models/a.py", "x = 1\n" * 401),
        (short_functions, "models/a.py", "def f():\n" + "    x = 1\n" * 50),
        (
            small_classes,
            "ui/a.py",
            "class A:\n" + "".join(f"    def f{n}(self): 0\n" for n in range(26)),
        ),
        (telling_names, "services/utils/a.py", ""),
        (plain_translations, "ui/a.py", "_(f'第{n}期')"),
        (named_slots, "ui/a.py", "button.clicked.connect(lambda: close(button))"),
        (
            libraries_at_home,
            "services/checks.py",
            "def f():\n    from reportlab.pdfgen import canvas",
        ),
        (declared_libraries, "services/a.py", "import requests"),
        (qt_on_one_floor, "services/a.py", "from PySide6.QtCore import QObject"),
        (finished, "ui/a.py", "x = 1  # TO" + "DO later"),
    )
}


def python_files() -> list[Source]:
    """Every Python file of the project."""
    paths = [ROOT / "main.py", *(p for d in (*FLOORS, "tests") for p in (ROOT / d).rglob("*.py"))]
    return [
        Source(PurePosixPath(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in sorted(paths)
        if path.exists()
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_holds(rule: Rule) -> None:
    assert not [violation for source in python_files() for violation in rule(source)]


@pytest.mark.parametrize(("rule", "bad"), RULES.items(), ids=lambda v: getattr(v, "__name__", ""))
def test_rule_sees_a_bad_sample(rule: Rule, bad: Source) -> None:
    assert list(rule(bad))


def test_a_window_imported_at_the_top_of_main_is_seen() -> None:
    assert list(qt_on_one_floor(Source(PurePosixPath("main.py"), "from ui.app import run")))
    lazy = Source(PurePosixPath("main.py"), "def main():\n    from ui.app import run")
    assert not list(qt_on_one_floor(lazy))


# The tree


def misplaced(paths: list[str]) -> list[str]:
    """Paths (relative, with `/`) that the tree has no place for."""
    return [
        path
        for path in paths
        if path.split("/")[0] not in TOP_LEVEL
        or (path.startswith("resources/") and path.endswith(".py"))
        or path == "packaging/__init__.py"
    ]


def tree() -> list[str]:
    """Every file of the project but hidden and ignored ones at its top."""
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split()}
    tops = [p for p in ROOT.iterdir() if p.name not in ignored and not p.name.startswith(".")]
    files = [file for top in tops for file in (top, *top.rglob("*")) if file.is_file()]
    return [f.relative_to(ROOT).as_posix() for f in files if "__pycache__" not in f.parts]


def test_every_file_has_its_place() -> None:
    assert misplaced(["notes.txt", "resources/a/b.py", "packaging/__init__.py", "ui/app.py"]) == [
        *("notes.txt", "resources/a/b.py", "packaging/__init__.py")
    ]
    assert not misplaced(tree())


def strange_words(text: str) -> list[str]:
    """Paths of one machine, package index settings and hosts that a text should not name."""
    paths = re.findall(r"(?<![\w.~}/$-])/(?:work|root|home|tmp|Users|mnt)/\w+", text)
    settings = re.findall(r"--(?:(?:extra-)?index-u" r"rl|find-l" r"inks|trusted-h" r"ost)", text)
    hosts = {host for host in re.findall(r"https?://([\w.-]+)", text) if "." in host}
    return [*paths, *settings, *sorted(hosts - KNOWN_HOSTS)]


def test_texts_speak_of_the_project_alone() -> None:
    samples = ("see /ho" + "me/me/x", "pip --find" + "-links x", "https" + "://example.net/x")
    assert all(strange_words(sample) for sample in samples)
    suffixes = {".py", ".md", ".toml", ".cfg", ".txt", ".in", ".sh", ".po", ".qss", ""}
    texts = (p for p in tree() if PurePosixPath(p).suffix in suffixes)
    found = {p: strange_words((ROOT / p).read_text(encoding="utf-8")) for p in texts}
    assert not {path: words for path, words in found.items() if words}


def test_contracts_between_the_floors_hold() -> None:
    lint = "from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(  # noqa: S603 — our own interpreter and text
        [sys.executable, "-c", lint, "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# Requirements


def canonical(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def pins(name: str) -> dict[str, str]:
    """Distribution → exact version, of a file in packaging/."""
    text = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z][\w.-]*)(?:\[[\w,]+\])?==(\S+)", text, flags=re.MULTILINE)
    return {canonical(distribution): version for distribution, version in found}


def unhashed(text: str) -> list[str]:
    """Requirements of a compiled file without an exact version or a hash."""
    entries = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [e for e in entries if e and not re.match(r"[A-Za-z][\w.-]*==\S+ .*--hash=sha256:", e)]


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_requirements_are_pinned_hashed_and_up_to_date(name: str) -> None:
    assert unhashed("a==1 \\\n    --hash=sha256:00\nb>=2\n") == ["b>=2"]
    compiled = ROOT / "packaging" / f"{name}.txt"
    assert not unhashed(compiled.read_text(encoding="utf-8"))
    assert pins(f"{name}.in").items() <= pins(f"{name}.txt").items()
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()
